// SPDX-License-Identifier: Apache-2.0
// Opening, reading, writing: the ports. How the directories are followed stands in following.cpp.
#include "controller/local/local_cluster.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "controller/api/codec.hpp"
#include "controller/core/concat.hpp"
#include "controller/local/identity.hpp"
#include "controller/local/io_error.hpp"

namespace stackseal::local {

using core::Code;
using core::Error;
using core::Ref;
using core::Resource;
using core::Result;

namespace {

Result<void> check_options(const Options& options) {
    if (is_namespace_name(options.authority_namespace)) return {};
    return Error{Code::kInvalid,
                 core::concat("the authority namespace \"", options.authority_namespace,
                              "\" must be lower-case letters, digits and '-'")};
}

Result<std::string> real_path(const std::string& path) {
    std::error_code failure;
    const std::filesystem::path real = std::filesystem::canonical(path, failure);
    if (failure) return io_error("open", path, failure.value());
    return real.string();
}

/// Status files end in .yaml: read as manifests they would all be refused.
Result<void> check_apart(const Options& options) {
    STACKSEAL_TRY(const std::string manifests, real_path(options.manifests));
    STACKSEAL_TRY(const std::string state, real_path(options.state));
    const std::string prefix = manifests == "/" ? manifests : manifests + "/";
    const bool within = (state + "/").starts_with(prefix);
    if (!within || state.find("/.", manifests.size() - 1) != std::string::npos) return {};
    return Error{Code::kInvalid,
                 core::concat("the state directory ", options.state,
                              " must not lie in the manifests directory ", options.manifests,
                              "; name another, or one whose name begins with '.'")};
}

Result<Folder> open_state(const Options& options) {
    std::error_code failure;
    const std::filesystem::path parent = std::filesystem::path(options.state).parent_path();
    if (!parent.empty()) std::filesystem::create_directories(parent, failure);
    const bool made = ::mkdir(options.state.c_str(), 0700) == 0;
    if (!made && errno != EEXIST) return io_error("make", options.state, errno);
    if (made && ::chmod(options.state.c_str(), 0700) != 0)
        return io_error("chmod", options.state, errno);
    return Folder::open(options.state, std::make_shared<const StepHook>(options.hook));
}

Result<void> check_mode(const Folder& state) {
    struct stat info {};
    if (::fstat(state.fd(), &info) != 0) return io_error("read", state.path(), errno);
    if ((info.st_mode & S_IWOTH) == 0) return {};
    return Error{Code::kDenied,
                 core::concat("the state directory ", state.path(),
                              " may be written by anybody; run: chmod 0700 ", state.path())};
}

}  // namespace

LocalCluster::LocalCluster(Options options, Folder state, Lock lock,
                           std::unique_ptr<InotifyWatch> watch, ports::Clock& clock,
                           ports::Log& log)
    : options_(std::move(options)),
      state_(std::move(state)),
      lock_(std::move(lock)),
      watch_(std::move(watch)),
      clock_(clock),
      log_(log),
      latest_time_(state_, clock_, log_),
      status_(state_),
      disk_(state_, options_.authority_namespace, clock_),
      secrets_({disk_, store_, *watch_, locks_, versions_, clock_, log_}),
      manifests_(options_.manifests, *watch_, log_) {}

Result<std::unique_ptr<LocalCluster>> LocalCluster::open(Options options, ports::Clock& clock,
                                                         ports::Log& log) {
    STACKSEAL_CHECK(check_options(options));
    STACKSEAL_CHECK(Folder::open(options.manifests));
    STACKSEAL_TRY(Folder state, open_state(options));
    STACKSEAL_CHECK(check_mode(state));
    STACKSEAL_CHECK(check_apart(options));
    STACKSEAL_TRY(Lock lock, Lock::take(state));
    STACKSEAL_TRY(std::unique_ptr<InotifyWatch> watch, InotifyWatch::open());
    std::unique_ptr<LocalCluster> cluster(new LocalCluster(
        std::move(options), std::move(state), std::move(lock), std::move(watch), clock, log));
    for (const std::string& line : cluster->disk_.heal())
        log.warn("the state directory is damaged", {{"problem", line}});
    return cluster;
}

void LocalCluster::watch(std::function<void(const ports::Change&)> handler) {
    store_.watch(std::move(handler));
}

// ---- reads

Result<api::Object> LocalCluster::find(const Ref& ref) {
    return store_.find(ref);
}

Result<std::vector<api::Object>> LocalCluster::select(const ports::Selection& selection) {
    return store_.select(selection);
}

Result<api::Secret> LocalCluster::read_secret(const Ref& ref) {
    return secrets_.read(ref);
}

std::vector<FileProblem> LocalCluster::problems() const {
    std::vector<FileProblem> all;
    {
        const std::lock_guard lock(mutex_);
        all = problems_;
    }
    for (std::string& line : secrets_.problems()) all.push_back({"", 0, "", std::move(line)});
    return all;
}

// ---- writes

Result<api::Object> LocalCluster::write(ports::Write write) {
    return std::visit([this](const auto& wanted) { return perform(wanted); }, write);
}

Result<api::Object> LocalCluster::perform(const ports::ApplySecret& apply) {
    latest_time_.note();
    return secrets_.apply(apply);
}

Result<api::Object> LocalCluster::perform(const ports::DeleteObject& wanted) {
    if (wanted.ref.resource == Resource::kSecret) return secrets_.erase(wanted);
    return Error{Code::kDenied,
                 core::to_string(wanted.ref) + " is given as a manifest; remove it from its file"};
}

Result<api::Object> LocalCluster::perform(const ports::RecordStatus& wanted) {
    return std::visit(
        [&](const auto& before) -> Result<api::Object> {
            using Held = std::decay_t<decltype(before)>;
            using T = std::remove_const_t<typename Held::element_type>;
            if constexpr (requires(T object) { object.status; }) {
                const auto* after = std::get_if<Held>(&wanted.after);
                if (before && after != nullptr && *after) return record<T>(*before, **after);
            }
            return Error{Code::kInternal, "a status write needs two objects of one kind"};
        },
        wanted.before);
}

template <class T>
Result<api::Object> LocalCluster::record(const T& before, const T& after) {
    const Ref ref{api::kResourceOf<T>, before.meta.space, before.meta.name};
    const auto lock = locks_.hold(ref);
    const auto held = std::get<api::Snapshot<T>>(store_.find(ref));
    if (!held || held->meta.uid != before.meta.uid)
        return Error{Code::kConflict, core::to_string(ref) + " is gone; it is read again"};
    if (held->meta.resource_version != before.meta.resource_version)
        return Error{Code::kConflict,
                     core::to_string(ref) + " was changed by another; it is read again"};
    if (held->status == after.status) return api::Object(held);
    auto fresh = std::make_shared<T>(*held);
    fresh->status = after.status;
    STACKSEAL_CHECK(status_.write(ref, api::encode_status(*fresh)));
    fresh->meta.resource_version = versions_.next();
    store_.put(api::Snapshot<T>(fresh));
    return api::Object(api::Snapshot<T>(fresh));
}

}  // namespace stackseal::local
