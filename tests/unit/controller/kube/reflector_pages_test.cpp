// SPDX-License-Identifier: Apache-2.0
// A reflector where lists are not streamed, or do not come to their end: it reads pages.
#include <gmock/gmock.h>

#include "tests/unit/controller/kube/reflector_bench.hpp"

namespace stackseal::kube {
namespace {

using core::Code;
using core::Error;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using tests::ScriptedStream;

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
    EXPECT_THAT(bench.rig.log.lines(), Not(Contains(HasSubstr("held up")))) << "it is no trouble";
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

}  // namespace
}  // namespace stackseal::kube
