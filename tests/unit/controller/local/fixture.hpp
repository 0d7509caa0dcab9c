// SPDX-License-Identifier: Apache-2.0
// What tests of the whole local cluster do again and again.
#pragma once

#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local::tests {

class ClusterTest : public testing::Test {
  protected:
    void write(const std::string& name, const std::string& text) {
        write_file(rig.manifest(name), text);
    }
    /// Creates a Secret; its version.
    std::string create(const core::Ref& ref, std::map<std::string, std::string> data) {
        const auto made = rig.cluster->write(creation(ref, std::move(data)));
        EXPECT_TRUE(made) << made.error().message;
        return made ? facts(*made).meta.resource_version : "";
    }
    core::Result<api::Object> record(const api::Snapshot<api::Certificate>& before,
                                     std::int64_t revision) {
        auto after = std::make_shared<api::Certificate>(*before);
        after->status.revision = revision;
        api::set_condition(after->status.conditions,
                           {"Ready", "True", "Issued", "all is well", before->meta.generation, {}},
                           core::seconds_of(rig.clock.now()));
        return rig.cluster->write(
            ports::RecordStatus{before, api::Snapshot<api::Certificate>(std::move(after))});
    }

    Rig rig;
};

}  // namespace stackseal::local::tests
