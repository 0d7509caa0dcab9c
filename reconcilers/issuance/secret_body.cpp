// SPDX-License-Identifier: Apache-2.0
// The Secret's own write carries the intent, so that the Secret alone tells how it came about.
#include "reconcilers/issuance/secret_body.hpp"

#include "controller/api/names.hpp"
#include "controller/pki/inspect.hpp"
#include "reconcilers/issuance/template_keys.hpp"

namespace stackseal::issuance {

namespace {

void put(std::map<std::string, std::string>& map, std::string_view key, std::string value) {
    map.insert_or_assign(std::string(key), std::move(value));
}

ports::ApplySecret prepare(const Observed& observed) {
    const Demand& demand = observed.demand;
    ports::ApplySecret apply;
    apply.ref = demand.secret;
    apply.before = observed.secret;
    apply.body.type = api::kTlsType;
    api::Meta& meta = apply.body.meta;
    meta.name = demand.secret.name;
    meta.space = demand.secret.space;
    meta.labels = demand.secret_template.labels;
    meta.annotations = demand.secret_template.annotations;
    put(meta.labels, api::kManagedLabel, std::string(api::kManagedValue));
    put(meta.annotations, api::kTemplateKeys, template_keys(demand.secret_template));
    for (const auto* marks : {&demand.identity, &demand.recorded})
        for (const auto& [key, value] : *marks) put(meta.annotations, key, value);
    if (demand.owner_reference) meta.owners.push_back(*demand.owner_reference);
    if (!observed.secret) return apply;
    apply.expected_version = observed.secret->meta.resource_version;
    if (!demand.owner_reference) apply.dropped_owner = demand.owner_uid;
    apply.dropped_labels = left_over(*observed.secret, demand.secret_template, "l:");
    apply.dropped_annotations = left_over(*observed.secret, demand.secret_template, "a:");
    return apply;
}

void put_intent(api::Meta& meta, const Demand& demand, const Issue& issue) {
    auto& annotations = meta.annotations;
    put(annotations, api::kIssuerName, demand.issuer.name);
    put(annotations, api::kIssuerNamespace, demand.issuer.space);
    put(annotations, api::kIssuerKind, demand.issuer.kind);
    put(annotations, api::kIssuerGroup, demand.issuer.group);
    put(annotations, api::kRevision, std::to_string(issue.revision));
    put(annotations, api::kReissue, demand.reissue);
    if (const auto* pair = std::get_if<CaKeyPair>(&demand.signer))
        put(annotations, api::kIssuerGeneration, std::to_string(pair->generation));
}

}  // namespace

ports::ApplySecret store_pair(const Observed& observed, const Issue& issue, IssuedPair pair) {
    ports::ApplySecret apply = prepare(observed);
    put_intent(apply.body.meta, observed.demand, issue);
    put(apply.body.meta.annotations, api::kPairDigest,
        pki::pair_digest(pair.chain, pair.key.reveal()));
    apply.body.immutable = observed.demand.lasting;
    auto& data = apply.body.data;
    data.emplace(api::kTlsCrt, core::SecretBytes(pair.chain));
    data.emplace(api::kTlsKey, std::move(pair.key));
    data.emplace(api::kCaCrt, core::SecretBytes(pair.anchors));
    return apply;
}

ports::ApplySecret restore(const Observed& observed, const std::string& anchors) {
    ports::ApplySecret apply = prepare(observed);
    if (!anchors.empty()) apply.body.data.emplace(api::kCaCrt, core::SecretBytes(anchors));
    return apply;
}

}  // namespace stackseal::issuance
