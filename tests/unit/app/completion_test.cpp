// SPDX-License-Identifier: Apache-2.0
// The scripts as texts; bash runs its own in tests/e2e.
#include "app/completion.hpp"

#include <gmock/gmock.h>

namespace stackseal::app {

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::vector<CommandWords> kCommands = {{"local", "Run", {"--state", "-o"}},
                                             {"status", "Show what's wrong", {}}};

TEST(CompletionScript, OfBashKnowsCommandsAndTheirFlags) {
    const std::string script = completion_script("bash", kCommands);
    EXPECT_THAT(script, HasSubstr("words='local status'"));
    EXPECT_THAT(script, HasSubstr("local) words='--state -o' ;;"));
}

TEST(CompletionScript, OfZshIsThatOfBashEmulated) {
    const std::string script = completion_script("zsh", kCommands);
    EXPECT_THAT(script, StartsWith("autoload -U +X bashcompinit && bashcompinit\n"));
    EXPECT_THAT(script, HasSubstr(completion_script("bash", kCommands)));
}

TEST(CompletionScript, OfFishQuotesWhatIsTold) {
    const std::string script = completion_script("fish", kCommands);
    EXPECT_THAT(script, HasSubstr("-a status -d 'Show what\\'s wrong'\n"));
    EXPECT_THAT(script, HasSubstr("'__fish_seen_subcommand_from local' -l state\n"));
    EXPECT_THAT(script, HasSubstr("'__fish_seen_subcommand_from local' -s o\n"));
}

}  // namespace

}  // namespace stackseal::app
