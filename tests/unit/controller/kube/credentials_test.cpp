// SPDX-License-Identifier: Apache-2.0
// Tokens, plugins and TLS files as they change under a running program.
#include "controller/kube/credentials.hpp"

#include <gmock/gmock.h>

#include "controller/core/concat.hpp"
#include "controller/kube/answer.hpp"
#include "controller/text/json.hpp"
#include "tests/unit/controller/kube/folder.hpp"
#include "tests/unit/controller/kube/openssl_pair.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
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

constexpr std::string_view kV1 = "client.authentication.k8s.io/v1";

std::string exec_answer(const std::string& status, std::string_view version = kV1) {
    return core::concat(R"({"apiVersion":")", version, R"(","kind":"ExecCredential","status":)",
                        status, "}");
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

Config exec_config() {
    Config config;
    config.server = "https://api:6443";
    config.exec = ExecConfig{"login", {}, {}, std::string(kV1), "", false};
    return config;
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

ExecCommand shell(const std::string& script) {
    ExecCommand command;
    command.argv = {"/bin/sh", "-c", script};
    return command;
}

TEST(RunCommand, GivesTheStandardOutput) {
    EXPECT_EQ(run_command(shell("printf hello"))->reveal(), "hello");
}

TEST(RunCommand, PassesArgumentsAndEnvironmentAsTheyAre) {
    ExecCommand command;
    command.argv = {"/bin/sh", "-c", "printf '%s|%s' \"$1\" \"$V\"", "x", "a; echo b"};
    command.environment = {"V=$(id) *"};
    EXPECT_EQ(run_command(command)->reveal(), "a; echo b|$(id) *");
}

TEST(RunCommand, HandsOverNoDescriptorAndNoInput) {
    const int leak = ::dup(1);
    const auto output = run_command(shell("cat; for f in /proc/self/fd/*; do basename $f; done"));
    ::close(leak);
    ASSERT_TRUE(output) << output.error().message;
    // The shell's own globbing opens the folder as descriptor 3.
    EXPECT_THAT(std::string(output->reveal()), testing::AnyOf("0\n1\n2\n", "0\n1\n2\n3\n"));
}

struct FailureRow {
    std::string script, wanted;
};

TEST(RunCommand, TellsHowItFailed) {
    for (const FailureRow& row : {FailureRow{"echo secret; exit 3", "exited with 3"},
                                  FailureRow{"kill -9 $$", "ended by signal 9"}}) {
        const auto output = run_command(shell(row.script));
        ASSERT_FALSE(output);
        EXPECT_EQ(output.error().code, Code::kUnavailable);
        EXPECT_THAT(output.error().message, HasSubstr(row.wanted));
        EXPECT_THAT(output.error().message, Not(HasSubstr("secret")));
    }
}

TEST(RunCommand, AMissingProgramComesWithItsHint) {
    ExecCommand command;
    command.argv = {"/nonexistent/login"};
    command.install_hint = "install it so";
    const auto output = run_command(command);
    ASSERT_FALSE(output);
    EXPECT_THAT(output.error().message, HasSubstr("cannot start"));
    EXPECT_THAT(output.error().message, HasSubstr("install it so"));
}

TEST(RunCommand, EndsWhatIsLateWithItsChildren) {
    ExecCommand command = shell("sleep 600 & sleep 600");
    command.deadline = std::chrono::milliseconds(50);
    EXPECT_THAT(run_command(command).error().message, HasSubstr("in time"));
}

TEST(RunCommand, TakesABoundedOutput) {
    ExecCommand command = shell("printf 12345");
    command.output_limit = 4;
    EXPECT_THAT(run_command(command).error().message, HasSubstr("too much"));
    command.output_limit = 5;
    EXPECT_EQ(run_command(command)->reveal(), "12345");
}

TEST(ExecCommand, TheKubeconfigsVariablesWin) {
    Config config = exec_config();
    config.exec->args = {"--x"};
    config.exec->env = {{"HOME", "/elsewhere"}};
    ::setenv("KUBERNETES_EXEC_INFO", "stale", 1);
    const ExecCommand command = exec_command(config);
    ::unsetenv("KUBERNETES_EXEC_INFO");
    EXPECT_THAT(command.argv, ElementsAre("login", "--x"));
    EXPECT_EQ(command.environment[0], "KUBERNETES_EXEC_INFO=" + exec_info(config));
    EXPECT_EQ(command.environment[1], "HOME=/elsewhere");
    EXPECT_THAT(command.environment, Not(Contains("KUBERNETES_EXEC_INFO=stale")));
}

/// Two pairs of certificate and key, made once by the openssl command.
class TlsFilesTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        one_ = std::make_unique<PemPair>(make_pair("one"));
        two_ = std::make_unique<PemPair>(make_pair("two"));
    }
    static void TearDownTestSuite() {
        one_.reset();
        two_.reset();
    }

    Config files() const {
        Config config;
        config.ca.file = folder.at("ca.crt");
        config.client_certificate.file = folder.at("tls.crt");
        config.client_key.file = folder.at("tls.key");
        config.tls_server_name = "kubernetes";
        return config;
    }
    void write(const PemPair& ca, const PemPair& pair) const {
        folder.write("ca.crt", ca.certificate);
        folder.write("tls.crt", pair.certificate);
        folder.write("tls.key", pair.key);
    }

    static std::unique_ptr<PemPair> one_, two_;
    Folder folder;
    tests::FakeClock clock{kNow};
    tests::MemoryLog log;
};
std::unique_ptr<PemPair> TlsFilesTest::one_;
std::unique_ptr<PemPair> TlsFilesTest::two_;

TEST_F(TlsFilesTest, GivesTheSamePointerWhileNothingChanges) {
    write(*one_, *one_);
    TlsFiles tls(files(), nullptr, clock, log);
    const auto first = tls.current();
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ((*first)->ca_pem, one_->certificate);
    EXPECT_EQ((*first)->certificate_pem, one_->certificate);
    EXPECT_EQ((*first)->server_name, "kubernetes");
    EXPECT_FALSE((*first)->key_pem.empty());
    write(*one_, *one_);
    clock.advance(seconds(10));
    EXPECT_EQ(*tls.current(), *first) << "new files, same content";
}

TEST_F(TlsFilesTest, TakesAChangeOverAfterFiveSeconds) {
    write(*one_, *one_);
    TlsFiles tls(files(), nullptr, clock, log);
    const auto first = tls.current();
    ASSERT_TRUE(first);
    write(*two_, *two_);
    clock.advance(seconds(4));
    EXPECT_EQ(*tls.current(), *first);
    clock.advance(seconds(1));
    EXPECT_EQ((*tls.current())->ca_pem, two_->certificate);
    EXPECT_EQ((*tls.current())->certificate_pem, two_->certificate);
}

TEST_F(TlsFilesTest, KeepsTheOldWhileTheNewMakesNoSense) {
    write(*one_, *one_);
    TlsFiles tls(files(), nullptr, clock, log);
    const auto first = tls.current();
    ASSERT_TRUE(first);
    const std::vector<std::pair<std::string, std::string>> table = {
        {"ca.crt", ""}, {"ca.crt", "garbage"}, {"tls.crt", two_->certificate}, {"tls.key", ""}};
    for (const auto& [name, text] : table) {
        folder.write(name, text);
        clock.advance(seconds(5));
        EXPECT_EQ(*tls.current(), *first) << name;
        write(*one_, *one_);
    }
    EXPECT_THAT(log.lines(), Contains(HasSubstr("former content stays in use")));
    EXPECT_THAT(log.lines(), Contains(HasSubstr(folder.at("tls.key") + ": holds no key")));
    EXPECT_THAT(log.lines(), Not(Contains(HasSubstr("BEGIN"))));
    write(*one_, *two_);
    clock.advance(seconds(5));
    EXPECT_EQ((*tls.current())->certificate_pem, two_->certificate);
}

TEST_F(TlsFilesTest, FailsOnlyWhenItNeverHadAny) {
    TlsFiles tls(files(), nullptr, clock, log);
    EXPECT_FALSE(tls.current());
    write(*one_, *one_);
    EXPECT_TRUE(tls.current()) << "at once, not after five seconds";
}

TEST_F(TlsFilesTest, ReadsCertificateAndKeyFromOneFile) {
    const std::string both = folder.write("both.pem", one_->key + one_->certificate);
    Config config;
    config.client_certificate.file = both;
    config.client_key.file = both;
    TlsFiles tls(config, nullptr, clock, log);
    const auto material = tls.current();
    ASSERT_TRUE(material) << material.error().message;
    EXPECT_EQ((*material)->certificate_pem, one_->certificate);
    EXPECT_EQ((*material)->ca_pem, "") << "the system's";
}

TEST_F(TlsFilesTest, AKubeconfigsOwnDataNeedsNoFile) {
    Config config;
    config.ca.data = core::SecretBytes(one_->certificate);
    config.insecure = true;
    TlsFiles tls(config, nullptr, clock, log);
    EXPECT_EQ((*tls.current())->ca_pem, one_->certificate);
    EXPECT_TRUE((*tls.current())->insecure);
}

TEST_F(TlsFilesTest, APluginsCertificateIsUsedAndFollowed) {
    const PemPair* given = one_.get();
    const auto status = [&] {
        return core::Value::object({{"clientCertificateData", core::Value::of(given->certificate)},
                                    {"clientKeyData", core::Value::of(given->key)}});
    };
    Credentials credentials(exec_config(), clock, log, [&]() -> core::Result<core::SecretBytes> {
        return core::SecretBytes(exec_answer(text::to_json(status())));
    });
    const TlsSource source = credentials.tls();
    const auto first = source();
    ASSERT_TRUE(first) << first.error().message;
    EXPECT_EQ((*first)->certificate_pem, one_->certificate);
    EXPECT_EQ(*source(), *first);
    given = two_.get();
    EXPECT_TRUE(credentials.reject({}));
    EXPECT_EQ((*source())->certificate_pem, two_->certificate);
}

}  // namespace
}  // namespace stackseal::kube
