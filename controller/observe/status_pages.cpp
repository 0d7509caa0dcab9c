// SPDX-License-Identifier: Apache-2.0
// The routes.
#include "controller/observe/status_pages.hpp"

#include <array>
#include <optional>

#include "controller/observe/take_until.hpp"

namespace stackseal::observe {

namespace {

struct HealthPath {
    std::string_view title;
    Probe probe;
};
/// /healthz is the older name of /livez, kept because charts and load balancers ask for it.
constexpr std::array<HealthPath, 3> kHealthPaths = {
    {{"livez", Probe::kLive}, {"healthz", Probe::kLive}, {"readyz", Probe::kReady}}};

constexpr std::string_view kIndex = "stackseal " STACKSEAL_VERSION "\n/metrics\n/livez\n/readyz\n";

HealthQuestion question_of(std::string_view only, std::string_view query) {
    HealthQuestion question{.only = only};
    while (!query.empty()) {
        std::string_view value = take_until(query, '&');
        const std::string_view key = take_until(value, '=');
        if (key == "verbose") question.verbose = true;
        if (key == "exclude") question.exclude.push_back(value);
    }
    return question;
}

std::optional<StatusAnswer> health_answer(const StatusRequest& request, Health& health) {
    std::string_view rest = request.path.substr(1);
    const std::string_view title = take_until(rest, '/');
    for (const HealthPath& known : kHealthPaths) {
        if (known.title != title) continue;
        HealthAnswer judged =
            judge(title, health.examine(known.probe), question_of(rest, request.query));
        return StatusAnswer{.status = judged.status, .body = std::move(judged.text)};
    }
    return std::nullopt;
}

StatusAnswer metrics_answer(Dialect dialect, const StatusPages& pages) {
    return {.type = std::string(content_type(dialect)), .body = pages.metrics(dialect)};
}

}  // namespace

StatusAnswer answer(const StatusRequest& request, const StatusPages& pages) {
    if (request.method != "GET" && request.method != "HEAD")
        return {.status = 405, .body = "only GET and HEAD\n"};
    if (request.path == "/") return {.body = std::string(kIndex)};
    if (request.path == "/metrics") return metrics_answer(preferred(request.accept), pages);
    if (request.path.starts_with('/'))
        if (auto found = health_answer(request, *pages.health)) return *std::move(found);
    return {.status = 404, .body = "no such page\n"};
}

}  // namespace stackseal::observe
