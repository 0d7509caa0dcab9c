// SPDX-License-Identifier: Apache-2.0
// A cache of given objects, for what is read from one.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "controller/ports/cluster.hpp"

namespace stackseal::tests {

class HeldObjects : public ports::Reader {
  public:
    std::map<core::Ref, api::Object> held;

    /// Under that name.
    void hold(api::Certificate certificate, std::string name) {
        certificate.meta.name = std::move(name);
        const core::Ref ref{core::Resource::kCertificate, certificate.meta.space,
                            certificate.meta.name};
        held[ref] = std::make_shared<const api::Certificate>(std::move(certificate));
    }

    core::Result<api::Object> find(const core::Ref& ref) override {
        const auto it = held.find(ref);
        return it == held.end() ? api::absent(ref.resource) : it->second;
    }
    core::Result<std::vector<api::Object>> select(const ports::Selection& selection) override {
        std::vector<api::Object> found;
        for (const auto& [ref, object] : held)
            if (ref.resource == selection.resource) found.push_back(object);
        return found;
    }
    core::Result<api::Secret> read_secret(const core::Ref&) override {
        return core::Error{core::Code::kNotFound, "not asked for"};
    }
};

}  // namespace stackseal::tests
