// SPDX-License-Identifier: Apache-2.0
// A reflector against scripted streams: what it stores, what it asks next, and how long it waits.
#include "controller/kube/reflector.hpp"

#include <gmock/gmock.h>

#include "controller/core/concat.hpp"
#include "tests/unit/controller/kube/decoded.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using core::concat;
using core::Error;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tests::ScriptedStream;

std::string frame(std::string_view type, std::string_view name, std::string_view version,
                  std::string_view uid = "u") {
    return concat(R"({"type":")", type,
                  R"(","object":{"apiVersion":"v1","kind":"Namespace","metadata":{"name":")", name,
                  R"(","uid":")", uid, R"(","resourceVersion":")", version, R"("}}})");
}
std::string bookmark(std::string_view version) {
    return concat(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")", version,
                  R"("}}})");
}
std::string marker(std::string_view version) {
    return concat(R"({"type":"BOOKMARK","object":{"metadata":{"resourceVersion":")", version,
                  R"(","annotations":{"k8s.io/initial-events-end":"true"}}}})");
}
std::string in_stream_error(int code, std::string_view reason) {
    return concat(R"({"type":"ERROR","object":{"kind":"Status","code":)", code, R"(,"reason":")",
                  reason, R"(","message":"told so"}})");
}
std::string page(std::string_view items, std::string_view version, std::string_view more = "") {
    return concat(R"({"kind":"NamespaceList","metadata":{"resourceVersion":")", version,
                  R"(","continue":")", more, R"("},"items":[)", items, "]}");
}
std::string item(std::string_view name, std::string_view version) {
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
    void plays(std::vector<std::string> lines, milliseconds lasting = seconds(2),
               core::Result<ports::StreamEnd> end = ports::StreamEnd{200, {}, ""}) {
        ScriptedStream stream;
        stream.lines = std::move(lines);
        stream.before_end = [this, lasting] { rig.clock.advance(lasting); };
        stream.end = std::move(end);
        rig.transport.stream_answer(std::move(stream));
    }
    void refuses(int status, std::string body = "", ports::Headers headers = {}) {
        plays({}, milliseconds(0), ports::StreamEnd{status, std::move(headers), std::move(body)});
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

TEST(Reflector, StreamsTheStateThenTheChanges) {
    Bench bench;
    bench.plays({frame("ADDED", "b", "5"), frame("ADDED", "a", "3"), marker("9"),
                 frame("MODIFIED", "a", "10"), bookmark("12"), frame("DELETED", "b", "13")});
    bench.run();
    EXPECT_THAT(bench.heard, ElementsAre("first@9: b a", "put a@10", "gone b@13"));
    EXPECT_THAT(bench.asked(), ElementsAre("all", "13"));
    EXPECT_TRUE(bench.reflector->pulse()->synced());
    EXPECT_THAT(bench.rig.waits, IsEmpty());
}

TEST(Reflector, AnOrdinaryEndIsFollowedByAWatchAtOnceFromTheBookmark) {
    Bench bench;
    bench.plays({marker("9"), bookmark("20")});
    bench.plays({frame("ADDED", "c", "21")});
    bench.plays({});
    bench.run();
    EXPECT_THAT(bench.asked(), ElementsAre("all", "20", "21", "21"));
    EXPECT_THAT(bench.rig.waits, IsEmpty());
    EXPECT_THAT(bench.heard, ElementsAre("first@9:", "put c@21"));
}

TEST(Reflector, VersionsOfTheInitialPartDoNotCount) {
    Bench bench;
    bench.plays({frame("ADDED", "a", "900"), marker("50")});
    bench.plays({});
    bench.run();
    EXPECT_THAT(bench.asked(), ElementsAre("all", "50", "50"));
}

TEST(Reflector, AnInitialPartThatBreaksOffIsThrownAway) {
    Bench bench;
    bench.plays({frame("ADDED", "a", "1")});
    bench.plays({frame("ADDED", "b", "2"), marker("3")});
    bench.run();
    EXPECT_THAT(bench.heard, ElementsAre("first@3: b"));
    EXPECT_THAT(bench.rig.waits, ElementsAre(milliseconds(800)));
}

/// Ways in which a running watch ends, and what follows.
struct EndRow {
    std::string name;
    std::vector<std::string> lines;
    milliseconds lasting;
    core::Result<ports::StreamEnd> end;
    std::string next;  ///< asked next
    bool waits;
};

std::vector<EndRow> end_table() {
    const ports::StreamEnd good{200, {}, ""};
    const Error reset{Code::kUnavailable, "reset", 0, true};
    const Error refused{Code::kUnavailable, "refused", 0, false};
    const milliseconds at_once{10};
    return {
        {"eof", {}, seconds(2), good, "9", false},
        {"reset", {}, seconds(2), reset, "9", false},
        {"idle", {}, seconds(150), reset, "9", false},
        {"refused", {}, at_once, refused, "9", true},
        {"refused slowly", {}, seconds(30), refused, "9", true},
        {"reset at once", {}, at_once, reset, "9", true},
        {"very short", {}, at_once, good, "all", true},
        {"short with an event", {bookmark("10")}, at_once, good, "10", true},
        {"410 in the stream", {in_stream_error(410, "Expired")}, at_once, good, "all", true},
        {"429 in the stream", {in_stream_error(429, "x")}, at_once, good, "9", true},
        {"500 in the stream", {in_stream_error(500, "x")}, at_once, good, "all", true},
        {"410 instead", {}, at_once, ports::StreamEnd{410, {}, ""}, "all", true},
        {"401 instead", {}, at_once, ports::StreamEnd{401, {}, ""}, "9", true},
        {"403 instead", {}, at_once, ports::StreamEnd{403, {}, ""}, "9", true},
        {"404 instead", {}, at_once, ports::StreamEnd{404, {}, ""}, "all", true},
        {"503 instead", {}, at_once, ports::StreamEnd{503, {}, ""}, "9", true},
        {"garbage", {"{]"}, at_once, good, "all", true},
        {"no frame", {R"({"type":"NEW","object":{}})"}, at_once, good, "all", true},
        {"line too long", {}, at_once, Error{Code::kInvalid, "line"}, "all", true},
    };
}

TEST(Reflector, EveryEndHasItsConsequence) {
    for (const EndRow& row : end_table()) {
        Bench bench;
        bench.plays({marker("9")});
        bench.plays(row.lines, row.lasting, row.end);
        bench.run();
        const auto asked = bench.asked();
        ASSERT_THAT(asked, SizeIs(3)) << row.name;
        EXPECT_EQ(asked[2], row.next) << row.name;
        EXPECT_EQ(!bench.rig.waits.empty(), row.waits) << row.name;
    }
}

TEST(Reflector, WaitsAsLongAsItIsToldWhileAKindIsBeingInstalled) {
    Bench bench;
    bench.refuses(429, R"({"kind":"Status","message":"storage is (re)initializing","code":429})",
                  {{"Retry-After", "1"}});
    bench.plays({marker("9")});
    bench.run();
    EXPECT_THAT(bench.rig.waits, ElementsAre(milliseconds(1000)));
    EXPECT_THAT(bench.asked(), ElementsAre("all", "all", "9"));
    EXPECT_THAT(bench.heard, ElementsAre("first@9:"));
}

TEST(Reflector, ExpiryAgainAndAgainIsNoHotLoop) {
    Bench bench;
    bench.chance = 0.5;
    for (int i = 0; i < 4; ++i) bench.plays({in_stream_error(410, "Expired")});
    bench.run();
    EXPECT_THAT(bench.rig.waits, ElementsAre(milliseconds(1200), milliseconds(2400),
                                             milliseconds(4800), milliseconds(9600)));
}

TEST(Reflector, FallsBackToPagesWhereListsAreNotStreamed) {
    Bench bench;
    bench.refuses(422, R"({"kind":"Status","message":"sendInitialEvents forbidden","code":422})");
    bench.rig.transport.answer(200, page(item("a", "1"), "40", "next page"));
    bench.rig.transport.answer(200, page(item("b", "2"), "40"));
    bench.plays({in_stream_error(410, "Expired")});
    bench.rig.transport.answer(200, page("", "60"));
    bench.plays({frame("ADDED", "c", "61")});
    bench.run();
    EXPECT_THAT(bench.heard, ElementsAre("first@40: a b", "again@60:", "put c@61"));
    EXPECT_THAT(bench.asked(), ElementsAre("all", "40", "60", "61"));
    ASSERT_THAT(bench.rig.transport.requests(), SizeIs(3));
    EXPECT_THAT(bench.rig.transport.requests()[1].target, HasSubstr("continue=next%20page"));
}

TEST(Reflector, AnEmptyPageIsNotTheEnd) {
    Bench bench;
    bench.refuses(422);
    bench.rig.transport.answer(200, page("", "40", "more"));
    bench.rig.transport.answer(200, page(item("b", "2"), "40"));
    bench.run();
    EXPECT_THAT(bench.heard, ElementsAre("first@40: b"));
}

TEST(Reflector, APageThatExpiredBeginsTheListAnew) {
    Bench bench;
    bench.refuses(422);
    bench.rig.transport.answer(200, page(item("a", "1"), "40", "more"));
    bench.rig.transport.answer(410, "");
    bench.rig.transport.answer(200, page(item("b", "2"), "50"));
    bench.run();
    EXPECT_THAT(bench.heard, ElementsAre("first@50: b"));
    EXPECT_THAT(bench.rig.waits, ElementsAre(milliseconds(800)));
}

TEST(Reflector, AnAnswerThatIsNoListIsNoEmptyList) {
    for (const std::string_view body : {"{}", "<html>", R"({"items":[]})"}) {
        Bench bench;
        bench.refuses(422);
        bench.rig.transport.answer(200, std::string(body));
        bench.run();
        EXPECT_THAT(bench.heard, IsEmpty()) << body;
        EXPECT_FALSE(bench.reflector->pulse()->synced());
    }
}

TEST(Reflector, WithoutAMarkerWithinAMinuteItReadsPages) {
    Bench bench;
    ScriptedStream silent;
    silent.lines = {frame("ADDED", "a", "1")};
    silent.before_end = [&] { bench.rig.clock.advance(seconds(61)); };
    silent.end = Error{Code::kUnavailable, "idle", 0, true};
    bench.rig.transport.stream_answer(std::move(silent));
    bench.rig.transport.answer(200, page(item("a", "1"), "40"));
    bench.run();
    EXPECT_THAT(bench.heard, ElementsAre("first@40: a"));
    EXPECT_EQ(bench.rig.transport.streams()[0].idle_timeout, seconds(60));
}

TEST(Reflector, ABookmarkInsteadOfTheMarkerAfterAMinuteEndsThePatience) {
    Bench bench;
    bench.rig.transport.stream_handler = [&](const ports::StreamRequest& request) {
        std::optional<ScriptedStream> out;
        if (request.target.find("sendInitialEvents") == std::string::npos) {
            bench.stop.request_stop();
            return out;
        }
        out.emplace();
        out->lines = {frame("ADDED", "a", "1"), bookmark("40")};
        out->hold = true;
        return out;
    };
    // The clock moves between the two lines, as the sink takes the first.
    bool moved = false;
    Sink slow = bench.sink();
    slow.arrive = [&](const core::Value& document) {
        if (!std::exchange(moved, true)) bench.rig.clock.advance(seconds(60));
        return decoded(core::Resource::kNamespace, document);
    };
    bench.rig.transport.answer(200, page(item("a", "1"), "40"));
    Reflector reflector({bench.rig.client, bench.rig.clock, bench.rig.log, bench.rig.metrics,
                         bench.rig.pause(), [] { return 0.0; }, [] {}},
                        {core::Resource::kNamespace, "", "", false}, slow);
    reflector.run(bench.stop.get_token());
    EXPECT_THAT(bench.heard, ElementsAre("first@40: a"));
}

TEST(Reflector, ForbiddenIsAProblemUntilItIsGranted) {
    Bench bench;
    bench.refuses(403, R"({"kind":"Status","message":"namespaces is forbidden","code":403})");
    bench.plays({marker("9")});
    std::shared_ptr<const Pulse> pulse;
    std::optional<std::string> problem;
    Reflector reflector({bench.rig.client, bench.rig.clock, bench.rig.log, bench.rig.metrics,
                         [&](milliseconds, const std::stop_token&) {
                             problem = pulse->problem();
                             return true;
                         },
                         [] { return 0.0; }, [] {}},
                        {core::Resource::kNamespace, "", "", false}, bench.sink());
    pulse = reflector.pulse();
    reflector.run(bench.stop.get_token());
    ASSERT_TRUE(problem);
    EXPECT_THAT(*problem, HasSubstr("namespaces is forbidden; grant this verb"));
    EXPECT_TRUE(pulse->synced());
    EXPECT_FALSE(pulse->problem());
}

TEST(Reflector, ForbiddenIsNeverAnEmptyList) {
    for (const int status : {403, 404}) {
        Bench bench;
        for (int i = 0; i < 3; ++i) bench.refuses(status);
        bench.run();
        EXPECT_THAT(bench.heard, IsEmpty());
        EXPECT_FALSE(bench.reflector->pulse()->synced());
        EXPECT_THAT(*bench.reflector->pulse()->problem(), HasSubstr("watch namespaces"));
        EXPECT_THAT(bench.rig.waits, SizeIs(3));
        EXPECT_THAT(bench.rig.log.lines(), SizeIs(1)) << "told once, not at each try";
    }
}

TEST(Reflector, AnUnreadableObjectIsLeftOutAndNotTakenForAbsent) {
    Bench bench;
    bench.plays({R"({"type":"ADDED","object":{"metadata":{"name":"odd","labels":7}}})",
                 frame("ADDED", "a", "3"), marker("9"),
                 R"({"type":"MODIFIED","object":{"metadata":{"name":"odd","labels":7,)"
                 R"("resourceVersion":"11"}}})"});
    bench.run();
    EXPECT_THAT(bench.heard, ElementsAre("first@9: a ?odd"));
    EXPECT_THAT(bench.asked(), ElementsAre("all", "11")) << "the watch goes on past it";
}

TEST(Reflector, ASinkThatFailsIsFilledAnew) {
    Bench bench;
    bench.plays({marker("9")});
    ScriptedStream stream;
    stream.lines = {frame("DELETED", "a", "10"), frame("ADDED", "b", "11")};
    bench.rig.transport.stream_answer(std::move(stream));
    bench.plays({marker("12")});
    int calls = 0;
    Sink sink = bench.sink();
    sink.deleted = [&](const core::Ref&, const std::string&) -> core::Result<void> {
        if (++calls == 1) return Error{Code::kUnavailable, "no answer"};
        return {};
    };
    Reflector reflector({bench.rig.client, bench.rig.clock, bench.rig.log, bench.rig.metrics,
                         bench.rig.pause(), [] { return 0.0; }, [] {}},
                        {core::Resource::kNamespace, "", "", false}, sink);
    reflector.run(bench.stop.get_token());
    EXPECT_THAT(bench.heard, ElementsAre("first@9:", "again@12:"));
}

TEST(Reflector, AsksForFiveToTenMinutesByChance) {
    for (const auto& [chance, wanted] :
         std::vector<std::pair<double, std::string>>{{0.0, "timeoutSeconds=300"},
                                                     {0.5, "timeoutSeconds=450"},
                                                     {0.999, "timeoutSeconds=599"}}) {
        Bench bench;
        bench.chance = chance;
        bench.plays({marker("9")});
        bench.run();
        EXPECT_THAT(bench.rig.transport.streams()[0].target, HasSubstr(wanted));
    }
}

TEST(Reflector, CountsListsEventsAndEnds) {
    Bench bench;
    bench.plays({frame("ADDED", "a", "1"), marker("9")});
    bench.plays({in_stream_error(410, "Expired")});
    bench.run();
    auto& metrics = bench.rig.metrics;
    EXPECT_EQ(metrics.of("stackseal_kube_lists_total{resource=namespaces}"), 2);
    EXPECT_EQ(metrics.of("stackseal_kube_watch_events_total{resource=namespaces,type=ADDED}"), 1);
    EXPECT_EQ(metrics.of("stackseal_kube_watch_restarts_total{resource=namespaces,reason=ended}"),
              1);
    EXPECT_EQ(metrics.of("stackseal_kube_watch_restarts_total{resource=namespaces,reason=expired}"),
              1);
    EXPECT_EQ(bench.reflector->pulse()->last_event(), kNow.time_since_epoch() + seconds(2));
}

TEST(Reflector, StopsWhileItWaits) {
    Bench bench;
    bench.refuses(503);
    bench.plays({marker("9")});
    Reflector reflector({bench.rig.client, bench.rig.clock, bench.rig.log, bench.rig.metrics,
                         [&](milliseconds, const std::stop_token&) {
                             bench.stop.request_stop();
                             return false;
                         },
                         [] { return 0.0; }, [] {}},
                        {core::Resource::kNamespace, "", "", false}, bench.sink());
    reflector.run(bench.stop.get_token());
    EXPECT_THAT(bench.rig.transport.streams(), SizeIs(1));
    EXPECT_THAT(bench.heard, IsEmpty());
}

}  // namespace
}  // namespace stackseal::kube
