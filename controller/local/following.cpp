// SPDX-License-Identifier: Apache-2.0
// How the local cluster follows its directories: from happenings to objects in the store.
#include <algorithm>

#include "controller/api/codec.hpp"
#include "controller/core/concat.hpp"
#include "controller/local/identity.hpp"
#include "controller/local/local_cluster.hpp"
#include "controller/local/secret_document.hpp"
#include "controller/text/json.hpp"

namespace stackseal::local {

using core::Ref;
using core::Resource;
using core::Result;

namespace {

/// A directory that is never quiet is read all the same.
constexpr std::chrono::milliseconds kPatience{30'000};
/// A manifests directory that is absent is looked for this often.
constexpr std::chrono::milliseconds kImpatience{1'000};

bool touches_manifests(const Happenings& happenings) {
    return std::ranges::any_of(happenings.seen, [](const Happening& h) {
        return h.topic.kind == Topic::Kind::kManifests;
    });
}

/// Whatever happened in one Secret, and however often: it is looked at once.
std::set<Happening> distinct(const std::vector<Happening>& seen) {
    std::set<Happening> all;
    for (Happening happening : seen) {
        if (happening.topic.kind == Topic::Kind::kSecret) happening.name.clear();
        all.insert(std::move(happening));
    }
    return all;
}

void append(Happenings& all, Happenings more) {
    std::ranges::move(more.seen, std::back_inserter(all.seen));
    all.overflow = all.overflow || more.overflow;
}

template <class T>
constexpr bool kHasStatus = requires(T object) {
    object.status;
};

/// What an API server gives to an object stays as it was; a manifest has no say in it.
template <class T>
void take_given(T& object, const api::Meta& given) {
    object.meta.uid = given.uid;
    object.meta.resource_version = given.resource_version;
    object.meta.generation = given.generation;
    object.meta.created = given.created;
    object.meta.deleting.reset();
}

std::set<std::string> uids_of(const std::set<Ref>& refs) {
    std::set<std::string> uids;
    for (const Ref& ref : refs) uids.insert(uid_of(ref));
    return uids;
}

template <class T>
Result<decltype(T::status)> decode_status(const T& object, const core::Value& status) {
    core::Value whole = api::encode(object);
    whole.set("status", status);
    auto decoded = api::decode<T>(whole);
    if (decoded.problems.empty()) return std::move(decoded.value.status);
    return core::Error{core::Code::kInvalid, api::to_string(decoded.problems)};
}

template <class T>
std::int64_t generation_of_spec(const T& object) {
    const core::Value whole = api::encode(object);
    const core::Value* spec = whole.find("spec");
    return generation_of(spec == nullptr ? "" : text::to_json(*spec));
}

}  // namespace

// ---- the loop

Result<void> LocalCluster::load() {
    latest_time_.note();
    STACKSEAL_CHECK(secrets_.load());
    rescan(false, true);
    return {};
}

void LocalCluster::refresh() {
    secrets_.refresh_all();
    rescan(false, false);
}

Result<void> LocalCluster::run(const std::stop_token& stop) {
    const std::stop_callback wake(stop, [this] { watch_->interrupt(); });
    while (!stop.stop_requested()) {
        const bool complete = [this] {
            const std::lock_guard lock(mutex_);
            return complete_;
        }();
        const auto timeout = complete ? options_.sweep : std::min(options_.sweep, kImpatience);
        STACKSEAL_TRY(Happenings first, watch_->wait(timeout));
        if (stop.stop_requested()) break;
        latest_time_.note();
        const Happenings happenings = settled(std::move(first));
        if (!stop.stop_requested()) react(happenings);
    }
    return {};
}

Happenings LocalCluster::settled(Happenings all) {
    const auto begin = clock_.monotonic();
    auto quiet_since = begin;
    while (touches_manifests(all) && clock_.monotonic() - quiet_since < options_.settle &&
           clock_.monotonic() - begin < kPatience) {
        auto more = watch_->wait(options_.settle);
        if (!more || more->empty() || more->interrupted) break;
        if (touches_manifests(*more)) quiet_since = clock_.monotonic();
        append(all, *std::move(more));
    }
    return all;
}

void LocalCluster::react(const Happenings& happenings) {
    if (happenings.overflow || happenings.empty()) secrets_.refresh_all();
    for (const Happening& happening : distinct(happenings.seen)) react(happening);
    if (happenings.empty()) rescan(true, false);
    if (happenings.overflow || touches_manifests(happenings)) rescan(false, false);
}

void LocalCluster::react(const Happening& happening) {
    const auto& [topic, name] = happening;
    switch (topic.kind) {
        case Topic::Kind::kManifests:
            return;  // all of them at once
        case Topic::Kind::kSpaces:
            return name.empty() ? secrets_.refresh_all() : secrets_.refresh_space(name);
        case Topic::Kind::kSpace:
            return name.empty() ? secrets_.refresh_space(topic.space)
                                : secrets_.refresh({Resource::kSecret, topic.space, name});
        case Topic::Kind::kSecret:
            return secrets_.refresh({Resource::kSecret, topic.space, topic.name});
    }
}

// ---- the manifests

void LocalCluster::rescan(bool trust_stamps, bool initial) {
    const std::lock_guard lock(scanning_);
    const Scan scan = manifests_.scan(trust_stamps);
    take_over(scan, initial);
}

void LocalCluster::take_over(const Scan& scan, bool initial) {
    std::vector<FileProblem> problems = scan.problems;
    std::set<Ref> now;
    for (const ManifestObject& object : scan.objects) {
        if (const auto done = put(object, initial); !done) {
            problems.push_back({object.file, object.line, "/metadata/name", done.error().message});
        } else {
            now.insert(object.ref);
        }
    }
    std::set<Ref> gone;
    std::ranges::set_difference(given_, now, std::inserter(gone, gone.end()));
    given_ = std::move(now);
    for (const Ref& ref : gone) take_away(ref);
    // An empty directory at the start is more likely one that is not mounted yet.
    const bool clear = problems.empty() && scan.complete && !(initial && given_.empty());
    if (report(problems, scan.complete) || initial || !gone.empty())
        clear ? drop_strays() : drop_owned_by(gone);
}

/// Nothing is hidden by a problem: whatever does not stand in the manifests is gone.
void LocalCluster::drop_strays() {
    const std::set<std::string> living = uids_of(given_);
    secrets_.collect([&](const std::string& uid) { return !living.contains(uid); });
    const auto pruned = status_.prune([this](const Ref& ref) { return given_.contains(ref); });
    if (!pruned) log_.warn("cannot clean up", {{"problem", pruned.error().message}});
}

/// Some file cannot be read, and may hold any object: only these are known to be gone.
void LocalCluster::drop_owned_by(const std::set<Ref>& gone) {
    const std::set<std::string> dead = uids_of(gone);
    if (!dead.empty()) secrets_.collect([&](const std::string& uid) { return dead.contains(uid); });
}

/// Each problem is logged once, when it appears. True if the last one went.
bool LocalCluster::report(const std::vector<FileProblem>& problems, bool complete) {
    std::vector<FileProblem> before;
    {
        const std::lock_guard lock(mutex_);
        before = std::exchange(problems_, problems);
        complete_ = complete;
    }
    for (const FileProblem& problem : problems)
        if (std::ranges::find(before, problem) == before.end())
            log_.error("a manifest has a problem", {{"problem", to_string(problem)}});
    const bool mended = !before.empty() && problems.empty();
    if (mended) log_.info("the manifests have no problem any more");
    return mended;
}

// ---- one object

Result<void> LocalCluster::put(const ManifestObject& object, bool initial) {
    return std::visit([&](const auto& body) { return put(object.ref, body, initial); },
                      object.body);
}

Result<void> LocalCluster::put(const Ref& ref, const api::Snapshot<api::Secret>& body,
                               bool initial) {
    api::Secret given = copy_of(*body);
    given.meta.uid = uid_of(ref);
    if (given.type.empty()) given.type = "Opaque";
    return secrets_.pin(given, initial);
}

Result<void> LocalCluster::put(const Ref& ref, const api::Snapshot<api::Namespace>& body,
                               bool initial) {
    api::Namespace fresh = *body;
    fresh.meta.labels["kubernetes.io/metadata.name"] = ref.name;  // as an API server does
    put_unless_same(ref, std::move(fresh), initial);
    return {};
}

template <class T>
Result<void> LocalCluster::put(const Ref& ref, const api::Snapshot<T>& body, bool initial) {
    put_unless_same(ref, *body, initial);
    return {};
}

template <class T>
void LocalCluster::put_unless_same(const Ref& ref, T fresh, bool initial) {
    const auto lock = locks_.hold(ref);
    const auto held = std::get<api::Snapshot<T>>(store_.find(ref));
    take_given(fresh, held ? held->meta : api::Meta{});
    if constexpr (kHasStatus<T>) fresh.status = held ? held->status : recalled_status(fresh);
    if (held && fresh == *held) return;
    fresh.meta.uid = uid_of(ref);
    if constexpr (kHasStatus<T>) fresh.meta.generation = generation_of_spec(fresh);
    if (!held) fresh.meta.created = core::seconds_of(clock_.now());
    fresh.meta.resource_version = versions_.next();
    store_.put(std::make_shared<const T>(std::move(fresh)), initial);
}

/// As it was last written; a damaged one is forgotten, since it is computed anew.
template <class T>
decltype(T::status) LocalCluster::recalled_status(const T& object) {
    const Ref ref{api::kResourceOf<T>, object.meta.space, object.meta.name};
    const auto read = status_.read(ref);
    if (read && !*read) return {};
    const auto status =
        read ? decode_status(object, **read) : Result<decltype(T::status)>(read.error());
    if (status) return *status;
    log_.warn("a status is unreadable and computed anew",
              {{"file", status_.path(ref)}, {"problem", status.error().message}});
    return {};
}

void LocalCluster::take_away(const Ref& ref) {
    if (ref.resource == Resource::kSecret) return secrets_.unpin(ref);
    const auto lock = locks_.hold(ref);
    store_.remove(ref, versions_.next());
    if (const auto removed = status_.remove(ref); !removed)
        log_.warn("cannot clean up", {{"problem", removed.error().message}});
}

}  // namespace stackseal::local
