// SPDX-License-Identifier: Apache-2.0
// Documents to block-style YAML that every reader, YAML 1.1 ones included, types as we do.
#include <algorithm>
#include <optional>

#include "controller/text/quote.hpp"
#include "controller/text/scalar.hpp"
#include "controller/text/utf8.hpp"
#include "controller/text/yaml.hpp"

namespace stackseal::text {

namespace {

using core::Value;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_plain_letter(char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("_./@+=,()-: ").find(c) != std::string_view::npos;
}

/// What YAML 1.1 readers take for a truth value.
bool is_old_boolean(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    constexpr std::string_view kWords[] = {"y", "n", "yes", "no", "on", "off"};
    return std::ranges::find(kWords, lower) != std::end(kWords);
}

/// 010, 1_000, 12:30, 2026-01-01, 1e3, 0x1F: a number or a time to one reader or another.
bool is_like_a_number(std::string_view text) {
    constexpr std::string_view kLetters = "0123456789abcdefABCDEFxoTZ_.:+- ";
    return (is_digit(text[0]) || text[0] == '.' || text[0] == '+') &&
           text.find_first_not_of(kLetters) == std::string_view::npos;
}

bool can_be_plain(std::string_view text) {
    if (text.empty() || !std::ranges::all_of(text, is_plain_letter)) return false;
    if (!is_letter(text[0]) && !is_digit(text[0]) && text[0] != '/' && text[0] != '_') return false;
    if (text.back() == ' ' || text.back() == ':' || text.find(": ") != std::string_view::npos)
        return false;
    if (is_old_boolean(text) || is_like_a_number(text)) return false;
    const std::optional<Value> read = plain_scalar(text);
    return read && read->text() != nullptr;
}

/// Several lines of plain letters, as a PEM is: a block scalar keeps them readable.
bool can_be_block(std::string_view text) {
    if (text.find('\n') == std::string_view::npos || text.find("\n\n") != std::string_view::npos)
        return false;
    if (text[0] == ' ' || text[0] == '\n') return false;
    return std::ranges::all_of(text, [](char c) { return c == '\n' || (c >= ' ' && c < 0x7f); });
}

class Writer {
  public:
    std::string take() { return std::move(out_); }

    /// A value behind "key:" or "-", and the end of its last line.
    void value(const Value& value) {
        if (const auto* items = value.items(); items != nullptr && !items->empty()) {
            out_ += '\n';
            array(*items);
        } else if (const auto* members = value.members(); members != nullptr && !members->empty()) {
            out_ += '\n';
            object(*members);
        } else {
            out_ += ' ';
            scalar(value);
        }
    }

    void document(const Value& document) {
        if (const auto* items = document.items(); items != nullptr && !items->empty()) {
            array(*items);
        } else if (const auto* all = document.members(); all != nullptr && !all->empty()) {
            object(*all);
        } else {
            scalar(document);
        }
    }

  private:
    void object(const Value::Object& members) {
        for (const auto& [key, held] : members) {
            indent();
            member(key, held);
        }
    }

    void member(const std::string& key, const Value& held) {
        text(key);
        out_ += ':';
        // A list stands below its key without a further indent, as kubectl writes it.
        const bool deeper = held.is_object();
        depth_ += deeper ? 1 : 0;
        value(held);
        depth_ -= deeper ? 1 : 0;
    }

    void array(const Value::Array& items) {
        for (const Value& item : items) {
            indent();
            out_ += '-';
            ++depth_;
            entry(item);
            --depth_;
        }
    }

    /// An object's first key stands on the line of the dash.
    void entry(const Value& item) {
        const auto* members = item.members();
        if (members == nullptr || members->empty()) return value(item);
        bool first = true;
        for (const auto& [key, held] : *members) {
            if (first) out_ += ' ';
            if (!first) indent();
            first = false;
            member(key, held);
        }
    }

    void scalar(const Value& value) {
        if (const std::string* held = value.text()) {
            can_be_block(*held) ? block(*held) : text(*held);
        } else if (value.items() != nullptr) {
            out_ += "[]";
        } else if (value.members() != nullptr) {
            out_ += "{}";
        } else {
            plain(value);
        }
        if (out_.back() != '\n') out_ += '\n';
    }

    void plain(const Value& value) {
        if (const auto* truth = std::get_if<bool>(&value.held)) out_ += *truth ? "true" : "false";
        if (value.is_null()) out_ += "null";
        if (const auto* number = std::get_if<std::int64_t>(&value.held))
            out_ += std::to_string(*number);
        if (const auto* number = std::get_if<double>(&value.held)) append_number(out_, *number);
    }

    void text(std::string_view text) {
        if (can_be_plain(text)) {
            out_ += text;
        } else {
            append_quoted(out_, text);
        }
    }

    void block(std::string_view text) {
        const bool ends_with_break = text.back() == '\n';
        out_ += ends_with_break ? "|" : "|-";
        ++depth_;
        while (!text.empty()) {
            const std::size_t end = std::min(text.find('\n'), text.size());
            out_ += '\n';
            indent();
            out_ += text.substr(0, end);
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        --depth_;
    }

    void indent() { out_.append(depth_ * 2, ' '); }

    std::string out_;
    std::size_t depth_ = 0;
};

}  // namespace

std::string to_yaml(const Value& document) {
    Writer writer;
    writer.document(document);
    return writer.take();
}

}  // namespace stackseal::text
