// SPDX-License-Identifier: Apache-2.0
// The command line and the file behind --config: what wins, what is refused, and with which code.
#include "app/settings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::app {
namespace {

using local::tests::TemporaryFolder;
using local::tests::write_file;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Command = CommandLine::Command;

/// A line, read: what it means, or how it ended and what was said.
struct Read {
    core::Result<CommandLine> line = core::Error{};
    int exit_code = -1;
    std::string said;
};

Read read(std::vector<std::string> words) {
    words.insert(words.begin(), "stackseal");
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Finished finished;
    Read out;
    out.line = read_command_line(static_cast<int>(argv.size()), argv.data(), finished);
    out.exit_code = finished.exit_code;
    out.said = ::testing::internal::GetCapturedStdout();
    out.said += ::testing::internal::GetCapturedStderr();
    return out;
}

class SettingsTest : public ::testing::Test {
  protected:
    std::string config(const std::string& text) {
        write_file(folder_ / "settings.yaml", text);
        return folder_ / "settings.yaml";
    }
    /// `local` with this file behind it.
    Read local_with(const std::string& text, std::vector<std::string> more = {}) {
        std::vector<std::string> words{"local",    "--manifests", folder_.path(), "--state",
                                       "/x/state", "--config",    config(text)};
        words.insert(words.end(), more.begin(), more.end());
        return read(words);
    }

    TemporaryFolder folder_;
};

TEST_F(SettingsTest, HaveTheirDefaults) {
    const Read controller = read({"controller"});
    ASSERT_TRUE(controller.line);
    EXPECT_EQ(controller.line->command, Command::kController);
    const ControllerSettings& c = controller.line->controller;
    EXPECT_EQ(c.run.status_address, ":9402");
    EXPECT_EQ(c.run.workers, 8U);
    EXPECT_EQ(c.run.key_threads, 2U);
    EXPECT_EQ(c.run.log_level, "info");
    EXPECT_TRUE(c.leader_elect);
    EXPECT_EQ(c.lease_name, "stackseal");
    EXPECT_TRUE(c.namespaces.empty());
    const Read local = read({"local", "--manifests", folder_.path(), "--state", "/x/state"});
    ASSERT_TRUE(local.line);
    EXPECT_EQ(local.line->command, Command::kLocal);
    EXPECT_EQ(local.line->local.run.status_address, "");
    EXPECT_FALSE(local.line->local.once);
    const Read inspect = read({"inspect", "tls.crt"});
    ASSERT_TRUE(inspect.line);
    EXPECT_EQ(inspect.line->command, Command::kInspect);
    EXPECT_EQ(inspect.line->inspect.target, "tls.crt");
    EXPECT_EQ(inspect.line->inspect.output, "text");
    EXPECT_EQ(read({"version"}).line->command, Command::kVersion);
}

TEST_F(SettingsTest, AFlagBeatsTheFileAndTheFileTheDefault) {
    const Read out = local_with("workers: 3\nlog-level: debug\nonce: true\n", {"--workers", "5"});
    ASSERT_TRUE(out.line) << out.said;
    EXPECT_EQ(out.line->local.run.workers, 5U);
    EXPECT_EQ(out.line->local.run.log_level, "debug");
    EXPECT_TRUE(out.line->local.once);
    EXPECT_EQ(out.line->local.run.key_threads, 2U);
}

TEST_F(SettingsTest, TheFileMayHoldLists) {
    const Read out = read(
        {"controller", "--config", config("namespaces: [openstack, pki]\nleader-elect: false\n")});
    ASSERT_TRUE(out.line) << out.said;
    EXPECT_THAT(out.line->controller.namespaces, ElementsAre("openstack", "pki"));
    EXPECT_FALSE(out.line->controller.leader_elect);
}

TEST_F(SettingsTest, AnEmptyFileChangesNothing) {
    for (const char* text : {"", "# nothing yet\n", "{}\n"})
        EXPECT_TRUE(local_with(text).line) << text;
}

struct Refusal {
    const char* what;
    std::vector<std::string> words;
    const char* said;
};

TEST_F(SettingsTest, ALineThatIsWrongEndsWithTwoAndSaysWhy) {
    const std::vector<Refusal> rows = {
        {"nothing", {}, "subcommand is required"},
        {"unknown command",
         {"issue"},
         "no command \"issue\"; there are controller, local, inspect, status, "
         "completion, version"},
        {"unknown flag", {"controller", "--wrokers", "3"}, "--wrokers"},
        {"missing flag", {"local", "--state", "/x"}, "--manifests is required"},
        {"absent folder", {"local", "--manifests", "/absent", "--state", "/x"}, "/absent"},
        {"too many workers", {"controller", "--workers", "65"}, "65"},
        {"no workers", {"controller", "--workers", "0"}, "0"},
        {"no number", {"controller", "--workers", "many"}, "many"},
        {"unknown level", {"controller", "--log-level", "loud"}, "loud"},
        {"unknown format", {"controller", "--log-format", "xml"}, "xml"},
        {"unknown output", {"inspect", "x", "--output", "yaml"}, "yaml"},
        {"nothing to inspect", {"inspect"}, "target is required"},
        {"absent settings", {"version", "--config", "/absent.yaml"}, "/absent.yaml"}};
    for (const Refusal& row : rows) {
        const Read out = read(row.words);
        EXPECT_FALSE(out.line) << row.what;
        EXPECT_EQ(out.exit_code, 2) << row.what;
        EXPECT_THAT(out.said, HasSubstr(row.said)) << row.what;
    }
}

TEST_F(SettingsTest, AFileThatIsWrongEndsWithTwoAndSaysWhy) {
    const std::vector<std::pair<const char*, const char*>> rows = {
        {"wrokers: 3\n", "wrokers"},
        {"workers: 65\n", "65"},
        {"workers: {a: 1}\n", "line 1: workers must be text, a number or true/false"},
        {"log-level: debug\nworkers: [1.5]\n", "line 2: workers must be text, a number"},
        {"- workers\n", "must be one mapping of settings"},
        {"workers: 3\n---\nworkers: 4\n", "must be one mapping of settings"},
        {"workers: 3\nworkers: 4\n", "workers"},
        {"workers: [", "not readable as YAML: line 2"},
        {"lease-name: other\n", "lease-name"}};  // a flag of another command
    for (const auto& [text, said] : rows) {
        const Read out = local_with(text);
        EXPECT_FALSE(out.line) << text;
        EXPECT_EQ(out.exit_code, 2) << text;
        EXPECT_THAT(out.said, HasSubstr(said)) << text;
    }
}

TEST_F(SettingsTest, HelpAndVersionAreNoFailure) {
    const Read help = read({"--help"});
    EXPECT_FALSE(help.line);
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.said, HasSubstr("stackseal local --manifests DIR --state DIR --once"));
    EXPECT_THAT(read({"local", "--help"}).said, HasSubstr("--manifests"));
    const Read version = read({"--version"});
    EXPECT_EQ(version.exit_code, 0);
    EXPECT_EQ(version.said, "stackseal " STACKSEAL_VERSION "\n");
}

}  // namespace
}  // namespace stackseal::app
