// SPDX-License-Identifier: Apache-2.0
// Documents to JSON text, straight into the result: nothing else holds a copy of a key.
#include <array>
#include <charconv>
#include <cmath>

#include "controller/text/json.hpp"
#include "controller/text/quote.hpp"
#include "controller/text/utf8.hpp"

namespace stackseal::text {

namespace {

using core::Value;

/// The short escapes; 0: none.
char short_escape(char letter) {
    switch (letter) {
        case '"':
            return '"';
        case '\\':
            return '\\';
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return 0;
    }
}

void append_ascii(std::string& out, char letter) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(letter);
    if (const char escape = short_escape(letter); escape != 0) {
        out += '\\';
        out += escape;
    } else if (byte < 0x20 || byte == 0x7f) {
        out += "\\u00";
        out += kHex[byte >> 4U];
        out += kHex[byte & 15U];
    } else {
        out += letter;
    }
}

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 1) append_ascii(out, text[at]);
        if (length > 1) out += text.substr(at, length);
        if (length == 0) out += "\xEF\xBF\xBD";  // U+FFFD, as Go does it
        at += length == 0 ? 1 : length;
    }
    out += '"';
}

void append_number(std::string& out, double number) {
    if (!std::isfinite(number)) {
        out += "null";  // JSON has no such number
        return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += text;
    // 5.0 must not come back as an integer.
    if (text.find_first_of(".e") == std::string_view::npos) out += ".0";
}

namespace {

/// Writes compactly (indent < 0), or one member a line.
class Writer {
  public:
    Writer(std::string& out, bool pretty) : out_(out), pretty_(pretty) {}

    void write(const Value& value) { std::visit(*this, value.held); }

    void operator()(std::monostate) { out_ += "null"; }
    void operator()(bool truth) { out_ += truth ? "true" : "false"; }
    void operator()(std::int64_t number) { out_ += std::to_string(number); }
    void operator()(double number) { append_number(out_, number); }
    void operator()(const std::string& text) { append_quoted(out_, text); }
    void operator()(const Value::Array& items) {
        enclose('[', ']', items, [this](const Value& item) { write(item); });
    }
    void operator()(const Value::Object& members) {
        enclose('{', '}', members, [this](const Value::Member& member) {
            append_quoted(out_, member.first);
            out_ += pretty_ ? ": " : ":";
            write(member.second);
        });
    }

  private:
    template <class Range, class Each>
    void enclose(char left, char right, const Range& range, const Each& each) {
        out_ += left;
        ++depth_;
        bool first = true;
        for (const auto& element : range) {
            if (!first) out_ += ',';
            first = false;
            break_line();
            each(element);
        }
        --depth_;
        if (!first) break_line();
        out_ += right;
    }

    void break_line() {
        if (!pretty_) return;
        out_ += '\n';
        out_.append(depth_ * 2, ' ');
    }

    std::string& out_;
    bool pretty_;
    std::size_t depth_ = 0;
};

}  // namespace

std::string to_json(const Value& document) {
    std::string out;
    Writer(out, false).write(document);
    return out;
}

std::string to_pretty_json(const Value& document) {
    std::string out;
    Writer(out, true).write(document);
    return out;
}

}  // namespace stackseal::text
