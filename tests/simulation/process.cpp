// SPDX-License-Identifier: Apache-2.0
// The order of construction is that of app/engine.cpp.
#include "tests/simulation/process.hpp"

#include <algorithm>

#include "controller/pki/key.hpp"

namespace stackseal::simulation {

namespace {

/// As run_local and run_controller choose it.
std::chrono::seconds apply_window(Mode mode) {
    return std::chrono::seconds(mode == Mode::kLocal ? 0 : 1);
}

std::unique_ptr<Remote> remote_for(World& world) {
    return world.mode == Mode::kServer ? std::make_unique<Remote>(world) : nullptr;
}

/// The local cluster's changes, through the world's one fan-out.
class LocalWatch : public ports::Watcher {
  public:
    LocalWatch(World& world, const void* who) : world_(world), who_(who) {}
    void watch(std::function<void(const ports::Change&)> handler) override {
        world_.subscribe(who_, std::move(handler));
    }

  private:
    World& world_;
    const void* who_;
};

}  // namespace

core::Result<core::Next> Watched::reconcile(const core::Ref& key, ports::Reader& reader) {
    const core::Instant now = clock_.now();
    auto answer = inner_.reconcile(key, reader);
    hopes_.erase(key);
    if (!answer) hopes_[key] = clock_.monotonic();
    if (answer && answer->at) hopes_[key] = clock_.monotonic() + (*answer->at - now);
    return answer;
}

bool Watched::expects(std::chrono::milliseconds within) const {
    return std::ranges::any_of(hopes_, [until = clock_.monotonic() + within](const auto& hope) {
        return hope.second <= until;
    });
}

Process::Process(Stage stage, std::unique_ptr<Peril> peril)
    : stage_(stage),
      peril_(std::move(peril)),
      remote_(remote_for(stage.world)),
      sight_(reader(), *peril_, stage.trace),
      gate_({stage.world, stage.audit, *peril_, stage.trace}, stage.world.machine, sight_.view()),
      fence_(writer(), [this] { return leads_; }),
      queue_(stage.world.machine, metrics_),
      keys_([](const core::KeySpec& spec) { return pki::generate_key(spec); },
            [this](const core::Ref& owner) { queue_.add(owner); }, stage.world.machine, 1),
      env_{fence_,
           keys_,
           stage.world.machine,
           events_,
           metrics_,
           log_,
           inspector_,
           signers_,
           attempts_,
           kAuthoritySpace,
           apply_window(stage.world.mode)},
      certificates_(env_),
      issuers_(env_),
      watched_certificates_(certificates_, stage.world.machine),
      watched_issuers_(issuers_, stage.world.machine),
      controller_({{core::Resource::kCertificate, &watched_certificates_},
                   {core::Resource::kIssuer, &watched_issuers_}},
                  queue_, {sight_, stage.world.machine, metrics_, log_},
                  [this] { return keys_.pending(); }) {
    if (remote_) {
        remote_->write_through(gate_);
        controller_.connect(*remote_);
    } else {
        LocalWatch watch(stage.world, this);
        controller_.connect(watch);
    }
}

Process::~Process() {
    stage_.world.unsubscribe(this);
}

ports::Reader& Process::reader() {
    if (remote_) return *remote_;
    return stage_.world.server();
}

ports::Writer& Process::writer() {
    if (remote_) return *remote_;
    return gate_;
}

core::Result<void> Process::sync() {
    if (!remote_) return stage_.world.load();
    remote_->sync();
    return {};
}

std::optional<std::chrono::milliseconds> Process::next_due() {
    const auto due = queue_.stats().next_due;
    if (!due) return std::nullopt;
    return std::max(*due - stage_.world.time.monotonic(), std::chrono::milliseconds(0));
}

bool Process::expects(std::chrono::milliseconds within) const {
    return watched_certificates_.expects(within) || watched_issuers_.expects(within);
}

bool Process::wrote_secrets_to_the_log() {
    return std::ranges::any_of(log_.lines(), [](const std::string& line) {
        return line.find("PRIVATE KEY") != std::string::npos ||
               line.find("BEGIN CERT") != std::string::npos;
    });
}

}  // namespace stackseal::simulation
