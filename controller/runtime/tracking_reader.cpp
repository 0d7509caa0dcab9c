// SPDX-License-Identifier: Apache-2.0
// Note first, read second: the other order loses the change between the two.
#include "controller/runtime/tracking_reader.hpp"

#include <utility>

namespace stackseal::runtime {

TrackingReader::TrackingReader(ports::Reader& inner, Dependencies& dependencies, core::Ref key)
    : inner_(inner), dependencies_(dependencies), key_(std::move(key)) {
    dependencies_.begin(key_);
}

TrackingReader::~TrackingReader() {
    dependencies_.end(key_);
}

core::Result<api::Object> TrackingReader::find(const core::Ref& ref) {
    dependencies_.note(key_, ref);
    return inner_.find(ref);
}

core::Result<std::vector<api::Object>> TrackingReader::select(const ports::Selection& selection) {
    dependencies_.note(key_, selection);
    return inner_.select(selection);
}

core::Result<api::Secret> TrackingReader::read_secret(const core::Ref& ref) {
    dependencies_.note(key_, ref);
    return inner_.read_secret(ref);
}

}  // namespace stackseal::runtime
