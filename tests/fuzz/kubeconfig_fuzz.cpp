// SPDX-License-Identifier: Apache-2.0
// Kubeconfig files: what is read can be used, what is refused is not quoted where it is secret.
#include "controller/kube/config.hpp"
#include "controller/kube/exec_plugin.hpp"
#include "controller/text/json.hpp"
#include "tests/fuzz/claims.hpp"
#include "tests/fuzz/documents.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

using namespace stackseal;
using core::Value;
using fuzz::require;

void check_accepted(const kube::Config& config) {
    const auto server = kube::split_server(config.server + config.prefix);
    require(server.has_value() && server->first == config.server && server->second == config.prefix,
            "the server is one", config.server);
    require(!config.insecure || config.ca.empty(), "an anchor is not ignored");
    require(config.client_certificate.empty() == config.client_key.empty(), "a whole pair");
    if (!config.exec) return;
    require(!config.exec->command.empty(), "a plugin has a command");
    require(text::parse_json(kube::exec_info(config)).has_value(), "what a plugin is told is JSON");
}

/// The user with the canary in all that is secret.
Value marked(Value user) {
    if (!user.is_object()) return user;
    for (const std::string_view key : {"token", "password", "client-key-data"})
        user.set(key, Value::of(std::string(user.text_at({key})).append(fuzz::kCanary)));
    return user;
}

Value marked_users(const Value& document) {
    const Value* users = document.find("users");
    if (users == nullptr || users->items() == nullptr) return document;
    Value::Array all;
    for (Value entry : *users->items()) {
        if (const Value* user = entry.find("user")) entry.set("user", marked(*user));
        all.push_back(std::move(entry));
    }
    Value out = document;
    out.set("users", Value::array(std::move(all)));
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static fuzz::MemoryFile file;
    const std::string_view input = fuzz::text_of(data, size);
    if (input.find(fuzz::kCanary) != std::string_view::npos) return -1;
    file.write(input);
    const auto config = kube::load_kubeconfig({file.path()});
    if (config)
        check_accepted(*config);
    else
        fuzz::require_refusal(config.error(), core::Code::kInvalid);
    for (const Value& document : fuzz::documents_of(input)) {
        file.write(text::to_json(marked_users(document)));
        const auto other = kube::load_kubeconfig({file.path()});
        fuzz::require_silent(other ? other->origin + other->server : other.error().message);
    }
    return 0;
}
