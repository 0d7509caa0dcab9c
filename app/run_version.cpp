// SPDX-License-Identifier: Apache-2.0
// stackseal version.
#include <cstdio>

#include "app/commands.hpp"

namespace stackseal::app {

int run_version() {
    std::puts("stackseal " STACKSEAL_VERSION);
    return 0;
}

}  // namespace stackseal::app
