// SPDX-License-Identifier: Apache-2.0
// Rule 5. The library would trust the system's anchors beside ours and accept a common name; both
// are undone here, on the context that it hands out for each new connection.
#include "controller/http/tls.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "controller/core/concat.hpp"
#include "controller/http/pool.hpp"
#include "controller/http/syntax.hpp"

namespace stackseal::http {

namespace {

using core::Code;
using core::concat;
using core::Error;
using core::Result;

template <auto Release>
struct Free {
    template <class T>
    void operator()(T* held) const {
        Release(held);
    }
};
using BioHandle = std::unique_ptr<BIO, Free<BIO_free>>;
using CertificateHandle = std::unique_ptr<X509, Free<X509_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, Free<X509_STORE_free>>;
using Chain = std::vector<CertificateHandle>;

/// Drains the queue, so that it cannot surface in the library's next call.
std::string last_reason() {
    const unsigned long number = ERR_peek_last_error();
    ERR_clear_error();
    return tls_reason(number);
}

Error failed(Code code, std::string_view what) {
    const std::string reason = last_reason();
    return Error{code, reason.empty() ? std::string(what) : concat(what, ": ", reason)};
}

Result<BioHandle> reader(std::string_view text) {
    if (text.size() > 1U << 20U) return Error{Code::kCorrupt, "PEM text is larger than 1 MiB"};
    BioHandle bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    if (!bio) return failed(Code::kInternal, "no memory for a PEM reader");
    return bio;
}

Result<Chain> parse_chain(std::string_view pem, std::string_view what) {
    STACKSEAL_TRY(const auto bio, reader(pem));
    Chain chain;
    while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr))
        chain.emplace_back(next);
    const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
    if (!at_end)
        return failed(Code::kCorrupt, concat("a certificate of the ", what, " is damaged"));
    ERR_clear_error();
    if (chain.empty()) return Error{Code::kCorrupt, concat("the ", what, " hold no certificate")};
    return chain;
}

int no_passphrase(char*, int, int, void*) {
    return -1;
}

Result<KeyHandle> parse_key(const core::SecretBytes& pem) {
    STACKSEAL_TRY(const auto bio, reader(pem.reveal()));
    KeyHandle key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
    if (!key) return failed(Code::kCorrupt, "the client key is no unencrypted PEM key");
    return key;
}

/// The places where distributions keep their bundle; the user's SSL_CERT_FILE comes first.
std::string system_bundle() {
    static constexpr std::array<const char*, 4> kPlaces{
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};
    if (!users_trust_file().empty()) return users_trust_file();
    std::error_code ignored;
    for (const char* place : kPlaces) {
        if (std::filesystem::exists(place, ignored)) return place;
    }
    return "";
}

Result<void> add_system_anchors(X509_STORE* store) {
    const std::string bundle = system_bundle();
    if (bundle.empty())
        return Error{Code::kUnavailable,
                     "the system has no bundle of trust anchors; set SSL_CERT_FILE or give a CA"};
    if (X509_STORE_load_file(store, bundle.c_str()) != 1)
        return failed(Code::kUnavailable, concat("trust anchors in ", bundle, " do not load"));
    return {};
}

Result<void> add_anchors(X509_STORE* store, const std::string& pem) {
    STACKSEAL_TRY(const Chain anchors, parse_chain(pem, "trust anchors"));
    for (const auto& anchor : anchors) {
        if (X509_STORE_add_cert(store, anchor.get()) != 1)
            return failed(Code::kInternal, "a trust anchor was not taken");
    }
    return {};
}

Result<StoreHandle> make_store(const ports::TlsMaterial& material) {
    StoreHandle store(X509_STORE_new());
    if (!store) return failed(Code::kInternal, "no memory for a trust store");
    // What is configured is trusted, an intermediate too, as in every Kubernetes client.
    X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
    if (material.insecure) return store;
    if (material.ca_pem.empty()) {
        STACKSEAL_CHECK(add_system_anchors(store.get()));
    } else {
        STACKSEAL_CHECK(add_anchors(store.get(), material.ca_pem));
    }
    return store;
}

/// The library installs a callback that also accepts common names; it is put aside.
int as_found(int verified, X509_STORE_CTX*) {
    return verified;
}

int verify(X509_STORE_CTX* context, void* argument) {
    auto* verdict = static_cast<Verdict*>(argument);
    verdict->reason.clear();
    X509_STORE_CTX_set_verify_cb(context, as_found);
    const int verified = X509_verify_cert(context);
    if (verified > 0) return verified;
    verdict->reason = X509_verify_cert_error_string(X509_STORE_CTX_get_error(context));
    return 0;
}

int accept_anything(X509_STORE_CTX* context, void*) {
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

/// Sets SNI at the start of the handshake: the library would send an address too, and a hook on
/// its socket is lost when the second of a name's addresses is tried.
void send_name(const SSL* constant, int where, int) {
    if ((where & SSL_CB_HANDSHAKE_START) == 0) return;
    auto* ssl = const_cast<SSL*>(constant);  // the callback's type says const, its purpose does not
    if (const char* name = X509_VERIFY_PARAM_get0_host(SSL_get0_param(ssl), 0))
        SSL_set_tlsext_host_name(ssl, name);
}

Result<void> expect_name(X509_VERIFY_PARAM* param, const std::string& name) {
    X509_VERIFY_PARAM_set_hostflags(
        param, X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    const int set = is_ipv4(name) ? X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str())
                                  : X509_VERIFY_PARAM_set1_host(param, name.data(), name.size());
    if (set != 1) return failed(Code::kCorrupt, concat("server name ", name, " cannot be checked"));
    return {};
}

}  // namespace

struct TlsSettings::Parsed {
    StoreHandle store;
    Chain chain;    ///< leaf first; empty: no client certificate
    KeyHandle key;  ///< null: no client certificate
    std::string name;
    bool insecure = false;

    Result<void> load_identity(const ports::TlsMaterial& material);
    Result<void> apply_identity(SSL_CTX* context) const;
};

Result<void> TlsSettings::Parsed::load_identity(const ports::TlsMaterial& material) {
    if (material.certificate_pem.empty() != material.key_pem.empty())
        return Error{Code::kCorrupt, "a client certificate and its key must be given together"};
    if (material.certificate_pem.empty()) return {};
    STACKSEAL_TRY(chain, parse_chain(material.certificate_pem, "client certificates"));
    STACKSEAL_TRY(key, parse_key(material.key_pem));
    if (X509_check_private_key(chain.front().get(), key.get()) != 1)
        return failed(Code::kCorrupt, "the client key does not belong to the client certificate");
    return {};
}

Result<void> TlsSettings::Parsed::apply_identity(SSL_CTX* context) const {
    if (chain.empty()) return {};
    bool taken = SSL_CTX_use_certificate(context, chain.front().get()) == 1 &&
                 SSL_CTX_use_PrivateKey(context, key.get()) == 1;
    for (std::size_t i = 1; taken && i < chain.size(); ++i)
        taken = SSL_CTX_add1_chain_cert(context, chain[i].get()) == 1;
    if (!taken) return failed(Code::kCorrupt, "the client certificate cannot be used");
    return {};
}

TlsSettings::TlsSettings(std::unique_ptr<const Parsed> parsed) : parsed_(std::move(parsed)) {}
TlsSettings::~TlsSettings() = default;

Result<std::shared_ptr<const TlsSettings>> TlsSettings::load(const ports::TlsMaterial& material,
                                                             const std::string& host) {
    auto parsed = std::make_unique<Parsed>();
    STACKSEAL_TRY(parsed->store, make_store(material));
    STACKSEAL_CHECK(parsed->load_identity(material));
    parsed->name = material.server_name.empty() ? host : material.server_name;
    parsed->insecure = material.insecure;
    return std::shared_ptr<const TlsSettings>(new TlsSettings(std::move(parsed)));
}

Result<void> TlsSettings::apply(SSL_CTX* context, Verdict* verdict) const {
    if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1)
        return failed(Code::kInternal, "TLS 1.2 cannot be made the minimum");
    // An idle connection would keep the last record that it read: a Secret, after a write of one.
    SSL_CTX_set_options(context, SSL_OP_CLEANSE_PLAINTEXT);
    SSL_CTX_set1_cert_store(context, parsed_->store.get());
    STACKSEAL_CHECK(expect_name(SSL_CTX_get0_param(context), parsed_->name));
    SSL_CTX_set_cert_verify_callback(context, parsed_->insecure ? accept_anything : verify,
                                     verdict);
    SSL_CTX_set_info_callback(context, send_name);
    return parsed_->apply_identity(context);
}

std::string tls_reason(unsigned long number) {
    const char* reason = number == 0 ? nullptr : ERR_reason_error_string(number);
    return reason == nullptr ? std::string() : std::string(reason);
}

}  // namespace stackseal::http
