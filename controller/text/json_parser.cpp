// SPDX-License-Identifier: Apache-2.0
// JSON text to documents, over nlohmann's event parser: what is skipped is never built.
#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/text/builder.hpp"
#include "controller/text/json.hpp"

namespace stackseal::text {

namespace {

using core::concat;
using core::Value;

/// Receives nlohmann's events; a false answer stops the parser, with the reason in problem_.
class Handler {
  public:
    Handler(const Limits& limits, bool skip_managed_fields)
        : limits_(limits), skip_managed_fields_(skip_managed_fields) {}

    bool null() { return add(Value{}); }
    bool boolean(bool truth) { return add(Value::of(truth)); }
    bool number_integer(std::int64_t number) { return add(Value::of(number)); }
    bool number_unsigned(std::uint64_t number);
    bool number_float(double number, const std::string&) { return add(of_double(number)); }
    bool string(std::string& text);
    bool binary(nlohmann::json::binary_t&) { return false; }  // JSON has none
    bool start_object(std::size_t) { return open(Value::object()); }
    bool start_array(std::size_t) { return open(Value::array()); }
    bool key(std::string& name);
    bool end_object();
    bool end_array();
    bool parse_error(std::size_t offset, const std::string& token,
                     const nlohmann::json::exception& fault);

    const std::string& problem() const { return problem_; }
    Value take() { return builder_.take(); }

  private:
    static Value of_double(double number);
    bool add(Value value);
    bool open(Value container);
    bool leave_skipped();
    bool refuse(std::string problem);
    bool refuse_here(std::string_view problem);

    Limits limits_;
    bool skip_managed_fields_;
    Builder builder_;
    std::string problem_;
    bool skip_next_ = false;    // the value of a key that is left out comes next
    std::size_t skipping_ = 0;  // open containers of such a value
};

Value Handler::of_double(double number) {
    Value value;
    value.held = number;
    return value;
}

bool Handler::refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
}

bool Handler::refuse_here(std::string_view problem) {
    const std::string path = core::plain(builder_.path(), 256);
    return refuse(path.empty() ? std::string(problem) : concat(path, ": ", problem));
}

bool Handler::number_unsigned(std::uint64_t number) {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
        return add(of_double(static_cast<double>(number)));
    return add(Value::of(static_cast<std::int64_t>(number)));
}

bool Handler::string(std::string& text) {
    Value value;
    value.held = std::move(text);
    return add(std::move(value));
}

bool Handler::add(Value value) {
    if (skipping_ == 0 && !skip_next_) builder_.add(std::move(value));
    skip_next_ = false;
    return true;
}

bool Handler::open(Value container) {
    if (skipping_ > 0 || skip_next_) {
        skip_next_ = false;
        ++skipping_;
        return true;
    }
    if (builder_.depth() >= limits_.depth)
        return refuse_here(concat("nested deeper than ", limits_.depth, " levels"));
    builder_.open(std::move(container));
    return true;
}

bool Handler::key(std::string& name) {
    if (skipping_ > 0) return true;
    skip_next_ =
        skip_managed_fields_ && name == "managedFields" && builder_.key_above(0) == "metadata";
    if (!skip_next_) builder_.key(std::move(name));
    return true;
}

bool Handler::leave_skipped() {
    if (skipping_ == 0) return false;
    --skipping_;
    return true;
}

bool Handler::end_object() {
    if (leave_skipped()) return true;
    if (const std::string* twice = duplicate_key(*builder_.innermost()))
        return refuse_here(concat("the key ", core::quoted(*twice), " stands twice; keep one"));
    builder_.close();
    return true;
}

bool Handler::end_array() {
    if (!leave_skipped()) builder_.close();
    return true;
}

/// nlohmann's reason without its quotation of the input, which may be a key.
std::string reason_of(const nlohmann::json::exception& fault) {
    if (fault.id == 406) return "a number beyond what a double can hold";
    const std::string_view what = fault.what();
    const std::size_t from = what.find("syntax error");
    if (from == std::string_view::npos) return "malformed";
    return std::string(what.substr(from, std::min(what.find("; last read"), what.size()) - from));
}

bool Handler::parse_error(std::size_t offset, const std::string&,
                          const nlohmann::json::exception& fault) {
    return refuse(concat("byte ", offset, ": ", reason_of(fault)));
}

std::optional<std::string> refuse_early(std::string_view text, const Limits& limits) {
    if (text.size() > limits.bytes)
        return concat(text.size(), " bytes are over the limit of ", limits.bytes);
    // The library takes a NUL for the end of the text and would ignore what follows.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
        return concat("byte ", nul + 1, ": a NUL");
    return std::nullopt;
}

core::Error invalid(const std::string& problem) {
    return {core::Code::kInvalid, concat("not readable as JSON: ", problem)};
}

core::Result<Value> parse(std::string_view text, const Limits& limits, bool skip_managed_fields) {
    if (const auto problem = refuse_early(text, limits)) return invalid(*problem);
    Handler handler(limits, skip_managed_fields);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &handler))
        return invalid(handler.problem());
    return handler.take();
}

}  // namespace

core::Result<Value> parse_json(std::string_view text, const Limits& limits) {
    return parse(text, limits, false);
}

core::Result<Value> parse_kubernetes_json(std::string_view text, const Limits& limits) {
    return parse(text, limits, true);
}

}  // namespace stackseal::text
