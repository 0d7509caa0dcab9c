// SPDX-License-Identifier: Apache-2.0
// kubeconfig files, merged and refused; the pod; and which of them counts.
#include "controller/kube/config.hpp"

#include <gmock/gmock.h>

#include "tests/unit/controller/kube/folder.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using testing::ElementsAre;
using testing::HasSubstr;

/// One cluster, one user, one context; the pieces may be replaced.
struct Pieces {
    std::string cluster = "server: https://api:6443";
    std::string user = "token: t-1";
    std::string context = "{cluster: c, user: u, namespace: ops}";
    std::string current = "current-context: x";
};

std::string kubeconfig(const Pieces& pieces) {
    return "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {" + pieces.cluster +
           "}\nusers:\n- name: u\n  user: {" + pieces.user +
           "}\ncontexts:\n- name: x\n  context: " + pieces.context + "\n" + pieces.current + "\n";
}

core::Result<Config> load(const Folder& folder, const Pieces& pieces) {
    return load_kubeconfig({folder.write("config", kubeconfig(pieces))});
}

TEST(Kubeconfig, ReadsTheCurrentContext) {
    const Folder folder;
    const auto config = load(folder, {});
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->server, "https://api:6443");
    EXPECT_EQ(config->prefix, "");
    EXPECT_EQ(config->space, "ops");
    EXPECT_EQ(config->token.reveal(), "t-1");
    EXPECT_EQ(config->origin, "kubeconfig " + folder.at("config") + ", context \"x\"");
    EXPECT_FALSE(config->insecure);
}

TEST(Kubeconfig, ReadsEveryFieldOfClusterAndUser) {
    const Folder folder;
    Pieces pieces;
    pieces.cluster =
        "server: 'https://lb.example/k8s/clusters/c-1/', tls-server-name: kubernetes, "
        "certificate-authority: ca/ca.pem";
    pieces.user =
        "tokenFile: token, client-certificate-data: Y2VydA==, client-key: /abs/key.pem, as: bob, "
        "as-uid: u7, as-groups: [a, b], as-user-extra: {scopes: [s1, s2]}";
    const auto config = load(folder, pieces);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->server, "https://lb.example");
    EXPECT_EQ(config->prefix, "/k8s/clusters/c-1");
    EXPECT_EQ(config->tls_server_name, "kubernetes");
    EXPECT_EQ(config->ca.file, folder.at("ca/ca.pem"));
    EXPECT_EQ(config->token_file, folder.at("token"));
    EXPECT_EQ(config->client_certificate.data.reveal(), "cert");
    EXPECT_EQ(config->client_key.file, "/abs/key.pem");
    EXPECT_EQ(config->as.user, "bob");
    EXPECT_EQ(config->as.uid, "u7");
    EXPECT_THAT(config->as.groups, ElementsAre("a", "b"));
    ASSERT_EQ(config->as.extra.size(), 1U);
    EXPECT_EQ(config->as.extra[0].first, "scopes");
    EXPECT_THAT(config->as.extra[0].second, ElementsAre("s1", "s2"));
}

TEST(Kubeconfig, DataBeatsTheFileEvenInLines) {
    const Folder folder;
    Pieces pieces;
    pieces.cluster =
        "server: 'https://a', certificate-authority: ca.pem, certificate-authority-data: 'aGVs "
        "bG8='";
    const auto config = load(folder, pieces);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->ca.data.reveal(), "hello");
    EXPECT_EQ(config->ca.file, "");
}

TEST(Kubeconfig, ReadsAnExecPlugin) {
    const Folder folder;
    Pieces pieces;
    pieces.user =
        "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, args: [a, b], "
        "env: [{name: N, value: v}], installHint: 'get it', provideClusterInfo: true, "
        "interactiveMode: IfAvailable}";
    const auto config = load(folder, pieces);
    ASSERT_TRUE(config) << config.error().message;
    ASSERT_TRUE(config->exec);
    EXPECT_EQ(config->exec->command, folder.path() + "/./bin/login");
    EXPECT_THAT(config->exec->args, ElementsAre("a", "b"));
    EXPECT_THAT(config->exec->env, ElementsAre(std::pair<std::string, std::string>("N", "v")));
    EXPECT_EQ(config->exec->install_hint, "get it");
    EXPECT_TRUE(config->exec->provide_cluster_info);
}

TEST(Kubeconfig, ABareCommandIsLookedUpInThePath) {
    const Folder folder;
    Pieces pieces;
    pieces.user = "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: login}";
    const auto config = load(folder, pieces);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->exec->command, "login");
}

struct RefusalRow {
    Pieces pieces;
    std::string wanted;
};

TEST(Kubeconfig, RefusesWhatCannotWorkAndSaysWhy) {
    const Pieces good;
    const auto cluster = [&](const std::string& text) {
        Pieces p = good;
        p.cluster = text;
        return p;
    };
    const auto user = [&](const std::string& text) {
        Pieces p = good;
        p.user = text;
        return p;
    };
    const auto context = [&](const std::string& text, const std::string& current) {
        Pieces p = good;
        p.context = text;
        p.current = current;
        return p;
    };
    const std::string exec = "exec: {command: c, apiVersion: ";
    const RefusalRow table[] = {
        {cluster("x: y"), "the cluster has no server"},
        {cluster("server: 'ftp://a'"), "must begin with https://"},
        {cluster("server: 'https://[::1]:6443'"), "use a host name"},
        {cluster("server: 'https://a', insecure-skip-tls-verify: true, certificate-authority: x"),
         "exclude each other"},
        {cluster("server: 'https://a', proxy-url: 'http://p'"), "proxy-url is not supported"},
        {cluster("server: 'https://a', certificate-authority-data: '!!'"),
         "certificate-authority-data is not base64"},
        {user("username: bob, password: x"), "no longer understood"},
        {user("auth-provider: {name: gcp}"), "use exec"},
        {user("token: t, " + exec + "client.authentication.k8s.io/v1}"), "keep one"},
        {user(exec + "v1}"), "exec.apiVersion must be"},
        {user("exec: {apiVersion: client.authentication.k8s.io/v1}"), "exec has no command"},
        {user(exec + "client.authentication.k8s.io/v1, interactiveMode: Always}"), "no terminal"},
        {user("client-certificate: c.pem"), "must be given together"},
        {user("as-groups: [a]"), "need as"},
        {context("{cluster: d, user: u}", good.current),
         R"(context "x" names cluster "d", which does not exist; known: c)"},
        {context("{cluster: c, user: v}", good.current),
         R"(context "x" names user "v", which does not exist; known: u)"},
        {context("{user: u}", good.current), R"(context "x" names no cluster)"},
        {context(good.context, "current-context: y"), R"(context "y" does not exist; known: x)"},
        {context(good.context, ""), "no current-context is set; name one with --context; known: x"},
        {context("[", good.current), "kubeconfig"},
    };
    for (const RefusalRow& row : table) {
        const Folder folder;
        const auto config = load(folder, row.pieces);
        ASSERT_FALSE(config) << row.wanted;
        EXPECT_EQ(config.error().code, Code::kInvalid) << row.wanted;
        EXPECT_THAT(config.error().message, HasSubstr("kubeconfig " + folder.at("config")));
        EXPECT_THAT(config.error().message, HasSubstr(row.wanted));
    }
}

TEST(Kubeconfig, NeverShowsATokenInAnError) {
    const Folder folder;
    Pieces pieces;
    pieces.user = "token: very-secret, username: bob";
    const auto config = load(folder, pieces);
    ASSERT_FALSE(config);
    EXPECT_THAT(config.error().message, testing::Not(HasSubstr("very-secret")));
}

TEST(Kubeconfig, AContextWithoutAUserIsAnonymous) {
    const Folder folder;
    Pieces pieces;
    pieces.context = "{cluster: c}";
    const auto config = load(folder, pieces);
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_TRUE(config->token.empty());
}

TEST(Kubeconfig, TheFirstDefinitionOfSeveralFilesWins) {
    const Folder folder;
    const std::string one =
        folder.write("one/config",
                     "clusters: [{name: c, cluster: {server: 'https://one', "
                     "certificate-authority: ca.pem}}]\ncontexts: [{name: x, context: {cluster: c, "
                     "user: u}}]\n");
    Pieces pieces;
    pieces.cluster = "server: 'https://two'";
    pieces.user = "tokenFile: token";
    const std::string two = folder.write("two/config", kubeconfig(pieces));
    const auto config = load_kubeconfig({folder.at("none"), one, two});
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->server, "https://one");
    EXPECT_EQ(config->ca.file, folder.at("one/ca.pem"));
    EXPECT_EQ(config->token_file, folder.at("two/token"));
    EXPECT_EQ(config->space, "");
}

TEST(Kubeconfig, AContextMayBeNamed) {
    const Folder folder;
    Pieces pieces;
    pieces.current = "- name: y\n  context: {cluster: c, namespace: other}\ncurrent-context: x";
    const std::string path = folder.write("config", kubeconfig(pieces));
    const auto config = load_kubeconfig({path}, "y");
    ASSERT_TRUE(config) << config.error().message;
    EXPECT_EQ(config->space, "other");
    EXPECT_EQ(load_kubeconfig({path}, "z").error().message,
              "kubeconfig " + path + ": context \"z\" does not exist; known: x, y");
}

TEST(Kubeconfig, AbsentAndOversizedFiles) {
    const Folder folder;
    EXPECT_EQ(load_kubeconfig({folder.at("none")}).error().code, Code::kNotFound);
    const std::string large = folder.write("large", std::string((1U << 20U) + 1, '#'));
    EXPECT_THAT(load_kubeconfig({large}).error().message, HasSubstr("at most 1048576"));
    EXPECT_THAT(load_kubeconfig({folder.path()}).error().message, HasSubstr("not a regular file"));
}

TEST(SplitServer, CutsThePath) {
    using Pair = std::pair<std::string, std::string>;
    EXPECT_EQ(*split_server("https://a:1"), Pair("https://a:1", ""));
    EXPECT_EQ(*split_server("https://a:1/"), Pair("https://a:1", ""));
    EXPECT_EQ(*split_server("http://127.0.0.1:8001/x/y"), Pair("http://127.0.0.1:8001", "/x/y"));
    for (const std::string url :
         {"a:6443", "https://", "https://u:p@a", "https://a?x", "https://[::1]"})
        EXPECT_EQ(split_server(url).error().code, Code::kInvalid) << url;
    EXPECT_THAT(split_server("https://u:secret@a").error().message,
                testing::Not(HasSubstr("secret")));
}

PodSurroundings pod_in(const Folder& folder) {
    return {folder.path(), "10.96.0.1", "443"};
}

TEST(InCluster, ReadsTheServiceAccount) {
    const Folder folder;
    folder.write("token", "t");
    folder.write("namespace", "stackseal\n");
    const auto config = in_cluster(pod_in(folder));
    ASSERT_TRUE(config);
    EXPECT_EQ(config->server, "https://10.96.0.1:443");
    EXPECT_EQ(config->token_file, folder.at("token"));
    EXPECT_EQ(config->ca.file, folder.at("ca.crt"));
    EXPECT_EQ(config->space, "stackseal");
}

TEST(InCluster, GoesByNameWhereTheAddressIsIpv6) {
    const Folder folder;
    folder.write("token", "t");
    PodSurroundings pod = pod_in(folder);
    pod.host = "fd00::1";
    EXPECT_EQ(in_cluster(pod)->server, "https://kubernetes.default.svc:443");
}

TEST(InCluster, OutsideOfAPodThereIsNone) {
    const Folder folder;
    EXPECT_EQ(in_cluster(pod_in(folder)).error().code, Code::kNotFound) << "no token";
    folder.write("token", "t");
    PodSurroundings pod = pod_in(folder);
    pod.host.clear();
    EXPECT_EQ(in_cluster(pod).error().code, Code::kNotFound) << "no variable";
}

/// A folder with all four sources; each names itself as the server.
struct AllSources {
    Folder folder;
    ConfigSearch search;

    AllSources() {
        search.kubeconfig_flag = write("flag");
        search.kubeconfig_env = ":" + folder.at("none") + ":" + write("env");
        write(".kube/config", "home");
        search.home = folder.path();
        folder.write("pod/token", "t");
        search.pod = {folder.at("pod"), "pod", "443"};
    }
    std::string write(const std::string& name, const std::string& server = "") {
        Pieces pieces;
        pieces.cluster = "server: 'https://" + (server.empty() ? name : server) + "'";
        return folder.write(name, kubeconfig(pieces));
    }
    std::string server() {
        const auto config = find_config(search);
        return config ? config->server : config.error().message;
    }
};

TEST(FindConfig, FlagThenVariableThenPodThenHome) {
    AllSources all;
    EXPECT_EQ(all.server(), "https://flag");
    all.search.kubeconfig_flag.clear();
    EXPECT_EQ(all.server(), "https://env");
    all.search.kubeconfig_env = ":";
    EXPECT_EQ(all.server(), "https://pod:443");
    all.search.pod.port.clear();
    EXPECT_EQ(all.server(), "https://home");
    all.search.home.clear();
    EXPECT_EQ(find_config(all.search).error().code, Code::kNotFound);
    EXPECT_THAT(all.server(), HasSubstr("give --kubeconfig, set KUBECONFIG"));
}

TEST(FindConfig, AFlagThatNamesNoFileIsNotPassedOver) {
    AllSources all;
    all.search.kubeconfig_flag = all.folder.at("none");
    EXPECT_THAT(all.server(), HasSubstr("no such file"));
}

TEST(FindConfig, ANamedContextIsNotLookedForInThePod) {
    AllSources all;
    all.search.kubeconfig_flag.clear();
    all.search.kubeconfig_env.clear();
    all.search.context_flag = "x";
    EXPECT_EQ(all.server(), "https://home");
}

}  // namespace
}  // namespace stackseal::kube
