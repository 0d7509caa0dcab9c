// SPDX-License-Identifier: Apache-2.0
// Which API server, and who we are there: from kubeconfig files or from the pod we run in.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"

namespace stackseal::kube {

/// PEM text from a file or written out; both empty: none. Data beats the file.
struct PemSource {
    std::string file;
    core::SecretBytes data;

    bool empty() const { return file.empty() && data.empty(); }
};

/// A program that prints credentials. Source: client.authentication.k8s.io ExecCredential.
struct ExecConfig {
    std::string command;
    std::vector<std::string> args;
    std::vector<std::pair<std::string, std::string>> env;
    std::string api_version;  ///< "client.authentication.k8s.io/v1" or "/v1beta1"
    std::string install_hint;
    bool provide_cluster_info = false;
};

/// Whom we act as; empty user: ourselves.
struct Impersonation {
    std::string user;
    std::string uid;
    std::vector<std::string> groups;
    std::vector<std::pair<std::string, std::vector<std::string>>> extra;
};

/// Everything that is needed to reach and to log in to one API server.
struct Config {
    std::string origin;  ///< where it was written, for messages: "kubeconfig /x, context \"a\""
    std::string server;  ///< "https://host:port", no path
    std::string prefix;  ///< a path before all others ("/k8s/clusters/c-1"), or ""
    std::string space;   ///< the context's or the pod's namespace; "": not said
    PemSource ca;        ///< empty: the system's trust anchors
    std::string tls_server_name;
    bool insecure = false;  ///< insecure-skip-tls-verify
    core::SecretBytes token;
    std::string token_file;  ///< beats token
    PemSource client_certificate;
    PemSource client_key;
    std::optional<ExecConfig> exec;
    Impersonation as;
};

/// Reads kubeconfig files and merges them: the first definition of a name wins, the first
/// current-context and no other counts, relative paths are against the file that holds them.
/// Files that do not exist are skipped unless none does. context: "" takes current-context.
/// Errors: kInvalid, naming file, name and remedy; kNotFound when no file exists.
core::Result<Config> load_kubeconfig(const std::vector<std::string>& paths,
                                     const std::string& context = "");

/// Where a pod finds its service account. Source: the projected volume of kubelet.
struct PodSurroundings {
    std::string folder = "/var/run/secrets/kubernetes.io/serviceaccount";
    std::string host;  ///< KUBERNETES_SERVICE_HOST
    std::string port;  ///< KUBERNETES_SERVICE_PORT
};

/// The pod's own server and token. Errors: kNotFound outside of a pod; kInvalid.
core::Result<Config> in_cluster(const PodSurroundings& pod);

/// What the precedence looks at; environment variables as values, so that tests need none.
struct ConfigSearch {
    std::string kubeconfig_flag;  ///< --kubeconfig
    std::string context_flag;     ///< --context
    std::string kubeconfig_env;   ///< $KUBECONFIG: paths with ":" between
    std::string home;             ///< $HOME
    PodSurroundings pod;
};

/// From this process's environment.
ConfigSearch search_environment();

/// --kubeconfig, then $KUBECONFIG, then the pod, then ~/.kube/config; the first that is given
/// decides. Errors: those of load_kubeconfig and in_cluster; kNotFound, naming all four.
core::Result<Config> find_config(const ConfigSearch& search);

/// Splits "https://host:port/path" into server and prefix. Errors: kInvalid for another scheme,
/// user info, query, or an IPv6 literal (the HTTP library cannot connect to one: use a name).
core::Result<std::pair<std::string, std::string>> split_server(const std::string& url);

}  // namespace stackseal::kube
