// SPDX-License-Identifier: Apache-2.0
// Refusals read from Status documents and headers; what comes from the server is cut to a bound.
#include "controller/kube/answer.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "controller/core/concat.hpp"
#include "controller/kube/clip.hpp"
#include "controller/text/json.hpp"

namespace stackseal::kube {

namespace {

constexpr std::size_t kMessageLimit = 1000;
constexpr std::size_t kCauseLimit = 8;
constexpr std::size_t kRefusalLimit = 1U << 20U;
constexpr std::int64_t kLongestRetry = 3600;

/// One printable line of bounded length: remote text goes into logs and statuses.
std::string one_line(std::string_view text, std::size_t limit = kMessageLimit) {
    std::string out(clip(text, limit));
    std::ranges::replace_if(
        out, [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
    if (text.size() > limit) out += "...";
    return out;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(
        a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::int64_t seconds_in(std::string_view text) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return 0;
    return std::min(seconds, kLongestRetry);
}

std::int64_t number_at(const core::Value& document, std::initializer_list<std::string_view> path) {
    const core::Value* at = document.find_path(path);
    const auto* number = at == nullptr ? nullptr : std::get_if<std::int64_t>(&at->held);
    return number == nullptr ? 0 : *number;
}

std::vector<std::string> causes_of(const core::Value& status) {
    std::vector<std::string> causes;
    const core::Value* all = status.find_path({"details", "causes"});
    if (all == nullptr || all->items() == nullptr) return causes;
    for (const core::Value& cause : *all->items()) {
        if (causes.size() == kCauseLimit) break;
        const std::string_view field = cause.text_at({"field"});
        causes.push_back(one_line(
            core::concat(field, field.empty() ? "" : ": ", cause.text_at({"message"})), 200));
    }
    return causes;
}

core::Code code_for(int status) {
    switch (status) {
        case 401:
        case 403:
            return core::Code::kDenied;
        case 404:
            return core::Code::kNotFound;
        case 409:
        case 410:
            return core::Code::kConflict;
        case 400:
        case 405:
        case 413:
        case 415:
        case 422:
            return core::Code::kInvalid;
        case 429:
            return core::Code::kThrottled;
        default:
            return core::Code::kUnavailable;
    }
}

std::string words_of(const Failure& failure) {
    if (!failure.message.empty()) return failure.message;
    return core::concat("the API server answered ", failure.code);
}

}  // namespace

std::string_view header(const ports::Headers& headers, std::string_view name) {
    const auto it = std::ranges::find_if(
        headers, [&](const auto& field) { return same_name(field.first, name); });
    return it == headers.end() ? std::string_view() : std::string_view(it->second);
}

std::vector<std::string> warnings(const ports::Headers& headers) {
    std::vector<std::string> texts;
    for (const auto& [name, value] : headers) {
        if (!same_name(name, "Warning") || !value.starts_with("299 ")) continue;
        const std::size_t open = value.find('"');
        const std::size_t close = value.rfind('"');
        const bool quoted = open != std::string::npos && close > open;
        texts.push_back(one_line(quoted ? value.substr(open + 1, close - open - 1) : value));
    }
    return texts;
}

Failure failure_of(const core::Value& status) {
    Failure failure;
    failure.code = static_cast<int>(number_at(status, {"code"}));
    failure.reason = one_line(status.text_at({"reason"}), 100);
    failure.message = one_line(status.text_at({"message"}));
    failure.causes = causes_of(status);
    failure.retry_after = std::clamp<std::int64_t>(
        number_at(status, {"details", "retryAfterSeconds"}), 0, kLongestRetry);
    return failure;
}

Failure failure_of(int status, const ports::Headers& headers, std::string_view body) {
    Failure failure;
    const auto document = text::parse_kubernetes_json(body, {kRefusalLimit});
    if (document && document->text_at({"kind"}) == "Status") failure = failure_of(*document);
    failure.code = status;
    const std::string_view told = header(headers, "Retry-After");
    if (!told.empty()) failure.retry_after = seconds_in(told);
    return failure;
}

core::Error error_of(const Failure& failure, std::string_view action) {
    core::Error error;
    error.code = code_for(failure.code);
    error.message = core::concat(action, ": ", words_of(failure));
    // The server's message of a 422 names all causes already; a 400's often none.
    if (!failure.causes.empty() && failure.message.find(failure.causes[0]) == std::string::npos)
        error.message += core::concat(" (", core::join(failure.causes, "; "), ")");
    if (failure.code == 403) error.message += "; grant this verb to the program's service account";
    error.retry_after_seconds = failure.retry_after;
    return error;
}

bool is_gone(const Failure& failure) {
    return failure.code == 410 || failure.reason == "Expired" || failure.reason == "Gone";
}

}  // namespace stackseal::kube
