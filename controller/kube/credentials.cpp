// SPDX-License-Identifier: Apache-2.0
// The order of the ways to log in: exec, token file, token; a client certificate goes beside any.
#include "controller/kube/credentials.hpp"

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/answer.hpp"
#include "controller/kube/requests.hpp"

namespace stackseal::kube {

namespace {

constexpr std::string_view kBearer = "Bearer ";

void add_impersonation(ports::Headers& headers, const Impersonation& as) {
    if (as.user.empty()) return;
    headers.emplace_back("Impersonate-User", as.user);
    if (!as.uid.empty()) headers.emplace_back("Impersonate-Uid", as.uid);
    for (const std::string& group : as.groups) headers.emplace_back("Impersonate-Group", group);
    for (const auto& [key, values] : as.extra)
        for (const std::string& value : values)
            headers.emplace_back("Impersonate-Extra-" + percent_encode(key), value);
}

ExecPlugin::Run run_of(const Config& config) {
    if (!config.exec) return {};
    return [command = exec_command(config)] { return run_command(command); };
}

}  // namespace

Credentials::Credentials(Config config, ports::Clock& clock, ports::Log& log)
    : Credentials(std::move(config), clock, log, {}) {}

Credentials::Credentials(Config config, ports::Clock& clock, ports::Log& log, ExecPlugin::Run run)
    : config_(std::move(config)) {
    if (config_.exec)
        exec_ = std::make_shared<ExecPlugin>(run ? std::move(run) : run_of(config_),
                                             config_.exec->api_version, clock);
    if (!config_.token_file.empty())
        token_file_ = std::make_unique<TokenFile>(config_.token_file, clock);
    tls_ = std::make_shared<TlsFiles>(config_, exec_, clock, log);
}

core::Result<core::SecretBytes> Credentials::token() {
    if (exec_) {
        STACKSEAL_TRY(const auto credential, exec_->credential());
        return credential->token.copy();
    }
    if (token_file_) return token_file_->token();
    return config_.token.copy();
}

core::Result<ports::Headers> Credentials::headers() {
    STACKSEAL_TRY(const core::SecretBytes bearer, token());
    ports::Headers headers;
    if (!bearer.empty())
        headers.emplace_back("Authorization", core::concat(kBearer, bearer.reveal()));
    add_impersonation(headers, config_.as);
    return headers;
}

bool Credentials::reject(const ports::Headers& refused) {
    const std::string_view field = header(refused, "Authorization");
    const std::string_view bearer =
        field.starts_with(kBearer) ? field.substr(kBearer.size()) : std::string_view();
    if (exec_) {
        exec_->reject(bearer);
        return true;
    }
    if (token_file_) token_file_->reject(bearer);
    return token_file_ != nullptr;
}

TlsSource Credentials::tls() {
    return [files = tls_] { return files->current(); };
}

}  // namespace stackseal::kube
