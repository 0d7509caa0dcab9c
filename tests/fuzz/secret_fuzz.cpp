// SPDX-License-Identifier: Apache-2.0
// Secrets: their bytes survive the codec, and no message or stored fact repeats one.
#include "controller/local/secret_document.hpp"
#include "tests/fuzz/claims.hpp"
#include "tests/fuzz/documents.hpp"
#include "tests/fuzz/kind.hpp"
#include "tests/support/decoded.hpp"

namespace {

using namespace stackseal;
using core::Value;
using fuzz::require;

bool same_data(const api::Secret& a, const api::Secret& b) {
    return std::ranges::equal(a.data, b.data, [](const auto& x, const auto& y) {
        return x.first == y.first && x.second.same(y.second);
    });
}

void check_accepted(const api::Secret& secret) {
    const auto again = kube::decode_secret(api::encode_secret(secret));
    require(again.has_value(), "what was encoded is accepted");
    require(again->meta == secret.meta && again->type == secret.type, "the frame is the same");
    require(again->immutable == secret.immutable, "it stays immutable");
    require(same_data(*again, secret), "the bytes are the same");
    require(*kube::facts_in(*again) == *kube::facts_in(secret), "the facts are the same");
}

void check_stored(const api::Secret& secret) {
    const auto stored = local::parse_metadata(local::metadata_text(secret));
    require(stored.has_value(), "what was stored is read");
    require(stored->data.empty(), "data is not stored as metadata");
    require(stored->meta.annotations == secret.meta.annotations, "annotations are stored");
}

/// What an earlier run, a person or a broken disk left in the state folder.
void check_metadata(std::string_view text) {
    const auto stored = local::parse_metadata(text);
    if (!stored) return fuzz::require_refusal(stored.error(), core::Code::kCorrupt);
    const auto again = local::parse_metadata(local::metadata_text(*stored));
    require(again.has_value() && again->type == stored->type, "what was read is written");
}

/// The same Secret with the canary at the end of each of its values.
Value marked(const Value& document) {
    Value out = document;
    for (const std::string_view key : {"data", "stringData"}) {
        const Value* map = document.find(key);
        if (map == nullptr || !map->is_object()) continue;
        Value values = Value::object();
        for (const auto& [name, value] : *map->members())
            values.set(name, Value::of((value.text() == nullptr ? "" : *value.text()) +
                                       std::string(fuzz::kCanary)));
        out.set(key, std::move(values));
    }
    return out;
}

void check_silence(const Value& document) {
    const auto decoded = kube::decode_secret(marked(document));
    if (!decoded) return fuzz::require_silent(decoded.error().message);
    const auto facts = kube::facts_in(*decoded);
    fuzz::require_silent(facts->pair.problem);
    fuzz::require_silent(local::metadata_text(*decoded));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    if (input.find(fuzz::kCanary) != std::string_view::npos) return -1;
    check_metadata(input);
    for (const Value& document : fuzz::documents_of(input)) {
        const auto secret = kube::decode_secret(document);
        if (!secret) fuzz::require_refusal(secret.error(), core::Code::kInvalid);
        if (secret) check_accepted(*secret);
        if (secret) check_stored(*secret);
        check_silence(document);
    }
    return 0;
}
