// SPDX-License-Identifier: Apache-2.0
// Source: client-go transport/token_source.go: 60 s less 10 s of leeway.
#include "controller/kube/token_file.hpp"

#include <algorithm>
#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/files.hpp"

namespace stackseal::kube {

namespace {

constexpr std::chrono::milliseconds kFresh{50'000};
constexpr std::size_t kTokenLimit = 1U << 20U;

bool is_space(char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

}  // namespace

TokenFile::TokenFile(std::string path, ports::Clock& clock)
    : path_(std::move(path)), clock_(clock) {}

core::Result<core::SecretBytes> TokenFile::read() const {
    STACKSEAL_TRY(const core::SecretBytes text, read_small_file(path_, kTokenLimit));
    const std::string_view token = trimmed(text.reveal());
    if (token.empty() || std::ranges::any_of(token, is_space))
        return core::Error{core::Code::kUnavailable, path_ + ": holds no token"};
    return core::SecretBytes(token);
}

core::Result<core::SecretBytes> TokenFile::token() {
    const std::lock_guard lock(mutex_);
    const std::chrono::milliseconds now = clock_.monotonic();
    if (read_at_ && now - *read_at_ < kFresh) return kept_.copy();
    auto fresh = read();
    if (!fresh && kept_.empty())
        return core::Error{core::Code::kUnavailable,
                           core::concat("token file ", fresh.error().message)};
    // A failing read is repeated as often as a good one: kubelet may be in the middle of a change.
    read_at_ = now;
    if (fresh) kept_ = *std::move(fresh);
    return kept_.copy();
}

void TokenFile::reject(std::string_view refused) {
    const std::lock_guard lock(mutex_);
    if (kept_.reveal() == refused) read_at_.reset();
}

}  // namespace stackseal::kube
