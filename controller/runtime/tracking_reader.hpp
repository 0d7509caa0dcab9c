// SPDX-License-Identifier: Apache-2.0
// A Reader that notes what a pass reads. One per pass, used by its thread only.
#pragma once

#include "controller/ports/cluster.hpp"
#include "controller/runtime/dependencies.hpp"

namespace stackseal::runtime {

/// Lives as long as one pass of one key: the reads of the pass before are dropped at its end.
class TrackingReader : public ports::Reader {
  public:
    /// inner and dependencies outlive the reader.
    TrackingReader(ports::Reader& inner, Dependencies& dependencies, core::Ref key);
    ~TrackingReader() override;
    TrackingReader(const TrackingReader&) = delete;
    TrackingReader& operator=(const TrackingReader&) = delete;

    core::Result<api::Object> find(const core::Ref& ref) override;
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override;
    core::Result<api::Secret> read_secret(const core::Ref& ref) override;

  private:
    ports::Reader& inner_;
    Dependencies& dependencies_;
    const core::Ref key_;
};

}  // namespace stackseal::runtime
