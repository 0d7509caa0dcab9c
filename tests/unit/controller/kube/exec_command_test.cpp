// SPDX-License-Identifier: Apache-2.0
// Programs that are run for a credential: what they get, and how they may end.
#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>

#include "controller/kube/exec_plugin.hpp"
#include "tests/unit/controller/kube/exec_answers.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ExecCommand shell(const std::string& script) {
    ExecCommand command;
    command.argv = {"/bin/sh", "-c", script};
    return command;
}

TEST(RunCommand, GivesTheStandardOutput) {
    EXPECT_EQ(run_command(shell("printf hello"))->reveal(), "hello");
}

TEST(RunCommand, PassesArgumentsAndEnvironmentAsTheyAre) {
    ExecCommand command;
    command.argv = {"/bin/sh", "-c", "printf '%s|%s' \"$1\" \"$V\"", "x", "a; echo b"};
    command.environment = {"V=$(id) *"};
    EXPECT_EQ(run_command(command)->reveal(), "a; echo b|$(id) *");
}

TEST(RunCommand, HandsOverNoDescriptorAndNoInput) {
    const int leak = ::dup(1);
    const auto output = run_command(shell("cat; for f in /proc/self/fd/*; do basename $f; done"));
    ::close(leak);
    ASSERT_TRUE(output) << output.error().message;
    // The shell's own globbing opens the folder as descriptor 3.
    EXPECT_THAT(std::string(output->reveal()), testing::AnyOf("0\n1\n2\n", "0\n1\n2\n3\n"));
}

struct FailureRow {
    std::string script, wanted;
};

TEST(RunCommand, TellsHowItFailed) {
    for (const FailureRow& row : {FailureRow{"echo secret; exit 3", "exited with 3"},
                                  FailureRow{"kill -9 $$", "ended by signal 9"}}) {
        const auto output = run_command(shell(row.script));
        ASSERT_FALSE(output);
        EXPECT_EQ(output.error().code, Code::kUnavailable);
        EXPECT_THAT(output.error().message, HasSubstr(row.wanted));
        EXPECT_THAT(output.error().message, Not(HasSubstr("secret")));
    }
}

TEST(RunCommand, AMissingProgramComesWithItsHint) {
    ExecCommand command;
    command.argv = {"/nonexistent/login"};
    command.install_hint = "install it so";
    const auto output = run_command(command);
    ASSERT_FALSE(output);
    EXPECT_THAT(output.error().message, HasSubstr("cannot start"));
    EXPECT_THAT(output.error().message, HasSubstr("install it so"));
}

TEST(RunCommand, EndsWhatIsLateWithItsChildren) {
    ExecCommand command = shell("sleep 600 & sleep 600");
    command.deadline = std::chrono::milliseconds(50);
    EXPECT_THAT(run_command(command).error().message, HasSubstr("in time"));
}

TEST(RunCommand, TakesABoundedOutput) {
    ExecCommand command = shell("printf 12345");
    command.output_limit = 4;
    EXPECT_THAT(run_command(command).error().message, HasSubstr("too much"));
    command.output_limit = 5;
    EXPECT_EQ(run_command(command)->reveal(), "12345");
}

TEST(ExecCommand, TheKubeconfigsVariablesWin) {
    Config config = exec_config();
    config.exec->args = {"--x"};
    config.exec->env = {{"HOME", "/elsewhere"}};
    ::setenv("KUBERNETES_EXEC_INFO", "stale", 1);
    const ExecCommand command = exec_command(config);
    ::unsetenv("KUBERNETES_EXEC_INFO");
    EXPECT_THAT(command.argv, ElementsAre("login", "--x"));
    EXPECT_EQ(command.environment[0], "KUBERNETES_EXEC_INFO=" + exec_info(config));
    EXPECT_EQ(command.environment[1], "HOME=/elsewhere");
    EXPECT_THAT(command.environment, Not(Contains("KUBERNETES_EXEC_INFO=stale")));
}

}  // namespace
}  // namespace stackseal::kube
