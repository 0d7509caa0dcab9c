// SPDX-License-Identifier: Apache-2.0
// Lease documents; a write is a PUT of what was read with the version that was read.
#include "controller/kube/lease.hpp"

#include <utility>

#include "controller/core/concat.hpp"
#include "controller/kube/watch_event.hpp"

namespace stackseal::kube {

namespace {

constexpr std::chrono::milliseconds kDeadline{5'000};

std::string collection(const std::string& space) {
    return core::concat("/apis/coordination.k8s.io/v1/namespaces/", percent_encode(space),
                        "/leases");
}

Call urgent(Call call) {
    call.http.deadline = kDeadline;
    return call;
}

std::int64_t number_at(const core::Value& document, std::string_view key) {
    const core::Value* at = document.find_path({"spec", key});
    const auto* number = at == nullptr ? nullptr : std::get_if<std::int64_t>(&at->held);
    return number == nullptr ? 0 : *number;
}

/// The three digits after the point of "…:05.123456Z".
std::chrono::milliseconds fraction_of(std::string_view text) {
    const std::size_t point = text.find('.');
    int value = 0;
    int scale = 100;
    for (std::size_t i = point;
         point != std::string_view::npos && ++i < text.size() && scale > 0;) {
        if (text[i] < '0' || text[i] > '9') break;
        value += (text[i] - '0') * scale;
        scale /= 10;
    }
    return std::chrono::milliseconds(value);
}

core::Result<core::Instant> time_at(const core::Value& document, std::string_view key) {
    const std::string_view text = document.text_at({"spec", key});
    if (text.empty()) return core::Instant();
    STACKSEAL_TRY(const core::Time time, core::parse_rfc3339(text));
    return core::Instant(time) + fraction_of(text);
}

core::Value spec_of(const ports::LeaseRecord& record) {
    core::Value spec = core::Value::object();
    spec.set("holderIdentity", core::Value::of(record.holder));
    spec.set("leaseDurationSeconds", core::Value::of(std::int64_t{record.duration.count()}));
    spec.set("acquireTime", core::Value::of(core::format_rfc3339_micro(record.acquired)));
    spec.set("renewTime", core::Value::of(core::format_rfc3339_micro(record.renewed)));
    spec.set("leaseTransitions", core::Value::of(record.transitions));
    return spec;
}

}  // namespace

core::Result<ports::LeaseRecord> parse_lease(const core::Value& document) {
    ports::LeaseRecord record;
    record.holder = document.text_at({"spec", "holderIdentity"});
    record.duration = std::chrono::seconds(number_at(document, "leaseDurationSeconds"));
    record.transitions = number_at(document, "leaseTransitions");
    record.version = version_of(document);
    STACKSEAL_TRY(record.acquired, time_at(document, "acquireTime"));
    STACKSEAL_TRY(record.renewed, time_at(document, "renewTime"));
    return record;
}

KubeLease::KubeLease(Client& client, std::string space, std::string name)
    : client_(client), space_(std::move(space)), name_(std::move(name)) {}

core::Result<ports::LeaseRecord> KubeLease::keep(core::Value document) {
    auto record = parse_lease(document);
    last_ = std::move(document);
    return record;
}

core::Result<std::optional<ports::LeaseRecord>> KubeLease::read() {
    auto answer =
        client_.call(urgent(get_at(path(), core::concat("get lease ", space_, "/", name_))));
    if (!answer && answer.error().code == core::Code::kNotFound)
        return std::optional<ports::LeaseRecord>();
    if (!answer) return std::move(answer).error();
    STACKSEAL_TRY(ports::LeaseRecord record, keep(*std::move(answer)));
    return std::optional<ports::LeaseRecord>(std::move(record));
}

core::Value KubeLease::document_of(const ports::LeaseRecord& record) const {
    // Labels and annotations of others stay; the version is the record's, not the last one seen.
    const bool fresh = record.version.empty();
    core::Value metadata = core::Value::object();
    if (const core::Value* known = last_.find("metadata"); !fresh && known != nullptr)
        metadata = *known;
    metadata.set("name", core::Value::of(name_));
    metadata.set("namespace", core::Value::of(space_));
    if (!fresh) metadata.set("resourceVersion", core::Value::of(record.version));
    core::Value document = core::Value::object();
    document.set("apiVersion", core::Value::of("coordination.k8s.io/v1"));
    document.set("kind", core::Value::of("Lease"));
    document.set("metadata", std::move(metadata));
    document.set("spec", spec_of(record));
    return document;
}

core::Result<ports::LeaseRecord> KubeLease::write(const ports::LeaseRecord& record) {
    const std::string action = core::concat("write lease ", space_, "/", name_);
    const core::Value document = document_of(record);
    auto answer =
        client_.call(urgent(record.version.empty() ? create_at(collection(space_), action, document)
                                                   : replace_at(path(), action, document)));
    if (answer) return keep(*std::move(answer));
    core::Error error = std::move(answer).error();
    // Deleted since it was read: another look, like any other stale read.
    if (error.code == core::Code::kNotFound && !record.version.empty())
        error.code = core::Code::kConflict;
    return error;
}

std::string KubeLease::path() const {
    return core::concat(collection(space_), "/", percent_encode(name_));
}

}  // namespace stackseal::kube
