// SPDX-License-Identifier: Apache-2.0
// One of the two files that include the library: its pool, fixed to one thread.
// Rule 1 (one thread) and rule 2 (start and cancel only through post): with more threads, or with a
// cancel from outside, the library's TLS streams race and the process dies. One is also fastest.
#include "controller/http/pool.hpp"

#include <stdlib.h>  // setenv is POSIX, not std

#include <future>
#include <memory>
#include <utility>

#include <pplx/threadpool.h>

#include "controller/http/cpprest_transport.hpp"

namespace stackseal::http {

namespace {

thread_local bool is_pool_thread = false;

std::string environment(const char* name) {
    const char* value = ::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

/// The library parses the system's bundle anew for each connection (30 ms) and would trust it
/// beside ours; a context's own store replaces it anyway.
void blind_default_trust() {
    ::setenv("SSL_CERT_FILE", "/dev/null", 1);
    ::setenv("SSL_CERT_DIR", "/dev/null", 1);
}

bool initialize() {
    users_trust_file();
    blind_default_trust();
    try {
        crossplat::threadpool::initialize_with_threads(1);
    } catch (const std::exception&) {
        return false;
    }
    post([] { is_pool_thread = true; });
    return true;
}

}  // namespace

void start_pool() {
    pool_has_one_thread();
}

bool pool_has_one_thread() {
    static const bool initialized = initialize();
    return initialized;
}

void post(std::function<void()> work) {
    boost::asio::post(crossplat::threadpool::shared_instance().service(), std::move(work));
}

bool on_pool_thread() {
    return is_pool_thread;
}

bool pool_answers(std::chrono::milliseconds within) {
    if (on_pool_thread()) return true;
    auto answered = std::make_shared<std::promise<void>>();
    post([answered] { answered->set_value(); });
    return answered->get_future().wait_for(within) == std::future_status::ready;
}

const std::string& users_trust_file() {
    static const std::string before = environment("SSL_CERT_FILE");
    return before;
}

}  // namespace stackseal::http
