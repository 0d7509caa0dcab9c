// SPDX-License-Identifier: Apache-2.0
// Who is believed and who is not: each case is a real handshake.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>

#include "controller/http/tls.hpp"
#include "tests/unit/controller/http/fixture.hpp"

namespace stackseal::tests {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct Verification {
    const char* name;
    CertificateSpec certificate;
    const char* host;
    const char* refusal;  ///< in the error's message; "" if accepted
};

class ServerCertificate : public testing::TestWithParam<Verification> {};

TEST_P(ServerCertificate, IsJudgedByItsSansAlone) {
    const auto& verification = GetParam();
    ScriptedServer server({echo}, tls_of(trusted().issue(verification.certificate)));
    const auto result = client_of(server.url(verification.host))->send(post("x"));
    EXPECT_EQ(result.has_value(), *verification.refusal == '\0')
        << (result ? "accepted" : result.error().message);
    if (result) return;
    EXPECT_EQ(result.error().code, core::Code::kUnavailable);
    EXPECT_THAT(result.error().message, HasSubstr("TLS handshake"));
    EXPECT_THAT(result.error().message, HasSubstr(verification.refusal));
    EXPECT_FALSE(result.error().maybe_executed);
    EXPECT_THAT(server.requests(), IsEmpty());
}

constexpr const char* kMismatch = "hostname mismatch";
constexpr const char* kAddressMismatch = "IP address mismatch";

INSTANTIATE_TEST_SUITE_P(
    All, ServerCertificate,
    testing::Values(
        Verification{"DnsSan", {"x", {"DNS:localhost"}}, "localhost", ""},
        Verification{"IpSan", {"x", {"IP:127.0.0.1"}}, "127.0.0.1", ""},
        Verification{"NoCommonName", {"", {"DNS:localhost"}}, "localhost", ""},
        Verification{"OnlyACommonName", {"localhost", {}}, "localhost", kMismatch},
        Verification{
            "CommonNameBesideOtherSan", {"localhost", {"DNS:a.b"}}, "localhost", kMismatch},
        Verification{"OnlyACommonNameThatIsAnIp", {"127.0.0.1", {}}, "127.0.0.1", kAddressMismatch},
        Verification{"WrongDnsSan", {"x", {"DNS:example.org"}}, "localhost", kMismatch},
        Verification{"WrongIpSan", {"x", {"IP:127.0.0.2"}}, "127.0.0.1", kAddressMismatch},
        Verification{
            "DnsSanThatSpellsAnIp", {"x", {"DNS:127.0.0.1"}}, "127.0.0.1", kAddressMismatch},
        Verification{"Expired",
                     {"x", {"DNS:localhost"}, -7200, -3600},
                     "localhost",
                     "certificate has expired"},
        Verification{"NotYetValid",
                     {"x", {"DNS:localhost"}, 3600, 7200},
                     "localhost",
                     "certificate is not yet valid"},
        Verification{"ForClientsOnly",
                     {"x", {"DNS:localhost"}, -60, 60, "clientAuth"},
                     "localhost",
                     "unsuitable certificate purpose"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(TrustStore, IsOursAlone) {
    const auto pair = system_trusted().issue({.names = {"IP:127.0.0.1"}});
    ScriptedServer server({echo}, tls_of(pair));
    const auto result = client_of(server.url())->send(get());
    ASSERT_FALSE(result) << "the system's anchors were trusted beside the configured one";
    EXPECT_THAT(result.error().message, HasSubstr("unable to get local issuer certificate"));
}

TEST(TrustStore, IsTheSystemsWithoutAnchorsOfOurOwn) {
    const auto pair = system_trusted().issue({.names = {"IP:127.0.0.1"}});
    ScriptedServer server({echo}, tls_of(pair));
    EXPECT_TRUE(client_of(server.url(), {})->send(get()));
    ScriptedServer other({echo}, good_tls());
    EXPECT_FALSE(client_of(other.url(), {})->send(get()));
}

TEST(TrustStore, TakesServersBehindAnIntermediate) {
    const auto intermediate = trusted().intermediate("between");
    auto pair = intermediate.issue({.names = {"IP:127.0.0.1"}});
    pair.certificate_pem += intermediate.pem();
    ScriptedServer server({echo}, tls_of(pair));
    EXPECT_TRUE(client_of(server.url())->send(get()));
}

TEST(TrustStore, TakesAnIntermediateAsAnAnchor) {
    const auto intermediate = trusted().intermediate("between");
    ScriptedServer server({echo}, tls_of(intermediate.issue({.names = {"IP:127.0.0.1"}})));
    ports::TlsMaterial material;
    material.ca_pem = intermediate.pem();
    EXPECT_TRUE(client_of(server.url(), std::move(material))->send(get()));
}

TEST(Insecure, ChecksNothing) {
    const TestAuthority stranger("stranger");
    ScriptedServer server(
        {echo},
        tls_of(stranger.issue({.names = {"DNS:x"}, .from_seconds = -9, .until_seconds = -5})));
    ports::TlsMaterial material;
    material.insecure = true;
    EXPECT_TRUE(client_of(server.url(), std::move(material))->send(get()));
}

TEST(ServerName, IsSentForNames) {
    ScriptedServer server({echo}, good_tls());
    ASSERT_TRUE(client_of(server.url("localhost"))->send(get()));
    EXPECT_EQ(server.seen().at(0).server_name, "localhost");
}

TEST(ServerName, IsNotSentForAddresses) {
    ScriptedServer server({echo}, good_tls());
    ASSERT_TRUE(client_of(server.url("127.0.0.1"))->send(get()));
    EXPECT_EQ(server.seen().at(0).server_name, "");
}

TEST(ServerName, TakesTheHostsPlaceInSniAndInTheCheckButNotInTheRequest) {
    ScriptedServer server({echo}, tls_of(trusted().issue({.names = {"DNS:kubernetes.default"}})));
    auto material = trusting();
    material.server_name = "kubernetes.default";
    ASSERT_TRUE(client_of(server.url(), std::move(material))->send(get()));
    EXPECT_EQ(server.seen().at(0).server_name, "kubernetes.default");
    EXPECT_THAT(server.requests().at(0), HasSubstr("Host: 127.0.0.1:"));
}

TEST(ServerName, IsCheckedInsteadOfTheHost) {
    ScriptedServer server({echo}, good_tls());
    auto material = trusting();
    material.server_name = "kubernetes.default";
    const auto result = client_of(server.url("localhost"), std::move(material))->send(get());
    ASSERT_FALSE(result) << "the host's own name was accepted";
    EXPECT_THAT(result.error().message, HasSubstr("hostname mismatch"));
}

TEST(ServerName, MayMatchAWholeWildcardLabelOnly) {
    for (const auto& [san, accepted] :
         {std::pair{"DNS:*.default.svc", true}, std::pair{"DNS:kube*.default.svc", false},
          std::pair{"DNS:*.svc", false}}) {
        ScriptedServer server({echo}, tls_of(trusted().issue({.names = {san}})));
        auto material = trusting();
        material.server_name = "kubernetes.default.svc";
        const auto result = client_of(server.url(), std::move(material))->send(get());
        EXPECT_EQ(result.has_value(), accepted) << san;
    }
}

TEST(Version, IsAtLeastTls12) {
    auto tls = good_tls();
    tls.max_version = TLS1_1_VERSION;
    ScriptedServer old({echo}, tls);
    const auto result = client_of(old.url())->send(get());
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("TLS handshake"));
    tls.max_version = TLS1_2_VERSION;
    ScriptedServer recent({echo}, tls);
    EXPECT_TRUE(client_of(recent.url())->send(get()));
}

ports::TlsMaterial as_client(const std::string& common_name) {
    const auto pair = trusted().issue({.common_name = common_name, .usage = "clientAuth"});
    auto material = trusting();
    material.certificate_pem = pair.certificate_pem;
    material.key_pem = core::SecretBytes(pair.key_pem);
    return material;
}

ScriptedServer::Tls demanding() {
    auto tls = good_tls();
    tls.client_ca_pem = trusted().pem();
    return tls;
}

TEST(ClientCertificate, IsPresentedFromMemory) {
    ScriptedServer server({echo}, demanding());
    ASSERT_TRUE(client_of(server.url(), as_client("operator"))->send(get()));
    EXPECT_EQ(server.seen().at(0).client, "/CN=operator");
}

TEST(ClientCertificate, IsPresentedWithItsChain) {
    const auto between = trusted().intermediate("between");
    const auto pair = between.issue({.common_name = "operator", .usage = "clientAuth"});
    auto material = trusting();
    material.certificate_pem = pair.certificate_pem + between.pem();
    material.key_pem = core::SecretBytes(pair.key_pem);
    ScriptedServer server({echo}, demanding());
    EXPECT_TRUE(client_of(server.url(), std::move(material))->send(get()));
}

TEST(ClientCertificate, IsMissedByAServerThatDemandsOne) {
    ScriptedServer server({echo}, demanding());
    const auto result = client_of(server.url())->send(get());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, core::Code::kUnavailable);
    EXPECT_THAT(result.error().message, HasSubstr("certificate required"));
}

TEST(Material, IsTakenUpByTheNextConnectionWhenItsPointerChanges) {
    ScriptedServer server({echo}, demanding());
    auto now = std::make_shared<const ports::TlsMaterial>(as_client("first"));
    const auto client =
        client_of({.url = server.url(), .tls = [&now] {
                       return core::Result<std::shared_ptr<const ports::TlsMaterial>>(now);
                   }});
    ASSERT_TRUE(client->send(get()));
    ASSERT_TRUE(client->send(get()));
    EXPECT_EQ(server.seen().size(), 1U) << "the same material: the same connection";
    now = std::make_shared<const ports::TlsMaterial>(as_client("second"));
    ASSERT_TRUE(client->send(get()));
    ASSERT_EQ(server.seen().size(), 2U);
    EXPECT_EQ(server.seen().at(1).client, "/CN=second");
}

struct BadMaterial {
    const char* name;
    std::function<void(ports::TlsMaterial&)> spoil;
    const char* message;
};

class Unusable : public testing::TestWithParam<BadMaterial> {};

TEST_P(Unusable, MaterialIsAnErrorThatNamesTheFault) {
    ScriptedServer server({echo}, good_tls());
    auto material = as_client("operator");
    const std::string key(material.key_pem.reveal());
    GetParam().spoil(material);
    const auto result = client_of(server.url(), std::move(material))->send(get());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, core::Code::kCorrupt);
    EXPECT_THAT(result.error().message, HasSubstr(GetParam().message));
    EXPECT_THAT(result.error().message, Not(HasSubstr(key.substr(40, 20))));
    EXPECT_THAT(server.seen(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Unusable,
    testing::Values(
        BadMaterial{"NoAnchor", [](auto& material) { material.ca_pem = "nothing"; },
                    "trust anchors hold no certificate"},
        BadMaterial{"DamagedAnchor", [](auto& material) { material.ca_pem[100] = '!'; },
                    "certificate of the trust anchors is damaged"},
        BadMaterial{"DamagedKey",
                    [](auto& material) { material.key_pem = core::SecretBytes("-----BEGIN"); },
                    "client key"},
        BadMaterial{"CertificateWithoutKey", [](auto& material) { material.key_pem = {}; },
                    "must be given together"},
        BadMaterial{"KeyWithoutCertificate", [](auto& material) { material.certificate_pem = ""; },
                    "must be given together"},
        BadMaterial{"OtherKey",
                    [](auto& material) {
                        material.key_pem = core::SecretBytes(trusted().issue({}).key_pem);
                    },
                    "does not belong"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Material, ThatCannotBeReadIsTheSourcesError) {
    ScriptedServer server({echo}, good_tls());
    const auto client =
        client_of({.url = server.url(), .tls = [] {
                       return core::Result<std::shared_ptr<const ports::TlsMaterial>>(
                           core::Error{core::Code::kNotFound, "no such file"});
                   }});
    const auto result = client->send(get());
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, core::Code::kNotFound);
}

TEST(Connection, KeepsNothingOfWhatItHasRead) {
    const auto settings = http::TlsSettings::load(trusting(), "localhost");
    ASSERT_TRUE(settings);
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    http::Verdict verdict;
    ASSERT_TRUE((*settings)->apply(context.get(), &verdict));
    EXPECT_NE(SSL_CTX_get_options(context.get()) & SSL_OP_CLEANSE_PLAINTEXT, 0U);
}

}  // namespace
}  // namespace stackseal::tests
