// SPDX-License-Identifier: Apache-2.0
// Pure: objects of manifests to the documents of an apply.
#include "app/given_objects.hpp"

#include <algorithm>

#include "controller/api/codec.hpp"
#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::app {

namespace {

using core::Value;

Value texts_of(const std::map<std::string, std::string>& texts) {
    Value out = Value::object();
    for (const auto& [key, text] : texts) out.set(key, Value::of(text));
    return out;
}

Value metadata_of(const api::Meta& meta) {
    Value labels = texts_of(meta.labels);
    labels.set(api::kManagedByLabel, Value::of(api::kManagedByValue));
    Value out = Value::object({{"name", Value::of(meta.name)},
                               {"namespace", Value::of(meta.space)},
                               {"labels", std::move(labels)}});
    if (!meta.annotations.empty()) out.set("annotations", texts_of(meta.annotations));
    return out;
}

template <class T>
GivenObject given(const local::ManifestObject& object, const T& body) {
    const core::ResourceTraits& traits = core::traits(object.ref.resource);
    const Value whole = api::encode(body);
    const Value* spec = whole.find("spec");
    Value document = Value::object({{"apiVersion", Value::of(traits.api_version())},
                                    {"kind", Value::of(traits.kind)},
                                    {"metadata", metadata_of(body.meta)},
                                    {"spec", spec == nullptr ? Value::object() : *spec}});
    return {object.ref, local::place_of(object), std::move(document)};
}

local::FileProblem other_kind(const local::ManifestObject& object) {
    return {object.file, object.line, "/kind",
            core::concat(core::traits(object.ref.resource).kind,
                         " is not applied from here, only Issuer and Certificate are; apply it by "
                         "other means")};
}

bool issuers_first(const GivenObject& a, const GivenObject& b) {
    if (a.ref.resource != b.ref.resource) return a.ref.resource == core::Resource::kIssuer;
    return a.ref < b.ref;
}

}  // namespace

Given given_in(const local::Scan& scan) {
    Given out{{}, scan.problems};
    for (const local::ManifestObject& object : scan.objects) {
        if (const auto* issuer = std::get_if<api::Snapshot<api::Issuer>>(&object.body))
            out.objects.push_back(given(object, **issuer));
        else if (const auto* leaf = std::get_if<api::Snapshot<api::Certificate>>(&object.body))
            out.objects.push_back(given(object, **leaf));
        else
            out.problems.push_back(other_kind(object));
    }
    std::ranges::sort(out.objects, issuers_first);
    return out;
}

core::Value upon(core::Value document, std::string_view version) {
    if (version.empty()) return document;
    const core::Value* metadata = document.find("metadata");
    core::Value bound = metadata == nullptr ? core::Value::object() : *metadata;
    bound.set("resourceVersion", core::Value::of(std::string(version)));
    document.set("metadata", std::move(bound));
    return document;
}

}  // namespace stackseal::app
