// SPDX-License-Identifier: Apache-2.0
// One Secret's folder as text: what is put in, what a reader sees, what lies there when all is
// well.
#pragma once

#include "controller/local/secret_folder.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local::tests {

using Texts = std::map<std::string, std::string>;

inline SecretFiles files_of(const Texts& keys, std::string metadata) {
    SecretFiles files;
    for (const auto& [key, text] : keys) files.keys.emplace(key, core::SecretBytes(text));
    files.metadata = std::move(metadata);
    return files;
}

inline SecretFiles old_files() {
    return files_of({{"tls.crt", "old crt"}, {"tls.key", "old key"}}, "old");
}
inline SecretFiles new_files() {
    return files_of({{"ca.crt", "new ca"}, {"tls.crt", "new crt"}, {"tls.key", "new key"}}, "new");
}

/// Everything that a reader sees, "" as key for the metadata; "absent" if there is no Secret.
inline Texts seen(const Folder& secret) {
    const auto files = read_published(secret);
    if (!files) return {{"error", files.error().message}};
    if (!*files) return {{"absent", ""}};
    Texts texts{{"", (*files)->metadata.value_or("lost")}};
    for (const auto& [key, bytes] : (*files)->keys) texts[key] = bytes.reveal();
    return texts;
}

inline const Texts kAbsent{{"absent", ""}};
inline const Texts kOld{{"", "old"}, {"tls.crt", "old crt"}, {"tls.key", "old key"}};
inline const Texts kNew{
    {"", "new"}, {"ca.crt", "new ca"}, {"tls.crt", "new crt"}, {"tls.key", "new key"}};

inline std::vector<std::string> tidy(const std::string& generation, std::vector<std::string> keys) {
    std::vector<std::string> names{"..data -> " + generation, generation,
                                   generation + "/.stackseal.json"};
    for (const std::string& key : keys) {
        names.push_back(key + " -> ..data/" + key);
        names.push_back(generation + "/" + key);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace stackseal::local::tests
