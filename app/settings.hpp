// SPDX-License-Identifier: Apache-2.0
// What the program is told: by flags, and by one YAML file whose keys are the flags' names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/ports/log.hpp"

namespace stackseal::app {

/// What all long-running commands share.
struct RunSettings {
    unsigned workers = 8;
    unsigned key_threads = 2;
    std::string status_address;  ///< "": no status server
    std::string log_format = "text";
    std::string log_level = "info";
    bool certificate_metrics = true;  ///< series for each Certificate, not only their counts
};

struct ControllerSettings {
    RunSettings run{.status_address = ":9402"};
    std::string kubeconfig;
    std::string context;
    std::vector<std::string> namespaces;
    std::string authority_namespace;  ///< "": the operator's own
    bool leader_elect = true;
    std::string lease_name = "stackseal";
    std::string objects;  ///< "": no folder of objects to apply
};

struct LocalSettings {
    RunSettings run;
    std::string manifests;
    std::string state;
    bool once = false;
};

struct InspectSettings {
    std::string target;  ///< a file or folder, NAMESPACE/NAME, or HOST:PORT
    std::string kubeconfig;
    std::string context;
    std::string output = "text";  ///< or "json"
};

struct StatusSettings {
    std::string state;  ///< "": the cluster is asked
    std::string kubeconfig;
    std::string context;
    std::vector<std::string> namespaces;  ///< none: all
    std::string output = "table";         ///< or "json", "yaml"
    std::string color = "auto";           ///< or "always", "never"
};

/// One command line, understood.
struct CommandLine {
    enum class Command {
        kController,
        kLocal,
        kInspect,
        kStatus,
        kCompletion,
        kVersion
    } command = Command::kVersion;
    ControllerSettings controller;
    LocalSettings local;
    InspectSettings inspect;
    StatusSettings status;
    std::string completion;  ///< the script that was asked for
};

/// Nothing to run: help was asked for (exit 0), or the line is wrong (exit 2, said on stderr).
struct Finished {
    int exit_code = 0;
};

/// Reads the line, and the file that --config names: a flag beats the file, the file the default.
core::Result<CommandLine> read_command_line(int argc, char** argv, Finished& finished);

}  // namespace stackseal::app
