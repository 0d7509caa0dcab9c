// SPDX-License-Identifier: Apache-2.0
// The process's own memory, processor time and descriptors, under the names that dashboards know.
#pragma once

#include <vector>

#include "controller/ports/metrics.hpp"

namespace stackseal::observe {

/// process_* samples, read from /proc at the moment. What cannot be read is left out.
/// Units: seconds and bytes. Source: proc(5), /proc/self/stat; prometheus client guidelines.
std::vector<ports::Sample> sample_process();

}  // namespace stackseal::observe
