// SPDX-License-Identifier: Apache-2.0
// A cluster as a process sees it through a network: a cache behind the truth, kept by streams that
// lag, break and repeat themselves, and writes that go through at once.
#pragma once

#include <array>
#include <deque>

#include "controller/store/store.hpp"
#include "tests/simulation/world.hpp"

namespace stackseal::simulation {

/// Keeps the rules of kube::KubeCluster: one stream for each resource, in order; after a break a
/// list that replaces everything; the answer to a write goes into the cache, and so does the live
/// object after a conflict.
class Remote : public ports::Reader, public ports::Writer, public ports::Watcher {
  public:
    explicit Remote(World& world);
    ~Remote() override;
    Remote(const Remote&) = delete;
    Remote& operator=(const Remote&) = delete;

    /// Where its writes go; before the first of them.
    void write_through(ports::Writer& gate) { gate_ = &gate; }
    /// The first listing: all resources.
    void sync();

    core::Result<api::Object> find(const core::Ref& ref) override { return store_.find(ref); }
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override {
        return store_.select(selection);
    }
    core::Result<api::Secret> read_secret(const core::Ref& ref) override {
        return world_.server().read_secret(ref);
    }
    core::Result<api::Object> write(ports::Write write) override;
    void watch(std::function<void(const ports::Change&)> handler) override {
        store_.watch(std::move(handler));
    }

    /// Hands over one event of a stream. False: there is none.
    bool deliver(core::Resource resource);
    /// The stream breaks: what is under way is lost, and what follows until relist(), too.
    void cut(core::Resource resource);
    void relist(core::Resource resource);
    /// The stream is resumed from an older place: its last events come again.
    void repeat(core::Resource resource);
    /// A refresh after a conflict may fail; then the cache stays as it is.
    void let_refreshes_fail(bool fail) { refreshes_fail_ = fail; }
    /// Everything that is known to the server is known here.
    void catch_up();

  private:
    struct Event {
        api::Object object;  ///< absent: deleted
        core::Ref ref;
        std::string version;
    };
    struct Stream {
        std::deque<Event> coming;
        std::deque<Event> gone;  ///< delivered lately
        bool broken = false;
    };

    Stream& stream(core::Resource resource) {
        return streams_.at(static_cast<std::size_t>(resource));
    }
    void hear(const ports::Change& change);
    void take(const Event& event);
    void refresh(const core::Ref& ref);
    void list(core::Resource resource, bool initial);

    World& world_;
    ports::Writer* gate_ = nullptr;
    store::Store store_;
    std::array<Stream, core::kResources.size()> streams_;
    bool refreshes_fail_ = false;
    std::uint64_t version_ = 0;  ///< the server's, as far as its changes tell
};

}  // namespace stackseal::simulation
