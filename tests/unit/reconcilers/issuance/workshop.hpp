// SPDX-License-Identifier: Apache-2.0
// Real keys, signatures and files for the effects, with a hand between them and the cluster.
#pragma once

#include <functional>
#include <stdexcept>
#include <string>
#include <utility>

#include "controller/pki/inspect.hpp"
#include "controller/pki/key.hpp"
#include "reconcilers/issuance/decide.hpp"
#include "reconcilers/issuance/perform.hpp"
#include "tests/support/shelf.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::issuance::tests {

using namespace stackseal::tests;  // NOLINT(google-build-using-namespace): the builders

/// A cluster, and what a test does before its next write or in place of its answer.
class Hand : public ports::Reader, public ports::Writer {
  public:
    explicit Hand(local::LocalCluster& cluster) : cluster_(cluster) {}

    core::Result<api::Object> find(const core::Ref& ref) override { return cluster_.find(ref); }
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override {
        return cluster_.select(selection);
    }
    core::Result<api::Secret> read_secret(const core::Ref& ref) override {
        ++reads;
        auto secret = cluster_.read_secret(ref);
        if (secret && tamper) tamper(*secret);
        return secret;
    }
    core::Result<api::Object> write(ports::Write wanted) override {
        ++writes;
        if (before) std::exchange(before, nullptr)();
        if (error) return *std::exchange(error, std::nullopt);
        return cluster_.write(std::move(wanted));
    }

    int reads = 0;
    int writes = 0;
    std::function<void()> before;
    std::function<void(api::Secret&)> tamper;
    std::optional<core::Error> error;

  private:
    local::LocalCluster& cluster_;
};

template <class T>
T must(core::Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
}

/// One Secret to be issued into, and everything that it takes.
struct Workshop {
    local::tests::Rig rig;
    std::unique_ptr<Hand> hand;
    OneKey keys;
    FakeClock clock{core::Instant(kNow)};
    MemoryEvents events;
    NullMetrics metrics;
    MemoryLog log;
    pki::Inspector inspector;
    SignerCache signers;
    Attempts attempts;
    std::unique_ptr<Environment> env;
    Observed observed;

    Workshop() {
        if (const auto opened = rig.open(); !opened)
            throw std::runtime_error(opened.error().message);
        hand = std::make_unique<Hand>(*rig.cluster);
        env = std::make_unique<Environment>(Environment{*hand, keys, clock, events, metrics, log,
                                                        inspector, signers, attempts, "stackseal"});
        observed.demand = leaf_demand();
        observed.demand.signer = OwnKey{};
        fresh_key();
    }

    void fresh_key() {
        observed.key = {std::make_shared<const core::PrivateKey>(must(pki::generate_key({}))),
                        core::Instant(kNow),
                        {}};
    }
    /// What decide() says, which must be of this kind.
    template <class Action>
    Action decided() {
        const Step step = decide(observed, clock.now());
        if (const auto* halt = std::get_if<Halt>(&step)) throw std::runtime_error(halt->message);
        return std::get<Action>(step);
    }
    core::Result<void> issue() { return perform(decided<Issue>(), observed, *env, *hand); }
    core::Result<void> amend() { return perform(decided<Amend>(), observed, *env, *hand); }
    bool is_good() { return std::holds_alternative<Good>(decide(observed, clock.now())); }

    /// An authority's pair, stored as the Issuer's reconciler would store it.
    api::Snapshot<api::SecretFacts> authority(const std::string& name = "a.ca.g1") {
        Observed ca;
        ca.demand.owner = issuer_ref();
        ca.demand.secret = {core::Resource::kSecret, "stackseal", name};
        ca.demand.subject.common_name = "CA";
        ca.demand.is_ca = true;
        ca.demand.lasting = true;
        ca.demand.signer = OwnKey{};
        ca.demand.default_duration = std::chrono::hours(87600);
        ca.demand.identity = {{std::string(api::kAuthorityName), "ca"}};
        ca.key = {std::make_shared<const core::PrivateKey>(must(pki::generate_key({}))),
                  core::Instant(kNow),
                  {}};
        const auto done = perform(std::get<Issue>(decide(ca, clock.now())), ca, *env, *hand);
        if (!done) throw std::runtime_error(done.error().message);
        return ca.secret;
    }
    void sign_by(const api::Snapshot<api::SecretFacts>& ca) {
        observed.signer = ca;
        observed.demand.signer =
            CaKeyPair{{core::Resource::kSecret, "stackseal", ca->meta.name}, 1};
    }
    std::string stored(std::string_view key) { return rig.data(observed.demand.secret, key); }
    std::vector<std::string> issued() {
        std::vector<std::string> lines;
        for (const std::string& line : log.lines())
            if (line.starts_with("issued ")) lines.push_back(line);
        return lines;
    }
};

}  // namespace stackseal::issuance::tests
