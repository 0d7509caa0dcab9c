// SPDX-License-Identifier: Apache-2.0
// From each object to what it should say, and to what stands in its Secret.
#include "tests/simulation/verdict.hpp"

#include <algorithm>

#include "controller/api/names.hpp"
#include "controller/core/reason.hpp"

namespace stackseal::simulation {

namespace {

using api::Certificate;
using api::Condition;
using api::Issuer;
using api::SecretFacts;
using api::Snapshot;
using core::concat;
using core::Ref;
using core::Resource;

class Court {
  public:
    Court(World& world, Audit& audit) : world_(world), audit_(audit) {}

    std::string about(const Issuer& issuer);
    std::string about(const Certificate& certificate);

  private:
    bool serves(const Snapshot<Issuer>& issuer);
    bool is_known(const Issuer& issuer);
    std::string about_absent_key(const Issuer& issuer, const Condition& ready);
    std::string about_served(const Certificate& certificate, const Wanted& wanted,
                             const Condition& ready);
    Wanted wanted_by(const Snapshot<Certificate>& certificate, const Snapshot<Issuer>& issuer);
    core::Time now() { return core::seconds_of(world_.machine.now()); }

    World& world_;
    Audit& audit_;
};

template <class T>
std::string stale_status(const T& object, const Condition* ready) {
    if (ready == nullptr) return "says nothing";
    return ready->observed_generation == object.meta.generation ? "" : "speaks of an older spec";
}

bool allows(const Issuer& issuer, const Certificate& certificate) {
    const auto& domains = issuer.spec.allow.dns_domains;
    return domains.empty() ||
           std::ranges::all_of(certificate.spec.dns_names, [&](const std::string& name) {
               return name.ends_with("." + domains[0]);
           });
}

bool is_good_ca(const Snapshot<SecretFacts>& secret) {
    return secret && !secret->pair.chain.empty() && secret->pair.chain[0].is_ca &&
           secret->pair.key == core::KeyState::kMatches;
}

/// For an authority it is its own Secret that counts, not its parent's.
bool Court::serves(const Snapshot<Issuer>& issuer) {
    if (!issuer) return false;
    const auto ref = signer_ref(*issuer);
    return !ref || is_good_ca(world_.get<SecretFacts>(*ref));
}

bool Court::is_known(const Issuer& issuer) {
    if (!issuer.status.generations.empty()) return true;
    return std::ranges::any_of(world_.all<SecretFacts>(), [&](const auto& secret) {
        return api::find_or_empty(secret->meta.annotations, api::kIssuerName) == issuer.meta.name;
    });
}

std::string Court::about_absent_key(const Issuer& issuer, const Condition& ready) {
    if (ready.status != "False") return "is Ready without a key";
    const auto* authority = std::get_if<api::Authority>(&issuer.spec.source);
    if (authority == nullptr) return "";
    const bool accepted =
        api::find_or_empty(issuer.meta.annotations, api::kAcceptLostKey) == "true";
    if (is_known(issuer) && !accepted)
        return ready.reason == core::reason::kAuthorityKeyMissing
                   ? ""
                   : concat("has lost its key and says ", ready.reason);
    const bool root = !authority->signed_by;
    const auto parent =
        root ? nullptr
             : world_.get<Issuer>({Resource::kIssuer, kSpace, authority->signed_by->name});
    return root || serves(parent) ? concat("has no key, and could: ", ready.message) : "";
}

std::string Court::about(const Issuer& issuer) {
    const Condition* ready = api::find_condition(issuer.status.conditions, api::kReady);
    if (std::string why = stale_status(issuer, ready); !why.empty()) return why;
    const auto ref = signer_ref(issuer);
    const auto secret = ref ? world_.get<SecretFacts>(*ref) : nullptr;
    if (ref && !is_good_ca(secret)) return about_absent_key(issuer, *ready);
    if (ready->status != "True") return concat("could serve and says ", ready->message);
    const auto& generations = issuer.status.generations;
    if (std::holds_alternative<api::Authority>(issuer.spec.source) &&
        (generations.size() != 1 ||
         generations[0].fingerprint != secret->pair.chain[0].fingerprint))
        return "shows another CA certificate than the one in its Secret";
    return "";
}

Wanted Court::wanted_by(const Snapshot<Certificate>& certificate, const Snapshot<Issuer>& issuer) {
    Wanted wanted{certificate};
    const auto signer = issuer ? signer_ref(*issuer) : std::nullopt;
    wanted.by_itself = issuer && !signer;
    if (signer) wanted.signer = world_.get<SecretFacts>(*signer);
    return wanted;
}

/// It is Ready for a good reason, and its status speaks of what stands in the Secret.
std::string Court::about_served(const Certificate& certificate, const Wanted& wanted,
                                const Condition& ready) {
    const Ref ref = secret_ref(certificate.spec.secret_name);
    const auto facts = world_.get<SecretFacts>(ref);
    if (!facts) return "has no Secret";
    const std::string why = misfit(wanted, *facts, now());
    if (why == "key" && ready.reason == core::reason::kKeyRotationForbidden) return "";
    if (std::string fault = audit_.fault_in(ref); !fault.empty()) return fault;
    if (!why.empty())
        return concat("has a Secret that does not fit (", why, ") and says ", ready.reason, ": ",
                      ready.message);
    if (ready.status != "True" || ready.reason != core::reason::kReady)
        return concat("is good and says ", ready.status, ": ", ready.message);
    const core::CertificateFacts& leaf = facts->pair.chain[0];
    const api::CertificateStatus& status = certificate.status;
    const bool same = status.revision == revision_in(facts) && status.serial == leaf.serial &&
                      status.fingerprint == leaf.fingerprint && status.not_after == leaf.not_after;
    return same ? "" : "has a status that speaks of another certificate";
}

std::string Court::about(const Certificate& certificate) {
    const Ref ref = secret_ref(certificate.spec.secret_name);
    const Condition* ready = api::find_condition(certificate.status.conditions, api::kReady);
    if (std::string why = stale_status(certificate, ready); !why.empty()) return why;
    const auto issuer =
        world_.get<Issuer>({Resource::kIssuer, kSpace, certificate.spec.issuer_ref.name});
    if (!issuer || !allows(*issuer, certificate))
        return ready->reason != core::reason::kReady ? "" : "is Ready against its issuer's will";
    if (audit_.is_guarded(ref))
        return ready->reason == core::reason::kSecretConflict && ready->status == "False"
                   ? ""
                   : concat("has a stranger's Secret and says ", ready->reason);
    const auto self = std::make_shared<const Certificate>(certificate);
    const Wanted wanted = wanted_by(self, issuer);
    const auto facts = world_.get<SecretFacts>(ref);
    if (serves(issuer)) return about_served(certificate, wanted, *ready);
    const bool good =
        facts && is_marked(*facts, certificate.meta.name) && misfit(wanted, *facts, now()).empty();
    if (good || ready->status == "False") return "";
    return facts && misfit(wanted, *facts, now()) == "due" ? "" : "is Ready without a certificate";
}

}  // namespace

std::vector<std::string> complaints(World& world, Audit& audit) {
    Court court(world, audit);
    std::vector<std::string> all;
    for (const auto& issuer : world.all<Issuer>())
        if (std::string why = court.about(*issuer); !why.empty())
            all.push_back(concat("Issuer ", issuer->meta.name, " ", why));
    for (const auto& certificate : world.all<Certificate>())
        if (std::string why = court.about(*certificate); !why.empty())
            all.push_back(concat("Certificate ", certificate->meta.name, " ", why));
    return all;
}

}  // namespace stackseal::simulation
