// SPDX-License-Identifier: Apache-2.0
// Each write is one request under a precondition; nothing is written when nothing differs.
#include "controller/kube/kube_writer.hpp"

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/secret_patch.hpp"
#include "controller/kube/watch_event.hpp"

namespace stackseal::kube {

namespace {

/// The object as it was asked for, at the version that it has.
template <class T>
api::Object at_version_of(const api::Snapshot<T>& after, const api::Meta& before) {
    T copy = *after;
    copy.meta = before;
    return std::make_shared<const T>(std::move(copy));
}

api::Object unchanged(const ports::RecordStatus& record) {
    const api::Meta& before = *api::meta_of(record.before);
    if (const auto* certificate = std::get_if<api::Snapshot<api::Certificate>>(&record.after))
        return at_version_of(*certificate, before);
    if (const auto* issuer = std::get_if<api::Snapshot<api::Issuer>>(&record.after))
        return at_version_of(*issuer, before);
    return record.before;
}

core::Result<void> check_record(const ports::RecordStatus& record) {
    const bool whole = record.before.index() == record.after.index() &&
                       api::meta_of(record.before) != nullptr &&
                       api::meta_of(record.after) != nullptr;
    if (whole) return {};
    return core::Error{core::Code::kInternal, "a status write without an object before or after"};
}

core::Value versioned(const std::string& version, core::Value status) {
    core::Value patch = core::Value::object();
    patch.set("metadata", core::Value::object({{"resourceVersion", core::Value::of(version)}}));
    patch.set("status", std::move(status));
    return patch;
}

/// True if the answer to a deletion is the object, which finalizers still hold.
bool still_there(core::Resource resource, const core::Value& answer) {
    return answer.text_at({"kind"}) == core::traits(resource).kind &&
           answer.find_path({"metadata", "deletionTimestamp"}) != nullptr;
}

}  // namespace

KubeWriter::KubeWriter(Client& client, Intake& intake, Refresh& refresh, ports::Log& log,
                       std::stop_token stop)
    : client_(client), intake_(intake), refresh_(refresh), log_(log), stop_(std::move(stop)) {}

core::Result<api::Object> KubeWriter::write(ports::Write write) {
    return std::visit([this](const auto& wanted) { return perform(wanted); }, write);
}

core::Result<api::Object> KubeWriter::keep(core::Resource resource, const core::Value& answer) {
    auto object = intake_.object(resource, answer);
    if (!object) {
        core::Error error = std::move(object).error();
        error.code = core::Code::kUnavailable;
        error.maybe_executed = true;
        return error;
    }
    intake_.store().put(*object);
    return object;
}

core::Error KubeWriter::refused(const core::Ref& ref, core::Error error) {
    // A change of what is no longer there is a stale read like another.
    if (error.code == core::Code::kNotFound) error.code = core::Code::kConflict;
    if (error.code != core::Code::kConflict) return error;
    if (const auto fresh = refresh_(ref); !fresh)
        log_.warn("an object could not be read after a conflict",
                  {{"object", core::to_string(ref)}, {"error", fresh.error().message}});
    return error;
}

core::Result<api::Object> KubeWriter::perform(const ports::ApplySecret& apply) {
    const bool fresh = apply.expected_version.empty();
    const Call call = fresh ? create(core::Resource::kSecret, apply.ref.space, new_secret(apply))
                            : merge_patch(apply.ref, secret_patch(apply));
    auto answer = client_.call(call, stop_);
    if (answer) return keep(core::Resource::kSecret, *answer);
    // What is missing for a new Secret is its namespace, and no other read helps.
    if (fresh && answer.error().code == core::Code::kNotFound) return std::move(answer).error();
    return refused(apply.ref, std::move(answer).error());
}

core::Result<api::Object> KubeWriter::perform(const ports::RecordStatus& record) {
    STACKSEAL_CHECK(check_record(record));
    const core::Ref ref = api::ref_of(record.before);
    const Paths known = pruned(ref.resource);
    core::Value status = status_patch(record.before, record.after, known);
    if (status.is_null()) return unchanged(record);
    const std::string& version = api::meta_of(record.before)->resource_version;
    const auto answer =
        client_.call(merge_patch_status(ref, versioned(version, std::move(status))), stop_);
    if (!answer) return refused(ref, answer.error());
    const core::Value* kept = answer->find("status");
    learn_pruned(ref.resource, lost(without(status_of(record.after), known),
                                    kept == nullptr ? core::Value() : *kept));
    return keep(ref.resource, *answer);
}

core::Result<api::Object> KubeWriter::perform(const ports::DeleteObject& removal) {
    const core::Resource resource = removal.ref.resource;
    const auto answer =
        client_.call(remove(removal.ref, removal.uid, removal.expected_version), stop_);
    if (!answer && answer.error().code != core::Code::kNotFound)
        return refused(removal.ref, answer.error());
    if (answer && still_there(resource, *answer)) return keep(resource, *answer);
    const api::Object held = intake_.store().find(removal.ref);
    const api::Meta* meta = api::meta_of(held);
    if (meta != nullptr && meta->uid == removal.uid)
        intake_.store().remove(removal.ref, meta->resource_version);
    return api::absent(resource);
}

Paths KubeWriter::pruned(core::Resource resource) {
    const std::lock_guard lock(mutex_);
    return pruned_.at(static_cast<std::size_t>(resource));
}

void KubeWriter::learn_pruned(core::Resource resource, const Paths& lost) {
    for (const std::string& path : lost) {
        {
            const std::lock_guard lock(mutex_);
            if (!pruned_.at(static_cast<std::size_t>(resource)).insert(path).second) continue;
        }
        log_.warn("the server does not keep a status field: update the CRDs",
                  {{"kind", std::string(core::traits(resource).kind)}, {"field", path}});
    }
}

}  // namespace stackseal::kube
