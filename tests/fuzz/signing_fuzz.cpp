// SPDX-License-Identifier: Apache-2.0
// Any profile: what is signed says exactly what was asked for, everything else is refused.
#include <fuzzer/FuzzedDataProvider.h>

#include "controller/pki/inspect.hpp"
#include "controller/pki/key.hpp"
#include "controller/pki/sign.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

std::vector<std::string> texts(FuzzedDataProvider& choice) {
    std::vector<std::string> out(choice.ConsumeIntegralInRange<std::size_t>(0, 2));
    for (std::string& text : out) text = choice.ConsumeRandomLengthString(80);
    return out;
}

core::Subject subject(FuzzedDataProvider& choice) {
    core::Subject out;
    out.common_name = choice.ConsumeRandomLengthString(80);
    out.countries = texts(choice);
    out.organizations = texts(choice);
    out.postal_codes = texts(choice);
    out.serial_number = choice.ConsumeRandomLengthString(80);
    return out;
}

std::vector<core::Usage> usages(FuzzedDataProvider& choice) {
    std::vector<core::Usage> out;
    const auto bits = choice.ConsumeIntegral<std::uint32_t>();
    for (int i = 0; i < core::kUsageCount; ++i)
        if ((bits >> i & 1U) != 0) out.push_back(static_cast<core::Usage>(i));
    return out;
}

core::Profile profile(FuzzedDataProvider& choice) {
    core::Profile out;
    out.is_ca = choice.ConsumeBool();
    if (choice.ConsumeBool()) out.max_path_len = choice.ConsumeIntegralInRange<int>(-1, 9);
    out.usages = usages(choice);
    const auto begin =
        choice.ConsumeIntegralInRange<std::int64_t>(-70'000'000'000, 260'000'000'000);
    out.not_before = core::Time(std::chrono::seconds(begin));
    out.not_after = out.not_before + std::chrono::seconds(choice.ConsumeIntegral<std::int32_t>());
    out.subject = subject(choice);
    out.names = {texts(choice), texts(choice), texts(choice), texts(choice)};
    return out;
}

void check_same(const core::Profile& wanted, const core::CertificateFacts& got) {
    require(got.subject == wanted.subject, "the subject is as asked for");
    require(got.names.uris == wanted.names.uris && got.names.emails == wanted.names.emails,
            "URIs and mail addresses are as asked for");
    require(got.names.dns.size() == wanted.names.dns.size(), "no DNS name is lost");
    require(got.names.ips.size() == wanted.names.ips.size(), "no address is lost");
    require(got.is_ca == wanted.is_ca && got.max_path_len == wanted.max_path_len, "the same kind");
    require(got.usages == wanted.usages, "the usages are as asked for");
    require(got.not_before == wanted.not_before && got.not_after == wanted.not_after, "the time");
    require(got.self_signed, "its own key signed it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const core::PrivateKey key = *pki::generate_key({core::KeyAlgorithm::kEcdsa, 256});
    FuzzedDataProvider choice(data, size);
    const core::Profile wanted = profile(choice);
    const auto pem = pki::sign_self(wanted, key);
    if (!pem) {
        fuzz::require_refusal(pem.error(), core::Code::kInvalid);
        return 0;
    }
    const auto facts = pki::inspect_chain(*pem);
    require(facts.has_value() && facts->size() == 1, "what was signed is read");
    check_same(wanted, facts->front());
    for (const std::string& line : pki::lint(*pem, nullptr)) fuzz::require_line(line);
    return 0;
}
