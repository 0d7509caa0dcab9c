// SPDX-License-Identifier: Apache-2.0
// Bodies are text with a name put in: the yardstick spends no time on documents of its own.
#include "tests/bench/yardstick/certificates.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "controller/core/concat.hpp"
#include "controller/text/json.hpp"

namespace stackseal::bench {

namespace {

constexpr std::string_view kSampleName = "s-000000";

core::Value parsed(std::string_view text) {
    auto document = text::parse_kubernetes_json(text);
    if (!document) throw std::runtime_error(document.error().message);
    return *std::move(document);
}

std::string with_name(std::string text, std::string_view name) {
    for (auto at = text.find(kSampleName); at != std::string::npos; at = text.find(kSampleName, at))
        text.replace(at, name.size(), name);
    return text;
}

std::string manifest(const std::string& name) {
    return core::concat(
        R"({"apiVersion":"stackseal.io/v1alpha1","kind":"Certificate","metadata":{"name":")", name,
        R"("},"spec":{"secretName":")", name, R"(-tls","dnsNames":[")", name,
        R"(.example.com"],"issuerRef":{"name":"ca"}}})");
}

bool is_ready(const core::Value& certificate) {
    const core::Value* conditions = certificate.find_path({"status", "conditions"});
    if (conditions == nullptr || conditions->items() == nullptr) return false;
    for (const core::Value& condition : *conditions->items())
        if (condition.text_at({"type"}) == "Ready") return condition.text_at({"status"}) == "True";
    return false;
}

}  // namespace

std::string name_of(int index) {
    std::array<char, 16> text{};
    std::snprintf(text.data(), text.size(), "c-%06d", index);
    return text.data();
}

Sample read_sample(const std::string& file) {
    std::ifstream in(file);
    const core::Value document =
        parsed(std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()));
    return {text::to_json(*document.find("secret")), text::to_json(*document.find("status"))};
}

Seen seen_in(const core::Value& certificate) {
    return {std::string(certificate.text_at({"metadata", "name"})),
            std::string(certificate.text_at({"metadata", "resourceVersion"})),
            is_ready(certificate)};
}

Certificates::Certificates(const Server& server, std::string space)
    : connection_(server),
      space_(std::move(space)),
      path_(core::concat("/apis/stackseal.io/v1alpha1/namespaces/", space_, "/certificates")) {}

void Certificates::create(const std::string& name) {
    connection_.exchange({"POST", path_, "application/json", manifest(name)});
}

std::vector<Seen> Certificates::list() {
    const core::Value answer = parsed(connection_.exchange({"GET", path_, "", ""}));
    std::vector<Seen> all;
    for (const core::Value& item : *answer.find("items")->items()) all.push_back(seen_in(item));
    return all;
}

void Certificates::issue(const Sample& sample, const Seen& certificate) {
    connection_.exchange({"POST", core::concat("/api/v1/namespaces/", space_, "/secrets"),
                          "application/json", with_name(sample.secret, certificate.name)});
    connection_.exchange(
        {"PATCH", core::concat(path_, "/", certificate.name, "/status"),
         "application/merge-patch+json",
         core::concat(R"({"metadata":{"resourceVersion":")", certificate.version, R"("},"status":)",
                      with_name(sample.status, certificate.name), "}")});
}

void Certificates::watch(const std::function<bool(const Seen&)>& on_seen) {
    connection_.stream(path_ + "?watch=1&resourceVersion=0", [&](std::string_view line) {
        const core::Value event = parsed(line);
        const core::Value* object = event.find("object");
        return object == nullptr || on_seen(seen_in(*object));
    });
}

}  // namespace stackseal::bench
