// SPDX-License-Identifier: Apache-2.0
// A version of one uid never changes, so what is known of it stays true.
#include "controller/kube/intake.hpp"

#include "controller/kube/secret_facts.hpp"
#include "controller/kube/watch_event.hpp"

namespace stackseal::kube {

namespace {

/// Of a Secret that is not ours the store holds less than the document tells.
bool is_whole(core::Resource resource, const api::Meta& held) {
    return resource != core::Resource::kSecret || is_managed(held);
}

}  // namespace

core::Result<api::Object> Intake::object(core::Resource resource, const core::Value& document) {
    api::Object held = store_.find(ref_of(resource, document));
    const api::Meta* meta = api::meta_of(held);
    const bool same = meta != nullptr && meta->resource_version == version_of(document) &&
                      meta->uid == document.text_at({"metadata", "uid"});
    if (same && is_whole(resource, *meta)) return held;
    return decode_object(resource, document, inspector_);
}

}  // namespace stackseal::kube
