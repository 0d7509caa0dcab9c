// SPDX-License-Identifier: Apache-2.0
// Credentials from a program that the kubeconfig names: asked when needed, kept until they expire.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/core/result.hpp"
#include "controller/core/secret_bytes.hpp"
#include "controller/core/time.hpp"
#include "controller/kube/config.hpp"
#include "controller/ports/clock.hpp"

namespace stackseal::kube {

/// What the program said. Source: ExecCredentialStatus.
struct ExecCredential {
    core::SecretBytes token;      ///< empty: none
    std::string certificate_pem;  ///< "": none; else with the key
    core::SecretBytes key_pem;
    std::optional<core::Time> expires;
};

/// Reads an ExecCredential; its apiVersion must be the configured one. Errors: kInvalid.
core::Result<ExecCredential> parse_exec_credential(std::string_view json,
                                                   const std::string& api_version);

/// The KUBERNETES_EXEC_INFO document: ExecCredential with spec.interactive false and, where asked
/// for, spec.cluster.
std::string exec_info(const Config& config);

/// Any thread may call. The program runs at most once at a time.
class ExecPlugin {
  public:
    /// Runs the program and gives its output; replaced in tests. Errors: kUnavailable.
    using Run = std::function<core::Result<core::SecretBytes>()>;

    /// api_version: the one that the kubeconfig names; an answer of another is refused.
    ExecPlugin(Run run, std::string api_version, ports::Clock& clock);

    /// The kept credential, or a new one. Errors: kUnavailable, kInvalid.
    core::Result<std::shared_ptr<const ExecCredential>> credential();
    /// The server refused this token ("": the certificate): the next call asks the program again,
    /// unless it was asked since.
    void reject(std::string_view refused);

  private:
    bool usable() const;

    Run run_;
    std::string api_version_;
    ports::Clock& clock_;
    std::mutex mutex_;
    std::shared_ptr<const ExecCredential> kept_;  ///< guarded by mutex_
};

/// What is run: the program's argv and environment in full, at most this long.
struct ExecCommand {
    std::vector<std::string> argv;
    std::vector<std::string> environment;  ///< "NAME=value"
    std::string install_hint;
    std::chrono::milliseconds deadline{60'000};
    std::size_t output_limit = 1U << 20U;
};

/// The command of a configuration, in this process's environment.
ExecCommand exec_command(const Config& config);

/// Runs a command without a shell and without our descriptors, standard input empty, and gives its
/// standard output. Errors: kUnavailable when it cannot start, fails, is late or says too much.
core::Result<core::SecretBytes> run_command(const ExecCommand& command);

}  // namespace stackseal::kube
