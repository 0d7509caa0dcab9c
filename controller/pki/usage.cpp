// SPDX-License-Identifier: Apache-2.0
// core::Usage's order is the order of keyUsage's bits, then this table's.
#include "controller/pki/usage.hpp"

#include <algorithm>
#include <array>

#include "controller/pki/error.hpp"

namespace stackseal::pki {

namespace {

using core::Usage;

constexpr int kKeyUsageBits = static_cast<int>(Usage::kServerAuth);

/// From kServerAuth on. ipsecEndSystem, Tunnel and User: 1.3.6.1.5.5.7.3.5 to .7.
constexpr std::array<int, core::kUsageCount - kKeyUsageBits> kExtended = {
    NID_server_auth, NID_client_auth,         NID_code_sign,      NID_email_protect,
    NID_time_stamp,  NID_OCSP_sign,           NID_ipsecEndSystem, NID_ipsecTunnel,
    NID_ipsecUser,   NID_anyExtendedKeyUsage,
};

Usage usage_at(std::size_t index) {
    return static_cast<Usage>(index);
}

std::size_t index_of(Usage usage) {
    return static_cast<std::size_t>(usage);
}

bool has(const EXTENDED_KEY_USAGE* extended, int nid) {
    for (int i = 0; i < sk_ASN1_OBJECT_num(extended); ++i)
        if (OBJ_obj2nid(sk_ASN1_OBJECT_value(extended, i)) == nid) return true;
    return false;
}

}  // namespace

core::Result<BitsHandle> key_usage_of(const std::vector<Usage>& usages) {
    if (std::ranges::all_of(usages, core::is_extended)) return BitsHandle();
    STACKSEAL_TRY(BitsHandle bits, must<BitsHandle>("keyUsage", ASN1_BIT_STRING_new()));
    for (const Usage usage : usages) {
        if (core::is_extended(usage)) continue;
        STACKSEAL_CHECK(
            must("keyUsage", ASN1_BIT_STRING_set_bit(bits.get(), static_cast<int>(usage), 1)));
    }
    return bits;
}

core::Result<ExtendedUsageHandle> extended_usage_of(const std::vector<Usage>& usages) {
    if (std::ranges::none_of(usages, core::is_extended)) return ExtendedUsageHandle();
    STACKSEAL_TRY(ExtendedUsageHandle extended,
                  must<ExtendedUsageHandle>("extKeyUsage", EXTENDED_KEY_USAGE_new()));
    for (const Usage usage : usages) {
        if (!core::is_extended(usage)) continue;
        ASN1_OBJECT* object = OBJ_nid2obj(kExtended[index_of(usage) - kKeyUsageBits]);
        STACKSEAL_CHECK(must("extKeyUsage", sk_ASN1_OBJECT_push(extended.get(), object)));
    }
    return extended;
}

std::vector<Usage> usages_of(const ASN1_BIT_STRING* bits, const EXTENDED_KEY_USAGE* extended) {
    std::vector<Usage> usages;
    for (int bit = 0; bits != nullptr && bit < kKeyUsageBits; ++bit)
        if (ASN1_BIT_STRING_get_bit(bits, bit) == 1)
            usages.push_back(usage_at(static_cast<std::size_t>(bit)));
    for (std::size_t i = 0; extended != nullptr && i < kExtended.size(); ++i)
        if (has(extended, kExtended[i])) usages.push_back(usage_at(kKeyUsageBits + i));
    return usages;
}

}  // namespace stackseal::pki
