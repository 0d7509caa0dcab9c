// SPDX-License-Identifier: Apache-2.0
// JSON: what is read is written back to the same; what is refused is refused on one line.
#include "controller/text/json.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

void check_refused(const core::Error& error) {
    fuzz::require_refusal(error, core::Code::kInvalid);
}

void check_written(const core::Value& document) {
    const std::string compact = text::to_json(document);
    const auto again = text::parse_json(compact);
    require(again.has_value() && *again == document, "compact JSON reads back", compact);
    require(text::to_json(*again) == compact, "the second writing is the first", compact);
    const auto pretty = text::parse_json(text::to_pretty_json(document));
    require(pretty.has_value() && *pretty == document, "indented JSON reads back", compact);
}

/// A Kubernetes answer loses its managedFields and nothing else.
void check_kubernetes(std::string_view input, const core::Result<core::Value>& plain) {
    const auto document = text::parse_kubernetes_json(input);
    require(document.has_value() || !plain.has_value(), "skipping a member refuses nothing");
    if (!document) return check_refused(document.error());
    require(document->find_path({"metadata", "managedFields"}) == nullptr, "managedFields go");
    if (plain && input.find("managed") == std::string_view::npos &&
        input.find('\\') == std::string_view::npos)
        require(*plain == *document, "nothing else goes");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    const auto document = text::parse_json(input);
    if (document)
        check_written(*document);
    else
        check_refused(document.error());
    check_kubernetes(input, document);
    return 0;
}
