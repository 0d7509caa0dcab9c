// SPDX-License-Identifier: Apache-2.0
// Who we are, request by request: bearer token, impersonation, client certificate.
#pragma once

#include <memory>
#include <string>

#include "controller/kube/config.hpp"
#include "controller/kube/exec_plugin.hpp"
#include "controller/kube/tls_files.hpp"
#include "controller/kube/token_file.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::kube {

/// Any thread may call. Outlives every client and every TLS source made from it.
class Credentials {
  public:
    /// Takes the configuration's secrets over.
    Credentials(Config config, ports::Clock& clock, ports::Log& log);
    Credentials(Config config, ports::Clock& clock, ports::Log& log, ExecPlugin::Run run);

    /// The headers that say who asks. Errors: kUnavailable when a token cannot be had.
    core::Result<ports::Headers> headers();
    /// The server answered 401 to these headers. True: another try may fare better.
    bool reject(const ports::Headers& refused);
    /// For http::Settings::tls.
    TlsSource tls();

  private:
    core::Result<core::SecretBytes> token();

    Config config_;
    std::shared_ptr<ExecPlugin> exec_;       ///< null: none
    std::unique_ptr<TokenFile> token_file_;  ///< null: none
    std::shared_ptr<TlsFiles> tls_;
};

}  // namespace stackseal::kube
