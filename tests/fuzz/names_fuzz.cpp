// SPDX-License-Identifier: Apache-2.0
// Names and addresses: what is accepted is of the alphabet that its reader relies on.
#include <array>

#include "controller/api/syntax.hpp"
#include "controller/local/identity.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

bool is_visible(std::string_view text) {
    return std::ranges::all_of(text, [](char letter) { return letter > 0x20 && letter < 0x7f; });
}

/// Every check answers with one line, and lets through nothing but visible ASCII.
void check_faults(std::string_view input) {
    constexpr std::array kChecks = {&api::why_no_label,        &api::why_no_subdomain,
                                    &api::why_no_dns_name,     &api::why_no_domain,
                                    &api::why_no_ip,           &api::why_no_ip_range,
                                    &api::why_no_uri,          &api::why_no_email,
                                    &api::why_no_metadata_key, &api::why_no_label_value};
    for (const auto check : kChecks) {
        if (const api::Fault fault = check(input))
            fuzz::require_line(*fault);
        else
            require(is_visible(input), "what is accepted is visible ASCII", input);
    }
}

void check_addresses(std::string_view input) {
    const auto canonical = api::canonical_ip(input);
    if (!api::why_no_ip(input)) require(canonical.has_value(), "an address has its text", input);
    if (!canonical) return;
    require(api::canonical_ip(*canonical) == canonical, "the text is canonical", *canonical);
}

/// Two rooms state the same grammar, since neither may include the other.
void check_agreement(std::string_view input) {
    require(local::is_object_name(input) == !api::why_no_subdomain(input), "names agree", input);
    require(local::is_namespace_name(input) == !api::why_no_label(input), "labels agree", input);
    if (local::is_object_name(input))
        require(input.find("..") == std::string_view::npos && input != ".", "no way out", input);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    check_faults(input);
    check_addresses(input);
    check_agreement(input);
    return 0;
}
