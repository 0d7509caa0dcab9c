// SPDX-License-Identifier: Apache-2.0
// Merge patches between any two documents, applied as RFC 7396 says: one document a line.
#include <algorithm>

#include "controller/core/value.hpp"
#include "controller/text/json.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using core::Value;
using fuzz::require;

/// A server's part of it. Source: RFC 7396 section 2.
Value patched(const Value& target, const Value& patch) {
    if (!patch.is_object()) return patch;
    Value::Object kept;
    if (target.is_object())
        std::ranges::copy_if(*target.members(), std::back_inserter(kept), [&](const auto& member) {
            return patch.find(member.first) == nullptr;
        });
    Value out = Value::object(std::move(kept));
    for (const auto& [key, change] : *patch.members()) {
        const Value* had = target.find(key);
        if (!change.is_null()) out.set(key, patched(had == nullptr ? Value{} : *had, change));
    }
    return out;
}

/// To a patch a member that is null is absent: neither can it be wanted, nor is it removed.
bool has_null_member(const Value& value) {
    return value.is_object() && std::ranges::any_of(*value.members(), [](const auto& member) {
               return member.second.is_null() || has_null_member(member.second);
           });
}

void check(const Value& from, const Value& to) {
    const Value patch = core::merge_patch(from, to);
    require(patch.is_null() == (from == to) || to.is_null(), "a patch only for a difference");
    if (from == to || has_null_member(from) || has_null_member(to)) return;
    require(patched(from, patch) == to, "the patch makes the one of the other",
            text::to_json(patch));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    const std::size_t end = std::min(input.find('\n'), input.size());
    const auto from = text::parse_json(input.substr(0, end));
    const auto to = text::parse_json(input.substr(end));
    if (!from || !to) return -1;
    check(*from, *to);
    check(*to, *from);
    check(*from, *from);
    return 0;
}
