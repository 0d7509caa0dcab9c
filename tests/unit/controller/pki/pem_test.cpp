// SPDX-License-Identifier: Apache-2.0
// The strict PEM reader: what it takes, and the line and reason of what it refuses.
#include "controller/pki/pem.hpp"

#include "tests/unit/controller/pki/support.hpp"

namespace stackseal::pki::test {
namespace {

/// "LABEL@line=bytes" per block, or the error.
std::string blocks_of(std::string_view text) {
    PemReader reader(text);
    std::string all;
    while (true) {
        auto block = reader.next_pem();
        if (!block) return block.error().message;
        if (!*block) return all;
        all += core::concat((*block)->label, '@', (*block)->line, '=', (*block)->der.reveal(), ' ');
    }
}

TEST(PemReader, TakesBlocksAndSkipsWhatStandsBetween) {
    const struct {
        const char* text;
        const char* blocks;
    } cases[] = {
        {"", ""},
        {"nothing here\n----- really\n", ""},
        {"-----BEGIN A-----\nYWJj\n-----END A-----\n", "A@1=abc "},
        {"-----BEGIN A-----\nYWJj\n-----END A-----", "A@1=abc "},
        {"-----BEGIN A-----\r\nYWJj\r\n-----END A-----\r\n", "A@1=abc "},
        {"-----BEGIN A-----  \nYWJj\t\n\n-----END A----- \n", "A@1=abc "},
        {"-----BEGIN A-----\nYW\nJj\n-----END A-----\n", "A@1=abc "},
        {"text\n\n-----BEGIN A B2-----\nYQ==\n-----END A B2-----\nmore\n-----BEGIN C-----\nYg==\n"
         "-----END C-----\n",
         "A B2@3=a C@7=b "},
    };
    for (const auto& row : cases) EXPECT_EQ(blocks_of(row.text), row.blocks) << row.text;
}

TEST(PemReader, RefusesDamageWithItsLine) {
    const struct {
        const char* text;
        const char* reason;
    } cases[] = {
        {"-----BEGIN A-----\nYWJj\n", "line 1: the block has no END marker"},
        {"-----BEGIN A-----\nYWJj\n-----END B-----\n", "line 3: another marker"},
        {"-----BEGIN A-----\nYWJj\n-----END A----\n", "line 3: another marker"},
        {"-----BEGIN A-----\nYWJj-----END A-----\n", "line 2: another marker"},
        {"-----BEGIN A-----\n-----BEGIN A-----\nYWJj\n-----END A-----\n", "line 2: another marker"},
        {"\n-----END A-----\n", "line 2: an END marker without its BEGIN"},
        {" -----BEGIN A-----\nYWJj\n-----END A-----\n", "line 1: a BEGIN marker must stand alone"},
        {"-----BEGIN A----\nYWJj\n-----END A----\n", "line 1: a BEGIN marker must stand alone"},
        {"-----BEGIN -----\nYWJj\n-----END -----\n", "line 1: a BEGIN marker must stand alone"},
        {"-----BEGIN a-----\nYWJj\n-----END a-----\n", "line 1: a BEGIN marker must stand alone"},
        {"x-----BEGIN A-----\nYWJj\n-----END A-----\n", "line 1: a BEGIN marker must stand alone"},
        {"-----BEGIN A-----\nYQ==\n-----END A----------BEGIN A-----\nYQ==\n-----END A-----\n",
         "line 3: another marker"},
        {"-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nYWJj\n-----END A-----\n",
         "line 2: the block has headers; an encrypted key"},
        {"\n-----BEGIN A-----\nYWJ\n-----END A-----\n", "line 2: the block is damaged, not base64"},
        {"-----BEGIN A-----\nYW Jj\n-----END A-----\n", "line 1: the block is damaged, not base64"},
        {"-----BEGIN A-----\nYR==\n-----END A-----\n", "line 1: the block is damaged, not base64"},
        {"-----BEGIN A-----\n-----END A-----\n", "line 1: the block is empty"},
    };
    for (const auto& row : cases)
        EXPECT_TRUE(blocks_of(row.text).starts_with(row.reason))
            << row.text << " → " << blocks_of(row.text);
}

TEST(ToPem, IsReadBack) {
    for (std::size_t size : {1U, 47U, 48U, 49U, 96U, 1000U}) {
        const std::string der(size, 'x');
        const std::string pem = to_pem("A", der);
        EXPECT_EQ(blocks_of(pem), "A@1=" + der + " ") << size;
        EXPECT_EQ(to_secret_pem("A", core::SecretBytes(der)).reveal(), pem);
    }
}

TEST(ToPem, BreaksLinesAfter64Letters) {
    EXPECT_EQ(to_pem("A", std::string(49, '\0')),
              "-----BEGIN A-----\n" + std::string(64, 'A') + "\nAA==\n-----END A-----\n");
    EXPECT_EQ(to_pem("A", std::string(48, '\0')),
              "-----BEGIN A-----\n" + std::string(64, 'A') + "\n-----END A-----\n");
}

}  // namespace
}  // namespace stackseal::pki::test
