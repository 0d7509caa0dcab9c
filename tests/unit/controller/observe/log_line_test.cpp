// SPDX-License-Identifier: Apache-2.0
// Nothing that is logged can end a line, add a field, hide text, or leak a key.
#include "controller/observe/log_line.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace stackseal::observe {
namespace {

using std::chrono::milliseconds;

constexpr core::Instant kNow{milliseconds(1'800'000'000'123)};

std::string json_of(std::string_view value) {
    const std::string line = format_line(
        LogFormat::kJson, {kNow, ports::Level::kInfo, "m", {{"k", std::string(value)}}});
    const std::string head =
        R"({"time":"2027-01-15T08:00:00.123000Z","level":"info","msg":"m","k":)";
    EXPECT_TRUE(line.starts_with(head)) << line;
    return line.substr(head.size(), line.size() - head.size() - 1);
}

std::string text_of(std::string_view value) {
    const std::string line = format_line(
        LogFormat::kText, {kNow, ports::Level::kInfo, "m", {{"k", std::string(value)}}});
    const std::string head = "2027-01-15T08:00:00.123000Z info m k=";
    EXPECT_TRUE(line.starts_with(head)) << line;
    return line.substr(head.size());
}

TEST(LogLine, EscapesValues) {
    struct Row {
        std::string given, json, text;
    };
    const std::vector<Row> rows = {
        {"plain", R"("plain")", "plain"},
        {"", R"("")", R"("")"},
        {"two words", R"("two words")", R"("two words")"},
        {"a=b", R"("a=b")", R"("a=b")"},
        {R"(say "hi")", R"("say \"hi\"")", R"("say \"hi\"")"},
        {R"(C:\x)", R"("C:\\x")", R"("C:\\x")"},
        {"a\nb\r\tc", R"("a\nb\r\tc")", R"("a\nb\r\tc")"},
        {"\x1b[2J", R"("\u001b[2J")", R"("\u{1b}[2J")"},
        {std::string("\0", 1), R"("\u0000")", R"("\u{0}")"},
        {"\x7f", R"("\u007f")", R"("\u{7f}")"},
        {"\u0085", R"("\u0085")", R"("\u{85}")"},
        {"\u2028", R"("\u2028")", R"("\u{2028}")"},
        {"\u202Eevil", R"("\u202eevil")", R"("\u{202e}evil")"},
        {"\U000E0041", R"("\udb40\udc41")", R"("\u{e0041}")"},
        {"Grüße", R"("Grüße")", "Grüße"},
        {"\xff", "\"\uFFFD\"", "\"\uFFFD\""},
        {"x\",\"level\":\"error", R"("x\",\"level\":\"error")", R"("x\",\"level\":\"error")"},
        {"x level=error", R"("x level=error")", R"("x level=error")"},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(json_of(row.given), row.json);
        EXPECT_EQ(text_of(row.given), row.text);
    }
}

TEST(LogLine, CutsLongValuesBetweenRunesAndTellsTheirSize) {
    EXPECT_EQ(text_of(std::string(kLogValueLimit, 'x')), std::string(kLogValueLimit, 'x'));
    EXPECT_EQ(json_of(std::string(5000, 'x')),
              "\"" + std::string(kLogValueLimit, 'x') + "[cut: 5000 bytes]\"");
    EXPECT_EQ(json_of(std::string(kLogValueLimit - 1, 'x') + "ü"),
              "\"" + std::string(kLogValueLimit - 1, 'x') + "[cut: 2049 bytes]\"");
}

TEST(LogLine, PrintsNoSecretWhereverItStands) {
    const std::string key = std::string("-----BEGIN ") + "EC PRIVATE KEY-----\nMHcCAQ";
    const std::string deep = std::string(3000, 'x') + key;  // behind the cut as well
    for (const LogFormat format : {LogFormat::kJson, LogFormat::kText}) {
        const std::string line = format_line(
            format, {kNow, ports::Level::kError, key, {{"a", key}, {"b", deep}, {"c", "fine"}}});
        EXPECT_EQ(line.find("MHcCAQ"), std::string::npos) << line;
        EXPECT_EQ(line.find("BEGIN"), std::string::npos) << line;
        EXPECT_NE(line.find("[redacted: PEM]"), std::string::npos) << line;
        EXPECT_NE(line.find("fine"), std::string::npos) << line;
    }
}

TEST(LogLine, EscapesTheMessageToo) {
    EXPECT_EQ(format_line(LogFormat::kText, {kNow, ports::Level::kDebug, "a\nb c", {}}),
              "2027-01-15T08:00:00.123000Z debug a\\nb c");
    EXPECT_EQ(format_line(LogFormat::kJson, {kNow, ports::Level::kWarning, "a\n\"b", {}}),
              R"({"time":"2027-01-15T08:00:00.123000Z","level":"warning","msg":"a\n\"b"})");
}

TEST(LogLine, KeepsKeysHarmless) {
    const LogLine line{kNow,
                       ports::Level::kInfo,
                       "m",
                       {{"a b\"=\n", "1"}, {"", "2"}, {"msg", "3"}, {"time", "4"}, {"level", "5"}}};
    EXPECT_EQ(format_line(LogFormat::kText, line),
              "2027-01-15T08:00:00.123000Z info m a_b___=1 _=2 msg=3 time=4 level=5");
    EXPECT_EQ(format_line(LogFormat::kJson, line),
              R"({"time":"2027-01-15T08:00:00.123000Z","level":"info","msg":"m","a_b___":"1",)"
              R"("_":"2","msg_":"3","time_":"4","level_":"5"})");
    const std::string key(100, 'k');
    EXPECT_EQ(format_line(LogFormat::kText, {kNow, ports::Level::kInfo, "m", {{key, "v"}}}),
              "2027-01-15T08:00:00.123000Z info m " + std::string(64, 'k') + "=v");
}

TEST(LogLine, ParsesTheSettings) {
    for (const auto level : {ports::Level::kDebug, ports::Level::kInfo, ports::Level::kWarning,
                             ports::Level::kError}) {
        const auto parsed = parse_level(to_string(level));
        ASSERT_TRUE(parsed);
        EXPECT_EQ(*parsed, level);
    }
    EXPECT_EQ(*parse_log_format("json"), LogFormat::kJson);
    EXPECT_EQ(*parse_log_format("text"), LogFormat::kText);
    for (const std::string_view wrong : {"", "INFO", "trace", "info "})
        EXPECT_EQ(parse_level(wrong).error().code, core::Code::kInvalid) << wrong;
    EXPECT_EQ(parse_level("loud").error().message,
              "unknown log level \"loud\": use debug, info, warning or error");
    EXPECT_EQ(parse_log_format("xml").error().message,
              "unknown log format \"xml\": use text or json");
}

}  // namespace
}  // namespace stackseal::observe
