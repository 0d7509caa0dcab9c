// SPDX-License-Identifier: Apache-2.0
// Every answer begins with a look at the disk: a stamp that differs means that somebody was there.
#include "controller/local/live_secrets.hpp"

#include <algorithm>

#include "controller/core/concat.hpp"
#include "controller/local/identity.hpp"
#include "controller/local/secret_document.hpp"
#include "controller/local/secret_merge.hpp"

namespace stackseal::local {

using core::Code;
using core::Error;
using core::Ref;
using core::Resource;
using core::Result;

namespace {

constexpr std::size_t kProgressEvery = 1000;

Ref ref_of(const api::Secret& secret) {
    return {Resource::kSecret, secret.meta.space, secret.meta.name};
}

api::Object snapshot(const api::Secret& secret) {
    return std::make_shared<const api::SecretFacts>(facts_of(secret));
}

Error read_only(const Ref& ref) {
    return {Code::kDenied, core::to_string(ref) +
                               " is given as a manifest and is never written; name another Secret, "
                               "or remove the manifest"};
}

/// Owners of other groups are unknown here, and so never dead.
bool is_orphan(const std::vector<api::OwnerReference>& owners, const LiveSecrets::IsDead& is_dead) {
    return !owners.empty() && std::ranges::all_of(owners, [&](const api::OwnerReference& owner) {
        return owner.api_version.starts_with(std::string(core::kGroup) + "/") && is_dead(owner.uid);
    });
}

}  // namespace

// ---- what is known

std::shared_ptr<const api::Secret> LiveSecrets::pinned(const Ref& ref) const {
    const std::lock_guard lock(mutex_);
    const auto found = pinned_.find(ref);
    return found == pinned_.end() ? nullptr : found->second;
}

std::optional<LiveSecrets::Known> LiveSecrets::known(const Ref& ref) const {
    const std::lock_guard lock(mutex_);
    const auto found = known_.find(ref);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Ref> LiveSecrets::known_in(const std::string& space) const {
    const std::lock_guard lock(mutex_);
    std::vector<Ref> refs;
    for (const auto& [ref, known] : known_)
        if (ref.space == space) refs.push_back(ref);
    return refs;
}

void LiveSecrets::note(const Ref& ref, Known known) {
    const std::lock_guard lock(mutex_);
    known_[ref] = std::move(known);
}

void LiveSecrets::forget(const Ref& ref) {
    const std::lock_guard lock(mutex_);
    known_.erase(ref);
}

std::vector<std::string> LiveSecrets::problems() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [ref, known] : known_)
        all.insert(all.end(), known.problems.begin(), known.problems.end());
    return all;
}

// ---- looking at the disk

void LiveSecrets::warn_once(const Error& error) {
    const std::lock_guard lock(mutex_);
    if (!warned_) parts_.log.warn("changes are noticed late", {{"reason", error.message}});
    warned_ = true;
}

void LiveSecrets::follow(const Ref& ref) {
    const Topic topic{Topic::Kind::kSecret, ref.space, ref.name};
    const auto folder = parts_.disk.folder(ref);
    if (!folder || !*folder) return;
    const auto generation = published(**folder);
    auto followed = parts_.watch.follow(**folder, topic);
    if (followed && generation && *generation) followed = parts_.watch.follow(**generation, topic);
    if (!followed) warn_once(followed.error());
}

/// The stamp is taken before the bytes are read, and the folder is watched before the stamp: a
/// change in between makes the next look read again.
Result<LiveSecrets::Stored> LiveSecrets::current(const Ref& ref, bool initial) {
    const std::optional<Known> before = known(ref);
    if (!before) follow(ref);
    STACKSEAL_TRY(std::string stamp, parts_.disk.stamp(ref));
    const bool same = before && before->stamp == stamp;
    if (before && !same) {
        follow(ref);  // a generation of its own, or a folder made anew
        STACKSEAL_TRY(stamp, parts_.disk.stamp(ref));
    }
    STACKSEAL_TRY(std::optional<StoredSecret> stored, parts_.disk.read(ref));
    if (!stored && !before) return Stored();
    if (!stored) {
        forget(ref);
        parts_.store.remove(ref, parts_.versions.next());
        return Stored();
    }
    api::Secret& secret = stored->secret;
    secret.meta.resource_version = same ? before->version : parts_.versions.next();
    if (same) return Stored(std::move(secret));
    note(ref, {stamp, secret.meta.resource_version, stored->problems});
    for (const std::string& problem : stored->problems)
        parts_.log.warn("the state directory is damaged", {{"problem", problem}});
    parts_.store.put(snapshot(secret), initial);
    return Stored(std::move(secret));
}

Result<void> LiveSecrets::refresh_held(const Ref& ref, bool initial) {
    if (const std::optional<Known> before = known(ref)) {
        STACKSEAL_TRY(const std::string stamp, parts_.disk.stamp(ref));
        if (before->stamp == stamp) return {};
    }
    STACKSEAL_CHECK(current(ref, initial));
    return {};
}

void LiveSecrets::refresh(const Ref& ref) {
    const auto lock = parts_.locks.hold(ref);
    if (pinned(ref) || !check_names(ref)) return;
    if (const auto done = refresh_held(ref); !done)
        parts_.log.warn("a Secret cannot be read", {{"problem", done.error().message}});
}

void LiveSecrets::refresh_space(const std::string& space) {
    if (!is_namespace_name(space)) return;
    if (const auto folder = parts_.disk.space(space); folder && *folder) {
        const auto followed = parts_.watch.follow(**folder, {Topic::Kind::kSpace, space, ""});
        if (!followed) warn_once(followed.error());
    }
    for (const Ref& ref : known_in(space)) refresh(ref);
    const auto listed = parts_.disk.list(space);
    if (!listed)
        return parts_.log.warn("Secrets cannot be listed", {{"problem", listed.error().message}});
    for (const Ref& ref : *listed)
        if (!known(ref)) refresh(ref);
}

void LiveSecrets::refresh_all() {
    if (const auto all = parts_.disk.secrets()) {
        const auto followed = parts_.watch.follow(*all, {Topic::Kind::kSpaces, "", ""});
        if (!followed) warn_once(followed.error());
    }
    std::vector<std::string> spaces;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [ref, known] : known_)
            if (spaces.empty() || spaces.back() != ref.space) spaces.push_back(ref.space);
    }
    if (const auto listed = parts_.disk.spaces())
        spaces.insert(spaces.end(), listed->begin(), listed->end());
    std::ranges::sort(spaces);
    spaces.erase(std::ranges::unique(spaces).begin(), spaces.end());
    for (const std::string& space : spaces) refresh_space(space);
}

Result<void> LiveSecrets::load() {
    STACKSEAL_TRY(const Folder all, parts_.disk.secrets());
    (void)parts_.watch.follow(all, {Topic::Kind::kSpaces, "", ""});
    STACKSEAL_TRY(const std::vector<std::string> spaces, parts_.disk.spaces());
    std::vector<Ref> refs;
    for (const std::string& space : spaces) {
        STACKSEAL_TRY(const std::optional<Folder> folder, parts_.disk.space(space));
        if (folder) (void)parts_.watch.follow(*folder, {Topic::Kind::kSpace, space, ""});
        STACKSEAL_TRY(const std::vector<Ref> listed, parts_.disk.list(space));
        refs.insert(refs.end(), listed.begin(), listed.end());
    }
    std::size_t done = 0;
    for (const Ref& ref : refs) {
        const auto lock = parts_.locks.hold(ref);
        if (const auto read = refresh_held(ref, true); !read)
            parts_.log.warn("a Secret cannot be read", {{"problem", read.error().message}});
        if (++done % kProgressEvery == 0)
            parts_.log.info("reading Secrets",
                            {{"done", std::to_string(done)}, {"of", std::to_string(refs.size())}});
    }
    return {};
}

// ---- reads and writes

Result<api::Secret> LiveSecrets::read(const Ref& ref) {
    STACKSEAL_CHECK(check_names(ref));
    const auto lock = parts_.locks.hold(ref);
    if (const auto given = pinned(ref)) return copy_of(*given);
    STACKSEAL_TRY(Stored stored, current(ref));
    if (!stored)
        return Error{Code::kNotFound, core::concat(core::to_string(ref), " does not exist (",
                                                   parts_.disk.path(ref), ")")};
    return *std::move(stored);
}

Result<api::Object> LiveSecrets::apply(const ports::ApplySecret& wanted) {
    STACKSEAL_CHECK(check_names(wanted.ref));
    const auto lock = parts_.locks.hold(wanted.ref);
    if (pinned(wanted.ref)) {
        if (!wanted.expected_version.empty()) return read_only(wanted.ref);
        return Error{Code::kConflict, core::to_string(wanted.ref) + " exists as a manifest"};
    }
    STACKSEAL_TRY(const Stored held, current(wanted.ref));
    STACKSEAL_TRY(api::Secret next, merge(held ? &*held : nullptr, wanted));
    if (held && same_content(*held, next)) return parts_.store.find(wanted.ref);
    return store(wanted.ref, held, std::move(next));
}

Result<api::Object> LiveSecrets::store(const Ref& ref, const Stored& held, api::Secret next) {
    next.meta.name = ref.name;
    next.meta.space = ref.space;
    if (!held) {
        next.meta.created = core::seconds_of(parts_.clock.now());
        next.meta.uid = uid_of(ref, core::concat(parts_.clock.now().time_since_epoch().count(), '-',
                                                 parts_.versions.next()));
    }
    const auto written = parts_.disk.write(ref, next);
    const auto seen = refresh_held(ref);  // after a failure, too: the disk says what took effect
    if (!written) return written.error();
    if (!seen) return seen.error();
    return parts_.store.find(ref);
}

Result<void> LiveSecrets::remove(const Ref& ref) {
    auto removed = parts_.disk.remove(ref);
    auto seen = refresh_held(ref);
    if (!removed) return removed;
    return seen;
}

Result<api::Object> LiveSecrets::erase(const ports::DeleteObject& wanted) {
    STACKSEAL_CHECK(check_names(wanted.ref));
    const auto lock = parts_.locks.hold(wanted.ref);
    if (pinned(wanted.ref)) return read_only(wanted.ref);
    STACKSEAL_TRY(const Stored held, current(wanted.ref));
    const auto conflict = [&](const char* what) {
        return Error{Code::kConflict, core::concat(core::to_string(wanted.ref), ": ", what)};
    };
    if (!held) return conflict("is gone; it is read again");
    if (held->meta.uid != wanted.uid) return conflict("is another Secret of that name by now");
    if (held->meta.resource_version != wanted.expected_version)
        return conflict("was changed by another; it is read again");
    STACKSEAL_CHECK(remove(wanted.ref));
    return api::absent(Resource::kSecret);
}

// ---- manifests and owners

Result<void> LiveSecrets::pin(const api::Secret& given, bool initial) {
    const Ref ref = ref_of(given);
    const auto lock = parts_.locks.hold(ref);
    if (known(ref))
        return Error{Code::kConflict,
                     core::concat("stands in ", parts_.disk.path(ref),
                                  " already, which counts; rename this one or remove that folder")};
    const auto before = pinned(ref);
    if (before && same_content(*before, given)) return {};
    auto fresh = std::make_shared<api::Secret>(copy_of(given));
    fresh->meta.resource_version = parts_.versions.next();
    fresh->meta.created = before ? before->meta.created : core::seconds_of(parts_.clock.now());
    {
        const std::lock_guard guard(mutex_);
        pinned_[ref] = fresh;
    }
    parts_.store.put(snapshot(*fresh), initial);
    return {};
}

void LiveSecrets::unpin(const Ref& ref) {
    const auto lock = parts_.locks.hold(ref);
    {
        const std::lock_guard guard(mutex_);
        if (pinned_.erase(ref) == 0) return;
    }
    parts_.store.remove(ref, parts_.versions.next());
    if (const auto seen = refresh_held(ref); !seen)
        parts_.log.warn("a Secret cannot be read", {{"problem", seen.error().message}});
}

void LiveSecrets::remove_orphan(const Ref& ref, const IsDead& is_dead) {
    const auto lock = parts_.locks.hold(ref);
    if (pinned(ref)) return;
    const auto held = current(ref);
    if (!held || !*held || !is_orphan((*held)->meta.owners, is_dead)) return;
    const auto removed = remove(ref);
    parts_.log.info(
        "deleted a Secret whose owner is gone",
        {{"secret", core::to_string(ref)}, {"answer", removed ? "done" : removed.error().message}});
}

void LiveSecrets::collect(const IsDead& is_dead) {
    for (const api::Object& object : parts_.store.select({Resource::kSecret, ""}))
        if (is_orphan(api::meta_of(object)->owners, is_dead))
            remove_orphan(api::ref_of(object), is_dead);
}

}  // namespace stackseal::local
