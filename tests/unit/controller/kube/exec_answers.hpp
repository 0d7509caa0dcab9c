// SPDX-License-Identifier: Apache-2.0
// What a credential plugin answers, and a configuration that asks one.
#pragma once

#include <string>
#include <string_view>

#include "controller/core/concat.hpp"
#include "controller/kube/config.hpp"

namespace stackseal::kube {

inline constexpr std::string_view kV1 = "client.authentication.k8s.io/v1";

inline std::string exec_answer(const std::string& status, std::string_view version = kV1) {
    return core::concat(R"({"apiVersion":")", version, R"(","kind":"ExecCredential","status":)",
                        status, "}");
}

inline Config exec_config() {
    Config config;
    config.server = "https://api:6443";
    config.exec = ExecConfig{"login", {}, {}, std::string(kV1), "", false};
    return config;
}

}  // namespace stackseal::kube
