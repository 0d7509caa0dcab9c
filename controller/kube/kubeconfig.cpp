// SPDX-License-Identifier: Apache-2.0
// kubeconfig files: merged as client-go's clientcmd does, read strictly where it is lax.
#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/core/base64.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/core/value.hpp"
#include "controller/kube/config.hpp"
#include "controller/kube/files.hpp"
#include "controller/text/yaml.hpp"

namespace stackseal::kube {

namespace {

constexpr std::size_t kFileLimit = 1U << 20U;

/// One named cluster, user or context, and the file that defines it.
struct Entry {
    core::Value body;
    std::string file;
};
using Entries = std::map<std::string, Entry>;

/// All files together.
struct Merged {
    Entries clusters;
    Entries users;
    Entries contexts;
    std::string current;
    std::string current_file;
    std::vector<std::string> files;
};

core::Error invalid(const std::string& file, std::string_view what) {
    return {core::Code::kInvalid, core::concat("kubeconfig ", file, ": ", what)};
}

std::string text_of(const core::Value& body, std::string_view key) {
    return std::string(body.text_at({key}));
}

bool truth_of(const core::Value& body, std::string_view key) {
    const core::Value* at = body.find(key);
    const bool* truth = at == nullptr ? nullptr : std::get_if<bool>(&at->held);
    return truth != nullptr && *truth;
}

std::vector<std::string> texts_of(const core::Value& body, std::string_view key) {
    std::vector<std::string> out;
    const core::Value* list = body.find(key);
    if (list == nullptr || list->items() == nullptr) return out;
    for (const core::Value& item : *list->items())
        if (item.text() != nullptr) out.push_back(*item.text());
    return out;
}

core::Result<core::Value> read_document(const std::string& path) {
    STACKSEAL_TRY(const core::SecretBytes text, read_small_file(path, kFileLimit));
    auto documents = text::parse_yaml(text.reveal());
    if (!documents) return invalid(path, documents.error().message);
    if (documents->empty()) return core::Value::object();
    if (documents->size() > 1 || !documents->front().is_object())
        return invalid(path, "must hold one YAML mapping");
    return std::move(documents->front());
}

/// Takes the entries of "clusters", "users" or "contexts" over; a name that is known stays as it
/// is.
core::Result<void> merge_entries(Entries& into, const core::Value& document,
                                 const std::string& file,
                                 std::pair<std::string_view, std::string_view> keys) {
    const core::Value* list = document.find(keys.first);
    if (list == nullptr || list->is_null()) return {};
    if (list->items() == nullptr) return invalid(file, core::concat(keys.first, " must be a list"));
    for (const core::Value& item : *list->items()) {
        const core::Value* body = item.find(keys.second);
        const std::string name = text_of(item, "name");
        if (name.empty()) return invalid(file, core::concat(keys.first, ": an entry has no name"));
        into.emplace(name, Entry{body == nullptr ? core::Value::object() : *body, file});
    }
    return {};
}

core::Result<void> merge_file(Merged& into, const std::string& path) {
    STACKSEAL_TRY(const core::Value document, read_document(path));
    STACKSEAL_CHECK(merge_entries(into.clusters, document, path, {"clusters", "cluster"}));
    STACKSEAL_CHECK(merge_entries(into.users, document, path, {"users", "user"}));
    STACKSEAL_CHECK(merge_entries(into.contexts, document, path, {"contexts", "context"}));
    const std::string current = text_of(document, "current-context");
    if (into.current.empty() && !current.empty()) {
        into.current = current;
        into.current_file = path;
    }
    into.files.push_back(path);
    return {};
}

core::Result<Merged> merge(const std::vector<std::string>& paths) {
    Merged merged;
    for (const std::string& path : paths) {
        if (stamp_of(path).size < 0) continue;
        STACKSEAL_CHECK(merge_file(merged, path));
    }
    if (merged.files.empty())
        return core::Error{core::Code::kNotFound,
                           core::concat("kubeconfig ", core::join(paths, ", "), ": no such file")};
    return merged;
}

std::string known(const Entries& entries) {
    constexpr std::size_t kMost = 10;
    if (entries.empty()) return "none";
    std::vector<std::string> names;
    for (const auto& entry : entries)
        if (names.size() < kMost) names.push_back(core::plain(entry.first, 64));
    if (entries.size() > kMost)
        names.push_back(core::concat("and ", entries.size() - kMost, " more"));
    return core::join(names, ", ");
}

/// The entry that a context names: kind is "cluster" or "user".
core::Result<const Entry*> named_by(const Entry& context, const std::string& context_name,
                                    std::string_view kind, const Entries& entries) {
    const std::string name = text_of(context.body, kind);
    if (name.empty())
        return invalid(context.file,
                       core::concat("context ", core::quoted(context_name), " names no ", kind));
    const auto it = entries.find(name);
    if (it != entries.end()) return &it->second;
    return invalid(context.file, core::concat("context ", core::quoted(context_name), " names ",
                                              kind, " ", core::quoted(name),
                                              ", which does not exist; known: ", known(entries)));
}

core::Result<const Entry*> find_context(const Merged& merged, const std::string& wanted) {
    const std::string name = wanted.empty() ? merged.current : wanted;
    const std::string files = core::join(merged.files, ", ");
    if (name.empty())
        return invalid(files, core::concat("no current-context is set; name one with --context; "
                                           "known: ",
                                           known(merged.contexts)));
    const auto it = merged.contexts.find(name);
    if (it != merged.contexts.end()) return &it->second;
    return invalid(wanted.empty() ? merged.current_file : files,
                   core::concat("context ", core::quoted(name),
                                " does not exist; known: ", known(merged.contexts)));
}

/// A path against the folder of the file that names it.
std::string resolved(const std::string& path, const std::string& file) {
    if (path.empty() || path.front() == '/') return path;
    const std::size_t slash = file.rfind('/');
    return slash == std::string::npos ? path : file.substr(0, slash + 1) + path;
}

/// Base64 that YAML or a person broke into lines, in one.
std::string joined(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    std::ranges::copy_if(text, std::back_inserter(out),
                         [](char c) { return c != ' ' && c != '\n' && c != '\r'; });
    return out;
}

/// "key" names a file, "key-data" holds the same in base64 and wins.
core::Result<PemSource> pem_source(const Entry& entry, const std::string& key) {
    PemSource source;
    const std::string_view data = entry.body.text_at({key + "-data"});
    if (data.empty()) {
        source.file = resolved(text_of(entry.body, key), entry.file);
        return source;
    }
    auto decoded = core::base64_decode(core::SecretBytes::take(joined(data)).reveal());
    if (!decoded) return invalid(entry.file, core::concat(key, "-data is not base64"));
    source.data = *std::move(decoded);
    return source;
}

core::Result<void> read_cluster(Config& config, const Entry& cluster) {
    const std::string url = text_of(cluster.body, "server");
    if (url.empty()) return invalid(cluster.file, "the cluster has no server");
    auto server = split_server(url);
    if (!server) return invalid(cluster.file, server.error().message);
    config.server = server->first;
    config.prefix = server->second;
    config.tls_server_name = text_of(cluster.body, "tls-server-name");
    config.insecure = truth_of(cluster.body, "insecure-skip-tls-verify");
    STACKSEAL_TRY(config.ca, pem_source(cluster, "certificate-authority"));
    if (config.insecure && !config.ca.empty())
        return invalid(cluster.file,
                       "insecure-skip-tls-verify and certificate-authority exclude "
                       "each other: remove one");
    if (!text_of(cluster.body, "proxy-url").empty())
        return invalid(cluster.file, "proxy-url is not supported");
    return {};
}

core::Result<void> check_exec(const Entry& user, const ExecConfig& exec,
                              const std::string& interactive) {
    if (exec.command.empty()) return invalid(user.file, "exec has no command");
    if (exec.api_version != "client.authentication.k8s.io/v1" &&
        exec.api_version != "client.authentication.k8s.io/v1beta1")
        return invalid(user.file,
                       core::concat("exec.apiVersion must be client.authentication.k8s.io"
                                    "/v1 or /v1beta1, got ",
                                    core::quoted(exec.api_version)));
    if (interactive == "Always")
        return invalid(user.file,
                       "exec.interactiveMode is Always, but there is no terminal here: "
                       "use a plugin that works without");
    return {};
}

core::Result<std::optional<ExecConfig>> read_exec(const Entry& user) {
    const core::Value* body = user.body.find("exec");
    if (body == nullptr || body->is_null()) return std::optional<ExecConfig>();
    ExecConfig exec;
    const std::string command = text_of(*body, "command");
    exec.command = command.find('/') == std::string::npos ? command : resolved(command, user.file);
    exec.args = texts_of(*body, "args");
    exec.api_version = text_of(*body, "apiVersion");
    exec.install_hint = text_of(*body, "installHint");
    exec.provide_cluster_info = truth_of(*body, "provideClusterInfo");
    if (const core::Value* env = body->find("env"); env != nullptr && env->items() != nullptr)
        for (const core::Value& item : *env->items())
            exec.env.emplace_back(text_of(item, "name"), text_of(item, "value"));
    STACKSEAL_CHECK(check_exec(user, exec, text_of(*body, "interactiveMode")));
    return std::optional<ExecConfig>(std::move(exec));
}

core::Result<Impersonation> read_impersonation(const Entry& user) {
    Impersonation as;
    as.user = text_of(user.body, "as");
    as.uid = text_of(user.body, "as-uid");
    as.groups = texts_of(user.body, "as-groups");
    const core::Value* extra = user.body.find("as-user-extra");
    if (extra != nullptr && extra->members() != nullptr)
        for (const auto& member : *extra->members())
            as.extra.emplace_back(member.first, texts_of(*extra, member.first));
    if (as.user.empty() && !(as.uid.empty() && as.groups.empty() && as.extra.empty()))
        return invalid(user.file, "as-uid, as-groups and as-user-extra need as");
    return as;
}

/// One way to log in; a client certificate may stand beside a token.
core::Result<void> check_login(const Config& config, const Entry& user) {
    const bool tokens = !config.token.empty() || !config.token_file.empty();
    if (config.exec && (tokens || !config.client_certificate.empty()))
        return invalid(user.file, "the user has exec and another way to log in: keep one");
    if (config.client_certificate.empty() != config.client_key.empty())
        return invalid(user.file, "client-certificate and client-key must be given together");
    if (!text_of(user.body, "username").empty())
        return invalid(user.file, "username and password are no longer understood by Kubernetes");
    if (user.body.find("auth-provider") != nullptr)
        return invalid(user.file, "auth-provider was removed from Kubernetes: use exec");
    return {};
}

core::Result<void> read_user(Config& config, const Entry& user) {
    config.token = core::SecretBytes(user.body.text_at({"token"}));
    config.token_file = resolved(text_of(user.body, "tokenFile"), user.file);
    STACKSEAL_TRY(config.client_certificate, pem_source(user, "client-certificate"));
    STACKSEAL_TRY(config.client_key, pem_source(user, "client-key"));
    STACKSEAL_TRY(config.exec, read_exec(user));
    STACKSEAL_TRY(config.as, read_impersonation(user));
    return check_login(config, user);
}

}  // namespace

core::Result<Config> load_kubeconfig(const std::vector<std::string>& paths,
                                     const std::string& context) {
    STACKSEAL_TRY(const Merged merged, merge(paths));
    STACKSEAL_TRY(const Entry* chosen, find_context(merged, context));
    const std::string name = context.empty() ? merged.current : context;
    STACKSEAL_TRY(const Entry* cluster, named_by(*chosen, name, "cluster", merged.clusters));
    Config config;
    config.origin = core::concat("kubeconfig ", chosen->file, ", context ", core::quoted(name));
    config.space = text_of(chosen->body, "namespace");
    STACKSEAL_CHECK(read_cluster(config, *cluster));
    if (text_of(chosen->body, "user").empty()) return config;
    STACKSEAL_TRY(const Entry* user, named_by(*chosen, name, "user", merged.users));
    STACKSEAL_CHECK(read_user(config, *user));
    return config;
}

}  // namespace stackseal::kube
