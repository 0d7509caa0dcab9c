// SPDX-License-Identifier: Apache-2.0
// Tokens and plugins as they change under a running program.
#include "controller/kube/credentials.hpp"

#include <gmock/gmock.h>

#include "controller/kube/answer.hpp"
#include "controller/text/json.hpp"
#include "tests/unit/controller/kube/exec_answers.hpp"
#include "tests/unit/controller/kube/folder.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

TEST(TokenFile, IsReadAgainAfterFiftySeconds) {
    const Folder folder;
    tests::FakeClock clock(kNow);
    TokenFile file(folder.write("token", "one\n"), clock);
    EXPECT_EQ(file.token()->reveal(), "one");
    folder.write("token", "two");
    clock.advance(seconds(49));
    EXPECT_EQ(file.token()->reveal(), "one");
    clock.advance(seconds(1));
    EXPECT_EQ(file.token()->reveal(), "two");
}

TEST(TokenFile, AFailingReadKeepsTheOldToken) {
    const Folder folder;
    tests::FakeClock clock(kNow);
    TokenFile file(folder.write("token", "one"), clock);
    EXPECT_EQ(file.token()->reveal(), "one");
    for (const std::string text : {"", " \n", "two words"}) {
        folder.write("token", text);
        clock.advance(seconds(50));
        EXPECT_EQ(file.token()->reveal(), "one") << text;
    }
}

TEST(TokenFile, WithoutATokenItNamesTheFile) {
    const Folder folder;
    tests::FakeClock clock(kNow);
    TokenFile file(folder.at("token"), clock);
    EXPECT_EQ(file.token().error().code, Code::kUnavailable);
    EXPECT_THAT(file.token().error().message, HasSubstr(folder.at("token")));
    folder.write("token", "one");
    EXPECT_EQ(file.token()->reveal(), "one") << "the failure is not kept";
}

TEST(TokenFile, ARefusedTokenIsReadAnewButNotANewerOne) {
    const Folder folder;
    tests::FakeClock clock(kNow);
    TokenFile file(folder.write("token", "one"), clock);
    ASSERT_TRUE(file.token());
    folder.write("token", "two");
    file.reject("zero");
    EXPECT_EQ(file.token()->reveal(), "one");
    file.reject("one");
    EXPECT_EQ(file.token()->reveal(), "two");
}

TEST(Client, ARefusedTokenFileIsReadAgainAndTriedOnce) {
    const Folder folder;
    Config config;
    config.token_file = folder.write("token", "one");
    Rig rig(std::move(config));
    rig.transport.handler = [&](const ports::Request& request) {
        const bool fresh = header(request.headers, "Authorization") == "Bearer two";
        folder.write("token", "two");
        return ports::Response{fresh ? 200 : 401, {}, "{}"};
    };
    EXPECT_TRUE(rig.client.call(get_at("/x", "get x")));
    EXPECT_EQ(rig.transport.requests().size(), 2U);
}

TEST(Client, ATokenThatStaysRefusedIsDenied) {
    const Folder folder;
    Config config;
    config.token_file = folder.write("token", "one");
    Rig rig(std::move(config));
    rig.transport.answer(401, "");
    rig.transport.answer(401, "");
    EXPECT_EQ(rig.client.call(get_at("/x", "get x")).error().code, Code::kDenied);
    EXPECT_EQ(rig.transport.requests().size(), 2U);
}

TEST(Credentials, Impersonates) {
    Config config = token_config("t");
    config.as = {"bob", "u7", {"a", "b"}, {{"scopes/x", {"s1", "s2"}}}};
    Rig rig(std::move(config));
    EXPECT_THAT(
        *rig.credentials.headers(),
        ElementsAre(Pair("Authorization", "Bearer t"), Pair("Impersonate-User", "bob"),
                    Pair("Impersonate-Uid", "u7"), Pair("Impersonate-Group", "a"),
                    Pair("Impersonate-Group", "b"), Pair("Impersonate-Extra-scopes%2Fx", "s1"),
                    Pair("Impersonate-Extra-scopes%2Fx", "s2")));
}

TEST(Credentials, WithoutAnyThereIsNoHeader) {
    Rig rig;
    EXPECT_THAT(*rig.credentials.headers(), IsEmpty());
}

TEST(ExecCredential, ReadsTokenAndExpiry) {
    const auto credential = parse_exec_credential(
        exec_answer(R"({"token":"t","expirationTimestamp":"2026-11-24T03:40:00Z"})"),
        std::string(kV1));
    ASSERT_TRUE(credential);
    EXPECT_EQ(credential->token.reveal(), "t");
    EXPECT_EQ(core::format_rfc3339(*credential->expires), "2026-11-24T03:40:00Z");
}

TEST(ExecCredential, RefusesWhatItCannotUse) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"token", "no JSON"},
        {R"({"kind":"Secret"})", "no ExecCredential"},
        {exec_answer(R"({"token":"t"})", "client.authentication.k8s.io/v1beta1"),
         "but the kubeconfig"},
        {exec_answer("{}"), "neither a token nor"},
        {exec_answer(R"({"token":"t","clientCertificateData":"c"})"), "without the other"},
        {exec_answer(R"({"token":"t","expirationTimestamp":"soon"})"), "is no time"},
    };
    for (const auto& [json, wanted] : table) {
        const auto credential = parse_exec_credential(json, std::string(kV1));
        ASSERT_FALSE(credential) << json;
        EXPECT_EQ(credential.error().code, Code::kInvalid);
        EXPECT_THAT(credential.error().message, HasSubstr(wanted));
    }
}

/// A plugin that hands out t-1, t-2, …
struct CountingPlugin {
    int runs = 0;
    std::string more;

    ExecPlugin::Run run() {
        return [this]() -> core::Result<core::SecretBytes> {
            return core::SecretBytes(
                exec_answer(core::concat(R"({"token":"t-)", ++runs, "\"", more, "}")));
        };
    }
};

TEST(ExecPlugin, IsAskedOnceUntilItsAnswerExpires) {
    tests::FakeClock clock(kNow);
    CountingPlugin program;
    program.more = core::concat(R"(,"expirationTimestamp":")",
                                core::format_rfc3339(core::seconds_of(kNow) + seconds(60)), "\"");
    ExecPlugin plugin(program.run(), std::string(kV1), clock);
    EXPECT_EQ((*plugin.credential())->token.reveal(), "t-1");
    clock.advance(seconds(59));
    EXPECT_EQ((*plugin.credential())->token.reveal(), "t-1");
    clock.advance(seconds(1));
    EXPECT_EQ((*plugin.credential())->token.reveal(), "t-2");
}

TEST(ExecPlugin, WithoutExpiryItIsAskedAgainOnlyAfterARefusal) {
    tests::FakeClock clock(kNow);
    CountingPlugin program;
    ExecPlugin plugin(program.run(), std::string(kV1), clock);
    ASSERT_TRUE(plugin.credential());
    clock.advance(std::chrono::hours(1000));
    plugin.reject("another");
    EXPECT_EQ((*plugin.credential())->token.reveal(), "t-1");
    plugin.reject("t-1");
    EXPECT_EQ((*plugin.credential())->token.reveal(), "t-2");
}

TEST(Credentials, A401AsksThePluginAgain) {
    tests::FakeClock clock(kNow);
    tests::MemoryLog log;
    CountingPlugin program;
    Credentials credentials(exec_config(), clock, log, program.run());
    const auto first = credentials.headers();
    ASSERT_TRUE(first);
    EXPECT_THAT(*first, ElementsAre(Pair("Authorization", "Bearer t-1")));
    EXPECT_TRUE(credentials.reject(*first));
    EXPECT_THAT(*credentials.headers(), ElementsAre(Pair("Authorization", "Bearer t-2")));
    EXPECT_TRUE(credentials.reject(*first));
    EXPECT_THAT(*credentials.headers(), ElementsAre(Pair("Authorization", "Bearer t-2")))
        << "the refusal was of an older token";
}

TEST(ExecInfo, TellsTheClusterIfAsked) {
    Config config = exec_config();
    EXPECT_EQ(exec_info(config),
              R"({"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",)"
              R"("spec":{"interactive":false}})");
    config.exec->provide_cluster_info = true;
    config.tls_server_name = "k";
    const auto document = text::parse_json(exec_info(config));
    EXPECT_EQ(document->text_at({"spec", "cluster", "server"}), "https://api:6443");
    EXPECT_EQ(document->text_at({"spec", "cluster", "tls-server-name"}), "k");
}

}  // namespace
}  // namespace stackseal::kube
