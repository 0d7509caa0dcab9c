// SPDX-License-Identifier: Apache-2.0
// Servers and endpoints as people write them, and what may go out as a request.
#include "controller/http/syntax.hpp"
#include "controller/kube/config.hpp"
#include "controller/probe/endpoint.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

void check_origin(std::string_view input) {
    const auto origin = http::parse_origin(input);
    if (!origin) return fuzz::require_refusal(origin.error(), core::Code::kInvalid);
    const auto again = http::parse_origin(origin->url());
    require(again.has_value() && again->url() == origin->url(), "an origin reads back", input);
}

void check_server(std::string_view input) {
    const auto server = kube::split_server(std::string(input));
    if (!server) return fuzz::require_refusal(server.error(), core::Code::kInvalid);
    const auto again = kube::split_server(server->first + server->second);
    require(again.has_value() && *again == *server, "a server reads back", input);
}

void check_endpoint(std::string_view input) {
    const auto endpoint = probe::parse_endpoint(input);
    if (!endpoint) return fuzz::require_refusal(endpoint.error(), core::Code::kInvalid);
    const std::string text = probe::to_string(*endpoint);
    fuzz::require_line(text);
    const auto again = probe::parse_endpoint(text);
    require(again.has_value() && *again == *endpoint, "an endpoint reads back", text);
}

/// Nothing that is let through can end a line of the request.
void check_request(std::string_view input) {
    const std::size_t half = input.size() / 2;
    const std::string first(input.substr(0, half));
    const std::string second(input.substr(half));
    const auto checked = http::check_request("GET", first, {{first, second}});
    if (!checked) return fuzz::require_refusal(checked.error(), core::Code::kInvalid);
    require(input.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos,
            "a request is one request", input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    check_origin(input);
    check_server(input);
    check_endpoint(input);
    check_request(input);
    return 0;
}
