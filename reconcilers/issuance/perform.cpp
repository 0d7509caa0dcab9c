// SPDX-License-Identifier: Apache-2.0
// Key, signature, lint, write: in this order, so that nothing bad is ever stored.
#include "reconcilers/issuance/perform.hpp"

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/pki/key.hpp"
#include "controller/pki/sign.hpp"
#include "reconcilers/issuance/defects.hpp"
#include "reconcilers/issuance/secret_body.hpp"

namespace stackseal::issuance {

namespace {

using core::concat;
using core::Result;
using core::SecretBytes;

/// A key of the factory's or a stored one.
using Key = std::shared_ptr<const core::PrivateKey>;

Result<Key> stored_key(const Observed& observed, ports::Reader& reader) {
    STACKSEAL_TRY(const api::Secret secret, reader.read_secret(observed.demand.secret));
    const SecretBytes* pem = api::find_data(secret, api::kTlsKey);
    if (pem == nullptr)
        return core::Error{core::Code::kConflict, "the stored key has gone meanwhile"};
    STACKSEAL_TRY(core::PrivateKey key, pki::key_from_pem(pem->reveal()));
    return std::make_shared<const core::PrivateKey>(std::move(key));
}

Result<Key> key_for(const Issue& issue, const Observed& observed, ports::Reader& reader) {
    if (issue.reuse_key) return stored_key(observed, reader);
    return observed.key.key;
}

Result<void> check_lint(pki::Inspector& inspector, std::string_view certificate,
                        const core::CertificateFacts* issuer) {
    const std::vector<std::string> faults = inspector.lint(certificate, issuer);
    if (faults.empty()) return {};
    return core::Error{core::Code::kInvalid, concat("the certificate would break its profile: ",
                                                    core::join(faults, "; "))};
}

Result<IssuedPair> sign_by_itself(const Issue& issue, const core::PrivateKey& key,
                                  pki::Inspector& inspector) {
    STACKSEAL_TRY(std::string certificate, pki::sign_self(issue.profile, key));
    STACKSEAL_CHECK(check_lint(inspector, certificate, nullptr));
    return IssuedPair{certificate, {}, certificate};
}

Result<IssuedPair> sign_by_ca(const Issue& issue, const core::PublicKey& key,
                              const pki::Signer& signer, pki::Inspector& inspector) {
    STACKSEAL_TRY(const std::string certificate, pki::sign(issue.profile, key, signer));
    STACKSEAL_CHECK(check_lint(inspector, certificate, &signer.facts()));
    return IssuedPair{certificate + signer.intermediates_pem(), {}, signer.anchors_pem()};
}

Result<IssuedPair> make_pair(const Issue& issue, const Observed& observed, const Environment& env,
                             ports::Reader& reader) {
    STACKSEAL_TRY(const Key key, key_for(issue, observed, reader));
    Result<IssuedPair> pair = core::Error{};
    if (std::holds_alternative<OwnKey>(observed.demand.signer)) {
        pair = sign_by_itself(issue, *key, env.inspector);
    } else {
        STACKSEAL_TRY(const auto signer, env.signers.get(reader, *observed.signer));
        pair = sign_by_ca(issue, key->public_half, *signer, env.inspector);
    }
    if (!pair) return pair;
    STACKSEAL_TRY(
        pair->key,
        pki::key_to_pem(*key, observed.demand.key.encoding.value_or(core::KeyEncoding::kPkcs8)));
    return pair;
}

/// After a conflict the cluster's cache holds the live object: decide on that.
Result<void> read_again(Observed& observed, ports::Reader& reader) {
    STACKSEAL_TRY(observed.secret, ports::find<api::SecretFacts>(reader, observed.demand.secret));
    return {};
}

Result<void> write_secret(ports::ApplySecret apply, Observed& observed, const Environment& env,
                          ports::Reader& reader) {
    Result<api::Object> written = env.writer.write(std::move(apply));
    if (written) {
        observed.secret = std::get<api::Snapshot<api::SecretFacts>>(*std::move(written));
        return {};
    }
    if (written.error().code != core::Code::kConflict) return std::move(written).error();
    const auto before = observed.secret;
    STACKSEAL_CHECK(read_again(observed, reader));
    const bool moved =
        (before == nullptr) != (observed.secret == nullptr) ||
        (before && before->meta.resource_version != observed.secret->meta.resource_version);
    // Without news the same decision would fail the same way: let the queue wait for the cache.
    return moved ? Result<void>() : Result<void>(std::move(written).error());
}

void count(const Issue& issue, const Observed& observed, const Environment& env,
           std::string_view result) {
    const api::IssuerRef& issuer = observed.demand.issuer;
    env.metrics.count("stackseal_certificate_issuance_total",
                      {{"issuer_kind", issuer.kind},
                       {"issuer_namespace", issuer.space},
                       {"issuer", issuer.name},
                       {"result", std::string(result)},
                       {"reason", std::string(issue.reason)}});
}

void report_success(const Issue& issue, const Observed& observed, const Environment& env,
                    core::Instant began) {
    const Demand& demand = observed.demand;
    const std::chrono::duration<double> took = env.clock.now() - began;
    count(issue, observed, env, "success");
    env.metrics.observe("stackseal_certificate_issuance_duration_seconds",
                        {{"issuer_kind", demand.issuer.kind}}, took.count());
    env.log.info("issued", {{"object", core::to_string(demand.owner)},
                            {"secret", concat(demand.secret.space, "/", demand.secret.name)},
                            {"reason", std::string(issue.reason)},
                            {"revision", std::to_string(issue.revision)},
                            {"expires", core::format_rfc3339(issue.profile.not_after)}});
    if (issue.first) return;
    env.events.emit({.regarding = demand.owner,
                     .uid = demand.owner_uid,
                     .reason = std::string(issue.reason),
                     .action = "Issue",
                     .note = concat("Reissued (revision ", issue.revision, "): ", issue.message)});
}

void report_failure(const Issue& issue, Observed& observed, const Environment& env,
                    const core::Error& error) {
    count(issue, observed, env, "failure");
    if (core::is_refusal(error.code))
        observed.history = env.attempts.failed(observed.demand.owner, observed.history.subject,
                                               error, env.clock.now());
}

/// An immutable CA key is used only once it is known to be stored as it was made.
Result<void> read_back(const Observed& observed, ports::Reader& reader) {
    STACKSEAL_TRY(const api::Secret stored, reader.read_secret(observed.demand.secret));
    const SecretBytes* chain = api::find_data(stored, api::kTlsCrt);
    const SecretBytes* key = api::find_data(stored, api::kTlsKey);
    if (chain != nullptr && key != nullptr &&
        pki::pair_digest(chain->reveal(), key->reveal()) == observed.secret->pair_digest)
        return {};
    return core::Error{core::Code::kCorrupt,
                       concat("the CA key pair in ", core::to_string(observed.demand.secret),
                              " is not the one that was just stored")};
}

Result<void> issue_and_store(const Issue& issue, Observed& observed, const Environment& env,
                             ports::Reader& reader) {
    STACKSEAL_TRY(IssuedPair pair, make_pair(issue, observed, env, reader));
    ports::ApplySecret apply = store_pair(observed, issue, std::move(pair));
    const std::string digest = apply.body.meta.annotations[std::string(api::kPairDigest)];
    const core::Instant began = env.clock.now();
    const Result<void> written = write_secret(std::move(apply), observed, env, reader);
    // It may stand there by now; then no other revision may have it.
    if (!written && written.error().maybe_executed) env.keys.forget(observed.demand.owner);
    STACKSEAL_CHECK(written);
    const bool ours = observed.secret && observed.secret->pair_digest == digest;
    if (!ours) return {};  // somebody was first: the next plan looks at what stands there
    if (observed.demand.lasting) {
        STACKSEAL_CHECK(read_back(observed, reader));
    }
    env.keys.forget(observed.demand.owner);
    observed.key = {};
    env.attempts.succeeded(observed.demand.owner, env.clock.now(),
                           renewal_of(observed.demand, *observed.secret));
    report_success(issue, observed, env, began);
    return {};
}

}  // namespace

Result<void> perform(const TakeKey& action, Observed& observed, const Environment& env) {
    const core::Ref& owner = observed.demand.owner;
    observed.key = env.keys.order(owner, action.spec);
    if (!observed.key.failure) return {};
    env.keys.forget(owner);  // or the same failure would be the answer for ever
    observed.history = env.attempts.failed(owner, observed.history.subject, *observed.key.failure,
                                           env.clock.now());
    return {};
}

Result<void> perform(const Issue& action, Observed& observed, const Environment& env,
                     ports::Reader& reader) {
    Result<void> done = issue_and_store(action, observed, env, reader);
    if (!done) report_failure(action, observed, env, done.error());
    return done;
}

Result<void> perform(const Amend& action, Observed& observed, const Environment& env,
                     ports::Reader& reader) {
    std::string anchors;
    if (action.bundle && observed.signer) {
        STACKSEAL_TRY(const auto signer, env.signers.get(reader, *observed.signer));
        anchors = signer->anchors_pem();
    } else if (action.bundle) {
        STACKSEAL_TRY(const api::Secret stored, reader.read_secret(observed.demand.secret));
        const SecretBytes* chain = api::find_data(stored, api::kTlsCrt);
        if (chain != nullptr) anchors = chain->reveal();
    }
    return write_secret(restore(observed, anchors), observed, env, reader);
}

}  // namespace stackseal::issuance
