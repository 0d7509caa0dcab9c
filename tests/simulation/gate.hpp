// SPDX-License-Identifier: Apache-2.0
// The two decorators around what a process sees and does: its reads are remembered, its writes are
// judged, and both may fail.
#pragma once

#include "tests/simulation/audit.hpp"
#include "tests/simulation/peril.hpp"

namespace stackseal::simulation {

/// Between the reconcilers and their cache.
class Sight : public ports::Reader {
  public:
    Sight(ports::Reader& inner, Peril& peril, Trace& trace)
        : inner_(inner), peril_(peril), trace_(trace) {}

    core::Result<api::Object> find(const core::Ref& ref) override;
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override;
    core::Result<api::Secret> read_secret(const core::Ref& ref) override;

    const View& view() const { return view_; }

  private:
    void remember(const core::Ref& ref, const api::Object& object);

    ports::Reader& inner_;
    Peril& peril_;
    Trace& trace_;
    View view_;
};

/// Between a process and the cluster that keeps what is written.
class Gate : public ports::Writer {
  public:
    struct Parts {
        World& world;
        Audit& audit;
        Peril& peril;
        Trace& trace;
    };

    /// clock: the process's own. view outlives the gate.
    Gate(Parts parts, ports::Clock& clock, const View& view)
        : parts_(parts), clock_(clock), view_(view) {}

    core::Result<api::Object> write(ports::Write write) override;

  private:
    core::Result<api::Object> pass(ports::Write write);

    Parts parts_;
    ports::Clock& clock_;
    const View& view_;
};

}  // namespace stackseal::simulation
