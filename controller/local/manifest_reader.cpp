// SPDX-License-Identifier: Apache-2.0
// Walks the directory, re-reads what changed, and decides which of the objects count.
#include "controller/local/manifest_reader.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "controller/core/concat.hpp"
#include "controller/core/secret_bytes.hpp"

namespace stackseal::local {

namespace {

constexpr std::size_t kFileLimit = 1U << 20U;
constexpr int kDepthLimit = 32;
constexpr std::array<std::string_view, 3> kSuffixes = {".yaml", ".yml", ".json"};

const ManifestFile kUnknown;

bool is_manifest(const std::string& name) {
    return std::ranges::any_of(kSuffixes, [&](auto suffix) { return name.ends_with(suffix); });
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool holds(const std::vector<ManifestObject>& objects, const core::Ref& ref) {
    return std::ranges::find(objects, ref, &ManifestObject::ref) != objects.end();
}

/// What a file held and does not say any more.
std::vector<ManifestObject> left_out(const ManifestFile& before,
                                     const std::vector<ManifestObject>& now) {
    std::vector<ManifestObject> kept;
    for (const auto* list : {&before.objects, &before.kept})
        for (const ManifestObject& object : *list)
            if (!holds(now, object.ref)) kept.push_back(object);
    return kept;
}

FileProblem file_problem(const std::string& path, std::string_view message) {
    const bool named = message.starts_with(path + ": ");
    return {path, 0, "", std::string(named ? message.substr(path.size() + 2) : message)};
}

/// One pass over the directory.
class Walk {
  public:
    Walk(const Folder& root, const ManifestFiles& before, bool trust_stamps,
         std::function<void(const Folder&)> follow)
        : root_(root), before_(before), trust_stamps_(trust_stamps), follow_(std::move(follow)) {}

    void enter(const Folder& folder, const std::string& prefix, int depth);

    ManifestFiles files;
    std::vector<FileProblem> problems;
    bool complete = true;

  private:
    void descend(const Folder& folder, const Entry& entry, const std::string& path, int depth);
    void visit(const Folder& folder, const Entry& entry, const std::string& path);
    void lose(const std::string& prefix, FileProblem problem);
    core::Result<std::string> text_of(const Folder& folder, const Entry& entry,
                                      const std::string& path) const;
    ManifestFile parsed(const std::string& path, const std::string& text,
                        const ManifestFile& before) const;

    const Folder& root_;
    const ManifestFiles& before_;
    bool trust_stamps_;
    std::function<void(const Folder&)> follow_;
};

void Walk::enter(const Folder& folder, const std::string& prefix, int depth) {
    follow_(folder);  // before it is listed: a change in between is an event
    const auto entries = folder.list();
    if (!entries) return lose(prefix, file_problem(folder.path(), entries.error().message));
    for (const Entry& entry : *entries) {
        if (entry.name.starts_with('.')) continue;
        const std::string path = prefix + entry.name;
        if (entry.kind == EntryKind::kFolder) {
            descend(folder, entry, path, depth);
        } else if (is_manifest(entry.name)) {
            visit(folder, entry, path);
        } else if (folder.leads_to_folder(entry.name)) {
            problems.push_back({root_.path_of(path), 0, "",
                                "is a link to a folder, which is not followed; put the folder "
                                "itself there"});
        }
    }
}

void Walk::descend(const Folder& folder, const Entry& entry, const std::string& path, int depth) {
    const std::string full = root_.path_of(path);
    if (depth == kDepthLimit) return lose(path + "/", {full, 0, "", "lies too deep; move it up"});
    const auto child = folder.child(entry.name);
    if (!child) return lose(path + "/", file_problem(full, child.error().message));
    if (*child) enter(**child, path + "/", depth + 1);
}

/// A folder that cannot be seen takes nothing away.
void Walk::lose(const std::string& prefix, FileProblem problem) {
    complete = false;
    problems.push_back(std::move(problem));
    for (const auto& [path, file] : before_) {
        if (!path.starts_with(prefix)) continue;
        files[path] = file;
        files[path].stamp.clear();
    }
}

core::Result<std::string> Walk::text_of(const Folder& folder, const Entry& entry,
                                        const std::string& path) const {
    if (entry.kind == EntryKind::kLink) return root_.read_link_beneath(path, kFileLimit);
    STACKSEAL_TRY(std::optional<std::string> text, folder.read(entry.name, kFileLimit));
    if (!text) return core::Error{core::Code::kUnavailable, "went away while it was read"};
    return *std::move(text);
}

void Walk::visit(const Folder& folder, const Entry& entry, const std::string& path) {
    const auto known = before_.find(path);
    const ManifestFile& before = known == before_.end() ? kUnknown : known->second;
    // A link's own stamp says nothing of the file that it leads to.
    const std::string stamp = entry.kind == EntryKind::kLink ? "" : folder.stamp(entry.name);
    if (trust_stamps_ && !stamp.empty() && before.stamp == stamp) {
        files[path] = before;
        return;
    }
    auto text = text_of(folder, entry, path);
    if (!text) {
        files[path] = {.kept = left_out(before, {}),
                       .problems = {file_problem(root_.path_of(path), text.error().message)}};
        return;
    }
    const std::size_t digest = std::hash<std::string>{}(*text);
    const bool same = known != before_.end() && before.digest == digest;
    ManifestFile& file = files[path] = same ? before : parsed(path, *text, before);
    file.stamp = stamp;
    file.digest = digest;
    core::wipe(*text);  // it may hold a key
}

ManifestFile Walk::parsed(const std::string& path, const std::string& text,
                          const ManifestFile& before) const {
    const std::string full = root_.path_of(path);
    ManifestFile file;
    if (is_blank(text)) {
        file.kept = left_out(before, {});
        if (!file.kept.empty())
            file.problems.push_back({full, 0, "",
                                     "is empty by now, so its objects are kept; write "
                                     "it again, or remove it with its objects"});
        return file;
    }
    Manifest manifest = read_manifest(full, text);
    file.objects = std::move(manifest.objects);
    file.problems = std::move(manifest.problems);
    if (!file.problems.empty()) file.kept = left_out(before, file.objects);
    return file;
}

using Chosen = std::map<core::Ref, const ManifestObject*>;

FileProblem second(const ManifestObject& object, const ManifestObject& first) {
    return {object.file, object.line, "/metadata/name",
            core::concat(core::to_string(object.ref), " stands in ", place_of(first),
                         " already, which counts; remove one of them")};
}

}  // namespace

Scan choose(const ManifestFiles& files) {
    Chosen chosen;
    Scan scan;
    for (const auto& [path, file] : files) {
        scan.problems.insert(scan.problems.end(), file.problems.begin(), file.problems.end());
        for (const ManifestObject& object : file.objects)
            if (const auto [at, fresh] = chosen.try_emplace(object.ref, &object); !fresh)
                scan.problems.push_back(second(object, *at->second));
    }
    for (const auto& [path, file] : files)
        for (const ManifestObject& object : file.kept) chosen.try_emplace(object.ref, &object);
    for (const auto& [ref, object] : chosen) scan.objects.push_back(*object);
    return scan;
}

void ManifestReader::follow(const Folder& folder) {
    const auto followed = watch_.follow(folder, {Topic::Kind::kManifests, "", ""});
    if (followed || warned_) return;
    warned_ = true;
    log_.warn("changes are noticed late", {{"reason", followed.error().message}});
}

Scan ManifestReader::unchanged(std::string_view why) {
    for (auto& [path, file] : files_) file.stamp.clear();
    Scan scan = choose(files_);
    scan.problems.push_back(file_problem(directory_, why));
    scan.complete = false;
    return scan;
}

Scan ManifestReader::scan(bool trust_stamps) {
    const auto root = Folder::open(directory_);  // anew: it may have been replaced as a whole
    if (!root) return unchanged(root.error().message);
    Walk walk(*root, files_, trust_stamps, [this](const Folder& folder) { follow(folder); });
    walk.enter(*root, "", 0);
    if (walk.files.empty() && !files_.empty() && root->identity() != identity_)
        return unchanged(
            "is empty and not the directory that it was, so all objects are kept; mount it again, "
            "or restart to begin without them");
    files_ = std::move(walk.files);
    identity_ = root->identity();
    Scan scan = choose(files_);
    scan.problems.insert(scan.problems.end(), walk.problems.begin(), walk.problems.end());
    scan.complete = walk.complete;
    return scan;
}

}  // namespace stackseal::local
