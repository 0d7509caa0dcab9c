// SPDX-License-Identifier: Apache-2.0
// Too late is said, not passed over; that the memory is wiped shows in
// tests/envtest/test_secrecy.py.
#include "controller/pki/memory.hpp"

#include <gtest/gtest.h>
#include <openssl/bn.h>

namespace stackseal::tests {
namespace {

TEST(Memory, ThatOpensslHasUsedCannotBeClaimed) {
    BN_free(BN_new());
    const auto claimed = pki::allocate_by_new();
    ASSERT_FALSE(claimed);
    EXPECT_EQ(claimed.error().code, core::Code::kInternal);
}

}  // namespace
}  // namespace stackseal::tests
