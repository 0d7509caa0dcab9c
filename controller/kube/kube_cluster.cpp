// SPDX-License-Identifier: Apache-2.0
// Wires reflectors, store, reader and writer; two watches share the Secrets, ours and the others'.
#include "controller/kube/kube_cluster.hpp"

#include <set>
#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/secret_facts.hpp"
#include "controller/kube/watch_samples.hpp"

namespace stackseal::kube {

namespace {

/// True if the query's watch is the one that tells of this object.
bool belongs(const Query& query, const api::Meta& meta) {
    if (query.resource != core::Resource::kSecret) return true;
    return is_managed(meta) != query.metadata_only;
}

std::string words(const Query& query) {
    return watch_action(query).substr(6);
}

core::Ref ref_of_write(const ports::ApplySecret& apply) {
    return apply.ref;
}

core::Ref ref_of_write(const ports::DeleteObject& removal) {
    return removal.ref;
}

/// An absent object is the writer's to refuse.
core::Ref ref_of_write(const ports::RecordStatus& record) {
    const bool present = api::meta_of(record.before) != nullptr;
    return present ? api::ref_of(record.before)
                   : core::Ref{api::resource_of(record.before), "", ""};
}

ReflectorParts reflector_parts(const ClusterParts& parts, std::function<void()> on_change) {
    return {parts.watches, parts.clock,  parts.log,           parts.metrics,
            parts.pause,   parts.chance, std::move(on_change)};
}

}  // namespace

KubeCluster::KubeCluster(ClusterParts parts, Served served)
    : parts_(std::move(parts)),
      served_(std::move(served)),
      store_(std::make_shared<store::Store>()),
      intake_(*store_, parts_.inspector),
      secrets_(parts_.calls, parts_.inspector, stopping_.get_token()),
      refresh_(parts_.calls, secrets_, intake_, stopping_.get_token()),
      writer_(parts_.calls, intake_, refresh_, parts_.log, stopping_.get_token()) {
    const auto notify = [this] {
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
    };
    for (const Query& query : queries(served_))
        reflectors_.push_back(
            std::make_unique<Reflector>(reflector_parts(parts_, notify), query, sink_for(query)));
    report_metrics();
}

KubeCluster::~KubeCluster() {
    stopping_.request_stop();
    threads_.clear();
    outer_stop_.reset();
}

core::Result<api::Object> KubeCluster::find(const core::Ref& ref) {
    STACKSEAL_CHECK(check_served(served_, ref.resource, ref.space));
    api::Object held = store_->find(ref);
    const api::Meta* meta = api::meta_of(held);
    const bool foreign =
        ref.resource == core::Resource::kSecret && meta != nullptr && !is_managed(*meta);
    if (!foreign) return held;
    STACKSEAL_TRY(auto facts, secrets_.facts_at(ref, meta->resource_version));
    return api::Object(std::move(facts));
}

core::Result<std::vector<api::Object>> KubeCluster::select(const ports::Selection& selection) {
    STACKSEAL_CHECK(check_served(served_, selection.resource, selection.space));
    return store_->select(selection);
}

core::Result<api::Secret> KubeCluster::read_secret(const core::Ref& ref) {
    STACKSEAL_CHECK(check_served(served_, ref.resource, ref.space));
    return secrets_.read(ref);
}

core::Result<api::Object> KubeCluster::write(ports::Write write) {
    STACKSEAL_CHECK(std::visit(
        [this](const auto& wanted) {
            const core::Ref ref = ref_of_write(wanted);
            return check_served(served_, ref.resource, ref.space);
        },
        write));
    return writer_.write(std::move(write));
}

void KubeCluster::watch(std::function<void(const ports::Change&)> handler) {
    store_->watch(std::move(handler));
}

Sink KubeCluster::sink_for(const Query& query) {
    Sink sink;
    sink.arrive = [this, query](const core::Value& document) {
        return query.metadata_only ? decode_foreign(document)
                                   : intake_.object(query.resource, document);
    };
    sink.replace = [this, query](Listing listing) { return absorb(query, std::move(listing)); };
    sink.changed = [this](api::Object object) {
        store_->put(std::move(object));
        return core::Result<void>();
    };
    sink.deleted = [this](const core::Ref& ref, const std::string& version) {
        return drop(ref, version);
    };
    return sink;
}

core::Result<void> KubeCluster::absorb(const Query& query, Listing listing) {
    std::set<core::Ref> listed = std::move(listing.unreadable);
    for (const api::Object& object : listing.objects) listed.insert(api::ref_of(object));
    for (const api::Object& held : store_->select({query.resource, query.space})) {
        const core::Ref ref = api::ref_of(held);
        if (!belongs(query, *api::meta_of(held)) || listed.contains(ref)) continue;
        STACKSEAL_CHECK(drop(ref, listing.version));
    }
    for (api::Object& object : listing.objects) store_->put(std::move(object), listing.initial);
    return {};
}

core::Result<void> KubeCluster::drop(const core::Ref& ref, const std::string& version) {
    // Gaining or losing our label looks like a deletion to one of the two watches.
    if (ref.resource == core::Resource::kSecret) {
        secrets_.forget(ref);
        return refresh_(ref, version);
    }
    store_->remove(ref, version);
    return {};
}

void KubeCluster::start(std::stop_token stop) {
    outer_stop_.emplace(std::move(stop), [this] {
        stopping_.request_stop();
        const std::lock_guard lock(mutex_);
        changed_.notify_all();
    });
    for (const auto& reflector : reflectors_)
        threads_.emplace_back(
            [&one = *reflector, token = stopping_.get_token()] { one.run(token); });
}

bool KubeCluster::all_synced() const {
    for (const auto& reflector : reflectors_)
        if (!reflector->pulse()->synced()) return false;
    return true;
}

bool KubeCluster::synced() const {
    return all_synced();
}

std::string KubeCluster::missing() const {
    std::vector<std::string> lines;
    for (const auto& reflector : reflectors_) {
        if (reflector->pulse()->synced()) continue;
        const auto problem = reflector->pulse()->problem();
        lines.push_back(
            core::concat(words(reflector->query()), problem ? " (" + *problem + ")" : ""));
    }
    return core::join(lines, "; ");
}

core::Result<void> KubeCluster::wait_synced(std::chrono::milliseconds timeout) {
    std::unique_lock lock(mutex_);
    const bool done =
        changed_.wait_for(lock, stopping_.get_token(), timeout, [this] { return all_synced(); });
    if (done) return {};
    if (stopping_.stop_requested()) return core::Error{core::Code::kCancelled, "stopping"};
    return core::Error{core::Code::kUnavailable, core::concat("not listed yet: ", missing())};
}

std::vector<std::string> KubeCluster::problems() const {
    std::vector<std::string> lines;
    for (const auto& reflector : reflectors_)
        if (const auto problem = reflector->pulse()->problem()) lines.push_back(*problem);
    return lines;
}

void KubeCluster::report_metrics() {
    std::vector<WatchedPulse> pulses;
    for (const auto& reflector : reflectors_)
        pulses.push_back({reflector->query().resource, reflector->pulse()});
    parts_.metrics.collect(
        ports::showing([pulses = std::move(pulses), store = store_, &clock = parts_.clock] {
            return watch_samples(pulses, *store, clock);
        }));
}

}  // namespace stackseal::kube
