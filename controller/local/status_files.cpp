// SPDX-License-Identifier: Apache-2.0
// One YAML document a file, in the form that kubectl shows.
#include "controller/local/status_files.hpp"

#include <array>

#include "controller/core/concat.hpp"
#include "controller/text/yaml.hpp"

namespace stackseal::local {

using core::Ref;
using core::Resource;
using core::Result;
using core::Value;

namespace {

constexpr const char* kFolder = "status";
constexpr std::string_view kSuffix = ".yaml";
constexpr std::size_t kLimit = 1U << 20U;
constexpr std::array kWithStatus = {Resource::kCertificate, Resource::kIssuer};

std::string kind_of(Resource resource) {
    return std::string(core::traits(resource).kind);
}

std::string file_of(const Ref& ref) {
    return core::concat(ref.name, kSuffix);
}

Value document(const Ref& ref, const Value& status) {
    Value metadata;
    metadata.set("name", Value::of(ref.name));
    metadata.set("namespace", Value::of(ref.space));
    Value out;
    out.set("apiVersion", Value::of(core::traits(ref.resource).api_version()));
    out.set("kind", Value::of(core::traits(ref.resource).kind));
    out.set("metadata", std::move(metadata));
    out.set("status", status);
    return out;
}

/// The object's name, or "" for a file that is no status.
std::string object_of(std::string_view file) {
    const bool ours = file.ends_with(kSuffix) && !file.starts_with("..");
    return std::string(ours ? file.substr(0, file.size() - kSuffix.size()) : "");
}

Result<void> prune_space(const Folder& folder, const Ref& space,
                         const std::function<bool(const Ref&)>& is_alive) {
    STACKSEAL_TRY(const std::vector<Entry> entries, folder.list());
    for (const Entry& entry : entries) {
        if (entry.kind != EntryKind::kFile) continue;
        const std::string object = object_of(entry.name);
        if (entry.name.starts_with(kFreshPrefix) ||
            (!object.empty() && !is_alive({space.resource, space.space, object})))
            STACKSEAL_CHECK(folder.remove(entry.name));
    }
    return {};
}

/// What can be read of a space: a file that went meanwhile is none.
Result<void> append_all(const Folder& folder, std::vector<Value>& documents) {
    STACKSEAL_TRY(const std::vector<Entry> entries, folder.list());
    for (const Entry& entry : entries) {
        if (entry.kind != EntryKind::kFile || object_of(entry.name).empty()) continue;
        STACKSEAL_TRY(const std::optional<std::string> text, folder.read(entry.name, kLimit));
        if (!text) continue;
        auto read = text::parse_yaml(*text);
        if (!read)
            return core::Error{core::Code::kInvalid, core::concat(folder.path_of(entry.name), ": ",
                                                                  read.error().message)};
        for (Value& one : *read) documents.push_back(std::move(one));
    }
    return {};
}

}  // namespace

std::string StatusFiles::path(const Ref& ref) const {
    return core::concat(state_.path(), '/', kFolder, '/', kind_of(ref.resource), '/', ref.space,
                        '/', file_of(ref));
}

Result<std::optional<Folder>> StatusFiles::folder(const Ref& ref) const {
    STACKSEAL_TRY(std::optional<Folder> at, state_.child(kFolder));
    for (const std::string& name : {kind_of(ref.resource), ref.space}) {
        if (!at) return at;
        STACKSEAL_TRY(std::optional<Folder> next, at->child(name));
        at = std::move(next);
    }
    return at;
}

Result<std::optional<Value>> StatusFiles::read(const Ref& ref) const {
    STACKSEAL_TRY(const std::optional<Folder> at, folder(ref));
    if (!at) return std::optional<Value>();
    STACKSEAL_TRY(const std::optional<std::string> text, at->read(file_of(ref), kLimit));
    if (!text) return std::optional<Value>();
    const auto documents = text::parse_yaml(*text);
    if (!documents)
        return core::Error{core::Code::kInvalid,
                           core::concat(path(ref), ": ", documents.error().message)};
    const Value* status = documents->size() == 1 ? documents->front().find("status") : nullptr;
    if (status == nullptr)
        return core::Error{core::Code::kInvalid, path(ref) + ": holds no status"};
    return std::optional(*status);
}

Result<void> StatusFiles::write(const Ref& ref, const Value& status) const {
    STACKSEAL_TRY(const Folder root, state_.make_child(kFolder));
    STACKSEAL_TRY(const Folder kind, root.make_child(kind_of(ref.resource)));
    STACKSEAL_TRY(const Folder space, kind.make_child(ref.space));
    return space.replace(file_of(ref), text::to_yaml(document(ref, status)));
}

Result<void> StatusFiles::remove(const Ref& ref) const {
    STACKSEAL_TRY(const std::optional<Folder> at, folder(ref));
    return at ? at->remove(file_of(ref)) : Result<void>();
}

Result<void> StatusFiles::each_space(const Visit& visit) const {
    STACKSEAL_TRY(const std::optional<Folder> root, state_.child(kFolder));
    if (!root) return {};
    for (const Resource resource : kWithStatus) {
        STACKSEAL_TRY(const std::optional<Folder> kind, root->child(kind_of(resource)));
        if (!kind) continue;
        STACKSEAL_TRY(const std::vector<Entry> spaces, kind->list());
        for (const Entry& entry : spaces) {
            if (entry.kind != EntryKind::kFolder) continue;
            STACKSEAL_TRY(const std::optional<Folder> space, kind->child(entry.name));
            if (space) STACKSEAL_CHECK(visit(*space, {resource, entry.name, ""}));
        }
    }
    return {};
}

Result<void> StatusFiles::prune(const std::function<bool(const Ref&)>& is_alive) const {
    return each_space([&](const Folder& folder, const Ref& space) {
        return prune_space(folder, space, is_alive);
    });
}

Result<std::vector<Value>> StatusFiles::all() const {
    std::vector<Value> documents;
    STACKSEAL_CHECK(each_space(
        [&](const Folder& folder, const Ref&) { return append_all(folder, documents); }));
    return documents;
}

}  // namespace stackseal::local
