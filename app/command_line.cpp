// SPDX-License-Identifier: Apache-2.0
// The flags, their help, and the file of settings. The only home of CLI11.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "app/completion.hpp"
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
    "What fails, what ends next:  stackseal status\n"
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
    app.add_option("--certificate-metrics", run.certificate_metrics,
                   "Show series for each Certificate; false: only how many are in which state")
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
    app->add_option("--objects", s.objects,
                    "Folder of *.yaml with Issuers and Certificates, which are applied to the "
                    "cluster at the start and as they change; nothing is deleted")
        ->check(CLI::ExistingDirectory);
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

void add_status(CLI::App& root, CommandLine& line) {
    StatusSettings& s = line.status;
    CLI::App* app = root.add_subcommand(
        "status",
        "Show what fails and why, and what expires next; exit code 1 if anything is not good, 2 if "
        "it could not be read");
    auto* state = app->add_option(
        "--state", s.state, "The state folder of `stackseal local`; else the cluster is asked");
    add_cluster_flags(*app, s.kubeconfig, s.context);
    app->get_option("--kubeconfig")->excludes(state);
    app->get_option("--context")->excludes(state);
    app->add_option("--namespaces,-n", s.namespaces, "Only these (comma-separated); else all")
        ->delimiter(',');
    app->add_option("--output,-o", s.output, "table, json or yaml")
        ->check(CLI::IsMember({"table", "json", "yaml"}))
        ->capture_default_str();
    app->add_option("--color", s.color, "auto (only on a terminal), always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}))
        ->capture_default_str();
    app->callback([&line] { line.command = Command::kStatus; });
}

std::vector<std::string> flags_of(const CLI::App& app) {
    std::vector<std::string> flags;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
        for (const std::string& name : option->get_snames()) flags.push_back("-" + name);
    }
    return flags;
}

std::vector<CommandWords> words_of(const CLI::App& root) {
    std::vector<CommandWords> words;
    for (const CLI::App* app : root.get_subcommands(std::function<bool(const CLI::App*)>()))
        words.push_back({app->get_name(), app->get_description(), flags_of(*app)});
    return words;
}

void add_completion(CLI::App& root, CommandLine& line) {
    CLI::App* app = root.add_subcommand(
        "completion",
        "Print a script that completes commands and flags; for bash: source <(stackseal completion "
        "bash)");
    app->add_option("shell", line.completion, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    app->callback([&root, &line] {
        line.command = Command::kCompletion;
        line.completion = completion_script(line.completion, words_of(root));
    });
}

/// kubectl runs a program called kubectl-stackseal as its own command.
std::string name_of_program(const char* path) {
    return std::filesystem::path(path).filename() == "kubectl-stackseal" ? "kubectl stackseal"
                                                                         : "stackseal";
}

}  // namespace

core::Result<CommandLine> read_command_line(int argc, char** argv, Finished& finished) {
    CommandLine line;
    CLI::App root(kAbout, name_of_program(argv[0]));
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
    add_status(root, line);
    add_completion(root, line);
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
