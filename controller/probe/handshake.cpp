// SPDX-License-Identifier: Apache-2.0
// OpenSSL runs over memory: the socket stays ours, with its deadline, and what a server that does
// not speak TLS says can be told.
#include "controller/probe/handshake.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "controller/core/concat.hpp"
#include "controller/pki/certificate.hpp"

namespace stackseal::probe {

namespace {

using core::Code;
using core::concat;
using core::Result;

using ContextHandle = pki::Handle<SSL_CTX, SSL_CTX_free>;
using SslHandle = pki::Handle<SSL, SSL_free>;

constexpr std::size_t kQuoted = 40;  // bytes of a foreign greeting, enough to know it by
constexpr char kFirstRecordType = 0x14;
constexpr char kLastRecordType = 0x17;

/// Called when the server asks for a client certificate; none is given.
int note_request(SSL* ssl, X509**, EVP_PKEY**) {
    *static_cast<bool*>(SSL_get_app_data(ssl)) = true;
    return 0;
}

Result<ContextHandle> make_context() {
    STACKSEAL_TRY(ContextHandle context,
                  pki::must<ContextHandle>("TLS context", SSL_CTX_new(TLS_client_method())));
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
    // What is served is told, not judged here: an old server must be seen to be reported.
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_options(context.get(), SSL_OP_LEGACY_SERVER_CONNECT);
    SSL_CTX_set_client_cert_cb(context.get(), note_request);
    STACKSEAL_CHECK(pki::must("TLS versions", static_cast<int>(SSL_CTX_set_min_proto_version(
                                                  context.get(), TLS1_VERSION))));
    STACKSEAL_CHECK(
        pki::must("TLS ciphers", SSL_CTX_set_cipher_list(context.get(), "DEFAULT:@SECLEVEL=0")));
    return context;
}

/// A handshake in progress.
class Conversation {
  public:
    static Result<std::unique_ptr<Conversation>> begin(const Socket& socket,
                                                       const std::string& server_name);

    Result<void> run(const Deadline& deadline);
    Shown shown() const;
    bool has_chain() const { return SSL_get_peer_cert_chain(ssl_.get()) != nullptr; }

  private:
    explicit Conversation(const Socket& socket) : socket_(socket) {}
    Result<void> flush(const Deadline& deadline);
    Result<void> say_goodbye(const Deadline& deadline);
    Result<void> listen(const Deadline& deadline);
    core::Error broken(int reason) const;
    bool heard_tls() const;

    const Socket& socket_;
    ContextHandle context_;
    SslHandle ssl_;
    std::string heard_;  ///< how the answer begins, at most kQuoted bytes
    bool asked_ = false;
};

Result<std::unique_ptr<Conversation>> Conversation::begin(const Socket& socket,
                                                          const std::string& server_name) {
    std::unique_ptr<Conversation> talk(new Conversation(socket));
    STACKSEAL_TRY(talk->context_, make_context());
    STACKSEAL_TRY(talk->ssl_, pki::must<SslHandle>("TLS", SSL_new(talk->context_.get())));
    SSL* ssl = talk->ssl_.get();
    STACKSEAL_TRY(auto in, pki::must<pki::BioHandle>("buffer", BIO_new(BIO_s_mem())));
    STACKSEAL_TRY(auto out, pki::must<pki::BioHandle>("buffer", BIO_new(BIO_s_mem())));
    SSL_set_bio(ssl, in.release(), out.release());
    SSL_set_app_data(ssl, &talk->asked_);
    SSL_set_connect_state(ssl);
    if (!server_name.empty())
        STACKSEAL_CHECK(pki::must(
            concat("server name \"", server_name, "\""),
            static_cast<int>(SSL_set_tlsext_host_name(ssl, server_name.c_str())), Code::kInvalid));
    return talk;
}

Result<void> Conversation::flush(const Deadline& deadline) {
    char* bytes = nullptr;
    BIO* out = SSL_get_wbio(ssl_.get());
    const long size = BIO_get_mem_data(out, &bytes);
    if (size <= 0) return {};
    STACKSEAL_CHECK(socket_.send({bytes, static_cast<std::size_t>(size)}, deadline));
    BIO_reset(out);
    return {};
}

Result<void> Conversation::listen(const Deadline& deadline) {
    STACKSEAL_TRY(const std::string bytes, socket_.receive(deadline));
    if (bytes.empty())
        return core::Error{Code::kUnavailable,
                           heard_.empty() ? "closed the connection without an answer; it may not "
                                            "speak TLS"
                                          : "closed the connection during the TLS handshake"};
    heard_ += bytes.substr(0, kQuoted - std::min(heard_.size(), kQuoted));
    return pki::must("buffer", BIO_write(SSL_get_rbio(ssl_.get()), bytes.data(),
                                         static_cast<int>(bytes.size())));
}

bool Conversation::heard_tls() const {
    return !heard_.empty() && heard_.front() >= kFirstRecordType &&
           heard_.front() <= kLastRecordType;
}

/// The first line of a greeting, what is no plain letter shown as a dot.
std::string quoted(std::string_view heard) {
    std::string shown;
    for (const char letter : heard.substr(0, heard.find_first_of("\r\n")))
        shown.push_back(letter >= ' ' && letter <= '~' && letter != '"' ? letter : '.');
    return shown;
}

core::Error Conversation::broken(int reason) const {
    const std::string said = pki::drain();
    if (!heard_tls())
        return {Code::kUnavailable,
                concat("does not speak TLS (answered \"", quoted(heard_), "\")")};
    return {Code::kUnavailable,
            concat("TLS handshake failed: ", said.empty() ? concat("reason ", reason) : said)};
}

Result<void> Conversation::run(const Deadline& deadline) {
    while (true) {
        ERR_clear_error();
        const int done = SSL_do_handshake(ssl_.get());
        const int reason = SSL_get_error(ssl_.get(), done);
        const core::Error error = reason == SSL_ERROR_SSL ? broken(reason) : core::Error{};
        const auto flushed = flush(deadline);  // an alert is worth sending, not worth failing for
        if (reason == SSL_ERROR_SSL) return error;
        if (!flushed) return flushed.error();
        if (done == 1) return say_goodbye(deadline);
        if (reason != SSL_ERROR_WANT_READ) return broken(reason);
        STACKSEAL_CHECK(listen(deadline));
    }
}

/// A close_notify, so that the server logs no broken connection; whether it arrives is no matter.
Result<void> Conversation::say_goodbye(const Deadline& deadline) {
    SSL_shutdown(ssl_.get());
    pki::drain();
    (void)flush(deadline);
    return {};
}

Shown Conversation::shown() const {
    Shown seen;
    const STACK_OF(X509)* chain = SSL_get_peer_cert_chain(ssl_.get());
    for (int i = 0; i < sk_X509_num(chain); ++i)
        seen.chain_pem += pki::certificate_pem(sk_X509_value(chain, i));
    seen.protocol = SSL_get_version(ssl_.get());
    const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl_.get());
    if (cipher != nullptr) seen.cipher = SSL_CIPHER_get_name(cipher);
    seen.asks_client_certificate = asked_;
    return seen;
}

}  // namespace

Result<Shown> shake_hands(const Socket& socket, const std::string& server_name,
                          const Deadline& deadline) {
    STACKSEAL_TRY(const auto talk, Conversation::begin(socket, server_name));
    const auto ended = talk->run(deadline);
    if (!ended && !talk->has_chain()) return ended.error();
    Shown shown = talk->shown();
    if (!ended) shown.refusal = ended.error().message;
    if (shown.chain_pem.empty())
        return core::Error{Code::kUnavailable, "completes TLS without showing a certificate"};
    return shown;
}

}  // namespace stackseal::probe
