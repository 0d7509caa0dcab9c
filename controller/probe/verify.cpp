// SPDX-License-Identifier: Apache-2.0
// Verification by OpenSSL, outside of any handshake.
#include "controller/probe/verify.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <filesystem>
#include <vector>

#include "controller/core/concat.hpp"
#include "controller/pki/certificate.hpp"
#include "controller/probe/endpoint.hpp"

namespace stackseal::probe {

namespace {

using core::Code;
using core::concat;
using core::Result;

using StoreHandle = pki::Handle<X509_STORE, X509_STORE_free>;
using JudgeHandle = pki::Handle<X509_STORE_CTX, X509_STORE_CTX_free>;
using Certificates = std::vector<pki::StoredCertificate>;

constexpr int kSecurityLevel = 2;  // 112 bits: what distributions demand of clients

/// A list that borrows its certificates.
struct FreeList {
    void operator()(STACK_OF(X509) * list) const { sk_X509_free(list); }
};
using List = std::unique_ptr<STACK_OF(X509), FreeList>;

core::Error denied(std::string message) {
    return {Code::kDenied, std::move(message)};
}

std::string text_of(const X509_NAME* name) {
    const pki::BioHandle out(BIO_new(BIO_s_mem()));
    // RFC 2253 escapes controls, and all that is not ASCII: nothing reaches a terminal raw.
    if (!out || X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253) < 0) return {};
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(out.get(), &bytes);
    return size > 0 ? std::string(bytes, static_cast<std::size_t>(size)) : std::string();
}

/// Places that OpenSSL was built with, not those of the environment: a program that keeps its
/// HTTP library from loading anchors has emptied that.
Result<void> add_system_anchors(X509_STORE* store) {
    std::error_code ignored;
    const char* file = X509_get_default_cert_file();
    const char* folder = X509_get_default_cert_dir();
    if (std::filesystem::exists(file, ignored))
        return pki::must(concat("trust anchors in ", file), X509_STORE_load_file(store, file),
                         Code::kUnavailable);
    return pki::must(concat("trust anchors in ", folder), X509_STORE_load_path(store, folder),
                     Code::kUnavailable);
}

Result<void> add_anchors(X509_STORE* store, std::string_view pem) {
    auto anchors = pki::read_certificates(pem);
    if (!anchors) return pki::at("trust anchors", anchors.error());
    for (const auto& anchor : *anchors)
        STACKSEAL_CHECK(pki::must("trust anchors", X509_STORE_add_cert(store, anchor.x509.get())));
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    return {};
}

Result<StoreHandle> make_store(std::string_view anchors_pem) {
    STACKSEAL_TRY(StoreHandle store, pki::must<StoreHandle>("trust store", X509_STORE_new()));
    if (anchors_pem.empty()) {
        STACKSEAL_CHECK(add_system_anchors(store.get()));
    } else {
        STACKSEAL_CHECK(add_anchors(store.get(), anchors_pem));
    }
    return store;
}

Result<List> list_of(const Certificates& chain) {
    STACKSEAL_TRY(List list, pki::must<List>("certificate list", sk_X509_new_null()));
    for (const auto& one : chain)
        STACKSEAL_CHECK(pki::must("certificate list", sk_X509_push(list.get(), one.x509.get())));
    return list;
}

void set_wishes(X509_VERIFY_PARAM* param, const Verification& wanted) {
    X509_VERIFY_PARAM_set_auth_level(param, kSecurityLevel);
    if (wanted.server) X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_SERVER);
    if (wanted.at) {
        X509_VERIFY_PARAM_set_time(param, std::chrono::system_clock::to_time_t(*wanted.at));
    } else {
        X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_NO_CHECK_TIME);
    }
}

core::Error refusal(const X509_STORE_CTX* judge) {
    const X509* culprit = X509_STORE_CTX_get_current_cert(judge);
    const std::string reason = X509_verify_cert_error_string(X509_STORE_CTX_get_error(judge));
    if (culprit == nullptr) return denied(reason);
    return denied(concat(reason, " (", text_of(X509_get_subject_name(culprit)), ")"));
}

Result<pki::CertificateHandle> first_of(std::string_view pem) {
    STACKSEAL_TRY(Certificates all, pki::read_certificates(pem));
    return std::move(all.front().x509);
}

}  // namespace

Result<void> verify(const Verification& wanted) {
    STACKSEAL_TRY(const Certificates chain, pki::read_certificates(wanted.chain_pem));
    STACKSEAL_TRY(const StoreHandle store, make_store(wanted.anchors_pem));
    STACKSEAL_TRY(const List list, list_of(chain));
    STACKSEAL_TRY(const auto judge, pki::must<JudgeHandle>("verifier", X509_STORE_CTX_new()));
    STACKSEAL_CHECK(pki::must(
        "verifier",
        X509_STORE_CTX_init(judge.get(), store.get(), chain.front().x509.get(), list.get())));
    set_wishes(X509_STORE_CTX_get0_param(judge.get()), wanted);
    const int verified = X509_verify_cert(judge.get());
    pki::drain();
    if (verified == 1) return {};
    return refusal(judge.get());
}

Result<void> check_name(std::string_view certificate_pem, const std::string& name) {
    STACKSEAL_TRY(const auto certificate, first_of(certificate_pem));
    constexpr unsigned kStrict =
        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS;
    X509* x509 = certificate.get();
    const int fits = is_address(name)
                         ? X509_check_ip_asc(x509, name.c_str(), 0)
                         : X509_check_host(x509, name.data(), name.size(), kStrict, nullptr);
    pki::drain();
    if (fits == 1) return {};
    return denied(concat("the certificate is not valid for ", name));
}

Result<void> check_link(std::string_view certificate_pem, std::string_view issuer_pem) {
    STACKSEAL_TRY(const auto certificate, first_of(certificate_pem));
    STACKSEAL_TRY(const auto issuer, first_of(issuer_pem));
    const int wrong = X509_check_issued(issuer.get(), certificate.get());
    pki::drain();
    if (wrong != X509_V_OK) return denied(X509_verify_cert_error_string(wrong));
    EVP_PKEY* key = X509_get0_pubkey(issuer.get());
    const bool verified = key != nullptr && X509_verify(certificate.get(), key) == 1;
    pki::drain();
    if (verified) return {};
    return denied("the signature was not made by that key");
}

Result<Parties> parties_of(std::string_view certificate_pem) {
    STACKSEAL_TRY(const auto certificate, first_of(certificate_pem));
    return Parties{text_of(X509_get_subject_name(certificate.get())),
                   text_of(X509_get_issuer_name(certificate.get()))};
}

}  // namespace stackseal::probe
