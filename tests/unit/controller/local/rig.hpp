// SPDX-License-Identifier: Apache-2.0
// Temporary directories and a local cluster in them, for all tests of this room.
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <thread>

#include "controller/local/local_cluster.hpp"
#include "tests/support/fakes.hpp"

namespace stackseal::local::tests {

namespace fs = std::filesystem;

/// A directory of its own, removed at the end.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        // In memory where possible: what a sync costs is not what these tests are about.
        const bool memory = ::access("/dev/shm", W_OK) == 0;
        std::string pattern =
            (memory ? fs::path("/dev/shm") : fs::temp_directory_path()) / "stackseal-XXXXXX";
        path_ = ::mkdtemp(pattern.data());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

inline void write_file(const std::string& path, std::string_view text) {
    fs::create_directories(fs::path(path).parent_path());
    std::ofstream file(path, std::ios::trunc);
    file << text;
    ASSERT_TRUE(file.flush()) << path;
}

inline std::string read_file(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return file ? text.str() : "absent: " + path;
}

inline int mode_of(const std::string& path) {
    struct stat info {};
    return ::lstat(path.c_str(), &info) == 0 ? static_cast<int>(info.st_mode & 07777) : -1;
}

/// All names beneath a folder, sorted, links as "name -> target".
inline std::vector<std::string> tree(const std::string& path) {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
        std::string name = entry.path().lexically_relative(path).string();
        if (entry.is_symlink()) name += " -> " + fs::read_symlink(entry.path()).string();
        names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

inline Folder open_folder(const std::string& path, StepHook hook = {}) {
    auto folder = Folder::open(path, std::make_shared<const StepHook>(std::move(hook)));
    if (!folder) throw std::runtime_error(folder.error().message);
    return *std::move(folder);
}

inline core::Ref secret_ref(std::string name, std::string space = "default") {
    return {core::Resource::kSecret, std::move(space), std::move(name)};
}
inline core::Ref certificate_ref(std::string name, std::string space = "default") {
    return {core::Resource::kCertificate, std::move(space), std::move(name)};
}
inline core::Ref issuer_ref(std::string name, std::string space = "default") {
    return {core::Resource::kIssuer, std::move(space), std::move(name)};
}

inline std::string certificate_yaml(const std::string& name, const std::string& dns = "a.example",
                                    const std::string& space = "") {
    return "apiVersion: stackseal.io/v1alpha1\nkind: Certificate\nmetadata:\n  name: " + name +
           "\n" + (space.empty() ? "" : "  namespace: " + space + "\n") +
           "spec:\n  secretName: " + name + "-tls\n  issuerRef:\n    name: ca\n  dnsNames: [" +
           dns + "]\n";
}

/// A write that creates a Secret of these texts.
inline ports::ApplySecret creation(const core::Ref& ref, std::map<std::string, std::string> data) {
    ports::ApplySecret apply{.ref = ref};
    for (const auto& [key, value] : data) apply.body.data.emplace(key, core::SecretBytes(value));
    return apply;
}

inline const api::SecretFacts& facts(const api::Object& object) {
    return *std::get<api::Snapshot<api::SecretFacts>>(object);
}

inline std::string text_of(const api::Secret& secret, std::string_view key) {
    const core::SecretBytes* bytes = api::find_data(secret, key);
    return bytes == nullptr ? "absent" : std::string(bytes->reveal());
}

/// Two directories, and one cluster at a time over them.
class Rig {
  public:
    Rig() {
        options.manifests = root / "manifests";
        options.state = root / "state";
        options.authority_namespace = "stackseal";
        options.settle = std::chrono::milliseconds(30);
        fs::create_directory(options.manifests);
    }
    ~Rig() { stop(); }

    core::Result<void> open() {
        stop();
        auto opened = LocalCluster::open(options, clock, log);
        if (!opened) return opened.error();
        cluster = *std::move(opened);
        cluster->watch([this](const ports::Change& change) { note(change); });
        return cluster->load();
    }
    void start() {
        const auto opened = open();
        ASSERT_TRUE(opened) << opened.error().message;
    }
    /// start(), and follows the directories from now on.
    void run() {
        start();
        thread_ = std::jthread([this](std::stop_token token) { (void)cluster->run(token); });
    }
    void stop() {
        thread_ = {};
        cluster.reset();
    }

    /// Waits until a condition on the cluster holds; true if it came to hold.
    bool eventually(const std::function<bool()>& holds) {
        std::unique_lock lock(mutex_);
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!holds()) {
            if (std::chrono::steady_clock::now() > deadline) return false;
            changed_.wait_for(lock, std::chrono::milliseconds(5));
        }
        return true;
    }

    template <class T>
    api::Snapshot<T> get(const core::Ref& ref) {
        return std::get<api::Snapshot<T>>(*cluster->find(ref));
    }
    std::string data(const core::Ref& ref, std::string_view key) {
        const auto secret = cluster->read_secret(ref);
        return secret ? text_of(*secret, key) : secret.error().message;
    }
    std::vector<ports::Change> changes() {
        const std::lock_guard lock(mutex_);
        return changes_;
    }
    void forget_changes() {
        const std::lock_guard lock(mutex_);
        changes_.clear();
    }
    std::vector<std::string> problems() {
        std::vector<std::string> lines;
        for (const FileProblem& problem : cluster->problems()) lines.push_back(to_string(problem));
        return lines;
    }
    std::string manifest(std::string_view name) const {
        return options.manifests + "/" + std::string(name);
    }
    std::string state(std::string_view name) const {
        return options.state + "/" + std::string(name);
    }

    TemporaryFolder root;
    Options options;
    stackseal::tests::FakeClock clock{core::Instant(std::chrono::milliseconds(1'795'491'600'000))};
    stackseal::tests::MemoryLog log;
    std::unique_ptr<LocalCluster> cluster;

  private:
    void note(const ports::Change& change) {
        const std::lock_guard lock(mutex_);
        changes_.push_back(change);
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<ports::Change> changes_;
    std::jthread thread_;
};

}  // namespace stackseal::local::tests
