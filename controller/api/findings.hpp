// SPDX-License-Identifier: Apache-2.0
// The checks that Certificates and Issuers share, each on one field of a spec.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "controller/api/codec.hpp"
#include "controller/api/syntax.hpp"

namespace stackseal::api {

/// The shortest lifetime and the shortest renewBefore: below it the clocks of a fleet decide.
inline constexpr std::chrono::seconds kShortestDuration = std::chrono::minutes(5);

/// What was found wrong with a spec, in the order of the checks.
class Findings {
  public:
    /// pointer: a JSON pointer from the object's root. Dropped beyond Decoder::kMostProblems.
    void add(std::string pointer, std::string message);
    /// Adds a fault, if it is one.
    void add(std::string pointer, Fault fault);
    std::vector<Problem> take() { return std::move(problems_); }

  private:
    std::vector<Problem> problems_;
};

/// How an entry is compared with others of its list: its canonical text.
using Canonical = std::string (*)(std::string_view text);
/// For texts that differ when a byte differs.
std::string as_it_is(std::string_view text);
/// ASCII letters only: for DNS names, which are A-labels here (RFC 4343).
std::string in_lower_case(std::string_view text);
/// IPv4 dotted, IPv6 by RFC 5952; what is no address stays as it is, for its own check to refuse.
std::string as_address(std::string_view text);

/// Each entry by its own check; no two with the same canonical text.
void check_list(Findings& findings, std::string_view pointer, const std::vector<std::string>& list,
                const std::function<Fault(std::string_view)>& check, Canonical canonical);

/// At least five minutes. An absent duration is fine.
void check_duration(Findings& findings, std::string_view pointer,
                    std::optional<std::chrono::seconds> duration);

/// Size and encoding fit the algorithm. An absent algorithm stands for ECDSA.
void check_private_key(Findings& findings, std::string_view pointer, const PrivateKeySpec& key);

/// Each once.
void check_usages(Findings& findings, std::string_view pointer,
                  const std::vector<core::Usage>& usages);

/// A kind and group that are served, and names that an object and a namespace can have.
void check_issuer_ref(Findings& findings, std::string_view pointer, const IssuerRef& ref);

/// Countries of two letters, texts without control characters.
void check_subject(Findings& findings, std::string_view pointer, const SubjectSpec& subject);

/// A text that a name in a certificate can hold.
Fault why_no_subject_text(std::string_view text);

}  // namespace stackseal::api
