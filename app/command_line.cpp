// SPDX-License-Identifier: Apache-2.0
// The flags, their help, and the file of settings. The only home of CLI11.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/settings.hpp"
#include "app/settings_file.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::app {

namespace {

using Command = CommandLine::Command;

constexpr const char* kAbout =
    "Stackseal issues, renews and reports the TLS certificates of an OpenStack control plane.\n"
    "\n"
    "In a Kubernetes cluster:     stackseal controller\n"
    "From a folder of manifests:  stackseal local --manifests DIR --state DIR --once\n"
    "What is in a certificate:    stackseal inspect FILE|NAMESPACE/NAME|HOST:PORT";

void add_run_flags(CLI::App& app, RunSettings& run) {
    app.add_option("--workers", run.workers, "Objects reconciled at once")
        ->check(CLI::Range(1U, 64U))
        ->capture_default_str();
    app.add_option("--key-threads", run.key_threads, "Threads that make RSA keys")
        ->check(CLI::Range(1U, 64U))
        ->capture_default_str();
    app.add_option("--status-address", run.status_address,
                   "Where /metrics, /livez and /readyz are served, as 127.0.0.1:9402 or :9402; "
                   "empty: nowhere")
        ->capture_default_str();
    app.add_option("--log-format", run.log_format, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app.add_option("--log-level", run.log_level, "debug, info, warning or error")
        ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
        ->capture_default_str();
}

void add_cluster_flags(CLI::App& app, std::string& kubeconfig, std::string& context) {
    app.add_option("--kubeconfig", kubeconfig,
                   "Kubeconfig file; else $KUBECONFIG, the pod's own account, ~/.kube/config");
    app.add_option("--context", context, "Context of the kubeconfig; else its current one");
}

void add_controller(CLI::App& root, CommandLine& line) {
    ControllerSettings& s = line.controller;
    CLI::App* app = root.add_subcommand("controller", "Run against a Kubernetes cluster");
    add_cluster_flags(*app, s.kubeconfig, s.context);
    app->add_option("--namespaces", s.namespaces,
                    "Serve only these namespaces (comma-separated); else all of them")
        ->delimiter(',');
    app->add_option("--authority-namespace", s.authority_namespace,
                    "Where the keys of authorities lie; else the operator's own namespace");
    app->add_option("--leader-elect", s.leader_elect,
                    "Let one of several replicas work; false for a single process")
        ->capture_default_str();
    app->add_option("--lease-name", s.lease_name, "Name of the Lease")->capture_default_str();
    add_run_flags(*app, s.run);
    app->callback([&line] { line.command = Command::kController; });
}

void add_local(CLI::App& root, CommandLine& line) {
    LocalSettings& s = line.local;
    CLI::App* app =
        root.add_subcommand("local", "Run over a folder of manifests, without a cluster");
    app->add_option("--manifests", s.manifests, "Folder of *.yaml with Issuers and Certificates")
        ->required()
        ->check(CLI::ExistingDirectory);
    app->add_option("--state", s.state,
                    "Folder for what is made: secrets/NAMESPACE/NAME/{tls.crt,tls.key,ca.crt}, "
                    "authorities/, status/")
        ->required();
    app->add_flag("--once", s.once,
                  "Issue and renew what is due, print a table and end; exit code 1 if anything is "
                  "not ready");
    add_run_flags(*app, s.run);
    app->callback([&line] { line.command = Command::kLocal; });
}

void add_inspect(CLI::App& root, CommandLine& line) {
    InspectSettings& s = line.inspect;
    CLI::App* app =
        root.add_subcommand("inspect", "Show what a certificate says and what is wrong with it");
    app->add_option("target", s.target,
                    "A PEM file or a Secret's folder; NAMESPACE/NAME of a Secret in the cluster; "
                    "HOST:PORT of a TLS server")
        ->required();
    add_cluster_flags(*app, s.kubeconfig, s.context);
    app->add_option("--output,-o", s.output, "text or json")
        ->check(CLI::IsMember({"text", "json"}))
        ->capture_default_str();
    app->callback([&line] { line.command = Command::kInspect; });
}

/// The library would only say that a command is required, and not what it did not know.
void refuse_unknown_command(const CLI::App& root, int argc, char** argv) {
    if (argc < 2 || argv[1][0] == '-') return;
    std::vector<std::string> names;
    for (const CLI::App* command : root.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    if (std::ranges::find(names, argv[1]) != names.end()) return;
    throw CLI::ParseError(
        core::concat("no command \"", argv[1], "\"; there are ", core::join(names, ", ")),
        CLI::ExitCodes::ExtrasError);
}

}  // namespace

core::Result<CommandLine> read_command_line(int argc, char** argv, Finished& finished) {
    CommandLine line;
    CLI::App root(kAbout, "stackseal");
    root.require_subcommand(1);
    root.fallthrough();  // --config may follow the subcommand
    root.set_config("--config", "",
                    "A YAML file with the command's settings, keys named like its flags");
    root.config_formatter(settings_file_reader(root));
    root.allow_config_extras(CLI::config_extras_mode::error);
    root.set_version_flag("--version", "stackseal " STACKSEAL_VERSION);
    add_controller(root, line);
    add_local(root, line);
    add_inspect(root, line);
    root.add_subcommand("version", "Print the version")->callback([&line] {
        line.command = Command::kVersion;
    });
    try {
        refuse_unknown_command(root, argc, argv);
        root.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        finished.exit_code = root.exit(error) == 0 ? 0 : 2;
        return core::Error{core::Code::kInvalid, ""};
    }
    return line;
}

}  // namespace stackseal::app
