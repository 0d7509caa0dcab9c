// SPDX-License-Identifier: Apache-2.0
// Certificates and keys from another implementation: the openssl command.
#pragma once

#include <unistd.h>

#include <string>

#include "controller/kube/exec_plugin.hpp"
#include "controller/kube/files.hpp"
#include "tests/unit/controller/kube/folder.hpp"

namespace stackseal::kube {

struct PemPair {
    std::string certificate;
    std::string key;
};

inline std::string read_text(const std::string& path) {
    const auto text = read_small_file(path, 1U << 20U);
    return text ? std::string(text->reveal()) : "";
}

/// A self-signed P-256 certificate. Empty texts if the command is missing.
inline PemPair make_pair(const std::string& name) {
    const Folder folder;
    ExecCommand command;
    command.argv = {"openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:prime256v1",
                    "-nodes",
                    "-subj",
                    "/CN=" + name,
                    "-days",
                    "3650",
                    "-keyout",
                    folder.at("key"),
                    "-out",
                    folder.at("crt")};
    for (char** entry = ::environ; *entry != nullptr; ++entry)
        command.environment.emplace_back(*entry);
    if (!run_command(command)) return {};
    return {read_text(folder.at("crt")), read_text(folder.at("key"))};
}

}  // namespace stackseal::kube
