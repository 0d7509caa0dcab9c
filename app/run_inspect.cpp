// SPDX-License-Identifier: Apache-2.0
// stackseal inspect: what a file, a Secret or an endpoint holds, and what is wrong with it.
#include <cstdio>
#include <filesystem>
#include <variant>

#include "app/commands.hpp"
#include "app/inspect_cluster.hpp"
#include "app/inspect_render.hpp"
#include "app/inspect_report.hpp"
#include "app/inspect_source.hpp"
#include "app/inspect_target.hpp"
#include "controller/core/concat.hpp"
#include "controller/http/pool.hpp"
#include "controller/kube/files.hpp"
#include "controller/observe/system_clock.hpp"
#include "controller/text/json.hpp"

namespace stackseal::app {

namespace {

using core::Result;

constexpr int kGood = 0;
constexpr int kWrong = 1;
constexpr int kUnusable = 2;  // the line, or the place that it names
constexpr std::chrono::seconds kPatience{10};
constexpr std::size_t kLargestBundle = 1U << 20U;

/// The user's own anchors, which take the system's place for every TLS client of the machine.
Result<std::string> users_anchors() {
    const std::string& file = http::users_trust_file();
    if (file.empty()) return std::string();
    const auto bytes = kube::read_small_file(file, kLargestBundle);
    if (!bytes)
        return core::Error{bytes.error().code,
                           core::concat("SSL_CERT_FILE: ", bytes.error().message)};
    return std::string(bytes->reveal());
}

/// Gets the material from where the target says.
struct Gather {
    const InspectSettings& settings;
    core::Time now;

    Result<Material> operator()(const PathTarget& target) const { return read_path(target.path); }

    Result<Material> operator()(const core::Ref& ref) const {
        STACKSEAL_TRY(const api::Secret secret, read_cluster_secret(ref, settings));
        return material_of_secret(secret);
    }

    Result<Material> operator()(probe::Endpoint endpoint) const {
        STACKSEAL_TRY(endpoint.anchors_pem, users_anchors());
        STACKSEAL_TRY(probe::Served served, probe::fetch(endpoint, kPatience, now));
        Material material;
        material.source = Source::kEndpoint;
        material.name = probe::to_string(endpoint);
        material.chain_pem = served.shown.chain_pem;
        material.anchors_given = !endpoint.anchors_pem.empty();
        material.served = std::move(served);
        return material;
    }
};

Result<Report> inspect(const InspectSettings& settings) {
    std::error_code none;
    const bool exists = std::filesystem::exists(settings.target, none);
    STACKSEAL_TRY(const InspectTarget target, read_target(settings.target, exists));
    const core::Time now = core::seconds_of(observe::SystemClock().now());
    STACKSEAL_TRY(const Material material, std::visit(Gather{settings, now}, target));
    return make_report(material, now);
}

void print(const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
}

/// What cannot be parsed is wrong with what was inspected, not with the line.
int fail(const core::Error& error) {
    std::fprintf(stderr, "stackseal: %s\n", error.message.c_str());
    return error.code == core::Code::kCorrupt ? kWrong : kUnusable;
}

}  // namespace

int run_inspect(const InspectSettings& settings) {
    const bool json = settings.output == "json";
    if (!json && settings.output != "text")
        return fail({core::Code::kInvalid,
                     core::concat("--output \"", settings.output, "\": use text or json")});
    const auto report = inspect(settings);
    if (!report) return fail(report.error());
    print(json ? text::to_pretty_json(to_document(*report)) : to_text(*report));
    if (json) print("\n");
    return report->problems.empty() ? kGood : kWrong;
}

}  // namespace stackseal::app
