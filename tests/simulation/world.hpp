// SPDX-License-Identifier: Apache-2.0
// What outlives every process: the time, the directories, and the local cluster over them.
#pragma once

#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "controller/local/local_cluster.hpp"
#include "tests/simulation/clocks.hpp"
#include "tests/simulation/trace.hpp"
#include "tests/support/fakes.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::simulation {

/// kLocal: the cluster is a part of the process and dies with it. kServer: the cluster stands for
/// an API server, which stays; processes reach it through Remote.
enum class Mode { kLocal, kServer };

inline constexpr const char* kSpace = "cloud";
inline constexpr const char* kAuthoritySpace = "stackseal-authorities";

inline core::Ref secret_ref(const std::string& name) {
    return {core::Resource::kSecret, kSpace, name};
}

/// The object that a write is about.
core::Ref target_of(const ports::Write& write);

class World {
  public:
    explicit World(Mode mode);

    /// Opens the cluster; handlers are registered before load(), as in the program.
    core::Result<void> open();
    core::Result<void> load() { return server_->load(); }
    /// As when the process ends: nothing of it is left but the directory.
    void close();
    bool is_open() const { return server_ != nullptr; }
    local::LocalCluster& server() { return *server_; }

    using Handler = std::function<void(const ports::Change&)>;
    void subscribe(const void* who, Handler handler);
    void unsubscribe(const void* who);

    template <class T>
    api::Snapshot<T> get(const core::Ref& ref) {
        return std::get<api::Snapshot<T>>(*server_->find(ref));
    }
    template <class T>
    std::vector<api::Snapshot<T>> all() {
        std::vector<api::Snapshot<T>> found;
        const auto objects = *server_->select({api::kResourceOf<T>, ""});
        for (const api::Object& object : objects)
            found.push_back(std::get<api::Snapshot<T>>(object));
        return found;
    }

    std::string manifest(const std::string& name) const { return options_.manifests + "/" + name; }
    std::string state() const { return options_.state; }

    const Mode mode;
    TrueClock time;
    MachineClock machine;
    tests::MemoryLog log;
    /// Asked before each step on the disk, see local::StepHook.
    local::StepHook on_step;

  private:
    local::tests::TemporaryFolder root_;
    local::Options options_;
    std::vector<std::pair<const void*, Handler>> handlers_;
    std::unique_ptr<local::LocalCluster> server_;
};

}  // namespace stackseal::simulation
