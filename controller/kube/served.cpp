// SPDX-License-Identifier: Apache-2.0
// --namespaces bounds everything: no watch reaches beyond it, nor does a read.
#include "controller/kube/served.hpp"

#include <algorithm>

#include "controller/api/names.hpp"
#include "controller/core/concat.hpp"

namespace stackseal::kube {

namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

std::string by_label(std::string_view operation) {
    return core::concat(api::kManagedLabel, operation, api::kManagedValue);
}

/// Ours whole, the others by metadata: they may be large, and they are nobody's business here.
void add_secrets(std::vector<Query>& all, const std::string& space) {
    all.push_back({core::Resource::kSecret, space, by_label("="), false});
    all.push_back({core::Resource::kSecret, space, by_label("!="), true});
}

void add_space(std::vector<Query>& all, const std::string& space) {
    all.push_back({core::Resource::kCertificate, space, "", false});
    all.push_back({core::Resource::kIssuer, space, "", false});
    add_secrets(all, space);
}

core::Error not_served(const std::string& space) {
    return {core::Code::kNotServed, core::concat("namespace ", space,
                                                 " is not served: add it to "
                                                 "--namespaces, or refer to a namespace that is")};
}

}  // namespace

core::Result<void> check_served(const Served& served, core::Resource resource,
                                const std::string& space) {
    if (served.everywhere()) return {};
    if (resource == core::Resource::kNamespace)
        return core::Error{core::Code::kNotServed,
                           "Namespaces are not watched under --namespaces: "
                           "name the namespaces instead of selecting them by label"};
    // All namespaces: all that are served.
    if (space.empty() || contains(served.namespaces, space)) return {};
    const bool secrets = resource == core::Resource::kSecret;
    if (secrets && contains(served.secret_namespaces, space)) return {};
    return not_served(space);
}

std::vector<Query> queries(const Served& served) {
    std::vector<Query> all;
    if (served.everywhere()) {
        all.push_back({core::Resource::kNamespace, "", "", false});
        add_space(all, "");
        return all;
    }
    std::vector<std::string> done;
    for (const std::string& space : served.namespaces) {
        if (contains(done, space)) continue;
        add_space(all, space);
        done.push_back(space);
    }
    for (const std::string& space : served.secret_namespaces) {
        if (contains(done, space)) continue;
        add_secrets(all, space);
        done.push_back(space);
    }
    return all;
}

}  // namespace stackseal::kube
