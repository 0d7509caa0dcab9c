// SPDX-License-Identifier: Apache-2.0
// Manifests as tests write them, and files of the source tree.
#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <ostream>
#include <sstream>
#include <string>

#include "controller/api/codec.hpp"
#include "controller/text/yaml.hpp"
#include "tests/unit/controller/text/documents.hpp"

namespace stackseal::api {

inline void PrintTo(const Problem& problem, std::ostream* out) {
    *out << to_string(problem);
}

/// One YAML document.
inline core::Value document(std::string_view yaml) {
    auto all = text::parse_yaml(yaml);
    if (all && all->size() == 1) return all->front();
    ADD_FAILURE() << (all ? "not one document" : all.error().message);
    return {};
}

inline std::string indented(std::string_view lines, std::string_view by) {
    std::string out;
    std::istringstream in{std::string(lines)};
    for (std::string line; std::getline(in, line);) out += std::string(by) + line + "\n";
    return out;
}

/// A manifest of a kind around a spec. The spec begins on line 6.
inline core::Value manifest(std::string_view kind, std::string_view spec) {
    return document("apiVersion: stackseal.io/v1alpha1\nkind: " + std::string(kind) +
                    "\nmetadata:\n  name: x\nspec:\n" + indented(spec, "  "));
}

/// Problems as text, one a line, for comparison.
inline std::string lines_of(const std::vector<Problem>& problems) {
    std::string out;
    for (const Problem& problem : problems) out += to_string(problem) + "\n";
    return out;
}

/// A file of the source tree, by its path from the root.
inline std::string read_source(const std::string& path) {
    std::ifstream in(std::string(STACKSEAL_SOURCE_DIR) + "/" + path);
    EXPECT_TRUE(in) << path;
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

inline core::Time at(std::string_view text) {
    return *core::parse_rfc3339(text);
}

}  // namespace stackseal::api
