// SPDX-License-Identifier: Apache-2.0
// TLS files as they change under a running program.
#include <gmock/gmock.h>

#include "controller/kube/credentials.hpp"
#include "controller/text/json.hpp"
#include "tests/unit/controller/kube/exec_answers.hpp"
#include "tests/unit/controller/kube/folder.hpp"
#include "tests/unit/controller/kube/openssl_pair.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

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
