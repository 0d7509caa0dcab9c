// SPDX-License-Identifier: Apache-2.0
// stackseal: one program, its subcommands.
#include <cstdio>

#include "app/commands.hpp"
#include "app/hardening.hpp"
#include "app/memory.hpp"
#include "app/settings.hpp"
#include "app/signals.hpp"
#include "controller/http/cpprest_transport.hpp"

int main(int argc, char** argv) {
    using stackseal::app::CommandLine;
    stackseal::app::keep_memory_small();
    if (const auto hardened = stackseal::app::harden_process(); !hardened) {
        std::fprintf(stderr, "stackseal: %s\n", hardened.error().message.c_str());
        return 1;
    }
    stackseal::app::Finished finished;
    const auto line = stackseal::app::read_command_line(argc, argv, finished);
    if (!line) {
        if (!line.error().message.empty())
            std::fprintf(stderr, "stackseal: %s\n", line.error().message.c_str());
        return finished.exit_code;
    }
    stackseal::app::block_stop_signals();
    switch (line->command) {
        case CommandLine::Command::kController:
            stackseal::http::start_pool();
            return stackseal::app::run_controller(line->controller);
        case CommandLine::Command::kLocal:
            return stackseal::app::run_local(line->local);
        case CommandLine::Command::kInspect:
            stackseal::http::start_pool();
            return stackseal::app::run_inspect(line->inspect);
        case CommandLine::Command::kStatus:
            stackseal::http::start_pool();
            return stackseal::app::run_status(line->status);
        case CommandLine::Command::kCompletion:
            std::fputs(line->completion.c_str(), stdout);
            return 0;
        case CommandLine::Command::kVersion:
            return stackseal::app::run_version();
    }
    return 2;
}
