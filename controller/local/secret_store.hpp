// SPDX-License-Identifier: Apache-2.0
// Secrets in the state directory by name: which folder, read, written, taken away. No versions, no
// locks: the caller holds off other writers of the same Secret.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/api/secret.hpp"
#include "controller/core/ref.hpp"
#include "controller/local/secret_folder.hpp"
#include "controller/ports/clock.hpp"

namespace stackseal::local {

/// A Secret as it stands on the disk, and what is wrong around it (one line each).
struct StoredSecret {
    api::Secret secret;
    std::vector<std::string> problems;
};

/// state and clock outlive it. Errors, unless told otherwise: those of Folder.
class SecretStore {
  public:
    /// Secrets of the authority namespace lie in STATE/authorities/NAME, others in
    /// STATE/secrets/NAMESPACE/NAME.
    SecretStore(const Folder& state, std::string authority_namespace, ports::Clock& clock)
        : state_(state), authority_namespace_(std::move(authority_namespace)), clock_(clock) {}

    /// Brings what a crash left half-done into order. Answers with what it could not mend.
    std::vector<std::string> heal() const;
    /// The namespaces that have a folder, the authorities' among them.
    core::Result<std::vector<std::string>> spaces() const;
    /// A namespace's Secrets, sorted. Folders with impossible names are left out.
    core::Result<std::vector<core::Ref>> list(const std::string& space) const;

    /// Nothing: absent. Names must have been checked.
    core::Result<std::optional<StoredSecret>> read(const core::Ref& ref) const;
    /// Creates or replaces; see publish() for the errors.
    core::Result<void> write(const core::Ref& ref, const api::Secret& secret);
    /// Fine if it is absent. The bytes of its keys are overwritten.
    core::Result<void> remove(const core::Ref& ref) const;
    /// See stamp(); "" if absent.
    core::Result<std::string> stamp(const core::Ref& ref) const;

    /// The Secret's folder; nothing if absent.
    core::Result<std::optional<Folder>> folder(const core::Ref& ref) const;
    /// The folder of a namespace's Secrets; nothing if absent.
    core::Result<std::optional<Folder>> space(const std::string& space) const;
    /// The folders whose entries are namespaces, or Secrets of the authority namespace.
    core::Result<Folder> secrets() const { return state_.make_child("secrets"); }
    core::Result<Folder> authorities() const { return state_.make_child("authorities"); }
    /// The path for messages.
    std::string path(const core::Ref& ref) const;

  private:
    core::Result<Folder> make_space(const std::string& space) const;
    std::string next_generation(const Folder& secret);

    const Folder& state_;
    std::string authority_namespace_;
    ports::Clock& clock_;
    std::atomic<std::uint64_t> generations_ = 0;
};

}  // namespace stackseal::local
