// SPDX-License-Identifier: Apache-2.0
// PEM text: blocks survive another writing, and whatever is wrong with a block, it is not quoted.
#include "controller/pki/pem.hpp"

#include <vector>

#include "controller/pki/inspect.hpp"
#include "controller/pki/key.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

/// The blocks up to the end or the first fault, written again.
std::string rewritten(std::string_view text) {
    std::string out;
    std::size_t line = 0;
    pki::PemReader reader(text);
    for (;;) {
        const auto block = reader.next_pem();
        if (!block) fuzz::require_refusal(block.error(), core::Code::kCorrupt);
        if (!block || !*block) return out;
        require((*block)->line > line, "blocks come in the order of their lines");
        line = (*block)->line;
        const auto secret = pki::to_secret_pem((*block)->label, (*block)->der);
        require(secret.reveal() == pki::to_pem((*block)->label, (*block)->der.reveal()),
                "both writers write the same");
        out += secret.reveal();
    }
}

/// The same text with the canary in each line that is no marker: in what may be a key.
std::string marked(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        out += line;
        if (line.find('-') == std::string_view::npos) out += fuzz::kCanary;
        out += '\n';
        text.remove_prefix(std::min(text.size(), line.size() + 1));
    }
    return out;
}

void check_silence(const std::string& text) {
    if (const auto key = pki::key_from_pem(text); !key) fuzz::require_silent(key.error().message);
    if (const auto chain = pki::inspect_chain(text); !chain)
        fuzz::require_silent(chain.error().message);
    fuzz::require_silent(pki::inspect_pair(text, text, text).problem);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    const std::string once = rewritten(input);
    require(rewritten(once) == once, "the second writing is the first", once);
    if (input.find(fuzz::kCanary) == std::string_view::npos) check_silence(marked(input));
    return 0;
}
