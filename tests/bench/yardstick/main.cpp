// SPDX-License-Identifier: Apache-2.0
// The yardstick that the operator is held against: a loop that makes the two writes of an issuance
// and nothing else, and what times both alike.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <thread>

#include "tests/bench/yardstick/certificates.hpp"

namespace stackseal::bench {

namespace {

constexpr const char* kUsage =
    "usage: yardstick create NAMESPACE FIRST COUNT WORKERS\n"
    "       yardstick issue NAMESPACE SAMPLE WORKERS    prints when it began (Unix seconds)\n"
    "       yardstick await NAMESPACE COUNT             prints when so many were Ready\n"
    "       yardstick latency NAMESPACE FIRST COUNT [SAMPLE]   prints milliseconds from created "
    "to\n"
    "           Ready, a line each; with a sample it makes the two writes itself\n";

/// Between two Certificates, so that the server has finished with the one before.
constexpr std::chrono::milliseconds kRest{50};

double unix_seconds() {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

using Task = std::function<void(Certificates&, int)>;

/// Runs a task for each index below count, on so many connections.
void share_out(const std::string& space, int count, int workers, const Task& task) {
    std::atomic<int> next = 0;
    std::vector<std::unique_ptr<Certificates>> connections;
    for (int i = 0; i < workers; ++i)
        connections.push_back(std::make_unique<Certificates>(server_of_environment(), space));
    std::vector<std::jthread> threads;
    for (const auto& connection : connections)
        threads.emplace_back([&] {
            for (int i = next++; i < count; i = next++) task(*connection, i);
        });
}

void create(const std::string& space, int first, int count, int workers) {
    share_out(space, count, workers,
              [&](Certificates& certificates, int i) { certificates.create(name_of(first + i)); });
}

void issue(const std::string& space, const std::string& sample_file, int workers) {
    const Sample sample = read_sample(sample_file);
    std::vector<Seen> all = Certificates(server_of_environment(), space).list();
    std::erase_if(all, [](const Seen& seen) { return seen.ready; });
    std::printf("%.6f\n", unix_seconds());
    share_out(space, static_cast<int>(all.size()), workers, [&](Certificates& certificates, int i) {
        certificates.issue(sample, all.at(static_cast<std::size_t>(i)));
    });
}

void await(const std::string& space, std::size_t count) {
    std::set<std::string> ready;
    Certificates(server_of_environment(), space).watch([&](const Seen& seen) {
        if (seen.ready) ready.insert(seen.name);
        return ready.size() < count;
    });
    std::printf("%.6f\n", unix_seconds());
}

/// One Certificate after the other, each timed from the answer to its creation.
class Latency {
  public:
    Latency(std::string space, int first, int count)
        : space_(std::move(space)), last_(name_of(first + count - 1)), first_(first) {}

    void run(int count, const std::string& sample_file) {
        if (!sample_file.empty()) sample_ = read_sample(sample_file);
        std::jthread watching([this] { watch(); });
        Certificates creator(server_of_environment(), space_);
        for (int i = 0; i < count; ++i) {
            std::this_thread::sleep_for(kRest);
            measure(creator, name_of(first_ + i));
        }
    }

  private:
    using Clock = std::chrono::steady_clock;

    void measure(Certificates& creator, const std::string& name) {
        creator.create(name);
        const Clock::time_point created = Clock::now();
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return ready_ == name; });
        // Ready may be seen before the creation's own answer has arrived.
        const auto took = std::max(ready_at_ - created, Clock::duration::zero());
        std::printf("%.3f\n", std::chrono::duration<double, std::milli>(took).count());
    }

    void watch() {
        Certificates writer(server_of_environment(), space_);
        Certificates(server_of_environment(), space_).watch([&](const Seen& seen) {
            if (seen.name < name_of(first_)) return true;
            if (!seen.ready && sample_) writer.issue(*sample_, seen);
            if (seen.ready) mark(seen.name);
            return !(seen.ready && seen.name == last_);
        });
    }

    void mark(const std::string& name) {
        const std::lock_guard lock(mutex_);
        ready_ = name;
        ready_at_ = Clock::now();
        changed_.notify_all();
    }

    const std::string space_;
    const std::string last_;
    const int first_;
    std::optional<Sample> sample_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string ready_;  ///< by mutex_, as the next
    Clock::time_point ready_at_{};
};

void run(const std::vector<std::string>& words) {
    const auto number = [&](std::size_t i) { return std::stoi(words.at(i)); };
    const std::string& command = words.at(0);
    const std::string& space = words.at(1);
    if (command == "create") return create(space, number(2), number(3), number(4));
    if (command == "issue") return issue(space, words.at(2), number(3));
    if (command == "await") return await(space, static_cast<std::size_t>(number(2)));
    if (command == "latency")
        return Latency(space, number(2), number(3))
            .run(number(3), words.size() > 4 ? words.at(4) : "");
    throw std::out_of_range(command);
}

}  // namespace

}  // namespace stackseal::bench

int main(int argc, char** argv) {
    try {
        std::setvbuf(stdout, nullptr, _IOLBF, 0);
        stackseal::bench::run({argv + 1, argv + argc});
        return 0;
    } catch (const std::logic_error&) {  // a word is missing, or no number
        std::fputs(stackseal::bench::kUsage, stderr);
        return 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
}
