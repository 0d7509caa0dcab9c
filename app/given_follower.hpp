// SPDX-License-Identifier: Apache-2.0
// Applies the Issuers and Certificates of a folder, and follows it; for the one process that leads.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/given_schedule.hpp"
#include "controller/kube/client.hpp"
#include "controller/kube/served.hpp"
#include "controller/local/inotify_watch.hpp"

namespace stackseal::app {

/// What the follower stands on; all outlive it.
struct GivenParts {
    kube::Client& client;
    ports::Clock& clock;
    ports::Log& log;
    const kube::Served& served;
    std::function<bool()> leads;  ///< asked before each apply
};

/// Used by one thread. Nothing is ever deleted from the cluster. What is wrong is a line of the log
/// each, once, and holds up nothing else.
class GivenFollower {
  public:
    GivenFollower(const std::string& folder, local::InotifyWatch& watch, GivenParts parts);

    /// Reads the folder.
    void look();
    /// Applies what is due, by server-side apply: what does not differ is not written.
    void apply_due(const std::stop_token& stop);
    /// For how long there is nothing to do unless the folder changes.
    std::chrono::milliseconds patience() const;

    /// All of it again and again, until stopped. Errors: kUnavailable if changes cannot be waited
    /// for.
    core::Result<void> run(const std::stop_token& stop);

  private:
    core::Result<void> await_news();
    core::Result<void> apply(const GivenObject& object, const std::stop_token& stop);
    core::Result<core::Value> upon_what_is_there(const GivenObject& object,
                                                 const std::stop_token& stop);
    void report(const std::vector<local::FileProblem>& problems);
    void tell(const GivenObject& object, const core::Result<void>& outcome);

    local::InotifyWatch& watch_;
    GivenParts parts_;
    local::ManifestReader reader_;
    GivenSchedule schedule_;
    std::vector<local::FileProblem> problems_;
};

/// Follows a folder until stopped, whatever is in the way.
void follow_given(const std::string& folder, const GivenParts& parts, const std::stop_token& stop);

}  // namespace stackseal::app
