// SPDX-License-Identifier: Apache-2.0
// What the yardstick does to Certificates: creates them, makes the two writes, watches.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "controller/core/value.hpp"
#include "tests/bench/yardstick/connection.hpp"

namespace stackseal::bench {

/// "c-000007". All names have one length, so that all bodies have one size.
std::string name_of(int index);

/// The two writes of an issuance, as the operator made them for the sample. The name of the sample
/// is replaced in them.
struct Sample {
    std::string secret;
    std::string status;
};

/// Reads {"secret": …, "status": …}, made for a Certificate called "s-000000".
Sample read_sample(const std::string& file);

/// A Certificate as far as the two writes need it.
struct Seen {
    std::string name;
    std::string version;
    bool ready = false;
};

Seen seen_in(const core::Value& certificate);

/// The Certificates of one namespace over one connection.
class Certificates {
  public:
    Certificates(const Server& server, std::string space);

    void create(const std::string& name);
    std::vector<Seen> list();
    /// POST of the Secret, then PATCH of the status: what no issuance can do without.
    void issue(const Sample& sample, const Seen& certificate);
    /// What is there and every change of it, until on_seen returns false.
    void watch(const std::function<bool(const Seen&)>& on_seen);

  private:
    Connection connection_;
    std::string space_;
    std::string path_;
};

}  // namespace stackseal::bench
