// SPDX-License-Identifier: Apache-2.0
// stackseal local: the reconcilers over a folder of manifests.
#include <cstdio>
#include <filesystem>
#include <thread>

#include "app/cluster_clock.hpp"
#include "app/commands.hpp"
#include "app/console.hpp"
#include "app/engine.hpp"
#include "app/log_events.hpp"
#include "app/observing.hpp"
#include "app/progress.hpp"
#include "app/signals.hpp"
#include "controller/core/concat.hpp"
#include "controller/local/local_cluster.hpp"

namespace stackseal::app {

namespace {

/// The name under which authorities' Secrets are addressed; on disk they lie in STATE/authorities.
constexpr const char* kAuthoritySpace = "stackseal-authorities";
constexpr std::chrono::hours kPatience{1};

EngineSettings engine_settings(const RunSettings& run) {
    // All manifests are read before the first worker starts: nothing of the same apply is late.
    return {run.workers, run.key_threads, kAuthoritySpace, std::chrono::seconds(0),
            run.certificate_metrics};
}

int fail(const core::Error& error) {
    std::fprintf(stderr, "stackseal: %s\n", error.message.c_str());
    return 1;
}

int report(local::LocalCluster& cluster, const LocalSettings& settings) {
    const auto rows = table_rows(cluster);
    if (!rows) return fail(rows.error());
    std::fputs(to_table(*rows).c_str(), stdout);
    std::size_t bad = 0;
    for (const TableRow& row : *rows) bad += row.ready ? 0 : 1;
    const auto problems = cluster.problems();
    for (const auto& problem : problems)
        std::fprintf(stderr, "stackseal: %s\n", local::to_string(problem).c_str());
    const auto secrets = std::filesystem::path(settings.state) / "secrets/NAMESPACE/NAME";
    std::printf("%zu of %zu ready; Secrets lie in %s\n", rows->size() - bad, rows->size(),
                secrets.c_str());
    return bad == 0 && problems.empty() ? 0 : 1;
}

int run_once(local::LocalCluster& cluster, Engine& engine, const LocalSettings& settings) {
    engine.start();
    const bool done = engine.run_until_idle(kPatience);
    engine.stop();
    if (!done) return fail({core::Code::kUnavailable, "work was not done within an hour"});
    return report(cluster, settings);
}

int run_on(local::LocalCluster& cluster, Engine& engine, Observing& observing) {
    std::jthread follower([&](std::stop_token stop) {
        if (const auto ended = cluster.run(stop); !ended) {
            observing.log.error("cannot follow the manifests", {{"error", ended.error().message}});
            request_stop();
        }
    });
    engine.start();
    observing.log.info("running");
    observing.log.info("stopping", {{"because", wait_for_stop()}});
    engine.stop();
    return 0;
}

}  // namespace

int run_local(const LocalSettings& settings) {
    Observing observing(settings.run);
    auto cluster = local::LocalCluster::open({.manifests = settings.manifests,
                                              .state = settings.state,
                                              .authority_namespace = kAuthoritySpace},
                                             observing.clock, observing.log);
    if (!cluster) return fail(cluster.error());
    ClusterClock clock(observing.clock, [&] { return (*cluster)->skew(); });
    LogEvents events(observing.log);
    Progress progress(observing.clock);
    if (settings.once) progress.connect(**cluster);
    pki::Inspector inspector;
    Engine engine({**cluster, **cluster, **cluster, events, clock, observing.metrics, observing.log,
                   inspector},
                  engine_settings(settings.run));
    if (const auto loaded = (*cluster)->load(); !loaded) return fail(loaded.error());
    if (const auto serving = observing.serve(); !serving) return fail(serving.error());
    const int code = settings.once ? run_once(**cluster, engine, settings)
                                   : run_on(**cluster, engine, observing);
    observing.stop_serving();
    return code;
}

}  // namespace stackseal::app
