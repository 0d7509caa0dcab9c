// SPDX-License-Identifier: Apache-2.0
// The reader goes line by line; whatever passes through it may be a key, so its buffers are wiped.
#include "controller/pki/pem.hpp"

#include "controller/core/base64.hpp"
#include "controller/core/concat.hpp"
#include "controller/pki/error.hpp"

namespace stackseal::pki {

namespace {

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";
constexpr std::size_t kLineLength = 64;  // RFC 7468 section 2
constexpr std::size_t kLongestLabel = 64;

core::Error damage(std::size_t line, std::string_view reason) {
    return corrupt("line ", line, ": ", reason);
}

bool is_label(std::string_view text) {
    if (text.empty() || text.size() > kLongestLabel) return false;
    for (const char letter : text)
        if (!(letter >= 'A' && letter <= 'Z') && !(letter >= '0' && letter <= '9') && letter != ' ')
            return false;
    return text.front() != ' ' && text.back() != ' ';
}

/// The label of a line that is a begin marker and nothing else.
std::optional<std::string_view> begin_label(std::string_view line) {
    if (!line.starts_with(kBegin) || !line.ends_with(kDashes)) return std::nullopt;
    if (line.size() < kBegin.size() + kDashes.size()) return std::nullopt;
    const auto label = line.substr(kBegin.size(), line.size() - kBegin.size() - kDashes.size());
    if (!is_label(label)) return std::nullopt;
    return label;
}

bool mentions(std::string_view line, std::string_view marker) {
    return line.find(marker) != std::string_view::npos;
}

/// What keeps a line from being Base64; "" if nothing at first sight.
std::string_view why_no_body(std::string_view line) {
    if (line.find(':') != std::string_view::npos)
        return "the block has headers; an encrypted key is not read";
    if (line.find('-') != std::string_view::npos) return "another marker within the block";
    return {};
}

/// Base64 in lines, in memory that never moves: no stray copy of a key.
core::SecretBytes encode_body(std::string_view label, core::SecretBytes letters) {
    std::string text;
    text.reserve(letters.size() + letters.size() / kLineLength + 2 * label.size() + 64);
    text.append(kBegin).append(label).append(kDashes).push_back('\n');
    for (std::string_view rest = letters.reveal(); !rest.empty();) {
        const auto line = rest.substr(0, kLineLength);
        text.append(line).push_back('\n');
        rest.remove_prefix(line.size());
    }
    text.append(kEnd).append(label).append(kDashes).push_back('\n');
    return core::SecretBytes::take(std::move(text));
}

}  // namespace

std::string_view PemReader::next_line() {
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    ++line_;
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
        line.remove_suffix(1);
    return line;
}

core::Result<std::optional<std::string_view>> PemReader::next_begin() {
    while (!rest_.empty()) {
        const std::string_view line = next_line();
        if (const auto label = begin_label(line)) return label;
        if (mentions(line, kBegin)) return damage(line_, "a BEGIN marker must stand alone");
        if (mentions(line, kEnd)) return damage(line_, "an END marker without its BEGIN");
    }
    return std::optional<std::string_view>();
}

core::Result<core::SecretBytes> PemReader::body_until(std::string_view end_marker,
                                                      std::size_t begin) {
    const std::size_t size = rest_.find(kEnd);
    if (size == std::string_view::npos)
        return damage(begin, "the block has no END marker; the text may be cut off");
    std::string letters;
    letters.reserve(size);  // the first line that mentions an END marker ends the loop
    std::string_view reason;
    for (auto line = next_line(); line != end_marker; line = next_line()) {
        reason = why_no_body(line);
        if (!reason.empty()) break;
        letters.append(line);
    }
    const auto joined = core::SecretBytes::take(std::move(letters));
    if (!reason.empty()) return damage(line_, reason);
    return core::base64_decode(joined.reveal());
}

core::Result<std::optional<PemBlock>> PemReader::next_pem() {
    STACKSEAL_TRY(const auto label, next_begin());
    if (!label) return std::optional<PemBlock>();
    const std::size_t begin = line_;
    auto der = body_until(core::concat(kEnd, *label, kDashes), begin);
    if (!der && der.error().code == core::Code::kInvalid)
        return damage(begin, core::concat("the block is damaged, ", der.error().message));
    if (!der) return std::move(der).error();
    if (der->empty()) return damage(begin, "the block is empty");
    return std::optional<PemBlock>(PemBlock{*label, begin, *std::move(der)});
}

std::string to_pem(std::string_view label, std::string_view der) {
    const auto letters = core::SecretBytes::take(core::base64_encode(der));
    return std::string(encode_body(label, letters.copy()).reveal());
}

core::SecretBytes to_secret_pem(std::string_view label, const core::SecretBytes& der) {
    return encode_body(label, core::SecretBytes::take(core::base64_encode(der.reveal())));
}

}  // namespace stackseal::pki
