// SPDX-License-Identifier: Apache-2.0
// The pod's own configuration, and the order in which the sources of one are tried.
#include "controller/kube/config.hpp"

#include <cstdlib>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/kube/files.hpp"

namespace stackseal::kube {

namespace {

std::string environment(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): read once, at start
    return value == nullptr ? "" : value;
}

core::Error bad_server(const std::string& url, std::string_view why) {
    return {core::Code::kInvalid, core::concat("server ", core::quoted(url), ": ", why)};
}

std::vector<std::string> split_paths(const std::string& text) {
    std::vector<std::string> paths;
    std::size_t start = 0;
    while (start <= text.size()) {
        const std::size_t end = std::min(text.find(':', start), text.size());
        if (end > start) paths.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return paths;
}

std::string trimmed_line(std::string_view text) {
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    return std::string(end == std::string_view::npos ? "" : text.substr(0, end + 1));
}

bool in_pod(const PodSurroundings& pod) {
    return !pod.host.empty() && !pod.port.empty() && stamp_of(pod.folder + "/token").size >= 0;
}

/// The HTTP library reaches no IPv6 literal; the API server's certificate has this name, too.
std::string pod_host(const PodSurroundings& pod) {
    return pod.host.find(':') == std::string::npos ? pod.host : "kubernetes.default.svc";
}

}  // namespace

core::Result<std::pair<std::string, std::string>> split_server(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const std::string_view kind = std::string_view(url).substr(0, std::min(scheme, url.size()));
    if (scheme == std::string::npos || (kind != "https" && kind != "http"))
        return bad_server(url, "must begin with https://");
    const std::size_t path = std::min(url.find('/', scheme + 3), url.size());
    const std::string_view host = std::string_view(url).substr(scheme + 3, path - scheme - 3);
    if (host.empty()) return bad_server(url, "names no host");
    if (host.find('@') != std::string_view::npos)
        return core::Error{core::Code::kInvalid,
                           "a server with a user name in its URL is not supported: put the "
                           "credentials under users"};
    if (host.find('[') != std::string_view::npos)
        return bad_server(url, "an IPv6 address cannot be connected to: use a host name");
    if (url.find_first_of("?# ") != std::string::npos)
        return bad_server(url, "must have no query and no fragment");
    std::string prefix = url.substr(path);
    while (!prefix.empty() && prefix.back() == '/') prefix.pop_back();
    return std::pair(url.substr(0, path), std::move(prefix));
}

core::Result<Config> in_cluster(const PodSurroundings& pod) {
    if (!in_pod(pod))
        return core::Error{core::Code::kNotFound,
                           core::concat("not in a pod: KUBERNETES_SERVICE_HOST, "
                                        "KUBERNETES_SERVICE_PORT or ",
                                        pod.folder, "/token is missing")};
    Config config;
    config.origin = "the pod's service account";
    STACKSEAL_TRY(const auto server,
                  split_server(core::concat("https://", pod_host(pod), ":", pod.port)));
    config.server = server.first;
    config.ca.file = pod.folder + "/ca.crt";
    config.token_file = pod.folder + "/token";
    if (const auto space = read_small_file(pod.folder + "/namespace", 1024))
        config.space = trimmed_line(space->reveal());
    return config;
}

ConfigSearch search_environment() {
    ConfigSearch search;
    search.kubeconfig_env = environment("KUBECONFIG");
    search.home = environment("HOME");
    search.pod.host = environment("KUBERNETES_SERVICE_HOST");
    search.pod.port = environment("KUBERNETES_SERVICE_PORT");
    return search;
}

core::Result<Config> find_config(const ConfigSearch& search) {
    if (!search.kubeconfig_flag.empty())
        return load_kubeconfig({search.kubeconfig_flag}, search.context_flag);
    if (const auto paths = split_paths(search.kubeconfig_env); !paths.empty())
        return load_kubeconfig(paths, search.context_flag);
    // A context can only be meant for a kubeconfig.
    if (search.context_flag.empty() && in_pod(search.pod)) return in_cluster(search.pod);
    const std::string standard = search.home + "/.kube/config";
    if (!search.home.empty() && stamp_of(standard).size >= 0)
        return load_kubeconfig({standard}, search.context_flag);
    return core::Error{core::Code::kNotFound,
                       "no Kubernetes configuration: give --kubeconfig, set KUBECONFIG, run in a "
                       "pod with a service account, or have a ~/.kube/config"};
}

}  // namespace stackseal::kube
