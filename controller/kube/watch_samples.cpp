// SPDX-License-Identifier: Apache-2.0
// Reflectors of one resource in many namespaces make one sample: labels name no namespace.
#include "controller/kube/watch_samples.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace stackseal::kube {

namespace {

using std::chrono::milliseconds;

struct Summary {
    bool synced = true;
    std::optional<milliseconds> quietest;  ///< absent: one has given no sign yet
    bool any = false;
};

void add(Summary& summary, const Pulse& pulse) {
    summary.synced = summary.synced && pulse.synced();
    const auto beat = pulse.last_event();
    if (!summary.any)
        summary.quietest = beat;
    else if (beat && summary.quietest)
        summary.quietest = std::min(*beat, *summary.quietest);
    else
        summary.quietest.reset();
    summary.any = true;
}

double seconds(milliseconds time) {
    return std::chrono::duration<double>(time).count();
}

}  // namespace

std::vector<ports::Sample> watch_samples(const std::vector<WatchedPulse>& pulses,
                                         const store::Store& store, ports::Clock& clock) {
    std::map<core::Resource, Summary> summaries;
    for (const WatchedPulse& watched : pulses) add(summaries[watched.resource], *watched.pulse);
    const milliseconds epoch = clock.now().time_since_epoch() - clock.monotonic();
    std::vector<ports::Sample> samples;
    for (const auto& [resource, summary] : summaries) {
        const std::string label(core::traits(resource).plural);
        samples.push_back(
            {"stackseal_kube_cache_synced", {{"resource", label}}, summary.synced ? 1.0 : 0.0});
        samples.push_back({"stackseal_kube_cache_objects",
                           {{"resource", label}},
                           static_cast<double>(store.size(resource))});
        if (summary.quietest)
            samples.push_back({"stackseal_kube_last_event_timestamp_seconds",
                               {{"resource", label}},
                               seconds(epoch + *summary.quietest)});
    }
    return samples;
}

}  // namespace stackseal::kube
