// SPDX-License-Identifier: Apache-2.0
// Construction order is life: the queue is built first and the workers go first.
#include "app/engine.hpp"

#include "app/certificate_samples.hpp"
#include "app/fleet_samples.hpp"
#include "app/settled.hpp"
#include "controller/pki/key.hpp"
#include "controller/runtime/controller.hpp"
#include "controller/runtime/key_threads.hpp"
#include "controller/runtime/work_queue.hpp"
#include "reconcilers/certificate/reconcile.hpp"
#include "reconcilers/issuance/silence.hpp"
#include "reconcilers/issuer/reconcile.hpp"

namespace stackseal::app {

namespace {

struct CertificateKind {
    static constexpr auto gather = certificate::gather;
    static constexpr auto plan = certificate::plan;
    static constexpr auto apply = certificate::apply;
};

struct IssuerKind {
    static constexpr auto gather = issuer::gather;
    static constexpr auto plan = issuer::plan;
    static constexpr auto apply = issuer::apply;
};

core::Result<core::PrivateKey> make_key(const core::KeySpec& spec, const World& world) {
    const std::chrono::milliseconds began = world.clock.monotonic();
    auto key = pki::generate_key(spec);
    const std::chrono::duration<double> took = world.clock.monotonic() - began;
    world.metrics.observe("stackseal_key_generation_duration_seconds",
                          {{"algorithm", core::to_string(spec)}}, took.count());
    return key;
}

std::vector<ports::Sample> clock_samples(ports::Clock& clock) {
    const auto skew = clock.skew();
    if (!skew) return {};
    return {{"stackseal_clock_skew_seconds", {}, static_cast<double>(skew->ahead.count())}};
}

}  // namespace

struct Engine::Parts {
    Parts(World world, EngineSettings chosen)
        : settings(std::move(chosen)),
          queue(world.clock, world.metrics),
          keys([world](const core::KeySpec& spec) { return make_key(spec, world); },
               [this](const core::Ref& owner) { queue.add(owner); }, world.clock,
               settings.key_threads),
          env{world.writer,
              keys,
              world.clock,
              world.events,
              world.metrics,
              world.log,
              world.inspector,
              signers,
              attempts,
              settings.authority_space,
              settings.apply_window},
          certificates(env),
          issuers(env),
          controller(
              {{core::Resource::kCertificate, &certificates}, {core::Resource::kIssuer, &issuers}},
              queue, {world.reader, world.clock, world.metrics, world.log},
              [this] { return keys.pending(); }) {
        controller.connect(world.watcher);
        show_work(world);
        show_objects(world);
    }

    void show_work(const World& world) {
        world.metrics.collect(ports::showing([this] { return queue.samples(); }));
        world.metrics.collect(
            ports::showing([&clock = world.clock] { return clock_samples(clock); }));
        world.metrics.collect([this](const ports::Show& show) {
            show({"stackseal_keys_pending", {}, static_cast<double>(keys.pending())});
        });
    }

    void show_objects(const World& world) {
        world.metrics.collect([this, world](const ports::Show& show) {
            show_fleet(world.reader, core::seconds_of(world.clock.now()), show);
            if (settings.certificate_metrics) show_certificates(world.reader, show);
            show_issuers(world.reader, settings.authority_space, show);
        });
    }

    EngineSettings settings;
    runtime::WorkQueue queue;
    issuance::SignerCache signers;
    issuance::Attempts attempts;
    runtime::KeyThreads keys;
    issuance::Environment env;
    Settled<CertificateKind> certificates;
    Settled<IssuerKind> issuers;
    runtime::Controller controller;
};

Engine::Engine(World world, EngineSettings settings)
    : parts_(std::make_unique<Parts>(world, std::move(settings))) {}

Engine::~Engine() {
    stop();
}

void Engine::start() {
    parts_->controller.start(parts_->settings.workers);
}

void Engine::stop() {
    parts_->controller.stop();
}

bool Engine::run_until_idle(std::chrono::milliseconds patience) {
    // Who waits says so only after the silence: it is waited for, or the reason would stay untold.
    return parts_->controller.run_until_idle(patience,
                                             issuance::kSilence + std::chrono::seconds(1));
}

}  // namespace stackseal::app
