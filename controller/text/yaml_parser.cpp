// SPDX-License-Identifier: Apache-2.0
// YAML text to documents, over yaml-cpp's events: they alone show tags, anchors, twin keys, lines.
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <optional>
#include <set>
#include <sstream>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/text/builder.hpp"
#include "controller/text/scalar.hpp"
#include "controller/text/utf8.hpp"
#include "controller/text/yaml.hpp"

namespace stackseal::text {

namespace {

using core::concat;
using core::Value;

constexpr std::size_t kMostBytes = 1U << 20U;
constexpr std::size_t kMostLevels = 64;
constexpr std::size_t kMostDocuments = 10000;

/// Leaves yaml-cpp from inside an event; caught in this file.
struct Refusal {
    std::string problem;
};

std::string at_line(int line, int column, std::string_view reason) {
    return concat("line ", line, ", column ", column, ": ", reason);
}

[[noreturn]] void refuse(const YAML::Mark& mark, std::string_view reason) {
    throw Refusal{at_line(mark.line + 1, mark.column + 1, reason)};
}

void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse(mark, "anchors are not read; write the value out");
}

/// "?" marks what is plain, "!" what is quoted; !!str, !!map and !!seq say what is seen anyway.
void refuse_tag(const YAML::Mark& mark, std::string_view tag, std::string_view known) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == known) return;
    refuse(mark, concat("the tag ", core::quoted(tag), " is not read; leave it out"));
}

Value typed_scalar(const YAML::Mark& mark, std::string_view tag, const std::string& text) {
    if (tag != "?") return Value::of(text);
    std::optional<Value> value = plain_scalar(text);
    if (!value) refuse(mark, "a number that is not finite; quote it if it is text");
    return *std::move(value);
}

class Handler : public YAML::EventHandler {
  public:
    explicit Handler(std::string_view text) : text_(text) {}

    std::vector<Value> take() { return std::move(documents_); }
    bool too_many() const { return seen_ > kMostDocuments; }

    void OnDocumentStart(const YAML::Mark& mark) override {
        // yaml-cpp takes what it cannot make part of a document for the next one.
        if (seen_++ > 0 && !line_at(mark).starts_with("---"))
            refuse(mark, "does not belong to what stands above; begin a document with ---");
    }
    void OnDocumentEnd() override {
        Value document = builder_.take();
        if (!document.is_null()) documents_.push_back(std::move(document));
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        refuse_anchor(mark, anchor);
        if (awaits_key()) refuse(mark, "a key that is not text; quote it");
        add(mark, Value{});
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        refuse(mark, "aliases are not read; write the value out");
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& text) override {
        refuse_anchor(mark, anchor);
        refuse_tag(mark, tag, "tag:yaml.org,2002:str");
        Value value = typed_scalar(mark, tag, text);
        if (!awaits_key()) return add(mark, std::move(value));
        if (value.text() == nullptr) refuse(mark, "a key that is not text; quote it");
        if (tag == "?" && text == "<<") refuse(mark, "merge keys are not read; write them out");
        name(mark, text);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        refuse_tag(mark, tag, "tag:yaml.org,2002:seq");
        open(mark, anchor, Value::array());
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        refuse_tag(mark, tag, "tag:yaml.org,2002:map");
        open(mark, anchor, Value::object());
    }
    void OnMapEnd() override { close(); }

  private:
    /// An open mapping's keys so far, and whether the last one still lacks its value.
    struct Level {
        std::set<std::string, std::less<>> keys;
        bool named = false;
    };

    bool awaits_key() const {
        return builder_.depth() > 0 && builder_.innermost()->is_object() && !levels_.back().named;
    }

    void name(const YAML::Mark& mark, const std::string& key) {
        if (!levels_.back().keys.insert(key).second)
            refuse(mark, concat("the key ", core::quoted(key), " stands twice; keep one"));
        levels_.back().named = true;
        builder_.key(key, mark.line + 1);
    }

    void add(const YAML::Mark& mark, Value value) {
        value.line = mark.line + 1;
        builder_.add(std::move(value));
        if (!levels_.empty()) levels_.back().named = false;
    }

    void open(const YAML::Mark& mark, YAML::anchor_t anchor, Value container) {
        refuse_anchor(mark, anchor);
        if (awaits_key()) refuse(mark, "a key that is not text; quote it");
        if (builder_.depth() >= kMostLevels)
            refuse(mark, concat("nested deeper than ", kMostLevels, " levels"));
        container.line = mark.line + 1;
        builder_.open(std::move(container));
        if (!levels_.empty()) levels_.back().named = false;
        levels_.emplace_back();
    }

    void close() {
        builder_.close();
        levels_.pop_back();
    }

    /// The text from the beginning of a mark's line. Marks come in order, so nothing is read twice.
    std::string_view line_at(const YAML::Mark& mark) {
        for (; line_ < mark.line; ++line_)
            text_.remove_prefix(std::min(text_.find('\n'), text_.size() - 1) + 1);
        return text_;
    }

    std::string_view text_;  ///< from the beginning of line_
    int line_ = 0;
    Builder builder_;
    std::vector<Level> levels_;
    std::vector<Value> documents_;
    std::size_t seen_ = 0;
};

bool is_forbidden(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return (byte < 0x20 && letter != '\t' && letter != '\n' && letter != '\r') || byte == 0x7f;
}

std::string place_of(std::string_view text, std::size_t offset, std::string_view reason) {
    const std::string_view before = text.substr(0, offset);
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return at_line(static_cast<int>(line), static_cast<int>(offset - line_start) + 1, reason);
}

/// What yaml-cpp would accept or cut silently: it takes byte 4 for the end of the stream.
std::optional<std::string> refuse_early(std::string_view text) {
    if (text.size() > kMostBytes)
        return concat(text.size(), " bytes are over the limit of ", kMostBytes);
    if (const std::size_t end = utf8_valid_prefix(text); end < text.size())
        return place_of(text, end, "not UTF-8");
    const auto bad = std::ranges::find_if(text, is_forbidden);
    if (bad == text.end()) return std::nullopt;
    return place_of(text, static_cast<std::size_t>(bad - text.begin()), "a control character");
}

/// With its end marked, since yaml-cpp lets the end of the stream close a quoted text.
std::string with_end(std::string_view text) {
    return concat(text, text.ends_with('\n') || text.empty() ? "" : "\n", "...\n");
}

core::Error invalid(std::string_view problem) {
    return {core::Code::kInvalid, concat("not readable as YAML: ", problem)};
}

core::Result<std::vector<Value>> parse(const std::string& text) {
    std::istringstream stream(text);
    Handler handler(text);
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(handler))
        if (handler.too_many()) return invalid(concat("over ", kMostDocuments, " documents"));
    return handler.take();
}

}  // namespace

core::Result<std::vector<Value>> parse_yaml(std::string_view text) {
    if (const auto problem = refuse_early(text)) return invalid(*problem);
    try {
        return parse(with_end(text));
    } catch (const Refusal& refusal) {
        return invalid(refusal.problem);
    } catch (const YAML::Exception& fault) {
        return invalid(at_line(fault.mark.line + 1, fault.mark.column + 1, fault.msg));
    }
}

}  // namespace stackseal::text
