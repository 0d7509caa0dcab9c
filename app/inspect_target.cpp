// SPDX-License-Identifier: Apache-2.0
// One look at the letters decides; nothing is opened here.
#include "app/inspect_target.hpp"

#include <algorithm>

#include "controller/api/syntax.hpp"
#include "controller/core/concat.hpp"
#include "controller/core/quoted.hpp"

namespace stackseal::app {

namespace {

using core::concat;

constexpr std::string_view kForms =
    "write the path of a file or folder that exists, NAMESPACE/NAME for a Secret of the cluster, "
    "or HOST:PORT for a TLS server";

core::Error unclear(std::string_view text, std::string_view reason) {
    return {core::Code::kInvalid, concat(core::quoted(text), " ", reason, "; ", kForms)};
}

/// Written so that it can only be a path: nothing else begins like this or has so many slashes.
bool is_path_only(std::string_view text) {
    return text.starts_with('/') || text.starts_with('.') || text.starts_with('~') ||
           text.ends_with('/') || std::ranges::count(text, '/') > 1;
}

core::Result<InspectTarget> read_secret_name(std::string_view text, std::size_t slash) {
    const std::string_view space = text.substr(0, slash);
    const std::string_view name = text.substr(slash + 1);
    if (const auto fault = api::why_no_label(space))
        return unclear(text, concat("is no file, and no Secret: the namespace ", *fault));
    if (const auto fault = api::why_no_subdomain(name))
        return unclear(text, concat("is no file, and no Secret: the name ", *fault));
    return InspectTarget(core::Ref{core::Resource::kSecret, std::string(space), std::string(name)});
}

}  // namespace

core::Result<InspectTarget> read_target(std::string_view text, bool exists) {
    if (exists) return InspectTarget(PathTarget{std::string(text)});
    if (text.find("://") != std::string_view::npos)
        return unclear(text, "is a URL; leave the scheme and the path away");
    if (is_path_only(text))
        return core::Error{core::Code::kNotFound, concat(text, ": no such file or folder")};
    if (text.find(':') != std::string_view::npos) {
        STACKSEAL_TRY(auto endpoint, probe::parse_endpoint(text));
        return InspectTarget(std::move(endpoint));
    }
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos) return read_secret_name(text, slash);
    return unclear(text, "is no file, and could be a Secret or a host");
}

}  // namespace stackseal::app
