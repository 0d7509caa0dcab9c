// SPDX-License-Identifier: Apache-2.0
// Scripts with which a shell completes the program's commands and flags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace stackseal::app {

/// One subcommand, as the command line knows it.
struct CommandWords {
    std::string name;
    std::string about;               ///< one line
    std::vector<std::string> flags;  ///< "--state", "-o"
};

/// The script for "bash", "zsh" or "fish"; what completes no word completes a file.
std::string completion_script(std::string_view shell, const std::vector<CommandWords>& commands);

}  // namespace stackseal::app
