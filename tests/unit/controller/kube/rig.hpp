// SPDX-License-Identifier: Apache-2.0
// A client over a scripted transport, with a clock that the waits move and metrics that are kept.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "controller/kube/client.hpp"
#include "controller/pki/inspect.hpp"
#include "tests/support/checked_metrics.hpp"
#include "tests/support/fakes.hpp"
#include "tests/support/scripted_transport.hpp"

namespace stackseal::kube {

inline constexpr core::Instant kNow{std::chrono::milliseconds(1'795'000'000'000)};

/// Counters by "name{label=value,…}".
class CountingMetrics : public tests::CheckedMetrics {
  public:
    void count(std::string_view name, std::initializer_list<ports::Label> labels,
               double by) override {
        CheckedMetrics::count(name, labels, by);
        std::string key(name);
        for (const auto& [label, value] : labels)
            key += (key.size() == name.size() ? "{" : ",") + std::string(label) + "=" + value;
        const std::lock_guard lock(mutex_);
        counts_[key + "}"] += by;
    }
    void collect(ports::Collector collector) override { collector_ = std::move(collector); }
    double of(const std::string& key) {
        const std::lock_guard lock(mutex_);
        return counts_[key];
    }
    std::vector<ports::Sample> scrape() {
        std::vector<ports::Sample> samples;
        collector_([&](const ports::Sample& sample) { samples.push_back(sample); });
        expect_agreed(samples);
        return samples;
    }

  private:
    std::mutex mutex_;
    std::map<std::string, double> counts_;  ///< guarded by mutex_
    ports::Collector collector_;
};

/// Everything that a client stands on. Waits take no time: they move the clock and are noted.
struct Rig {
    tests::FakeClock clock{kNow};
    tests::MemoryLog log;
    CountingMetrics metrics;
    pki::Inspector inspector;
    tests::ScriptedTransport transport;
    std::mutex mutex;
    std::vector<std::chrono::milliseconds> waits;  ///< guarded by mutex
    Credentials credentials;
    Client client;

    explicit Rig(Config config = {})
        : credentials(std::move(config), clock, log),
          client({transport, credentials, log, metrics, clock, "api:6443", "", pause()}) {}

    Pause pause() {
        return [this](std::chrono::milliseconds time, const std::stop_token& stop) {
            const std::lock_guard lock(mutex);
            waits.push_back(time);
            clock.advance(time);
            return !stop.stop_requested();
        };
    }
};

inline Config token_config(std::string_view token) {
    Config config;
    config.token = core::SecretBytes(token);
    return config;
}

}  // namespace stackseal::kube
