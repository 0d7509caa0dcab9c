// SPDX-License-Identifier: Apache-2.0
// Frames as the API server writes them: one JSON document a line, {"type", "object"}.
#include "controller/kube/watch_event.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/text/json.hpp"

namespace stackseal::kube {

namespace {

/// In the order of EventType.
constexpr std::array<std::pair<std::string_view, EventType>, 5> kTypes = {{
    {"ADDED", EventType::kAdded},
    {"MODIFIED", EventType::kModified},
    {"DELETED", EventType::kDeleted},
    {"BOOKMARK", EventType::kBookmark},
    {"ERROR", EventType::kError},
}};

core::Error no_frame(std::string_view why) {
    return {core::Code::kInvalid, core::concat("watch frame: ", why)};
}

/// Moves the object out of its frame: a Secret's text is not copied about.
core::Value take_object(core::Value& frame) {
    for (auto& [key, value] : std::get<core::Value::Object>(frame.held))
        if (key == "object") return std::move(value);
    return {};
}

}  // namespace

std::string to_string(EventType type) {
    return std::string(kTypes.at(static_cast<std::size_t>(type)).first);
}

core::Result<WatchEvent> parse_event(std::string_view line) {
    auto frame = text::parse_kubernetes_json(line);
    // The message is not repeated: it may quote a Secret.
    if (!frame) return no_frame("no JSON");
    const std::string_view name = frame->text_at({"type"});
    const auto type = std::ranges::find(kTypes, name, &decltype(kTypes)::value_type::first);
    if (type == kTypes.end()) return no_frame(core::concat("unknown type ", core::quoted(name)));
    const core::Value* object = frame->find("object");
    if (object == nullptr || !object->is_object()) return no_frame("no object");
    return WatchEvent{type->second, take_object(*frame)};
}

std::string version_of(const core::Value& object) {
    return std::string(object.text_at({"metadata", "resourceVersion"}));
}

core::Ref ref_of(core::Resource resource, const core::Value& object) {
    return {resource, std::string(object.text_at({"metadata", "namespace"})),
            std::string(object.text_at({"metadata", "name"}))};
}

bool ends_initial_events(const core::Value& bookmark) {
    return bookmark.text_at({"metadata", "annotations", "k8s.io/initial-events-end"}) == "true";
}

}  // namespace stackseal::kube
