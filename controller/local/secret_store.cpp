// SPDX-License-Identifier: Apache-2.0
// From a Secret's name to its folder, and between files and the Secret.
#include "controller/local/secret_store.hpp"

#include "controller/core/concat.hpp"
#include "controller/local/identity.hpp"
#include "controller/local/secret_document.hpp"

namespace stackseal::local {

using core::Ref;
using core::Resource;
using core::Result;

namespace {

SecretFiles files_of(const api::Secret& secret) {
    SecretFiles files;
    for (const auto& [key, bytes] : secret.data) files.keys.emplace(key, bytes.copy());
    files.metadata = metadata_text(secret);
    return files;
}

/// Lost metadata makes a Secret a stranger's, which no reconciler overwrites unasked; its bytes
/// are still there for whoever mends it.
StoredSecret known_part(const SecretFiles& files, const std::string& path) {
    auto parsed = parse_metadata(files.metadata.value_or(""));
    if (parsed) return {*std::move(parsed), {}};
    const std::string what =
        files.metadata ? "is damaged: " + parsed.error().message : std::string("is missing");
    return {{},
            {core::concat(path, "/..data/", kMetadataFile, ": ", what,
                          "; restore it, or remove the folder to issue anew")}};
}

StoredSecret stored(const Ref& ref, SecretFiles files, const std::string& path) {
    StoredSecret out = known_part(files, path);
    out.problems.insert(out.problems.end(), files.problems.begin(), files.problems.end());
    out.secret.meta.name = ref.name;
    out.secret.meta.space = ref.space;
    if (out.secret.meta.uid.empty()) out.secret.meta.uid = uid_of(ref);
    out.secret.data = std::move(files.keys);
    return out;
}

/// What could not be mended, in a line; "" if all is well.
std::string heal_one(const Folder& space, const std::string& name) {
    const auto folder = space.child(name);
    if (!folder) return folder.error().message;
    if (!*folder) return "";
    const auto kept = heal(**folder);
    if (!kept) return kept.error().message;
    if (!*kept) (void)space.remove_folder(name);  // an empty one does no harm
    return "";
}

std::vector<std::string> heal_space(const Folder& space) {
    std::vector<std::string> unmended;
    if (const auto emptied = empty_trash(space); !emptied)
        unmended.push_back(emptied.error().message);
    const auto entries = space.list();
    if (!entries) return {entries.error().message};
    for (const Entry& entry : *entries) {
        if (entry.kind != EntryKind::kFolder || !is_object_name(entry.name)) continue;
        if (std::string line = heal_one(space, entry.name); !line.empty())
            unmended.push_back(std::move(line));
    }
    return unmended;
}

Result<std::vector<Ref>> list_space(const Folder& folder, const std::string& space) {
    STACKSEAL_TRY(const std::vector<Entry> entries, folder.list());
    std::vector<Ref> found;
    for (const Entry& entry : entries)
        if (entry.kind == EntryKind::kFolder && is_object_name(entry.name))
            found.push_back({Resource::kSecret, space, entry.name});
    return found;
}

}  // namespace

std::vector<std::string> SecretStore::heal() const {
    const auto all = spaces();
    if (!all) return {all.error().message};
    std::vector<std::string> unmended;
    for (const std::string& name : *all) {
        const auto folder = space(name);
        if (!folder || !*folder) continue;
        const std::vector<std::string> lines = heal_space(**folder);
        unmended.insert(unmended.end(), lines.begin(), lines.end());
    }
    return unmended;
}

Result<std::vector<std::string>> SecretStore::spaces() const {
    STACKSEAL_TRY(const Folder all, secrets());
    STACKSEAL_TRY(const std::vector<Entry> entries, all.list());
    std::vector<std::string> names{authority_namespace_};
    for (const Entry& entry : entries)
        if (entry.kind == EntryKind::kFolder && is_namespace_name(entry.name) &&
            entry.name != authority_namespace_)
            names.push_back(entry.name);
    return names;
}

Result<std::vector<Ref>> SecretStore::list(const std::string& name) const {
    STACKSEAL_TRY(const std::optional<Folder> folder, space(name));
    return folder ? list_space(*folder, name) : Result<std::vector<Ref>>(std::vector<Ref>());
}

Result<std::optional<Folder>> SecretStore::space(const std::string& name) const {
    if (name == authority_namespace_) return state_.child("authorities");
    STACKSEAL_TRY(const std::optional<Folder> all, state_.child("secrets"));
    return all ? all->child(name) : Result<std::optional<Folder>>(std::nullopt);
}

Result<std::optional<Folder>> SecretStore::folder(const Ref& ref) const {
    STACKSEAL_TRY(const std::optional<Folder> parent, space(ref.space));
    return parent ? parent->child(ref.name) : Result<std::optional<Folder>>(std::nullopt);
}

Result<Folder> SecretStore::make_space(const std::string& name) const {
    if (name == authority_namespace_) return authorities();
    STACKSEAL_TRY(const Folder all, secrets());
    return all.make_child(name);
}

std::string SecretStore::path(const Ref& ref) const {
    const std::string in =
        ref.space == authority_namespace_ ? "authorities" : "secrets/" + ref.space;
    return core::concat(state_.path(), '/', in, '/', ref.name);
}

/// As kubelet's: a time; the count keeps names apart within a millisecond.
std::string SecretStore::next_generation(const Folder& secret) {
    std::string name;
    do {
        name = core::concat("..", clock_.now().time_since_epoch().count(), '-', ++generations_);
    } while (!secret.stamp(name).empty());
    return name;
}

Result<std::optional<StoredSecret>> SecretStore::read(const Ref& ref) const {
    STACKSEAL_TRY(const std::optional<Folder> at, folder(ref));
    if (!at) return std::optional<StoredSecret>();
    STACKSEAL_TRY(std::optional<SecretFiles> files, read_published(*at));
    if (!files) return std::optional<StoredSecret>();
    return std::optional(stored(ref, *std::move(files), at->path()));
}

Result<void> SecretStore::write(const Ref& ref, const api::Secret& secret) {
    STACKSEAL_TRY(const Folder parent, make_space(ref.space));
    STACKSEAL_TRY(const std::optional<Folder> before, parent.child(ref.name));
    if (before) return publish(*before, next_generation(*before), files_of(secret));
    STACKSEAL_TRY(const Folder at, parent.add_child(ref.name));
    auto done = publish(at, next_generation(at), files_of(secret));
    if (done) done = parent.sync();
    if (done) return done;
    core::Error error = std::move(done).error();
    error.maybe_executed = parent.child(ref.name) && published(at) && *published(at);
    if (!error.maybe_executed) (void)parent.remove_folder(ref.name);  // an empty one does no harm
    return error;
}

Result<void> SecretStore::remove(const Ref& ref) const {
    STACKSEAL_TRY(const std::optional<Folder> parent, space(ref.space));
    if (!parent) return {};
    return withdraw(*parent, ref.name);
}

Result<std::string> SecretStore::stamp(const Ref& ref) const {
    STACKSEAL_TRY(const std::optional<Folder> at, folder(ref));
    return at ? local::stamp(*at) : Result<std::string>(std::string());
}

}  // namespace stackseal::local
