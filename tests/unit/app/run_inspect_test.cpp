// SPDX-License-Identifier: Apache-2.0
// stackseal inspect and version as they are run: what is printed, and the exit code, for a file, a
// Secret of a cluster and a TLS server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/commands.hpp"
#include "controller/core/base64.hpp"
#include "controller/core/concat.hpp"
#include "controller/http/cpprest_transport.hpp"
#include "controller/text/json.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/test_certificates.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::app {
namespace {

using local::tests::TemporaryFolder;
using local::tests::write_file;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The anchors of this machine's user, named before anything of the program has looked at them.
class UsersTrust : public ::testing::Environment {
  public:
    void SetUp() override {
        write_file(folder_ / "anchors.pem", ca_.pem());
        ::setenv("SSL_CERT_FILE", (folder_ / "anchors.pem").c_str(), 1);
        http::start_pool();
    }
    const tests::TestAuthority& ca() const { return ca_; }

  private:
    TemporaryFolder folder_;
    tests::TestAuthority ca_{"Test CA"};
};
const auto* const kTrust =
    static_cast<UsersTrust*>(::testing::AddGlobalTestEnvironment(new UsersTrust));

/// How a command ended, and what it printed.
struct Ran {
    int code = -1;
    std::string out;
    std::string err;
};

Ran ran(const std::function<int()>& command) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Ran result;
    result.code = command();
    result.out = ::testing::internal::GetCapturedStdout();
    result.err = ::testing::internal::GetCapturedStderr();
    return result;
}

Ran inspected(InspectSettings settings) {
    return ran([&] { return run_inspect(settings); });
}

class RunInspect : public ::testing::Test {
  protected:
    /// A Secret's folder with this pair.
    std::string folder(const tests::CertificatePair& pair) {
        write_file(root_ / "secret/tls.crt", pair.certificate_pem);
        write_file(root_ / "secret/tls.key", pair.key_pem);
        write_file(root_ / "secret/ca.crt", ca_.pem());
        return root_ / "secret";
    }
    /// A kubeconfig for an API server that answers every request with this.
    std::string kubeconfig(const tests::ScriptedServer& server) {
        write_file(root_ / "kubeconfig",
                   core::concat("apiVersion: v1\nkind: Config\ncurrent-context: c\nclusters:\n- "
                                "{name: c, cluster: {server: \"",
                                server.url(),
                                "\"}}\nusers:\n- {name: u, user: {}}\ncontexts:\n- {name: c, "
                                "context: {cluster: c, user: u}}\n"));
        return root_ / "kubeconfig";
    }

    TemporaryFolder root_;
    const tests::TestAuthority& ca_ = kTrust->ca();
    tests::CertificatePair good_ = ca_.issue({"a.example.com", {"DNS:a.example.com"}});
};

tests::ScriptedServer::Script answering(const std::string& status, const std::string& body) {
    return [=](tests::Connection& connection) {
        while (!connection.read_request().empty())
            connection.send(core::concat("HTTP/1.1 ", status,
                                         "\r\nContent-Type: application/json\r\nContent-Length: ",
                                         body.size(), "\r\n\r\n", body));
    };
}

std::string secret_json(const std::map<std::string, std::string>& data) {
    std::string fields;
    for (const auto& [key, value] : data)
        fields += core::concat(fields.empty() ? "" : ",", "\"", key, "\":\"",
                               core::base64_encode(value), "\"");
    return core::concat(R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"api-tls",)"
                        R"("namespace":"openstack"},"data":{)",
                        fields, "}}");
}

TEST_F(RunInspect, AGoodPairIsZeroAndShowsNoKey) {
    const Ran shown = inspected({.target = folder(good_)});
    EXPECT_EQ(shown.code, 0) << shown.out << shown.err;
    EXPECT_THAT(shown.out, AllOf(HasSubstr("a.example.com"), Not(HasSubstr("PRIVATE"))));
    EXPECT_THAT(shown.err, IsEmpty());
}

TEST_F(RunInspect, WhatIsWrongIsOne) {
    const auto expired = ca_.issue({"a.example.com", {"DNS:a.example.com"}, -7200, -3600});
    EXPECT_EQ(inspected({.target = folder(expired)}).code, 1);
    const auto other = ca_.issue({"b.example.com", {"DNS:b.example.com"}});
    const Ran mixed = inspected({.target = folder({good_.certificate_pem, other.key_pem})});
    EXPECT_EQ(mixed.code, 1);
    EXPECT_THAT(mixed.out, HasSubstr("does not belong"));
    write_file(root_ / "damaged.pem", "-----BEGIN CERTIFICATE-----\nx\n");
    const Ran damaged = inspected({.target = root_ / "damaged.pem"});
    EXPECT_EQ(damaged.code, 1);
    EXPECT_THAT(damaged.err, HasSubstr("stackseal: "));
}

TEST_F(RunInspect, WhatCannotBeLookedAtIsTwo) {
    EXPECT_EQ(inspected({.target = root_ / "absent.pem"}).code, 2);
    EXPECT_EQ(inspected({.target = "https://a.example.com"}).code, 2);
    const Ran wrong = inspected({.target = folder(good_), .output = "xml"});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_EQ(wrong.err, "stackseal: --output \"xml\": use text or json\n");
    EXPECT_THAT(wrong.out, IsEmpty());
}

TEST_F(RunInspect, PrintsJsonThatAProgramCanRead) {
    const Ran shown = inspected({.target = folder(good_), .output = "json"});
    EXPECT_EQ(shown.code, 0);
    const auto document = text::parse_json(shown.out);
    ASSERT_TRUE(document) << shown.out;
    EXPECT_NE(document->find("certificates"), nullptr) << shown.out;
}

TEST_F(RunInspect, ReadsASecretOfTheCluster) {
    const std::string body = secret_json(
        {{"tls.crt", good_.certificate_pem}, {"tls.key", good_.key_pem}, {"ca.crt", ca_.pem()}});
    const tests::ScriptedServer server({answering("200 OK", body)});
    const Ran shown = inspected({.target = "openstack/api-tls", .kubeconfig = kubeconfig(server)});
    EXPECT_EQ(shown.code, 0) << shown.out << shown.err;
    EXPECT_THAT(shown.out, AllOf(HasSubstr("a.example.com"), Not(HasSubstr("PRIVATE"))));
    ASSERT_FALSE(server.requests().empty());
    EXPECT_THAT(server.requests()[0],
                HasSubstr("GET /api/v1/namespaces/openstack/secrets/api-tls "));
}

TEST_F(RunInspect, ASecretThatCannotBeHadIsTwoAndSaysWhy) {
    struct Row {
        const char* status;
        std::string body;
        const char* said;
    };
    const std::vector<Row> rows = {
        {"404 Not Found", R"({"kind":"Status","message":"secrets \"api-tls\" not found"})",
         "(nor is there a file or folder openstack/api-tls here)"},
        {"403 Forbidden", R"({"kind":"Status","message":"secrets is forbidden"})",
         "secrets is forbidden"},
        {"200 OK", secret_json({{"password", "x"}}), "tls.crt"}};
    for (const Row& row : rows) {
        const tests::ScriptedServer server({answering(row.status, row.body)});
        const Ran shown =
            inspected({.target = "openstack/api-tls", .kubeconfig = kubeconfig(server)});
        EXPECT_EQ(shown.code, 2) << row.status << shown.err;
        EXPECT_THAT(shown.err, HasSubstr(row.said)) << row.status;
        EXPECT_THAT(shown.out, IsEmpty());
    }
    const Ran lost = inspected({.target = "openstack/api-tls", .kubeconfig = root_ / "absent"});
    EXPECT_EQ(lost.code, 2);
    EXPECT_THAT(lost.err, HasSubstr(root_ / "absent"));
}

TEST_F(RunInspect, JudgesAServerByTheUsersTrust) {
    const tests::TestAuthority stranger("Stranger");
    for (const auto& [ca, code] : {std::pair(&ca_, 0), std::pair(&stranger, 1)}) {
        const auto pair = ca->issue({"localhost", {"DNS:localhost", "IP:127.0.0.1"}});
        const tests::ScriptedServer server(
            {[](tests::Connection& c) { c.read_to_end(); }},
            tests::ScriptedServer::Tls{pair.certificate_pem, pair.key_pem, "", 0});
        const Ran shown =
            inspected({.target = server.url().substr(std::string("https://").size())});
        EXPECT_EQ(shown.code, code) << shown.out << shown.err;
        EXPECT_THAT(shown.out, HasSubstr("localhost"));
    }
}

TEST_F(RunInspect, AServerThatIsNotThereIsTwo) {
    std::string endpoint;
    {
        const tests::ScriptedServer gone({[](tests::Connection&) {}});
        endpoint = gone.url().substr(std::string("http://").size());
    }
    const Ran shown = inspected({.target = endpoint});
    EXPECT_EQ(shown.code, 2);
    EXPECT_THAT(shown.err, HasSubstr(endpoint));
}

TEST(RunVersion, PrintsOneLine) {
    const Ran shown = ran(run_version);
    EXPECT_EQ(shown.code, 0);
    EXPECT_EQ(shown.out, "stackseal " STACKSEAL_VERSION "\n");
}

}  // namespace
}  // namespace stackseal::app
