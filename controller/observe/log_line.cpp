// SPDX-License-Identifier: Apache-2.0
// Escapes for both formats: nothing that a caller passes can end a line, add a field or hide text.
#include "controller/observe/log_line.hpp"

#include <array>
#include <cstdio>

#include "controller/core/concat.hpp"
#include "controller/observe/redact.hpp"
#include "controller/observe/utf8.hpp"

namespace stackseal::observe {

namespace {

constexpr std::size_t kKeyLimit = 64;

struct NamedLevel {
    std::string_view name;
    ports::Level level;
};
constexpr std::array<NamedLevel, 4> kLevels = {{{"debug", ports::Level::kDebug},
                                                {"info", ports::Level::kInfo},
                                                {"warning", ports::Level::kWarning},
                                                {"error", ports::Level::kError}}};

/// A code point that must not stand as it is: in JSON as \u with surrogates, in text as \u{…}.
std::string escaped(char32_t point, LogFormat format) {
    std::array<char, 16> out{};
    const auto number = static_cast<unsigned>(point);
    if (format == LogFormat::kText)
        std::snprintf(out.data(), out.size(), "\\u{%x}", number);
    else if (number < 0x10000)
        std::snprintf(out.data(), out.size(), "\\u%04x", number);
    else
        std::snprintf(out.data(), out.size(), "\\u%04x\\u%04x", 0xD7C0U + (number >> 10U),
                      0xDC00U + (number & 0x3FFU));
    return out.data();
}

std::string_view short_escape(char32_t point) {
    switch (point) {
        case '"':
            return "\\\"";
        case '\\':
            return "\\\\";
        case '\n':
            return "\\n";
        case '\r':
            return "\\r";
        case '\t':
            return "\\t";
        default:
            return {};
    }
}

void append_escaped(std::string& out, std::string_view text, LogFormat format) {
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = rune_at(text, at);
        if (const auto escape = short_escape(rune.point); !escape.empty())
            out += escape;
        else if (!rune.valid)
            out += "\xEF\xBF\xBD";
        else if (is_invisible(rune.point))
            out += escaped(rune.point, format);
        else
            out += text.substr(at, rune.length);
        at += rune.length;
    }
}

/// The value as it may be shown, before escapes.
std::string presentable(std::string_view value) {
    if (const auto secret = secret_in(value)) return core::concat("[redacted: ", *secret, "]");
    const std::string_view kept = cut(value, kLogValueLimit);
    if (kept.size() == value.size()) return std::string(value);
    return core::concat(kept, "[cut: ", value.size(), " bytes]");
}

std::string quoted(std::string_view text, LogFormat format) {
    std::string out = "\"";
    append_escaped(out, text, format);
    return out + "\"";
}

bool is_plain(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const Rune rune = rune_at(text, at);
        if (!rune.valid || is_invisible(rune.point) || rune.point == ' ' || rune.point == '"' ||
            rune.point == '=' || rune.point == '\\')
            return false;
        at += rune.length;
    }
    return !text.empty();
}

std::string text_value(std::string_view value) {
    const std::string shown = presentable(value);
    return is_plain(shown) ? shown : quoted(shown, LogFormat::kText);
}

std::string safe_key(std::string_view key) {
    std::string out;
    for (const char c : key.substr(0, kKeyLimit)) {
        const bool word =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        out += word || c == '_' || c == '.' || c == '-' ? c : '_';
    }
    return out.empty() ? "_" : out;
}

std::string json_key(std::string_view key) {
    std::string out = safe_key(key);
    if (out == "time" || out == "level" || out == "msg") out += '_';
    return out;
}

std::string json_line(const LogLine& line) {
    std::string out = core::concat(
        "{\"time\":\"", core::format_rfc3339_micro(line.time), "\",\"level\":\"",
        to_string(line.level), "\",\"msg\":", quoted(presentable(line.message), LogFormat::kJson));
    for (const auto& [key, value] : line.fields)
        out +=
            core::concat(",\"", json_key(key), "\":", quoted(presentable(value), LogFormat::kJson));
    return out + "}";
}

std::string text_line(const LogLine& line) {
    std::string out =
        core::concat(core::format_rfc3339_micro(line.time), " ", to_string(line.level), " ");
    append_escaped(out, presentable(line.message), LogFormat::kText);
    for (const auto& [key, value] : line.fields)
        out += core::concat(" ", safe_key(key), "=", text_value(value));
    return out;
}

}  // namespace

std::string format_line(LogFormat format, const LogLine& line) {
    switch (format) {
        case LogFormat::kText:
            return text_line(line);
        case LogFormat::kJson:
            return json_line(line);
    }
    return {};
}

std::string_view to_string(ports::Level level) {
    return kLevels[static_cast<std::size_t>(level)].name;
}

core::Result<ports::Level> parse_level(std::string_view text) {
    for (const NamedLevel& known : kLevels)
        if (known.name == text) return known.level;
    return core::Error{core::Code::kInvalid, core::concat("unknown log level \"", clean(text, 40),
                                                          "\": use debug, info, warning or error")};
}

core::Result<LogFormat> parse_log_format(std::string_view text) {
    if (text == "text") return LogFormat::kText;
    if (text == "json") return LogFormat::kJson;
    return core::Error{core::Code::kInvalid, core::concat("unknown log format \"", clean(text, 40),
                                                          "\": use text or json")};
}

}  // namespace stackseal::observe
