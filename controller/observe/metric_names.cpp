// SPDX-License-Identifier: Apache-2.0
// The table itself. Identity labels stand on gauges only, serials and fingerprints on one info
// gauge.
#include "controller/observe/metric_names.hpp"

#include <algorithm>

namespace stackseal::observe {

namespace {

using enum MetricType;

std::vector<double> decades() {
    return {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000};
}
std::vector<double> reconcile_times() {
    return {0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6,
            0.7,   0.8,  0.9,   1,    1.25, 1.5,  1.75, 2,    2.5, 3,    3.5, 4,    4.5, 5,
            6,     7,    8,     9,    10,   15,   20,   25,   30,  40,   50,  60};
}
std::vector<double> request_times() {
    return {0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60};
}
std::vector<double> issuance_times() {
    return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600};
}

std::vector<MetricSpec> reconcile_metrics() {
    return {
        {"controller_runtime_reconcile_total",
         kCounter,
         "Reconciliations by result.",
         {"controller", "result"}},
        {"controller_runtime_reconcile_errors_total",
         kCounter,
         "Reconciliations that failed.",
         {"controller"}},
        {"controller_runtime_terminal_reconcile_errors_total",
         kCounter,
         "Reconciliations that failed and wait for a change instead of a retry.",
         {"controller"}},
        {"controller_runtime_reconcile_panics_total",
         kCounter,
         "Reconciliations that ended in an unexpected exception.",
         {"controller"}},
        {"controller_runtime_reconcile_time_seconds",
         kHistogram,
         "Time of one reconciliation.",
         {"controller"},
         reconcile_times()},
        {"controller_runtime_max_concurrent_reconciles",
         kGauge,
         "Workers of a controller.",
         {"controller"}},
        {"controller_runtime_active_workers", kGauge, "Workers that are busy.", {"controller"}},
    };
}

std::vector<MetricSpec> queue_metrics() {
    return {
        {"workqueue_depth", kGauge, "Keys that wait for a worker.", {"name", "controller"}},
        {"workqueue_adds_total", kCounter, "Keys added.", {"name", "controller"}},
        {"workqueue_retries_total",
         kCounter,
         "Keys added for a later time.",
         {"name", "controller"}},
        {"workqueue_queue_duration_seconds",
         kHistogram,
         "Time that a key waited.",
         {"name", "controller"},
         decades()},
        {"workqueue_work_duration_seconds",
         kHistogram,
         "Time that a key was worked on.",
         {"name", "controller"},
         decades()},
        {"workqueue_unfinished_work_seconds",
         kGauge,
         "Sum of the ages of the work in progress; growth means stuck workers.",
         {"name", "controller"}},
        {"workqueue_longest_running_processor_seconds",
         kGauge,
         "Age of the oldest work in progress.",
         {"name", "controller"}},
    };
}

std::vector<MetricSpec> kubernetes_metrics() {
    return {
        {"leader_election_master_status",
         kGauge,
         "1 while this process holds the lease.",
         {"name"}},
        {"rest_client_requests_total",
         kCounter,
         "Requests to the API server by status code.",
         {"code", "method", "host"}},
        {"rest_client_request_duration_seconds",
         kHistogram,
         "Time of a request to the API server.",
         {"verb", "host"},
         request_times()},
        {"stackseal_kube_lists_total", kCounter, "Full listings of a resource.", {"resource"}},
        {"stackseal_kube_watch_restarts_total",
         kCounter,
         "Watches that ended, by reason.",
         {"resource", "reason"}},
        {"stackseal_kube_watch_events_total",
         kCounter,
         "Events received from watches.",
         {"resource", "type"}},
        {"stackseal_kube_last_event_timestamp_seconds",
         kGauge,
         "When a watch last delivered anything, bookmarks included.",
         {"resource"}},
        {"stackseal_kube_cache_synced",
         kGauge,
         "1 once the first listing is complete.",
         {"resource"}},
        {"stackseal_kube_cache_objects", kGauge, "Objects held in memory.", {"resource"}},
        {"stackseal_events_dropped_total", kCounter, "Events that were not sent.", {"reason"}},
    };
}

std::vector<MetricSpec> certificate_metrics() {
    return {
        {"stackseal_certificates",
         kGauge,
         "Certificates by the worst that holds of each.",
         {"namespace", "state"}},
        {"stackseal_certificate_not_before_timestamp_seconds",
         kGauge,
         "Start of the stored certificate's validity.",
         {"namespace", "name", "issuer_kind", "issuer_namespace", "issuer"}},
        {"stackseal_certificate_not_after_timestamp_seconds",
         kGauge,
         "End of the stored certificate's validity.",
         {"namespace", "name", "issuer_kind", "issuer_namespace", "issuer"}},
        {"stackseal_certificate_renewal_timestamp_seconds",
         kGauge,
         "When the certificate is due for renewal.",
         {"namespace", "name", "issuer_kind", "issuer_namespace", "issuer"}},
        {"stackseal_certificate_ready",
         kGauge,
         "The Ready condition: 1 for the status that it has, 0 for the others.",
         {"namespace", "name", "condition"}},
        {"stackseal_certificate_info",
         kGauge,
         "What the stored certificate is; always 1.",
         {"namespace", "name", "fingerprint_sha256", "key_algorithm", "ca_generation"}},
        {"stackseal_certificate_consecutive_failures",
         kGauge,
         "Failed attempts since the last success.",
         {"namespace", "name"}},
        {"stackseal_certificate_next_attempt_timestamp_seconds",
         kGauge,
         "When a failed issuance is tried again.",
         {"namespace", "name"}},
        {"stackseal_certificate_issuance_total",
         kCounter,
         "Issuances by result and reason.",
         {"issuer_kind", "issuer_namespace", "issuer", "result", "reason"}},
        {"stackseal_certificate_issuance_duration_seconds",
         kHistogram,
         "Time from the decision to issue until the Secret was written.",
         {"issuer_kind"},
         issuance_times()},
    };
}

std::vector<MetricSpec> issuer_metrics() {
    return {
        {"stackseal_issuer_ready",
         kGauge,
         "The Ready condition: 1 for the status that it has, 0 for the others.",
         {"namespace", "name", "condition"}},
        {"stackseal_ca_not_before_timestamp_seconds",
         kGauge,
         "Start of the signing certificate's validity.",
         {"namespace", "issuer", "role"}},
        {"stackseal_ca_not_after_timestamp_seconds",
         kGauge,
         "End of the signing certificate's validity.",
         {"namespace", "issuer", "role"}},
        {"stackseal_ca_generation",
         kGauge,
         "Number of the authority's current generation.",
         {"namespace", "issuer"}},
    };
}

std::vector<MetricSpec> program_metrics() {
    return {
        {kBuildInfo, kGauge, "The running version; always 1.", {"version"}},
        {"stackseal_clock_skew_seconds",
         kGauge,
         "This clock against the API server's, or against the highest time seen in local mode.",
         {}},
        {"stackseal_keys_pending", kGauge, "Private keys that are awaited.", {}},
        {"stackseal_key_generation_duration_seconds",
         kHistogram,
         "Time to make one private key.",
         {"algorithm"},
         issuance_times()},
        {kMetricsDropped,
         kCounter,
         "Samples refused: unknown metric, wrong labels, or too many series.",
         {"metric", "reason"}},
        {kMetricsOversized,
         kGauge,
         "1 while a metric has more objects than are shown at a scrape.",
         {"metric"}},
        {"process_cpu_seconds_total", kCounter, "Processor time, user and system.", {}},
        {"process_resident_memory_bytes", kGauge, "Resident memory.", {}},
        {"process_virtual_memory_bytes", kGauge, "Virtual memory.", {}},
        {"process_threads", kGauge, "Threads.", {}},
        {"process_start_time_seconds", kGauge, "Start of the process since the Unix epoch.", {}},
        {"process_open_fds", kGauge, "Open file descriptors.", {}},
        {"process_max_fds", kGauge, "Allowed file descriptors.", {}},
    };
}

std::vector<MetricSpec> all_metrics() {
    std::vector<MetricSpec> all;
    for (auto part : {reconcile_metrics, queue_metrics, kubernetes_metrics, certificate_metrics,
                      issuer_metrics, program_metrics})
        std::ranges::move(part(), std::back_inserter(all));
    return all;
}

}  // namespace

std::span<const MetricSpec> metric_specs() {
    static const std::vector<MetricSpec> kSpecs = all_metrics();
    return kSpecs;
}

const MetricSpec* find_metric(std::string_view name) {
    const auto specs = metric_specs();
    const auto it = std::ranges::find(specs, name, &MetricSpec::name);
    return it == specs.end() ? nullptr : &*it;
}

}  // namespace stackseal::observe
