// SPDX-License-Identifier: Apache-2.0
// A cluster that holds still: tables of the reconcilers put objects on it and gather from it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "controller/ports/cluster.hpp"
#include "controller/ports/key_factory.hpp"
#include "reconcilers/issuance/environment.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/issuance_builders.hpp"

namespace stackseal::tests {

/// Finds what was put; a closed name or namespace answers with the error that it was closed with.
/// Statuses are taken as written. One thread.
class Shelf : public ports::Reader, public ports::Writer {
  public:
    template <class T>
    void put(T object) {
        const core::Ref ref{api::kResourceOf<T>, object.meta.space, object.meta.name};
        objects_[ref] = snapshot(std::move(object));
    }
    /// name "": the whole namespace.
    void close(const core::Ref& ref, core::Error error) { closed_[ref] = std::move(error); }
    /// The next write fails.
    void refuse(core::Error error) { refusal = std::move(error); }

    core::Result<api::Object> find(const core::Ref& ref) override {
        for (const core::Ref& shut : {ref, core::Ref{ref.resource, ref.space, ""}})
            if (const auto it = closed_.find(shut); it != closed_.end()) return it->second;
        const auto it = objects_.find(ref);
        return it == objects_.end() ? api::absent(ref.resource) : it->second;
    }
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override {
        std::vector<api::Object> found;
        for (const auto& [ref, object] : objects_)
            if (ref.resource == selection.resource &&
                (selection.space.empty() || selection.space == ref.space))
                found.push_back(object);
        return found;
    }
    core::Result<api::Secret> read_secret(const core::Ref& ref) override {
        return core::Error{core::Code::kNotFound, core::to_string(ref) + " is not here"};
    }
    core::Result<api::Object> write(ports::Write wanted) override {
        if (refusal) return *std::exchange(refusal, std::nullopt);
        writes.push_back(std::move(wanted));
        const auto* record = std::get_if<ports::RecordStatus>(&writes.back());
        if (record == nullptr) return core::Error{core::Code::kInternal, "statuses only"};
        objects_[api::ref_of(record->after)] = record->after;
        return record->after;
    }

    std::vector<ports::Write> writes;
    std::optional<core::Error> refusal;

  private:
    std::map<core::Ref, api::Object> objects_;
    std::map<core::Ref, core::Error> closed_;
};

/// Answers every order alike, and remembers whose were forgotten.
class OneKey : public ports::KeyFactory {
  public:
    core::KeyOrder order(const core::Ref&, const core::KeySpec& spec) override {
        ordered.push_back(spec);
        return answer;
    }
    void forget(const core::Ref& owner) override { forgotten.push_back(owner); }

    core::KeyOrder answer = ready_key();
    std::vector<core::KeySpec> ordered;
    std::vector<core::Ref> forgotten;
};

/// Everything that a reconciler is given, at the tables' present.
struct Surroundings {
    Shelf shelf;
    OneKey keys;
    FakeClock clock{core::Instant(kNow)};
    MemoryEvents events;
    NullMetrics metrics;
    MemoryLog log;
    pki::Inspector inspector;
    issuance::SignerCache signers;
    issuance::Attempts attempts;
    issuance::Environment env{shelf,
                              keys,
                              clock,
                              events,
                              metrics,
                              log,
                              inspector,
                              signers,
                              attempts,
                              "authorities",
                              std::chrono::seconds(1)};
};

inline core::Ref certificate_ref() {
    return {core::Resource::kCertificate, "openstack", "keystone"};
}
inline core::Ref issuer_ref(std::string name = "ca") {
    return {core::Resource::kIssuer, "openstack", std::move(name)};
}

/// The Certificate that leaf_demand() comes of, an hour old.
inline api::Certificate certificate() {
    api::Certificate made;
    made.meta.name = "keystone";
    made.meta.space = "openstack";
    made.meta.uid = "uid-1";
    made.meta.generation = 4;
    made.meta.resource_version = "12";
    made.meta.created = kNow - std::chrono::hours(1);
    made.spec.secret_name = "keystone-tls";
    made.spec.dns_names = {"keystone.example.com"};
    made.spec.issuer_ref.name = "ca";
    return made;
}

/// A root, an hour old.
inline api::Issuer authority(std::string name = "ca") {
    api::Issuer made;
    made.meta.name = std::move(name);
    made.meta.space = "openstack";
    made.meta.uid = "uid-2";
    made.meta.generation = 2;
    made.meta.resource_version = "11";
    made.meta.created = kNow - std::chrono::hours(1);
    made.spec.source = api::Authority{.common_name = "Control Plane"};
    return made;
}

/// The key pair of authority(), where its reconciler keeps it.
inline api::SecretFacts authority_pair() {
    api::SecretFacts pair = ca_secret();
    pair.meta.name = "openstack.ca.g1";
    pair.meta.labels = {{std::string(api::kManagedLabel), std::string(api::kManagedValue)}};
    pair.meta.annotations = {{std::string(api::kAuthorityName), "ca"},
                             {std::string(api::kAuthorityNamespace), "openstack"},
                             {std::string(api::kIssuerName), "ca"},
                             {std::string(api::kIssuerNamespace), "openstack"},
                             {std::string(api::kIssuerKind), "Issuer"},
                             {std::string(api::kIssuerGroup), std::string(core::kGroup)},
                             {std::string(api::kRevision), "1"},
                             {std::string(api::kPairDigest), "d2"},
                             {std::string(api::kTemplateKeys), ""}};
    pair.sizes = {{"tls.crt", 700}, {"tls.key", 240}, {"ca.crt", 700}};
    pair.pair.key_spec = core::KeySpec{core::KeyAlgorithm::kEcdsa, 384};
    pair.pair_digest = "d2";
    return pair;
}

}  // namespace stackseal::tests
