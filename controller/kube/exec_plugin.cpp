// SPDX-License-Identifier: Apache-2.0
// The exec protocol of client-go (plugin/pkg/client/auth/exec): documents, and how long they hold.
#include "controller/kube/exec_plugin.hpp"

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/core/value.hpp"
#include "controller/text/json.hpp"

namespace stackseal::kube {

namespace {

core::Error bad_output(std::string_view what) {
    return {core::Code::kInvalid, core::concat("credential plugin: ", what)};
}

core::Result<std::optional<core::Time>> expiry_of(const core::Value& document) {
    const std::string_view text = document.text_at({"status", "expirationTimestamp"});
    if (text.empty()) return std::optional<core::Time>();
    auto time = core::parse_rfc3339(text);
    if (!time) return bad_output("status.expirationTimestamp is no time");
    return std::optional<core::Time>(*time);
}

core::Result<void> check_form(const core::Value& document, const std::string& api_version) {
    if (document.text_at({"kind"}) != "ExecCredential")
        return bad_output("its output is no ExecCredential");
    const std::string_view got = document.text_at({"apiVersion"});
    if (got == api_version) return {};
    return bad_output(core::concat("its output is of apiVersion ", core::quoted(got),
                                   ", but the kubeconfig says \"", api_version, "\""));
}

core::Value cluster_info(const Config& config) {
    core::Value cluster =
        core::Value::object({{"server", core::Value::of(config.server + config.prefix)}});
    if (!config.tls_server_name.empty())
        cluster.set("tls-server-name", core::Value::of(config.tls_server_name));
    if (config.insecure) cluster.set("insecure-skip-tls-verify", core::Value::of(true));
    return cluster;
}

}  // namespace

core::Result<ExecCredential> parse_exec_credential(std::string_view json,
                                                   const std::string& api_version) {
    const auto document = text::parse_json(json);
    // The parser's message may quote the text, which may be a token.
    if (!document) return bad_output("its output is no JSON");
    STACKSEAL_CHECK(check_form(*document, api_version));
    ExecCredential out;
    out.token = core::SecretBytes(document->text_at({"status", "token"}));
    out.certificate_pem = document->text_at({"status", "clientCertificateData"});
    out.key_pem = core::SecretBytes(document->text_at({"status", "clientKeyData"}));
    if (out.certificate_pem.empty() != out.key_pem.empty())
        return bad_output("it gave a client certificate or a key without the other");
    if (out.token.empty() && out.key_pem.empty())
        return bad_output("it gave neither a token nor a client certificate");
    STACKSEAL_TRY(out.expires, expiry_of(*document));
    return out;
}

std::string exec_info(const Config& config) {
    core::Value spec = core::Value::object({{"interactive", core::Value::of(false)}});
    if (config.exec->provide_cluster_info) spec.set("cluster", cluster_info(config));
    return text::to_json(
        core::Value::object({{"apiVersion", core::Value::of(config.exec->api_version)},
                             {"kind", core::Value::of("ExecCredential")},
                             {"spec", std::move(spec)}}));
}

ExecPlugin::ExecPlugin(Run run, std::string api_version, ports::Clock& clock)
    : run_(std::move(run)), api_version_(std::move(api_version)), clock_(clock) {}

bool ExecPlugin::usable() const {
    return kept_ && (!kept_->expires || core::seconds_of(clock_.now()) < *kept_->expires);
}

core::Result<std::shared_ptr<const ExecCredential>> ExecPlugin::credential() {
    // Held while the program runs: others wait for its answer instead of asking it, too.
    const std::lock_guard lock(mutex_);
    if (usable()) return kept_;
    STACKSEAL_TRY(const core::SecretBytes output, run_());
    STACKSEAL_TRY(ExecCredential fresh, parse_exec_credential(output.reveal(), api_version_));
    kept_ = std::make_shared<const ExecCredential>(std::move(fresh));
    return kept_;
}

void ExecPlugin::reject(std::string_view refused) {
    const std::lock_guard lock(mutex_);
    if (kept_ && kept_->token.reveal() == refused) kept_.reset();
}

}  // namespace stackseal::kube
