// SPDX-License-Identifier: Apache-2.0
// What was found out about some material, as values: facts, problems, notes. No byte of a key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/inspect_source.hpp"
#include "controller/core/time.hpp"
#include "controller/core/x509.hpp"
#include "controller/probe/fetch.hpp"

namespace stackseal::app {

/// One certificate, with its names as text.
struct Described {
    std::string pem;
    core::CertificateFacts facts;
    std::string subject;  ///< RFC 4514; "": empty
    std::string issuer;
};

/// The private key, described.
struct KeyReport {
    core::KeyState state = core::KeyState::kMissing;
    bool alone = false;  ///< no certificate beside it: state says nothing of a match
    std::optional<core::KeySpec> spec;
    std::optional<core::KeyEncoding> encoding;
};

/// All that is printed.
struct Report {
    Source source = Source::kFile;
    std::string name;
    core::Time now;
    std::vector<Described> chain;
    std::vector<Described> anchors;
    std::optional<KeyReport> key;  ///< absent: no private key was there
    std::optional<probe::Served> served;
    std::vector<std::string> problems;  ///< what is wrong; empty: good
    std::vector<std::string> notes;     ///< worth knowing, not wrong
};

/// Judges by the time given.
Report make_report(const Material& material, core::Time now);

/// Whole days until the certificate ends, rounded down; negative: since it ended.
std::int64_t days_left(const core::CertificateFacts& facts, core::Time now);

}  // namespace stackseal::app
