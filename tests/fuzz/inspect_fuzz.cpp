// SPDX-License-Identifier: Apache-2.0
// Files that somebody asks about: the report never steers a terminal and never shows a key.
#include "app/inspect_render.hpp"
#include "controller/text/json.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

/// A fixed time; a report's words depend on it.
constexpr core::Time kNow{std::chrono::seconds(1'800'000'000)};

void check_plain(std::string_view text) {
    const auto steers = [](char letter) {
        return (static_cast<unsigned char>(letter) < 0x20 && letter != '\n') || letter == 0x7f;
    };
    require(std::ranges::none_of(text, steers), "a report does not steer a terminal", text);
    require(text.find("PRIVATE KEY-----") == std::string_view::npos, "no key is shown");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto material = app::material_of_text(fuzz::text_of(data, size));
    if (!material) {
        fuzz::require_refusal(material.error(), core::Code::kCorrupt);
        return 0;
    }
    const app::Report report = app::make_report(*material, kNow);
    check_plain(app::to_text(report));
    const auto document = app::to_document(report);
    const auto again = text::parse_json(text::to_pretty_json(document));
    require(again.has_value() && *again == document, "the JSON report reads back");
    return 0;
}
