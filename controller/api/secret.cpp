// SPDX-License-Identifier: Apache-2.0
// Look-up in a Secret.
#include "controller/api/secret.hpp"

namespace stackseal::api {

const core::SecretBytes* find_data(const Secret& secret, std::string_view key) {
    const auto it = secret.data.find(std::string(key));
    return it == secret.data.end() ? nullptr : &it->second;
}

}  // namespace stackseal::api
