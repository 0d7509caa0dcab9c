// SPDX-License-Identifier: Apache-2.0
// Manifest files: every object has a name that may become a path, every problem its place.
#include <algorithm>

#include "controller/local/identity.hpp"
#include "controller/local/manifest.hpp"
#include "tests/fuzz/claims.hpp"

namespace {

using namespace stackseal;
using fuzz::require;

void check_object(const local::ManifestObject& object, long lines) {
    require(local::check_names(object.ref).has_value(), "names may become paths", object.ref.name);
    require(object.line <= lines, "an object stands on a line of the text");
    require(object.ref.resource == static_cast<core::Resource>(object.body.index()),
            "the body is of the resource");
}

void check_problem(const local::FileProblem& problem, long lines) {
    fuzz::require_line(local::to_string(problem));
    require(problem.line >= 0 && problem.line <= lines + 1, "a problem has a line of the text",
            local::to_string(problem));
}

void check(const std::string& file, std::string_view text) {
    const auto lines = std::ranges::count(text, '\n') + 1;
    const local::Manifest manifest = local::read_manifest(file, text);
    for (const auto& object : manifest.objects) check_object(object, lines);
    for (const auto& problem : manifest.problems) check_problem(problem, lines);
    const local::Manifest again = local::read_manifest(file, text);
    require(again.problems == manifest.problems && again.objects.size() == manifest.objects.size(),
            "a second reading finds the same");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input = fuzz::text_of(data, size);
    check(input.starts_with('{') ? "fuzz.json" : "fuzz.yaml", input);
    return 0;
}
