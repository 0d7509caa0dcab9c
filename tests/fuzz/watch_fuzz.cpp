// SPDX-License-Identifier: Apache-2.0
// Watch streams: however the network cuts them, the lines and what they say are the same.
// The last bytes of an input say how it is cut; all before them is the stream.
#include <fuzzer/FuzzedDataProvider.h>

#include "controller/http/lines.hpp"
#include "controller/kube/watch_event.hpp"
#include "controller/kube/watch_state.hpp"
#include "controller/text/json.hpp"
#include "tests/fuzz/claims.hpp"
#include "tests/support/decoded.hpp"

namespace {

using namespace stackseal;
using fuzz::require;
using Cut = http::LineCutter::Cut;

/// What a cutter gives for the pieces of a stream, up to a line that is too long.
Cut cut(std::string_view stream, std::size_t limit, const std::vector<std::uint8_t>& pieces) {
    http::LineCutter cutter(limit);
    Cut all;
    for (std::size_t i = 0; !stream.empty() && !all.too_long; ++i) {
        const std::size_t piece = pieces.empty() ? stream.size() : pieces[i % pieces.size()] + 1U;
        Cut one = cutter.feed(stream.substr(0, piece));
        all.too_long = one.too_long;
        std::ranges::move(one.lines, std::back_inserter(all.lines));
        stream.remove_prefix(std::min(piece, stream.size()));
    }
    return all;
}

void check_cut(const Cut& whole, std::size_t limit) {
    for (const std::string& line : whole.lines) {
        require(line.size() <= limit, "a line is bounded");
        require(line.find('\n') == std::string::npos, "a line is one line");
    }
}

void check_object(const core::Value& object) {
    using enum core::Resource;
    for (const auto resource : {kCertificate, kIssuer, kSecret, kNamespace}) {
        const auto read = kube::decoded(resource, object);
        if (!read) fuzz::require_refusal(read.error(), core::Code::kInvalid);
        if (read) require(api::resource_of(*read) == resource, "of its resource");
    }
    if (const auto foreign = kube::decode_foreign(object))
        require(!api::meta_of(*foreign)->resource_version.empty(), "a version is known");
}

void check_refusal(const core::Value& status) {
    const kube::Failure failure = kube::failure_of(status);
    fuzz::require_line(kube::error_of(failure, "watch certificates").message);
    const auto outcome = kube::outcome_in_stream(failure);
    require(!kube::is_gone(failure) || outcome == kube::Outcome::kGone, "gone is gone");
}

void check_line(const std::string& line) {
    const auto event = kube::parse_event(line);
    if (!event) return fuzz::require_refusal(event.error(), core::Code::kInvalid);
    const core::Value frame = core::Value::object(
        {{"type", core::Value::of(kube::to_string(event->type))}, {"object", event->object}});
    const auto again = kube::parse_event(text::to_json(frame));
    require(again.has_value() && again->type == event->type && again->object == event->object,
            "a frame reads back", line);
    event->type == kube::EventType::kError ? check_refusal(event->object)
                                           : check_object(event->object);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FuzzedDataProvider choice(data, size);
    const auto limit = choice.ConsumeIntegralInRange<std::size_t>(0, 4095);
    std::vector<std::uint8_t> pieces(choice.ConsumeIntegralInRange<std::size_t>(0, 5));
    for (std::uint8_t& piece : pieces) piece = choice.ConsumeIntegral<std::uint8_t>();
    const std::string stream = choice.ConsumeRemainingBytesAsString();
    const Cut whole = cut(stream, limit, {});
    const Cut parts = cut(stream, limit, pieces);
    require(whole.lines == parts.lines && whole.too_long == parts.too_long,
            "the pieces do not matter", stream);
    check_cut(whole, limit);
    for (const std::string& line : whole.lines) check_line(line);
    return 0;
}
