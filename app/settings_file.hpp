// SPDX-License-Identifier: Apache-2.0
// The file of settings behind --config, read strictly: an unknown key or a wrong type ends the
// start.
#pragma once

#include <memory>

namespace CLI {
class App;
class Config;
}  // namespace CLI

namespace stackseal::app {

/// Reads YAML: one mapping whose keys are flags' names without dashes in front ("log-level:
/// debug"), for the subcommand that was called. root outlives the reader. Errors are CLI::FileError
/// with the file's line.
std::shared_ptr<CLI::Config> settings_file_reader(const CLI::App& root);

}  // namespace stackseal::app
