// SPDX-License-Identifier: Apache-2.0
// The other file that includes the library. All of it but constructors and destructors runs on the
// pool thread, so nothing here needs a lock. Rules: body through our own buffers only (3), nothing
// blocks (4), strict TLS (5), no redirects and no seekable body (6).
#include "controller/http/client.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include <cpprest/http_client.h>

#include "controller/core/concat.hpp"
#include "controller/http/pool.hpp"

namespace stackseal::http {

namespace {

using Byte = std::uint8_t;
using StreamBase = concurrency::streams::details::streambuf_state_manager<Byte>;

/// The members of the library's buffer that a one-way, unseekable buffer does not have.
class OneWayBuffer : public StreamBase {
  public:
    using StreamBase::StreamBase;
    bool can_seek() const override { return false; }
    bool has_size() const override { return false; }
    std::size_t buffer_size(std::ios_base::openmode) const override { return 0; }
    void set_buffer_size(std::size_t, std::ios_base::openmode) override {}
    std::size_t in_avail() const override { return 0; }
    pos_type getpos(std::ios_base::openmode) const override { return nowhere(); }
    pos_type seekpos(pos_type, std::ios_base::openmode) override { return nowhere(); }
    pos_type seekoff(off_type, std::ios_base::seekdir, std::ios_base::openmode) override {
        return nowhere();
    }
    bool acquire(Byte*& pointer, std::size_t& count) override {
        pointer = nullptr;
        count = 0;
        return false;
    }
    void release(Byte*, std::size_t) override {}
    /// The library's own closing waits on the pool thread for a continuation on the pool thread,
    /// once a piece was refused: with one thread that is for ever.
    pplx::task<void> close(std::ios_base::openmode) override {
        m_stream_can_read = false;
        m_stream_can_write = false;
        return pplx::task_from_result();
    }
    pplx::task<void> close(std::ios_base::openmode mode, std::exception_ptr reason) override {
        if (!m_currentException) m_currentException = std::move(reason);
        return close(mode);
    }

  protected:
    static pos_type nowhere() { return static_cast<pos_type>(traits::eof()); }
    static pplx::task<int_type> nothing() {
        return pplx::task_from_result<int_type>(traits::eof());
    }
    pplx::task<int_type> _putc(Byte) override { return nothing(); }  // the library writes blocks
    pplx::task<std::size_t> _putn(const Byte*, std::size_t) override {
        return pplx::task_from_result<std::size_t>(0);
    }
    pplx::task<int_type> _bumpc() override { return nothing(); }
    int_type _sbumpc() override { return traits::eof(); }
    pplx::task<int_type> _getc() override { return nothing(); }
    int_type _sgetc() override { return traits::eof(); }
    pplx::task<int_type> _nextc() override { return nothing(); }
    pplx::task<int_type> _ungetc() override { return nothing(); }
    pplx::task<std::size_t> _getn(Byte*, std::size_t) override {
        return pplx::task_from_result<std::size_t>(0);
    }
    std::size_t _scopy(Byte*, std::size_t) override { return 0; }
    pplx::task<bool> _sync() override { return pplx::task_from_result(true); }
    Byte* _alloc(std::size_t) override { return nullptr; }
    void _commit(std::size_t) override {}
};

/// A request's body. Unseekable, so that the library cannot send it a second time by itself.
class SourceBuffer final : public OneWayBuffer {
  public:
    explicit SourceBuffer(std::shared_ptr<const core::SecretBytes> bytes)
        : OneWayBuffer(std::ios_base::in), bytes_(std::move(bytes)) {}

  protected:
    pplx::task<std::size_t> _getn(Byte* to, std::size_t count) override {
        const auto rest = bytes_->reveal().substr(read_);
        const std::size_t given = std::min(count, rest.size());
        std::memcpy(to, rest.data(), given);
        read_ += given;
        return pplx::task_from_result(given);
    }

  private:
    std::shared_ptr<const core::SecretBytes> bytes_;
    std::size_t read_ = 0;
};

/// An answer's body on its way to a receiver. An unfinished write task holds the socket back.
class SinkBuffer final : public OneWayBuffer {
  public:
    explicit SinkBuffer(std::shared_ptr<Receiver> to)
        : OneWayBuffer(std::ios_base::out), to_(std::move(to)) {}

    /// The head has been told: what came before it may follow.
    void open() {
        open_ = true;
        if (!waiting_) return;
        const auto early = std::exchange(waiting_, std::nullopt);
        settle(*early, to_->body(early->bytes));
    }
    void resume() {
        if (open_ && waiting_) settle(*std::exchange(waiting_, std::nullopt), Flow::kGoOn);
    }
    void abort() {
        if (waiting_) settle(*std::exchange(waiting_, std::nullopt), Flow::kStop);
        to_.reset();
    }

  protected:
    pplx::task<std::size_t> _putn(const Byte* data, std::size_t count) override {
        const std::string_view bytes(reinterpret_cast<const char*>(data), count);
        Waiting piece{bytes, {}};
        const auto done = pplx::create_task(piece.done);
        if (!open_) {
            waiting_ = piece;
        } else {
            settle(piece, to_ ? to_->body(bytes) : Flow::kStop);
        }
        return done;
    }

  private:
    struct Waiting {
        std::string_view bytes;  ///< the library keeps them until done
        pplx::task_completion_event<std::size_t> done;
    };

    /// The library's buffer lives as long as a watch, and is not cleared when it has been read.
    static void wipe(std::string_view taken) {
        explicit_bzero(const_cast<char*>(taken.data()), taken.size());
    }

    void settle(Waiting piece, Flow flow) {
        switch (flow) {
            case Flow::kGoOn:
                wipe(piece.bytes);
                piece.done.set(piece.bytes.size());
                return;
            case Flow::kHold:
                waiting_ = std::move(piece);
                return;
            case Flow::kStop:
                wipe(piece.bytes);
                piece.done.set_exception(std::runtime_error("the receiver gave up"));
                return;
        }
    }

    std::shared_ptr<Receiver> to_;
    bool open_ = false;
    std::optional<Waiting> waiting_;
};

/// The library's client with what its TLS callback writes. Freed on the pool thread.
struct Inner {
    std::shared_ptr<Verdict> verdict;
    web::http::client::http_client http;
};

std::string number_text(int number) {
    if (number == 0) return "";
    const std::string text = tls_reason(static_cast<unsigned long>(number));
    return text.empty() ? std::system_category().message(number) : text;
}

Failure failure_of(const web::http::http_exception& error, const Verdict& verdict) {
    Failure failure{stage_of(error.what()), number_text(error.error_code().value())};
    if (failure.stage == Stage::kHandshake && !verdict.reason.empty())
        failure.reason = verdict.reason;
    // The library gives this number for a refused connection as well.
    if (failure.stage == Stage::kConnect && error.error_code().value() == EHOSTUNREACH)
        failure.reason = "refused or unreachable";
    return failure;
}

/// Called inside a handler only.
Failure current_failure(const Verdict& verdict) {
    try {
        throw;
    } catch (const web::http::http_exception& error) {
        return failure_of(error, verdict);
    } catch (const web::uri_exception& error) {
        return {Stage::kMalformed, error.what()};
    } catch (const std::exception& error) {
        return {Stage::kOther, error.what()};
    }
}

web::http::http_request to_library(const Message& message) {
    web::http::http_request request(message.method);
    request.set_request_uri(web::uri(message.target));
    const std::size_t size = message.body ? message.body->size() : 0;
    // Even an empty body is given as a stream where the library must not resend.
    if (size > 0 || !message.replayable) {
        const concurrency::streams::streambuf<Byte> buffer(
            std::make_shared<SourceBuffer>(message.body));
        request.set_body(buffer.create_istream(), size);
        request.headers().remove(web::http::header_names::content_type);
    }
    for (const auto& [name, value] : message.headers) request.headers().add(name, value);
    return request;
}

ports::Headers to_headers(const web::http::http_headers& headers) {
    return {headers.begin(), headers.end()};
}

class Call final : public Exchange, public std::enable_shared_from_this<Call> {
  public:
    Call(std::shared_ptr<Inner> inner, Message message, std::shared_ptr<Receiver> to)
        : inner_(std::move(inner)),
          message_(std::move(message)),
          to_(std::move(to)),
          sink_(std::make_shared<SinkBuffer>(to_)) {}

    void resume() override {
        post([self = shared_from_this()] { self->sink_->resume(); });
    }
    void cancel() override {
        post([self = shared_from_this()] { self->stop(); });
    }
    void begin() {
        try {
            send();
        } catch (...) {
            finish(current_failure(*inner_->verdict));
        }
    }

  private:
    void send() {
        auto self = shared_from_this();
        auto request = to_library(message_);
        request.set_response_stream(concurrency::streams::streambuf<Byte>(sink_).create_ostream());
        // The first report comes when the head has been written, even without a body.
        request.set_progress_handler([self](web::http::message_direction::direction way, auto) {
            if (way == web::http::message_direction::upload) self->written_ = true;
        });
        inner_->http.request(request, source_.get_token())
            .then([self](pplx::task<web::http::http_response> task) { self->answered(task); });
    }

    void answered(const pplx::task<web::http::http_response>& task) {
        try {
            const auto response = task.get();  // done already: does not wait
            if (!over_) to_->head(response.status_code(), to_headers(response.headers()));
            sink_->open();
            response.content_ready().then(
                [self = shared_from_this()](pplx::task<web::http::http_response> whole) {
                    self->completed(whole);
                });
        } catch (...) {
            finish(current_failure(*inner_->verdict));
        }
    }

    void completed(const pplx::task<web::http::http_response>& task) {
        try {
            task.get();
            finish(std::nullopt);
        } catch (...) {
            finish(current_failure(*inner_->verdict));
        }
    }

    void stop() {
        if (over_) return;
        source_.cancel();
        sink_->abort();
    }

    void finish(std::optional<Failure> failure) {
        if (std::exchange(over_, true)) return;
        if (failure) failure->written = written_;
        sink_->abort();
        std::exchange(to_, nullptr)->end(std::move(failure));
        inner_.reset();
    }

    std::shared_ptr<Inner> inner_;
    Message message_;
    std::shared_ptr<Receiver> to_;
    std::shared_ptr<SinkBuffer> sink_;
    pplx::cancellation_token_source source_;
    bool written_ = false;
    bool over_ = false;
};

class PooledClient final : public Client {
  public:
    explicit PooledClient(std::shared_ptr<Inner> inner) : inner_(std::move(inner)) {}

    std::shared_ptr<Exchange> start(Message message, std::shared_ptr<Receiver> to) override {
        auto call = std::make_shared<Call>(inner_, std::move(message), std::move(to));
        post([call] { call->begin(); });
        return call;
    }

  private:
    std::shared_ptr<Inner> inner_;
};

web::http::client::http_client_config configuration(std::shared_ptr<const TlsSettings> tls,
                                                    const std::shared_ptr<Verdict>& verdict) {
    web::http::client::http_client_config config;
    // Per step, not per call; deadlines are the caller's. It must outlast a held-back stream.
    config.set_timeout(std::chrono::hours(24));
    config.set_max_redirects(0);
    if (!tls) return config;
    config.set_tlsext_sni_enabled(false);  // TlsSettings sends the name
    config.set_ssl_context_callback(
        [tls = std::move(tls), verdict](boost::asio::ssl::context& context) {
            const auto applied = tls->apply(context.native_handle(), verdict.get());
            if (!applied) throw std::runtime_error(applied.error().message);
        });
    return config;
}

/// Sockets and timers go where their handlers run, whoever held the client last.
std::shared_ptr<Inner> freed_on_pool(std::unique_ptr<Inner> inner) {
    return {inner.release(), [](Inner* last) { post([owner = std::shared_ptr<Inner>(last)] {}); }};
}

}  // namespace

core::Result<std::shared_ptr<Client>> make_client(const Origin& origin,
                                                  std::shared_ptr<const TlsSettings> tls) {
    auto verdict = std::make_shared<Verdict>();
    try {
        auto config = configuration(std::move(tls), verdict);
        auto inner = std::make_unique<Inner>(
            Inner{verdict, web::http::client::http_client(origin.url(), config)});
        return std::shared_ptr<Client>(
            std::make_shared<PooledClient>(freed_on_pool(std::move(inner))));
    } catch (const std::exception& error) {
        return core::Error{core::Code::kInvalid,
                           core::concat("server URL \"", origin.url(), "\": ", error.what())};
    }
}

}  // namespace stackseal::http
