// SPDX-License-Identifier: Apache-2.0
// Certificates that others made: DER to facts, lint and advice. Nothing here trusts its input.
#include "controller/pki/inspect.hpp"
#include "controller/pki/pem.hpp"
#include "controller/pki/sign.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

/// Facts reach terminals and logs: their text holds nothing that could steer one.
void check_text(const std::vector<std::string>& texts) {
    for (const std::string& text : texts)
        require(text.find_first_of("\n\r\x1b\x07\x7f") == std::string::npos, "facts are plain",
                text);
}

void check_facts(const core::CertificateFacts& facts) {
    require(facts.fingerprint.size() == 64, "a fingerprint has 64 digits");
    require(!facts.self_signed || facts.subject_der == facts.issuer_der, "self-signed by name");
    check_text({facts.subject.common_name, facts.subject.serial_number});
    check_text(facts.subject.organizations);
    check_text(facts.names.dns);
    check_text(facts.names.uris);
    check_text(facts.names.emails);
}

void check_lint(const std::string& pem, const core::CertificateFacts* issuer) {
    for (const auto& found : {pki::lint(pem, issuer), pki::advise(pem, issuer)})
        for (const std::string& line : found) {
            fuzz::require_line(line);
            require(line.find(": ") != std::string::npos, "a finding has its check's name", line);
        }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string pem = pki::to_pem("CERTIFICATE", fuzz::text_of(data, size));
    const auto facts = pki::inspect_chain(pem);
    check_lint(pem, nullptr);
    if (!facts) {
        fuzz::require_refusal(facts.error(), core::Code::kCorrupt);
        return 0;
    }
    require(facts->size() == 1, "one block is one certificate");
    check_facts(facts->front());
    require(*pki::fingerprint(pem) == facts->front().fingerprint, "both fingerprints agree");
    check_lint(pem, &facts->front());
    return 0;
}
