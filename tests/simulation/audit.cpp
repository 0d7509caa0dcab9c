// SPDX-License-Identifier: Apache-2.0
// Each rule is a few lines: what was, what is, and what the writer knew.
#include "tests/simulation/audit.hpp"

#include <fstream>
#include <sstream>

#include "controller/api/names.hpp"
#include "controller/pki/inspect.hpp"

namespace stackseal::simulation {

namespace {

using api::SecretFacts;
using api::Snapshot;
using core::concat;
using core::Ref;
using core::Resource;

constexpr std::chrono::minutes kMostSkew{5};

template <class T>
Snapshot<T> known(const View& view, const Ref& ref) {
    const auto found = view.find(ref);
    return found == view.end() ? nullptr : std::get<Snapshot<T>>(found->second);
}

std::string_view mark(const api::Meta& meta, std::string_view key) {
    return api::find_or_empty(meta.annotations, key);
}

Wanted wanted_by(const View& view, const std::string& certificate) {
    Wanted wanted{known<api::Certificate>(view, {Resource::kCertificate, kSpace, certificate})};
    if (!wanted.certificate) return wanted;
    const std::string& name = wanted.certificate->spec.issuer_ref.name;
    const auto issuer = known<api::Issuer>(view, {Resource::kIssuer, kSpace, name});
    const auto signer = issuer ? signer_ref(*issuer) : std::nullopt;
    wanted.by_itself = issuer && !signer;
    if (signer) wanted.signer = known<SecretFacts>(view, *signer);
    return wanted;
}

std::string version_of(const api::Object& object) {
    const api::Meta* meta = api::meta_of(object);
    return meta == nullptr ? "" : meta->resource_version;
}

std::string text_at(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

/// "…/secrets/cloud/api" of any path in that Secret; "": the path is in none.
std::string secret_folder(const std::string& state, const std::string& path) {
    for (const std::string& home :
         {concat(state, "/secrets/", kSpace, "/"), concat(state, "/authorities/")}) {
        if (!path.starts_with(home)) continue;
        const std::string name =
            path.substr(home.size(), path.find('/', home.size()) - home.size());
        if (!name.starts_with("..")) return home + name;
    }
    return "";
}

}  // namespace

// ---- writes

Evidence Audit::before(const ports::Write& write, const View& view, ports::Clock& clock) {
    Evidence evidence{.ref = target_of(write), .skew = clock.skew()};
    evidence.now = core::seconds_of(clock.now());
    // What was done on the disk unnoticed is noticed at the latest by the write.
    if (evidence.ref.resource == Resource::kSecret) (void)world_.server().read_secret(evidence.ref);
    evidence.before = *world_.server().find(evidence.ref);
    const auto* apply = std::get_if<ports::ApplySecret>(&write);
    if (apply == nullptr) return evidence;
    const api::Meta& meta = apply->body.meta;
    evidence.pair = apply->body.data.contains(std::string(api::kTlsKey));
    if (evidence.pair) evidence.revision = std::stoll(std::string(mark(meta, api::kRevision)));
    evidence.wanted = wanted_by(view, std::string(mark(meta, api::kCertificateName)));
    const Ref issuer{Resource::kIssuer, kSpace, std::string(mark(meta, api::kAuthorityName))};
    evidence.authority = known<api::Issuer>(view, issuer);
    return evidence;
}

void Audit::after(const Evidence& evidence, bool done) {
    const api::Object now = *world_.server().find(evidence.ref);
    if (version_of(now) == version_of(evidence.before)) return;
    ++writes_;
    if (evidence.ref.resource == Resource::kSecret) judge_secret(evidence, done);
}

/// Where somebody's file stood in a link's place, a write that broke off may have left it there.
void Audit::judge_secret(const Evidence& evidence, bool done) {
    const auto now = world_.get<SecretFacts>(evidence.ref);
    if (!now) return trace_.fault(core::to_string(evidence.ref), " was deleted by the program");
    if (evidence.pair && done) spoiled_.erase(evidence.ref);
    if (spoiled_.contains(evidence.ref) && !done) return;
    if (evidence.pair) ++issuances_;
    record(evidence.ref);
    if (evidence.authority) return judge_authority(evidence);
    if (!evidence.wanted.certificate)
        return trace_.fault(core::to_string(evidence.ref), " was written for nobody");
    const auto& before = std::get<Snapshot<SecretFacts>>(evidence.before);
    if (before && !is_marked(*before, evidence.wanted.certificate->meta.name))
        return trace_.fault(core::to_string(evidence.ref), " was a stranger's and was overwritten");
    evidence.pair ? judge_leaf(evidence, *now) : judge_amendment(evidence, *now);
}

/// An issuance has a cause, counts on from what is known, and does what it is for.
void Audit::judge_leaf(const Evidence& evidence, const SecretFacts& now) {
    const std::string name = core::to_string(evidence.ref);
    const Wanted& wanted = evidence.wanted;
    const auto& before = std::get<Snapshot<SecretFacts>>(evidence.before);
    if (before && misfit(wanted, *before, evidence.now).empty())
        trace_.fault(name, " was good and was issued again");
    const std::int64_t last = std::max(revision_in(before), wanted.certificate->status.revision);
    if (evidence.revision != last + 1)
        trace_.fault(name, " has revision ", evidence.revision, " after ", last);
    if (evidence.skew && std::chrono::abs(evidence.skew->ahead) > kMostSkew)
        trace_.fault(name, " was signed by a clock that is ", evidence.skew->ahead.count(),
                     " s off");
    if (const std::string why = misfit(wanted, now, evidence.now); !why.empty())
        trace_.fault(name, " was issued and does not fit: ", why);
    judge_key(evidence, now);
}

void Audit::judge_key(const Evidence& evidence, const SecretFacts& now) {
    const auto& before = std::get<Snapshot<SecretFacts>>(evidence.before);
    if (!before || before->pair.chain.empty() || now.pair.chain.empty()) return;
    const bool same = before->pair.chain[0].public_key == now.pair.chain[0].public_key;
    const bool keeps =
        evidence.wanted.certificate->spec.private_key.rotation == api::RotationPolicy::kNever;
    const std::string name = core::to_string(evidence.ref);
    if (same && !keeps) trace_.fault(name, " was issued again for its old key");
    if (!same && keeps && before->pair.key == core::KeyState::kMatches)
        trace_.fault(name, " lost the key that it should keep");
}

/// An authority's key is made once, and anew only if its loss is accepted.
void Audit::judge_authority(const Evidence& evidence) {
    const std::string name = core::to_string(evidence.ref);
    const api::Issuer& issuer = *evidence.authority;
    if (api::meta_of(evidence.before) != nullptr)
        return trace_.fault(name, " is an authority's key and was changed");
    const bool accepted = mark(issuer.meta, api::kAcceptLostKey) == "true";
    if (!issuer.status.generations.empty() && !accepted)
        trace_.fault(name, " was known, and another key was made for it");
}

void Audit::judge_amendment(const Evidence& evidence, const SecretFacts& now) {
    const auto& before = std::get<Snapshot<SecretFacts>>(evidence.before);
    if (!before || before->pair_digest != now.pair_digest)
        trace_.fault(core::to_string(evidence.ref), ": an amendment changed the pair");
}

// ---- what stands there

std::string Audit::fault_in(const Ref& ref) {
    const auto facts = world_.get<SecretFacts>(ref);
    if (!facts) return "there is no Secret";
    std::string state = facts->pair_digest;
    for (const core::CertificateFacts& anchor : facts->pair.anchors) state += anchor.fingerprint;
    if (const auto known = verified_.find(state); known != verified_.end()) return known->second;
    const auto secret = world_.server().read_secret(ref);
    return verified_[state] = secret ? unusable(*secret) : secret.error().message;
}

void Audit::record(const Ref& ref) {
    const auto facts = world_.get<SecretFacts>(ref);
    if (!facts || spoiled_.contains(ref) || guarded_.contains(ref)) return;
    if (api::find_or_empty(facts->meta.labels, api::kManagedLabel).empty()) return;
    if (const std::string why = fault_in(ref); !why.empty())
        return trace_.fault(core::to_string(ref), " is of no use: ", why);
    pairs_[ref].insert(facts->pair_digest);
    const std::string& key = facts->pair.chain[0].public_key;
    const auto [at, fresh] =
        keys_.try_emplace(concat(facts->meta.uid, "/", revision_in(facts)), key);
    if (!fresh && at->second != key)
        trace_.fault(core::to_string(ref), " had another key for revision ", revision_in(facts));
}

void Audit::take_census() {
    for (const auto& secret : world_.all<SecretFacts>()) record(api::ref_of(secret));
}

void Audit::look(const std::string& path) {
    const std::string folder = secret_folder(world_.state(), path);
    if (folder.empty()) return;
    const std::string chain = text_at(folder + "/tls.crt");
    const std::string key = text_at(folder + "/tls.key");
    const std::size_t digest = std::hash<std::string>{}(concat(chain, '\n', key));
    if (const auto last = seen_.find(folder); last != seen_.end() && last->second == digest) return;
    seen_[folder] = digest;
    const std::string name = folder.substr(folder.rfind('/') + 1);
    for (const char* space : {kSpace, kAuthoritySpace})
        if (spoiled_.contains({Resource::kSecret, space, name}) ||
            guarded_.contains({Resource::kSecret, space, name}))
            return;
    if (chain.empty() && key.empty()) return;
    if (pki::inspect_pair(chain, key, "").key != core::KeyState::kMatches)
        trace_.fault("a consumer sees half a pair in ", name);
}

void Audit::check_folder(const std::filesystem::path& secret) {
    int generations = 0;
    for (const auto& entry : std::filesystem::directory_iterator(secret)) {
        const std::string name = entry.path().filename();
        if (name.starts_with("..") && name != "..data") ++generations;
    }
    const std::string name = secret.filename();
    if (name.starts_with("..") || generations != 1)
        trace_.fault(name, " holds ", generations, " generations of its Secret");
}

void Audit::check_tidy() {
    for (const std::string& space : {concat("/secrets/", kSpace), std::string("/authorities")}) {
        const std::string folder = world_.state() + space;
        if (!std::filesystem::exists(folder)) continue;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            check_folder(entry.path());
    }
}

// ---- strangers

std::string Audit::digest_of(const Ref& ref) {
    const auto secret = world_.server().read_secret(ref);
    if (!secret) return "";
    std::string all = secret->meta.uid;
    for (const auto& [key, value] : secret->meta.labels) all += concat('\n', key, '=', value);
    for (const auto& [key, value] : secret->meta.annotations) all += concat('\n', key, '=', value);
    for (const auto& [key, value] : secret->data) all += concat('\n', key, '=', value.reveal());
    return std::to_string(std::hash<std::string>{}(all));
}

void Audit::guard(const Ref& ref) {
    guarded_[ref] = digest_of(ref);
}

void Audit::check_guarded() {
    for (const auto& [ref, digest] : guarded_)
        if (digest_of(ref) != digest)
            trace_.fault(core::to_string(ref), " is a stranger's and was touched");
}

int Audit::pairs(const Ref& secret) const {
    const auto found = pairs_.find(secret);
    return found == pairs_.end() ? 0 : static_cast<int>(found->second.size());
}

}  // namespace stackseal::simulation
