// SPDX-License-Identifier: Apache-2.0
// TLS material that follows its files: a new pointer when, and only when, the content changed.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "controller/kube/config.hpp"
#include "controller/kube/exec_plugin.hpp"
#include "controller/kube/files.hpp"
#include "controller/ports/clock.hpp"
#include "controller/ports/log.hpp"
#include "controller/ports/transport.hpp"

namespace stackseal::kube {

/// Gives the material for the next connection; the same pointer while nothing changed.
using TlsSource = std::function<core::Result<std::shared_ptr<const ports::TlsMaterial>>()>;

/// Any thread may call. Files are looked at every five seconds at most; one that is missing, empty
/// or unparsable, or a certificate without its key, keeps what was there before.
class TlsFiles {
  public:
    /// exec: a plugin that may give the client certificate; null: none.
    TlsFiles(const Config& config, std::shared_ptr<ExecPlugin> exec, ports::Clock& clock,
             ports::Log& log);

    /// Errors: kInvalid, kNotFound, kUnavailable, and only while there has never been any material;
    /// those of ExecPlugin::credential.
    core::Result<std::shared_ptr<const ports::TlsMaterial>> current();

  private:
    core::Result<std::shared_ptr<const ports::TlsMaterial>> load() const;
    core::Result<void> refresh_files();
    core::Result<void> refresh_exec();
    std::vector<FileStamp> stamps() const;

    PemSource ca_;
    PemSource certificate_;
    PemSource key_;
    std::string server_name_;
    bool insecure_;
    std::shared_ptr<ExecPlugin> exec_;
    ports::Clock& clock_;
    ports::Log& log_;
    std::mutex mutex_;
    std::optional<std::chrono::milliseconds> looked_at_;  ///< guarded by mutex_
    std::vector<FileStamp> stamps_;                       ///< guarded by mutex_
    std::shared_ptr<const ports::TlsMaterial> material_;  ///< guarded by mutex_
};

}  // namespace stackseal::kube
