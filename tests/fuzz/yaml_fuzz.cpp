// SPDX-License-Identifier: Apache-2.0
// YAML: every document that is read is written back to the same, as YAML and as JSON.
#include <algorithm>

#include "controller/text/json.hpp"
#include "controller/text/yaml.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

void check_written(const core::Value& document) {
    const std::string yaml = text::to_yaml(document);
    const auto again = text::parse_yaml(yaml);
    require(again.has_value(), "YAML that we wrote reads back", yaml);
    require(again->size() == 1 && again->front() == document, "it reads back to the same", yaml);
    require(text::to_yaml(again->front()) == yaml, "the second writing is the first", yaml);
    const auto json = text::parse_json(text::to_json(document));
    require(json.has_value() && *json == document, "as JSON it reads back to the same", yaml);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    const auto documents = text::parse_yaml(input);
    if (!documents) {
        fuzz::require_refusal(documents.error(), core::Code::kInvalid);
        return 0;
    }
    const auto lines = std::ranges::count(input, '\n') + 1;
    for (const core::Value& document : *documents) {
        require(document.line >= 1 && document.line <= lines, "a document's line is the text's");
        check_written(document);
    }
    return 0;
}
