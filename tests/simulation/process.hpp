// SPDX-License-Identifier: Apache-2.0
// One process of the program, single-threaded: the real queue, controller and reconcilers, wired
// as app/engine.cpp wires them.
#pragma once

#include "app/fenced_writer.hpp"
#include "app/settled.hpp"
#include "controller/runtime/controller.hpp"
#include "controller/runtime/key_threads.hpp"
#include "reconcilers/certificate/reconcile.hpp"
#include "reconcilers/issuer/reconcile.hpp"
#include "tests/simulation/gate.hpp"
#include "tests/simulation/remote.hpp"

namespace stackseal::simulation {

struct CertificateKind {
    static constexpr auto gather = certificate::gather;
    static constexpr auto plan = certificate::plan;
    static constexpr auto apply = certificate::apply;
};

struct IssuerKind {
    static constexpr auto gather = issuer::gather;
    static constexpr auto plan = issuer::plan;
    static constexpr auto apply = issuer::apply;
};

/// A reconciler that remembers when each key counts on being asked again.
class Watched : public ports::Reconciler {
  public:
    Watched(ports::Reconciler& inner, ports::Clock& clock) : inner_(inner), clock_(clock) {}
    core::Result<core::Next> reconcile(const core::Ref& key, ports::Reader& reader) override;
    /// True if some key said that it would come again within this time, or failed and will be
    /// retried.
    bool expects(std::chrono::milliseconds within) const;

  private:
    ports::Reconciler& inner_;
    ports::Clock& clock_;
    std::map<core::Ref, std::chrono::milliseconds> hopes_;  ///< on the monotonic clock
};

/// What all processes of a run share.
struct Stage {
    World& world;
    Audit& audit;
    Trace& trace;
};

class Process {
  public:
    /// In local mode the world is open but not yet loaded, in server mode it is loaded.
    Process(Stage stage, std::unique_ptr<Peril> peril);
    ~Process();

    /// The first listing.
    core::Result<void> sync();
    /// One pass of one key. False: none is due.
    bool step() { return controller_.run_one(); }
    bool is_idle() { return controller_.idle(); }
    /// How long until a delayed key is due; nothing if none is.
    std::optional<std::chrono::milliseconds> next_due();
    /// Some key counts on being asked again within this time.
    bool expects(std::chrono::milliseconds within) const;
    bool wrote_secrets_to_the_log();

    /// The lease is another's, and this process's own clock says so.
    void depose() { leads_ = false; }

    Peril& peril() { return *peril_; }
    int events() { return static_cast<int>(events_.events().size()); }
    Remote* remote() { return remote_.get(); }

  private:
    ports::Reader& reader();
    ports::Writer& writer();

    Stage stage_;
    std::unique_ptr<Peril> peril_;
    std::unique_ptr<Remote> remote_;  ///< server mode only
    Sight sight_;
    Gate gate_;
    bool leads_ = true;
    app::FencedWriter fence_;
    tests::MemoryEvents events_;
    tests::MemoryLog log_;
    tests::NullMetrics metrics_;
    runtime::WorkQueue queue_;
    pki::Inspector inspector_;
    issuance::SignerCache signers_;
    issuance::Attempts attempts_;
    runtime::KeyThreads keys_;
    issuance::Environment env_;
    app::Settled<CertificateKind> certificates_;
    app::Settled<IssuerKind> issuers_;
    Watched watched_certificates_;
    Watched watched_issuers_;
    runtime::Controller controller_;
};

}  // namespace stackseal::simulation
