// SPDX-License-Identifier: Apache-2.0
// /proc by hand: prometheus-cpp has no collector for the process.
#include "controller/observe/process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

namespace stackseal::observe {

namespace {

/// The numbers of /proc/self/stat after the command name, which may hold spaces: field 3 is first.
std::vector<std::string> stat_fields() {
    std::ifstream file("/proc/self/stat");
    std::string line;
    std::getline(file, line);
    const auto end = line.rfind(')');
    if (end == std::string::npos) return {};
    std::istringstream rest(line.substr(end + 1));
    std::vector<std::string> fields;
    for (std::string field; rest >> field;) fields.push_back(std::move(field));
    return fields;
}

std::optional<double> boot_time() {
    std::ifstream file("/proc/stat");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("btime ")) return std::stod(line.substr(6));
    return std::nullopt;
}

void add_stat(std::vector<ports::Sample>& out) {
    const std::vector<std::string> f = stat_fields();
    if (f.size() < 22) return;
    const auto number = [&](std::size_t field) {
        return std::stod(f[field - 3]);
    };  // as in proc(5)
    const double tick = static_cast<double>(sysconf(_SC_CLK_TCK));
    out.push_back({"process_cpu_seconds_total", {}, (number(14) + number(15)) / tick});
    out.push_back({"process_threads", {}, number(20)});
    out.push_back({"process_virtual_memory_bytes", {}, number(23)});
    out.push_back({"process_resident_memory_bytes",
                   {},
                   number(24) * static_cast<double>(sysconf(_SC_PAGESIZE))});
    if (const auto boot = boot_time())
        out.push_back({"process_start_time_seconds", {}, *boot + number(22) / tick});
}

void add_descriptors(std::vector<ports::Sample>& out) {
    std::error_code failed;
    double open = 0;
    for (std::filesystem::directory_iterator it("/proc/self/fd", failed), end; !failed && it != end;
         it.increment(failed))
        ++open;
    if (!failed) out.push_back({"process_open_fds", {}, open});
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0)
        out.push_back({"process_max_fds", {}, static_cast<double>(limit.rlim_cur)});
}

}  // namespace

std::vector<ports::Sample> sample_process() {
    std::vector<ports::Sample> out;
    add_stat(out);
    add_descriptors(out);
    return out;
}

}  // namespace stackseal::observe
