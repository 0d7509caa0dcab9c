// SPDX-License-Identifier: Apache-2.0
// Log lines: whatever a caller passes, a line stays one line, readable by people and machines.
#include <fuzzer/FuzzedDataProvider.h>

#include "controller/observe/log_line.hpp"
#include "controller/observe/redact.hpp"
#include "controller/observe/utf8.hpp"
#include "controller/text/json.hpp"
#include "controller/text/utf8.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;
using observe::LogFormat;

/// A value may grow by its escapes: "\u{e0001}" for four bytes, "\u0001" for one.
constexpr std::size_t kLongestLine = 3 * 8 * observe::kLogValueLimit;

void check_line(const std::string& line) {
    require(line.size() <= kLongestLine, "a line is bounded");
    require(text::utf8_valid_prefix(line) == line.size(), "a line is UTF-8", line);
    for (std::size_t at = 0; at < line.size();) {
        const observe::Rune rune = observe::rune_at(line, at);
        require(!observe::is_invisible(rune.point), "a line shows all that it holds", line);
        at += rune.length;
    }
}

void check_json(const std::string& line, std::string_view message) {
    const auto document = text::parse_json(line);
    require(document.has_value(), "a line is a JSON document", line);
    require(document->members()->size() == 4, "no field is added or lost", line);
    const std::string_view shown = document->text_at({"msg"});
    if (observe::secret_in(message))
        require(shown.starts_with("[redacted: "), "what looks like a secret is not shown", line);
    else if (message.size() <= observe::kLogValueLimit &&
             text::utf8_valid_prefix(message) == message.size())
        require(shown == message, "the message survives its escapes", line);
}

void check_clean(std::string_view text) {
    const std::string cleaned = observe::clean(text, 100);
    require(cleaned.size() <= 100, "a cleaned text is bounded");
    require(observe::clean(cleaned, 100) == cleaned, "the second cleaning changes nothing");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider choice(data, size);
    const auto level = static_cast<ports::Level>(choice.ConsumeIntegralInRange<int>(0, 3));
    const core::Instant time(
        std::chrono::milliseconds(choice.ConsumeIntegralInRange<std::int64_t>(0, 1LL << 47)));
    const std::string key = choice.ConsumeRandomLengthString(70);
    const std::string value = choice.ConsumeRandomLengthString();
    const std::string message = choice.ConsumeRemainingBytesAsString();
    const observe::LogLine line{time, level, message, {{key, value}}};
    check_line(observe::format_line(LogFormat::kText, line));
    const std::string json = observe::format_line(LogFormat::kJson, line);
    check_line(json);
    check_json(json, message);
    check_clean(message);
    return 0;
}
