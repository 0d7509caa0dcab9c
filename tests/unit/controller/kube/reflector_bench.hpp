// SPDX-License-Identifier: Apache-2.0
// Frames, pages, and a reflector that is fed with them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "controller/core/concat.hpp"
#include "controller/kube/reflector.hpp"
#include "tests/support/decoded.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {

using core::concat;

inline std::string frame(std::string_view type, std::string_view name, std::string_view version,
                         std::string_view uid = "u") {
    return concat(R"({"type":")", type,
                  R"(","object":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":")", name,
                  R"(","uid":")", uid, R"(","resourceVersion":")", version, R"("}}})");
}
inline std::string bookmark(std::string_view version) {
    return concat(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")", version,
                  R"("}}})");
}
inline std::string marker(std::string_view version) {
    return concat(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")", version,
                  R"(","annotations":{"k8s.io/initial-events-end":"true"}}}})");
}
inline std::string in_stream_error(int code, std::string_view reason) {
    return concat(R"({"type":"ERROR","object":{"kind":"Status","code":)", code, R"(,"reason":")",
                  reason, R"(","message":"told so"}})");
}
inline std::string page(std::string_view items, std::string_view version,
                        std::string_view more = "") {
    return concat(R"({"kind":"NamespaceList","metadata":{"resourceVersion":")", version,
                  R"(","continue":")", more, R"("},"items":[)", items, "]}");
}
inline std::string item(std::string_view name, std::string_view version) {
    return concat(R"({"metadata":{"name":")", name, R"(","uid":"u","resourceVersion":")", version,
                  R"("}})");
}

/// One reflector of Namespaces; what reaches the sink is written down as one line each.
struct Bench {
    Rig rig;
    std::vector<std::string> heard;
    std::stop_source stop;
    core::Result<void> sink_answer;
    std::unique_ptr<Reflector> reflector;
    double chance = 0;

    Bench() {
        rig.transport.on_exhausted = [this] { stop.request_stop(); };
        reflector = std::make_unique<Reflector>(
            ReflectorParts{rig.client, rig.clock, rig.log, rig.metrics, rig.pause(),
                           [this] { return chance; }, [] {}},
            Query{core::Resource::kNamespace, "", "", false}, sink());
    }

    Sink sink() {
        return {[](const core::Value& document) {
                    return decoded(core::Resource::kNamespace, document);
                },
                [this](Listing listing) {
                    std::string line =
                        concat(listing.initial ? "first" : "again", "@", listing.version, ":");
                    for (const auto& object : listing.objects)
                        line += " " + api::meta_of(object)->name;
                    for (const auto& ref : listing.unreadable) line += " ?" + ref.name;
                    heard.push_back(line);
                    return sink_answer;
                },
                [this](api::Object object) {
                    heard.push_back(concat("put ", api::meta_of(object)->name, "@",
                                           api::meta_of(object)->resource_version));
                    return sink_answer;
                },
                [this](const core::Ref& ref, const std::string& version) {
                    heard.push_back(concat("gone ", ref.name, "@", version));
                    return sink_answer;
                }};
    }

    /// Streams in order; each lasts two seconds unless it says otherwise.
    void plays(std::vector<std::string> lines,
               std::chrono::milliseconds lasting = std::chrono::seconds(2),
               core::Result<ports::StreamEnd> end = ports::StreamEnd{200, {}, ""}) {
        tests::ScriptedStream stream;
        stream.lines = std::move(lines);
        stream.before_end = [this, lasting] { rig.clock.advance(lasting); };
        stream.end = std::move(end);
        rig.transport.stream_answer(std::move(stream));
    }
    void refuses(int status, std::string body = "", ports::Headers headers = {}) {
        plays({}, std::chrono::milliseconds(0),
              ports::StreamEnd{status, std::move(headers), std::move(body)});
    }
    void run() { reflector->run(stop.get_token()); }

    /// What was asked, in short: "all" or the version watched from.
    std::vector<std::string> asked() {
        std::vector<std::string> out;
        for (const auto& request : rig.transport.streams()) {
            const std::size_t at = request.target.find("resourceVersion=");
            out.push_back(at == std::string::npos ? "all" : request.target.substr(at + 16));
        }
        return out;
    }
};

}  // namespace stackseal::kube
