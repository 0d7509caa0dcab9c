// SPDX-License-Identifier: Apache-2.0
// Reading and publishing generations. Order of the steps is the point: see publish().
#include "controller/local/secret_folder.hpp"

#include <algorithm>

#include "controller/core/concat.hpp"
#include "controller/local/identity.hpp"

namespace stackseal::local {

namespace {

using core::Code;
using core::Error;
using core::Result;

constexpr const char* kData = "..data";
constexpr std::string_view kTrashPrefix = "..gone-";
constexpr std::size_t kFileLimit = 4U << 20U;

std::string target_of(const std::string& key) {
    return core::concat(kData, '/', key);
}

bool is_hidden(const Entry& entry) {
    return entry.name.starts_with("..");
}

bool is_generation(const Entry& entry) {
    return entry.kind == EntryKind::kFolder && is_hidden(entry);
}

/// A generation's name is one component of our own form; anything else leads out of the folder.
bool is_generation_name(const std::string& name) {
    return name.starts_with("..") && name.size() > 2 && name.find('/') == std::string::npos;
}

Result<void> wipe_folder(const Folder& parent, const std::string& name) {
    STACKSEAL_TRY(const std::optional<Folder> folder, parent.child(name));
    if (!folder) return {};
    STACKSEAL_TRY(const std::vector<Entry> entries, folder->list());
    for (const Entry& entry : entries) {
        if (entry.kind == EntryKind::kFolder) {
            STACKSEAL_CHECK(wipe_folder(*folder, entry.name));
        } else if (entry.kind == EntryKind::kFile) {
            STACKSEAL_CHECK(folder->wipe(entry.name));
        } else {
            STACKSEAL_CHECK(folder->remove(entry.name));
        }
    }
    return parent.remove_folder(name);
}

// ---- reading

/// One visible name: through its link from the generation, or a person's own file.
Result<std::optional<std::string>> read_key(const Folder& secret, const Folder& generation,
                                            const Entry& entry) {
    if (entry.kind == EntryKind::kFile) return secret.read(entry.name, kFileLimit);
    if (entry.kind != EntryKind::kLink) return std::optional<std::string>();
    STACKSEAL_TRY(const std::optional<std::string> target, secret.link_target(entry.name));
    if (target != target_of(entry.name)) return std::optional<std::string>();
    return generation.read(entry.name, kFileLimit);
}

std::string stray(const Folder& secret, const Entry& entry) {
    return secret.path_of(entry.name) +
           ": is no key of this Secret (a dangling or foreign link, or a folder); remove it";
}

Result<SecretFiles> read_files(const Folder& secret, const Folder& generation) {
    SecretFiles files;
    STACKSEAL_TRY(files.metadata, generation.read(std::string(kMetadataFile), kFileLimit));
    STACKSEAL_TRY(const std::vector<Entry> entries, secret.list());
    for (const Entry& entry : entries) {
        if (is_hidden(entry)) continue;
        STACKSEAL_TRY(auto bytes, read_key(secret, generation, entry));
        if (!bytes || !is_secret_key(entry.name)) {
            files.problems.push_back(stray(secret, entry));
        } else {
            files.keys.emplace(entry.name, core::SecretBytes::take(*std::move(bytes)));
        }
    }
    return files;
}

// ---- publishing

/// The metadata takes its name last: a generation that has it is complete.
Result<void> write_generation(const Folder& secret, const std::string& name,
                              const SecretFiles& files) {
    STACKSEAL_TRY(const Folder generation, secret.add_child(name));
    const std::string fresh = core::concat(kFreshPrefix, "metadata");
    std::vector<NewFile> all;
    for (const auto& [key, bytes] : files.keys) all.push_back({key, bytes.reveal()});
    const std::string_view metadata = files.metadata ? *files.metadata : std::string_view();
    all.push_back({fresh, metadata});
    STACKSEAL_CHECK(generation.write_new(all));
    STACKSEAL_CHECK(generation.rename(fresh, std::string(kMetadataFile)));
    return generation.sync();
}

/// Names that are free or lead elsewhere. Before the swap, so that a new key is there with it;
/// until then its link leads nowhere, as if it were absent.
Result<void> link_keys(const Folder& secret, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        STACKSEAL_TRY(const std::optional<std::string> target, secret.link_target(key));
        const bool free = target ? *target != target_of(key) : secret.stamp(key).empty();
        if (free) STACKSEAL_CHECK(secret.replace_link(target_of(key), key));
    }
    return {};
}

/// Names where a person put a file in the link's place. After the swap: the file's content stands
/// until then.
Result<void> relink_keys(const Folder& secret, const std::vector<std::string>& keys) {
    for (const std::string& key : keys) {
        STACKSEAL_TRY(const std::optional<std::string> target, secret.link_target(key));
        if (!target) STACKSEAL_CHECK(secret.replace_link(target_of(key), key));
    }
    return {};
}

/// Links and files that were keys and are none any more; what never was one stays.
Result<void> unlink_others(const Folder& secret, const std::vector<std::string>& keys) {
    STACKSEAL_TRY(const std::vector<Entry> entries, secret.list());
    for (const Entry& entry : entries) {
        if (is_hidden(entry) || std::ranges::find(keys, entry.name) != keys.end()) continue;
        STACKSEAL_TRY(const std::optional<std::string> target, secret.link_target(entry.name));
        if (target == target_of(entry.name)) STACKSEAL_CHECK(secret.remove(entry.name));
        if (entry.kind == EntryKind::kFile && is_secret_key(entry.name))
            STACKSEAL_CHECK(secret.wipe(entry.name));
    }
    return {};
}

/// Old or unfinished generations, and links that were about to take a place.
Result<std::vector<Entry>> leftovers(const Folder& secret, const std::string& kept) {
    STACKSEAL_TRY(std::vector<Entry> entries, secret.list());
    std::erase_if(entries, [&](const Entry& entry) {
        return entry.name.starts_with(kFreshPrefix) ? false
                                                    : !is_generation(entry) || entry.name == kept;
    });
    return entries;
}

Result<void> wipe_all(const Folder& secret, const std::vector<Entry>& entries) {
    for (const Entry& entry : entries) {
        if (entry.kind == EntryKind::kFolder) {
            STACKSEAL_CHECK(wipe_folder(secret, entry.name));
        } else {
            STACKSEAL_CHECK(secret.remove(entry.name));
        }
    }
    return {};
}

/// The swap is the moment of change. The links and the swap reach the disk by one sync, and only
/// then the old generation goes; a crash in between is finished by heal().
Result<void> swap_in(const Folder& secret, const std::string& generation,
                     const std::vector<std::string>& keys) {
    STACKSEAL_CHECK(link_keys(secret, keys));
    STACKSEAL_CHECK(secret.replace_link(generation, kData));
    STACKSEAL_CHECK(relink_keys(secret, keys));
    STACKSEAL_CHECK(unlink_others(secret, keys));
    STACKSEAL_CHECK(secret.sync());
    STACKSEAL_TRY(const std::vector<Entry> old, leftovers(secret, generation));
    return wipe_all(secret, old);
}

std::vector<std::string> names_of(const SecretFiles& files) {
    std::vector<std::string> names;
    for (const auto& [key, bytes] : files.keys) names.push_back(key);
    return names;
}

/// Files of others in a folder of that name must not be taken for stale keys of ours.
Result<void> check_vacant(const Folder& secret) {
    STACKSEAL_TRY(const std::optional<std::string> data, secret.link_target(kData));
    if (data) return {};
    STACKSEAL_TRY(const std::vector<Entry> entries, secret.list());
    for (const Entry& entry : entries)
        if (!is_hidden(entry) && entry.kind != EntryKind::kLink)
            return Error{Code::kDenied, secret.path_of(entry.name) +
                                            ": stands where a Secret shall be written, and is not "
                                            "ours; move it away"};
    return {};
}

// ---- healing

Result<bool> is_complete(const Folder& secret, const std::string& name) {
    STACKSEAL_TRY(const std::optional<Folder> generation, secret.child(name));
    if (!generation) return false;
    return !generation->stamp(std::string(kMetadataFile)).empty();
}

/// Without a link: the one complete generation. It was never acknowledged, or its link got lost;
/// to keep it loses nothing.
Result<std::optional<std::string>> orphan(const Folder& secret) {
    STACKSEAL_TRY(const std::vector<Entry> entries, secret.list());
    std::vector<std::string> complete;
    for (const Entry& entry : entries) {
        if (!is_generation(entry)) continue;
        STACKSEAL_TRY(const bool whole, is_complete(secret, entry.name));
        if (whole) complete.push_back(entry.name);
    }
    if (complete.size() > 1)
        return Error{Code::kCorrupt,
                     core::concat(secret.path_of(kData), ": is lost, and there are ",
                                  complete.size(), " generations; link the right one: ln -s ",
                                  complete.back(), ' ', secret.path_of(kData))};
    return complete.empty() ? std::optional<std::string>() : std::optional(complete[0]);
}

Result<std::vector<std::string>> keys_in(const Folder& generation) {
    STACKSEAL_TRY(const std::vector<Entry> entries, generation.list());
    std::vector<std::string> keys;
    for (const Entry& entry : entries)
        if (entry.kind == EntryKind::kFile && entry.name != kMetadataFile &&
            is_secret_key(entry.name))
            keys.push_back(entry.name);
    return keys;
}

/// Links whose key is gone, and nothing else: a person's own files stay.
Result<std::vector<std::string>> dangling(const Folder& secret,
                                          const std::vector<std::string>& keys) {
    STACKSEAL_TRY(const std::vector<Entry> entries, secret.list());
    std::vector<std::string> found;
    for (const Entry& entry : entries) {
        if (is_hidden(entry) || entry.kind != EntryKind::kLink) continue;
        STACKSEAL_TRY(const std::optional<std::string> target, secret.link_target(entry.name));
        const bool ours = target == target_of(entry.name);
        if (ours && std::ranges::find(keys, entry.name) == keys.end()) found.push_back(entry.name);
    }
    return found;
}

/// Makes the links fit the published generation. True if anything was changed.
Result<bool> restore_links(const Folder& secret) {
    STACKSEAL_TRY(const std::optional<Folder> generation, published(secret));
    std::vector<std::string> keys;
    if (generation) {
        STACKSEAL_TRY(keys, keys_in(*generation));
    }
    STACKSEAL_TRY(const std::vector<std::string> stale, dangling(secret, keys));
    std::erase_if(keys, [&](const std::string& key) { return !secret.stamp(key).empty(); });
    for (const std::string& name : stale) STACKSEAL_CHECK(secret.remove(name));
    for (const std::string& key : keys) STACKSEAL_CHECK(secret.replace_link(target_of(key), key));
    return !keys.empty() || !stale.empty();
}

/// Publishes the one generation of a folder without a link; its keys' links first, as swap_in()
/// does, or a reader would see half of it. True if there was one.
Result<bool> restore_data(const Folder& secret) {
    STACKSEAL_TRY(const std::optional<Folder> generation, published(secret));
    if (generation) return false;
    STACKSEAL_TRY(const std::optional<std::string> found, orphan(secret));
    if (!found) return false;
    STACKSEAL_TRY(const std::optional<Folder> kept, secret.child(*found));
    STACKSEAL_TRY(const std::vector<std::string> keys, keys_in(*kept));
    STACKSEAL_CHECK(link_keys(secret, keys));
    STACKSEAL_CHECK(secret.replace_link(*found, kData));
    return true;
}

/// A failed publication: whether the swap was made, told by the disk. If not, no trace is left, or
/// what is left waits for heal().
Error undone(const Folder& secret, const std::string& generation, Error error) {
    const auto target = secret.link_target(kData);
    error.maybe_executed = !target || *target == generation;
    if (error.maybe_executed) return error;
    (void)wipe_folder(secret, generation);
    (void)restore_links(secret);
    return error;
}

}  // namespace

Result<std::optional<Folder>> published(const Folder& secret) {
    STACKSEAL_TRY(const std::optional<std::string> target, secret.link_target(kData));
    if (!target || !is_generation_name(*target)) return std::optional<Folder>();
    return secret.child(*target);
}

Result<std::optional<SecretFiles>> read_published(const Folder& secret) {
    STACKSEAL_TRY(const std::optional<Folder> generation, published(secret));
    if (!generation) return std::optional<SecretFiles>();
    STACKSEAL_TRY(SecretFiles files, read_files(secret, *generation));
    return std::optional(std::move(files));
}

Result<void> publish(const Folder& secret, const std::string& generation,
                     const SecretFiles& files) {
    STACKSEAL_CHECK(check_vacant(secret));
    auto done = write_generation(secret, generation, files);
    if (done) done = swap_in(secret, generation, names_of(files));
    if (done) return done;
    return undone(secret, generation, std::move(done).error());
}

Result<bool> heal(const Folder& secret) {
    STACKSEAL_TRY(const bool swapped, restore_data(secret));
    STACKSEAL_TRY(const bool linked, restore_links(secret));
    STACKSEAL_TRY(const std::optional<std::string> kept, secret.link_target(kData));
    STACKSEAL_TRY(const std::vector<Entry> old, leftovers(secret, kept.value_or("")));
    if (swapped || linked || !old.empty())
        STACKSEAL_CHECK(secret.sync());  // before anything is wiped
    STACKSEAL_CHECK(wipe_all(secret, old));
    STACKSEAL_TRY(const std::vector<Entry> left, secret.list());
    return !left.empty();
}

Result<void> withdraw(const Folder& space, const std::string& name) {
    const std::string trash = core::concat(kTrashPrefix, std::hash<std::string>{}(name));
    STACKSEAL_CHECK(wipe_folder(space, trash));  // of a crash
    STACKSEAL_CHECK(space.rename(name, trash));
    if (auto durable = space.sync(); !durable) {
        Error error = std::move(durable).error();
        error.maybe_executed = true;
        return error;
    }
    (void)wipe_folder(space, trash);  // it is gone already; empty_trash() takes what is left
    return {};
}

Result<void> empty_trash(const Folder& space) {
    STACKSEAL_TRY(const std::vector<Entry> entries, space.list());
    for (const Entry& entry : entries)
        if (entry.name.starts_with(kTrashPrefix)) STACKSEAL_CHECK(wipe_folder(space, entry.name));
    return {};
}

Result<std::string> stamp(const Folder& secret) {
    STACKSEAL_TRY(const std::optional<Folder> generation, published(secret));
    if (!generation) return std::string();
    std::string out = generation->path();
    for (const Folder* folder : {&secret, &*generation}) {
        STACKSEAL_TRY(const std::vector<Entry> entries, folder->list());
        for (const Entry& entry : entries)
            if (entry.kind == EntryKind::kFile || entry.kind == EntryKind::kLink)
                out += core::concat('\n', entry.name, ' ', folder->stamp(entry.name));
    }
    return std::to_string(std::hash<std::string>{}(out));  // one is kept for each Secret
}

}  // namespace stackseal::local
