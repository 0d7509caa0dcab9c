// SPDX-License-Identifier: Apache-2.0
// stackseal status: what fails and why, and what expires next.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "app/commands.hpp"
#include "app/status_render.hpp"
#include "app/status_source.hpp"
#include "controller/observe/system_clock.hpp"
#include "controller/text/json.hpp"
#include "controller/text/yaml.hpp"

namespace stackseal::app {

namespace {

constexpr int kGood = 0;
constexpr int kWrong = 1;
constexpr int kUnusable = 2;  // nothing could be read

/// https://no-color.org: set and not empty means none.
bool wants_colours(const std::string& setting) {
    if (setting != "auto") return setting == "always";
    const char* refused = std::getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0');
}

std::string rendered(const std::vector<Standing>& all, core::Time now,
                     const StatusSettings& settings) {
    if (settings.output == "json") return text::to_pretty_json(to_document(all, now)) + "\n";
    if (settings.output == "yaml") return text::to_yaml(to_document(all, now));
    return to_table(all, now, wants_colours(settings.color));
}

}  // namespace

int run_status(const StatusSettings& settings) {
    const auto documents = read_documents(settings);
    if (!documents) {
        std::fprintf(stderr, "stackseal: %s\n", documents.error().message.c_str());
        return kUnusable;
    }
    const core::Time now = core::seconds_of(observe::SystemClock().now());
    const std::vector<Standing> all = standings(*documents, now);
    std::fputs(rendered(all, now, settings).c_str(), stdout);
    // What is not good stands first.
    return all.empty() || all.front().good ? kGood : kWrong;
}

}  // namespace stackseal::app
