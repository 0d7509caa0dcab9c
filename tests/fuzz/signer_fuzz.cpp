// SPDX-License-Identifier: Apache-2.0
// A CA's Secret as somebody filled it: chain, key and anchors, a form feed between them. What is
// loaded signs certificates that its own chain explains.
#include "controller/pki/inspect.hpp"
#include "controller/pki/key.hpp"
#include "controller/pki/sign.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

std::string_view take_part(std::string_view& rest) {
    const std::string_view part = rest.substr(0, rest.find('\f'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    return part;
}

core::Profile leaf(const core::CertificateFacts& authority) {
    core::Profile out;
    out.names.dns = {"a.example"};
    out.usages = {core::Usage::kDigitalSignature, core::Usage::kServerAuth};
    out.not_before = authority.not_before;
    out.not_after = authority.not_before + std::chrono::hours(1);
    return out;
}

/// Years beyond what a certificate can say are refused; everything else is signed.
void check_signed(const pki::Signer& signer) {
    static const core::PrivateKey key = *pki::generate_key({core::KeyAlgorithm::kEcdsa, 256});
    const auto pem = pki::sign(leaf(signer.facts()), key.public_half, signer);
    if (!pem) return fuzz::require_refusal(pem.error(), core::Code::kInvalid);
    const auto chain = pki::inspect_chain(*pem + signer.intermediates_pem());
    require(chain.has_value() && !chain->empty(), "what is written is read");
    require(chain->front().issuer_der == signer.facts().subject_der, "the issuer's name is kept");
    if (!signer.facts().subject_key_id.empty())
        require(chain->front().authority_key_id == signer.facts().subject_key_id, "and its key's");
}

void check_loaded(const pki::Signer& signer) {
    require(signer.facts().is_ca, "only a CA signs");
    const auto anchors = pki::inspect_chain(signer.anchors_pem());
    require(anchors.has_value() && !anchors->empty(), "there is something to trust");
    check_signed(signer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view rest = fuzz::text_of(data, size);
    const std::string_view chain = take_part(rest);
    const std::string_view key = take_part(rest);
    const auto signer = pki::Signer::load(chain, key, rest);
    if (signer)
        check_loaded(**signer);
    else
        fuzz::require_refusal(signer.error(), core::Code::kCorrupt);
    return 0;
}
