// SPDX-License-Identifier: Apache-2.0
// Statuses as gauges; names and labels are declared in observe/metric_names.
#include "app/certificate_samples.hpp"

#include <array>

#include "controller/api/names.hpp"

namespace stackseal::app {

namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;
using ports::Show;

void show_time(const Show& show, std::string_view name, const Labels& labels,
               const std::optional<core::Time>& time) {
    if (time) show({name, labels, static_cast<double>(time->time_since_epoch().count())});
}

void show_ready(const Show& show, std::string_view name, const api::Meta& meta,
                const std::vector<api::Condition>& conditions) {
    const api::Condition* ready = api::find_condition(conditions, api::kReady);
    const std::string status = ready == nullptr ? "Unknown" : ready->status;
    for (const char* value : {"True", "False", "Unknown"})
        show({name,
              {{"namespace", meta.space}, {"name", meta.name}, {"condition", value}},
              status == value ? 1.0 : 0.0});
}

void show_certificate(const Show& show, const api::Certificate& certificate) {
    const api::CertificateStatus& status = certificate.status;
    const api::IssuerRef& issuer = certificate.spec.issuer_ref;
    const Labels name{{"namespace", certificate.meta.space}, {"name", certificate.meta.name}};
    Labels full = name;
    full.emplace_back("issuer_kind", issuer.kind);
    full.emplace_back("issuer_namespace",
                      issuer.space.empty() ? certificate.meta.space : issuer.space);
    full.emplace_back("issuer", issuer.name);
    show_time(show, "stackseal_certificate_not_before_timestamp_seconds", full, status.not_before);
    show_time(show, "stackseal_certificate_not_after_timestamp_seconds", full, status.not_after);
    show_time(show, "stackseal_certificate_renewal_timestamp_seconds", full, status.renewal_time);
    show_ready(show, "stackseal_certificate_ready", certificate.meta, status.conditions);
    show({"stackseal_certificate_consecutive_failures", name,
          static_cast<double>(status.failed_attempts)});
    show_time(show, "stackseal_certificate_next_attempt_timestamp_seconds", name,
              status.next_attempt);
}

std::string key_algorithm(const api::SecretFacts& secret) {
    return secret.pair.key_spec ? core::to_string(*secret.pair.key_spec) : "unknown";
}

void show_info(const Show& show, const api::Certificate& certificate, ports::Reader& reader) {
    const core::Ref ref{core::Resource::kSecret, certificate.meta.space,
                        certificate.spec.secret_name};
    if (certificate.status.fingerprint.empty()) return;
    const auto secret = ports::find<api::SecretFacts>(reader, ref);
    if (!secret || !*secret) return;
    show({"stackseal_certificate_info",
          {{"namespace", certificate.meta.space},
           {"name", certificate.meta.name},
           {"fingerprint_sha256", certificate.status.fingerprint},
           {"key_algorithm", key_algorithm(**secret)},
           {"ca_generation", std::to_string(certificate.status.issuer_generation)}},
          1});
}

/// Where the pair lies that an Issuer signs with; absent: it has none of its own.
std::optional<core::Ref> signer_of(const api::Issuer& issuer, const std::string& authority_space) {
    if (const auto* ca = std::get_if<api::CaSecret>(&issuer.spec.source))
        return core::Ref{core::Resource::kSecret, issuer.meta.space, ca->secret_name};
    if (issuer.status.generations.empty()) return std::nullopt;
    return core::Ref{core::Resource::kSecret, authority_space,
                     issuer.status.generations.back().secret_name};
}

/// The status tells only the end; an alert needs the whole life, to judge what is left of it.
std::optional<core::Time> begin_of(const std::optional<core::Ref>& signer, ports::Reader& reader) {
    if (!signer) return std::nullopt;
    const auto secret = ports::find<api::SecretFacts>(reader, *signer);
    if (!secret || !*secret || (*secret)->pair.chain.empty()) return std::nullopt;
    return (*secret)->pair.chain[0].not_before;
}

void show_issuer(const Show& show, const api::Issuer& issuer, ports::Reader& reader,
                 const std::string& authority_space) {
    const Labels name{{"namespace", issuer.meta.space}, {"issuer", issuer.meta.name}};
    Labels current = name;
    current.emplace_back("role", "current");
    show_ready(show, "stackseal_issuer_ready", issuer.meta, issuer.status.conditions);
    show_time(show, "stackseal_ca_not_before_timestamp_seconds", current,
              begin_of(signer_of(issuer, authority_space), reader));
    show_time(show, "stackseal_ca_not_after_timestamp_seconds", current, issuer.status.not_after);
    if (!issuer.status.generations.empty())
        show({"stackseal_ca_generation", name,
              static_cast<double>(issuer.status.generations.back().number)});
}

}  // namespace

void show_certificates(ports::Reader& reader, const ports::Show& show) {
    const auto objects = reader.select({core::Resource::kCertificate, ""});
    if (!objects) return;
    for (const api::Object& object : *objects) {
        const auto& certificate = *std::get<api::Snapshot<api::Certificate>>(object);
        show_certificate(show, certificate);
        show_info(show, certificate, reader);
    }
}

void show_issuers(ports::Reader& reader, const std::string& authority_space,
                  const ports::Show& show) {
    const auto objects = reader.select({core::Resource::kIssuer, ""});
    if (!objects) return;
    for (const api::Object& object : *objects)
        show_issuer(show, *std::get<api::Snapshot<api::Issuer>>(object), reader, authority_space);
}

}  // namespace stackseal::app
