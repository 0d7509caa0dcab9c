// SPDX-License-Identifier: Apache-2.0
// Pure: documents to objects by the kinds' field tables, and each refusal to one line.
#include "controller/local/manifest.hpp"

#include <algorithm>
#include <charconv>

#include "controller/api/codec.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"
#include "controller/local/identity.hpp"
#include "controller/text/json.hpp"
#include "controller/text/yaml.hpp"

namespace stackseal::local {

using core::Ref;
using core::Resource;
using core::Result;
using core::Value;

namespace {

constexpr std::string_view kKnown =
    "known here are Certificate and Issuer (stackseal.io/v1alpha1), Secret and Namespace (v1)";
/// A status is kept in a file of the object's name, and file names end at 255 bytes.
constexpr std::size_t kNameLimit = 240;
constexpr text::Limits kJsonLimits{.bytes = 1U << 20U, .depth = 64};

/// A document on its way.
struct Source {
    const std::string& file;
    const Value& document;
};

FileProblem problem(const Source& source, std::string pointer, std::string message) {
    return {source.file, source.document.line, std::move(pointer), std::move(message)};
}

FileProblem problem_at(const Source& source, const api::Problem& found) {
    const int line = found.line != 0 ? found.line : source.document.line;
    return {source.file, line, found.pointer, found.message};
}

/// "not YAML: line 7, column 3: text" → line 7 and "not YAML: column 3: text", since an editor can
/// jump to file:line.
FileProblem syntax_problem(const std::string& file, const std::string& message) {
    constexpr std::string_view kLine = "line ";
    FileProblem problem{file, 0, "", message};
    const std::size_t at = message.find(kLine);
    if (at == std::string::npos) return problem;
    const char* begin = message.data() + at + kLine.size();
    const char* end = message.data() + message.size();
    const auto read = std::from_chars(begin, end, problem.line);
    if (problem.line == 0) return problem;
    const std::size_t rest =
        message.find_first_not_of(", :", std::size_t(read.ptr - message.data()));
    problem.message = message.substr(0, at) + message.substr(std::min(rest, message.size()));
    return problem;
}

/// The kind's resource; a problem for another kind, or for another version of a known one.
std::variant<Resource, FileProblem> resource_of(const Source& source) {
    const std::string_view version = source.document.text_at({"apiVersion"});
    const std::string_view kind = source.document.text_at({"kind"});
    if (kind.empty())
        return problem(source, "/kind", core::concat("is missing or no text; ", kKnown));
    const auto row = std::ranges::find(core::kResources, kind, &core::ResourceTraits::kind);
    if (row == core::kResources.end())
        return problem(source, "/kind",
                       core::concat(core::quoted(kind), " is not known; ", kKnown));
    if (version != row->api_version())
        return problem(source, "/apiVersion",
                       core::concat("must be \"", row->api_version(), "\" for kind ", kind,
                                    ", got ", core::quoted(version)));
    return static_cast<Resource>(row - core::kResources.begin());
}

int line_of(const Source& source, std::string_view key) {
    const Value* value = source.document.find_path({"metadata", key});
    return value != nullptr && value->line != 0 ? value->line : source.document.line;
}

std::vector<FileProblem> name_problems(const Source& source, const Ref& ref) {
    std::vector<FileProblem> found;
    if (const auto checked = check_names(ref); !checked) {
        const std::string& message = checked.error().message;
        const std::size_t colon = message.find(": ");
        const bool name = message.starts_with("metadata.name:");
        found.push_back({source.file, line_of(source, name ? "name" : "namespace"),
                         name ? "/metadata/name" : "/metadata/namespace",
                         message.substr(colon + 2)});
    }
    if (ref.name.size() > kNameLimit)
        found.push_back(
            {source.file, line_of(source, "name"), "/metadata/name",
             core::concat("must be at most ", kNameLimit, " characters, got ", ref.name.size())});
    return found;
}

template <class T>
Manifest read_object(const Source& source, Resource resource) {
    auto decoded = api::decode<T>(source.document);
    Manifest out;
    for (const auto* list : {&decoded.problems, &decoded.unknown})
        for (const api::Problem& found : *list) out.problems.push_back(problem_at(source, found));
    api::Meta& meta = decoded.value.meta;
    if (core::traits(resource).namespaced && meta.space.empty()) meta.space = "default";
    const Ref ref{resource, meta.space, meta.name};
    if (out.problems.empty()) out.problems = name_problems(source, ref);
    if (out.problems.empty())
        out.objects.push_back({ref, source.file, source.document.line,
                               std::make_shared<const T>(std::move(decoded.value))});
    return out;
}

Manifest read_document(const Source& source) {
    if (!source.document.is_object())
        return {{}, {problem(source, "", core::concat("must be an object; ", kKnown))}};
    const auto resource = resource_of(source);
    if (const auto* refused = std::get_if<FileProblem>(&resource)) return {{}, {*refused}};
    switch (const Resource known = std::get<Resource>(resource)) {
        case Resource::kCertificate:
            return read_object<api::Certificate>(source, known);
        case Resource::kIssuer:
            return read_object<api::Issuer>(source, known);
        case Resource::kSecret:
            return read_object<api::Secret>(source, known);
        case Resource::kNamespace:
            return read_object<api::Namespace>(source, known);
    }
    return {};
}

Result<std::vector<Value>> parse(const std::string& file, std::string_view text) {
    if (!file.ends_with(".json")) return text::parse_yaml(text);
    STACKSEAL_TRY(Value document, text::parse_json(text, kJsonLimits));
    std::vector<Value> documents;
    documents.push_back(std::move(document));
    return documents;
}

}  // namespace

std::string to_string(const FileProblem& problem) {
    std::string out = problem.file;
    if (problem.line != 0) out += core::concat(':', problem.line);
    for (const std::string& part : {problem.pointer, problem.message})
        if (!part.empty()) out += out.empty() ? part : ": " + part;
    return out;
}

std::string place_of(const ManifestObject& object) {
    return object.line == 0 ? object.file : core::concat(object.file, ':', object.line);
}

Manifest read_manifest(const std::string& file, std::string_view text) {
    const auto documents = parse(file, text);
    if (!documents) return {{}, {syntax_problem(file, documents.error().message)}};
    Manifest all;
    for (const Value& document : *documents) {
        Manifest one = read_document({file, document});
        std::ranges::move(one.objects, std::back_inserter(all.objects));
        std::ranges::move(one.problems, std::back_inserter(all.problems));
    }
    return all;
}

}  // namespace stackseal::local
