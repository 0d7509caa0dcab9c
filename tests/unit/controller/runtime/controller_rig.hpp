// SPDX-License-Identifier: Apache-2.0
// A controller over a store in memory, with reconcilers that do what a test says.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "controller/runtime/controller.hpp"
#include "controller/store/store.hpp"
#include "tests/support/checked_metrics.hpp"
#include "tests/support/fakes.hpp"

namespace stackseal::runtime {

inline const core::Instant kStart{std::chrono::milliseconds(1'790'000'000'000)};
inline const core::Ref kLeaf{core::Resource::kCertificate, "openstack", "keystone"};
inline const core::Ref kIssuer{core::Resource::kIssuer, "openstack", "internal"};
inline const core::Ref kSecret{core::Resource::kSecret, "openstack", "keystone-tls"};

/// A store as a cluster.
class StoreCluster : public ports::Reader, public ports::Watcher {
  public:
    core::Result<api::Object> find(const core::Ref& ref) override { return store.find(ref); }
    core::Result<std::vector<api::Object>> select(const ports::Selection& which) override {
        return store.select(which);
    }
    core::Result<api::Secret> read_secret(const core::Ref&) override {
        return core::Error{core::Code::kNotFound, "no bytes here"};
    }
    void watch(std::function<void(const ports::Change&)> handler) override {
        store.watch(std::move(handler));
    }

    template <class T>
    void put(const core::Ref& ref, std::function<void(T&)> change = {}, bool initial = false) {
        const auto before = std::get<api::Snapshot<T>>(store.find(ref));
        auto after = std::make_shared<T>(before ? *before : T{});
        after->meta.name = ref.name;
        after->meta.space = ref.space;
        after->meta.uid = "uid-" + ref.name;
        after->meta.resource_version = std::to_string(++version_);
        if (change) change(*after);
        store.put(api::Snapshot<T>(std::move(after)), initial);
    }
    void remove(const core::Ref& ref) { store.remove(ref, std::to_string(++version_)); }

    store::Store store;

  private:
    std::atomic<int> version_ = 0;
};

/// Does what the test says, and keeps which keys came.
class Scripted : public ports::Reconciler {
  public:
    using Script = std::function<core::Result<core::Next>(const core::Ref&, ports::Reader&)>;
    core::Result<core::Next> reconcile(const core::Ref& key, ports::Reader& reader) override {
        {
            const std::lock_guard lock(mutex_);
            seen_.push_back(key);
        }
        return script(key, reader);
    }
    std::vector<core::Ref> seen() {
        const std::lock_guard lock(mutex_);
        return std::exchange(seen_, {});
    }

    Script script = [](const core::Ref&, ports::Reader&) { return core::Next{}; };

  private:
    std::mutex mutex_;
    std::vector<core::Ref> seen_;
};

/// Sums by name and labels: "name{a,b}".
class SummingMetrics : public tests::CheckedMetrics {
  public:
    void count(std::string_view name, std::initializer_list<ports::Label> labels,
               double by) override {
        CheckedMetrics::count(name, labels, by);
        add(name, labels, by);
    }
    void observe(std::string_view name, std::initializer_list<ports::Label> labels,
                 double value) override {
        CheckedMetrics::observe(name, labels, value);
        add(name, labels, 1);
    }
    void set(std::string_view name, std::initializer_list<ports::Label> labels,
             double value) override {
        CheckedMetrics::set(name, labels, value);
        const std::lock_guard lock(mutex_);
        values_[id(name, labels)] = value;
    }
    double of(const std::string& name) {
        const std::lock_guard lock(mutex_);
        return values_[name];
    }

  private:
    static std::string id(std::string_view name, std::initializer_list<ports::Label> labels) {
        std::string out(name);
        out += '{';
        for (const auto& [label, value] : labels) out += (out.back() == '{' ? "" : ",") + value;
        return out + '}';
    }
    void add(std::string_view name, std::initializer_list<ports::Label> labels, double by) {
        const std::lock_guard lock(mutex_);
        values_[id(name, labels)] += by;
    }

    std::mutex mutex_;
    std::map<std::string, double> values_;
};

class ControllerTest : public testing::Test {
  protected:
    ControllerTest() { controller_.connect(cluster_); }

    void drain() {
        while (controller_.run_one()) {
        }
    }
    /// Runs the key once with this answer.
    void run_with(core::Result<core::Next> answer) {
        certificates_.script = [answer](const core::Ref&, ports::Reader&) { return answer; };
        queue_.add(kLeaf);
        ASSERT_TRUE(controller_.run_one());
    }

    tests::FakeClock clock_{kStart};
    SummingMetrics metrics_;
    tests::MemoryLog log_;
    StoreCluster cluster_;
    Scripted certificates_;
    Scripted issuers_;
    WorkQueue queue_{clock_, metrics_};
    Controller controller_{
        {{core::Resource::kCertificate, &certificates_}, {core::Resource::kIssuer, &issuers_}},
        queue_,
        {cluster_, clock_, metrics_, log_}};
};

}  // namespace stackseal::runtime
