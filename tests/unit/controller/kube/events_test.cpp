// SPDX-License-Identifier: Apache-2.0
// Events: which are sent, how they look, and that nobody waits for them.
#include "controller/kube/events.hpp"

#include <gmock/gmock.h>

#include "controller/text/json.hpp"
#include "tests/unit/controller/kube/rig.hpp"

namespace stackseal::kube {
namespace {

using namespace std::chrono_literals;
using core::Code;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

ports::Event event(const std::string& name = "c", const std::string& note = "renewed") {
    return {{core::Resource::kCertificate, "ops", name}, "uid-1", false, "Reissued", "Issue", note};
}

TEST(EventDocument, IsWhatTheApiWants) {
    EventBook book;
    const auto writes = book.note(event(), kNow);
    ASSERT_THAT(writes, SizeIs(1));
    const core::Value document = event_document(writes[0], std::string(200, 'i'));
    EXPECT_EQ(document.text_at({"apiVersion"}), "events.k8s.io/v1");
    EXPECT_EQ(document.text_at({"kind"}), "Event");
    EXPECT_EQ(document.text_at({"metadata", "namespace"}), "ops");
    EXPECT_THAT(std::string(document.text_at({"metadata", "name"})), testing::StartsWith("c."));
    EXPECT_EQ(document.text_at({"eventTime"}), core::format_rfc3339_micro(kNow));
    EXPECT_EQ(document.text_at({"reportingController"}), "stackseal");
    EXPECT_EQ(document.text_at({"reportingInstance"}).size(), 128U);
    EXPECT_EQ(document.text_at({"action"}), "Issue");
    EXPECT_EQ(document.text_at({"reason"}), "Reissued");
    EXPECT_EQ(document.text_at({"type"}), "Normal");
    EXPECT_EQ(document.text_at({"note"}), "renewed");
    EXPECT_EQ(document.text_at({"regarding", "apiVersion"}), "stackseal.io/v1alpha1");
    EXPECT_EQ(document.text_at({"regarding", "kind"}), "Certificate");
    EXPECT_EQ(document.text_at({"regarding", "uid"}), "uid-1");
    EXPECT_EQ(document.find("series"), nullptr);
}

TEST(EventDocument, BoundsNameAndNote) {
    EventBook book;
    const auto writes = book.note(event(std::string(253, 'c'), std::string(5000, 'n')), kNow);
    const core::Value document = event_document(writes[0], "me");
    EXPECT_EQ(document.text_at({"metadata", "name"}).size(), 253U);
    EXPECT_EQ(document.text_at({"note"}).size(), 1024U);
}

TEST(EventDocument, CutsNoCharacterInTwo) {
    EventBook book;
    const std::string note = std::string(1023, 'n') + "ü";
    const core::Value document = event_document(book.note(event("c", note), kNow)[0], "me");
    EXPECT_EQ(document.text_at({"note"}), std::string(1023, 'n'));
}

TEST(EventDocument, OfAClusterScopedObjectLivesInDefault) {
    EventBook book;
    ports::Event of_namespace = event();
    of_namespace.regarding = {core::Resource::kNamespace, "", "ops"};
    of_namespace.warning = true;
    const core::Value document = event_document(book.note(of_namespace, kNow)[0], "me");
    EXPECT_EQ(document.text_at({"metadata", "namespace"}), "default");
    EXPECT_EQ(document.find_path({"regarding", "namespace"}), nullptr);
    EXPECT_EQ(document.text_at({"type"}), "Warning");
}

TEST(EventBook, TheSecondOfASeriesIsPatchedInAndLaterOnesAreCounted) {
    EventBook book;
    const auto first = book.note(event(), kNow);
    const auto second = book.note(event("c", "another note"), kNow + 1min);
    ASSERT_THAT(second, SizeIs(1));
    EXPECT_EQ(second[0].name, first[0].name);
    EXPECT_EQ(text::to_json(series_patch(second[0])),
              R"({"series":{"count":2,"lastObservedTime":")" +
                  core::format_rfc3339_micro(kNow + 1min) + R"("}})");
    EXPECT_THAT(book.note(event(), kNow + 2min), IsEmpty());
    EXPECT_THAT(book.due(kNow + 3min), IsEmpty());
}

TEST(EventBook, AnotherObjectReasonOrTypeIsAnotherSeries) {
    EventBook book;
    ASSERT_THAT(book.note(event(), kNow), SizeIs(1));
    std::vector<ports::Event> others(5, event());
    others[0].regarding.name = "d";
    others[1].uid = "uid-2";
    others[2].reason = "Failed";
    others[3].warning = true;
    others[4].action = "Renew";
    for (const ports::Event& other : others) {
        const auto writes = book.note(other, kNow);
        ASSERT_THAT(writes, SizeIs(1));
        EXPECT_EQ(writes[0].count, 1);
    }
    EXPECT_EQ(book.size(), 6U);
}

TEST(EventBook, NamesOfOneMillisecondDiffer) {
    EventBook book;
    ports::Event other = event();
    other.reason = "Other";
    EXPECT_NE(book.note(event(), kNow)[0].name, book.note(other, kNow)[0].name);
}

TEST(EventBook, ASeriesIsRefreshedAfterHalfAnHourAndClosedAfterSixMinutesOfSilence) {
    EventBook book;
    core::Instant now = kNow;
    for (int i = 0; i < 9; ++i, now += 4min) book.note(event(), now);  // the last at 32 min
    const auto refreshed = book.due(now);
    ASSERT_THAT(refreshed, SizeIs(1));
    EXPECT_EQ(refreshed[0].count, 9);
    EXPECT_THAT(book.due(now), IsEmpty());
    book.note(event(), now);
    const auto closed = book.due(now + 6min);
    ASSERT_THAT(closed, SizeIs(1));
    EXPECT_EQ(closed[0].count, 10);
    EXPECT_EQ(book.size(), 0U);
    EXPECT_EQ(book.note(event(), now + 7min)[0].count, 1) << "a new series";
}

TEST(EventBook, ALoneEventIsForgottenWithoutAWord) {
    EventBook book;
    book.note(event(), kNow);
    EXPECT_THAT(book.due(kNow + 6min), IsEmpty());
    EXPECT_EQ(book.size(), 0U);
}

TEST(EventBook, IsBounded) {
    EventBook book;
    for (int i = 0; i < 5000; ++i)
        EXPECT_THAT(book.note(event("c" + std::to_string(i)), kNow), SizeIs(1));
    EXPECT_EQ(book.size(), 4096U);
}

constexpr auto kPatience = 20s;  ///< real time, only spent where a test fails

EventParts parts(Rig& rig) {
    return {rig.client, rig.clock, rig.log, rig.metrics, "me", rig.pause(), [] { return 0.5; }};
}

TEST(KubeEvents, ArePostedToTheirNamespace) {
    Rig rig;
    rig.transport.handler = [](const ports::Request&) { return ports::Response{201, {}, "{}"}; };
    KubeEvents events(parts(rig));
    events.emit(event());
    ASSERT_TRUE(events.drain(kPatience));
    const auto requests = rig.transport.requests();
    ASSERT_THAT(requests, SizeIs(1));
    EXPECT_EQ(requests[0].method, "POST");
    EXPECT_EQ(requests[0].target,
              "/apis/events.k8s.io/v1/namespaces/ops/events?fieldManager=stackseal");
    EXPECT_EQ(requests[0].deadline, 5s);
}

TEST(KubeEvents, ASecondOneIsPatchedAndPostedIfTheFirstIsForgotten) {
    Rig rig;
    rig.transport.handler = [](const ports::Request& request) {
        return ports::Response{request.method == "PATCH" ? 404 : 201, {}, "{}"};
    };
    KubeEvents events(parts(rig));
    events.emit(event());
    events.emit(event());
    ASSERT_TRUE(events.drain(kPatience));
    const auto requests = rig.transport.requests();
    ASSERT_THAT(requests, SizeIs(3));
    EXPECT_EQ(requests[1].method, "PATCH");
    EXPECT_EQ(requests[2].method, "POST");
    EXPECT_THAT(requests[2].body, HasSubstr(R"("count":2)"));
}

TEST(KubeEvents, AreTriedTwelveTimesAndThenCounted) {
    Rig rig;
    rig.transport.handler = [](const ports::Request&) -> core::Result<ports::Response> {
        return core::Error{Code::kUnavailable, "refused"};
    };
    KubeEvents events(parts(rig));
    events.emit(event());
    ASSERT_TRUE(events.drain(kPatience));
    EXPECT_THAT(rig.transport.requests(), SizeIs(12));
    EXPECT_THAT(rig.waits, testing::Each(std::chrono::milliseconds(11'250)));
    EXPECT_EQ(rig.metrics.of("stackseal_events_dropped_total{reason=unavailable}"), 1);
}

TEST(KubeEvents, ARefusedOneIsNotTriedAgain) {
    Rig rig;
    rig.transport.handler = [](const ports::Request&) { return ports::Response{403, {}, ""}; };
    KubeEvents events(parts(rig));
    events.emit(event());
    ASSERT_TRUE(events.drain(kPatience));
    EXPECT_THAT(rig.transport.requests(), SizeIs(1));
    EXPECT_EQ(rig.metrics.of("stackseal_events_dropped_total{reason=refused}"), 1);
}

TEST(KubeEvents, ANameThatIsTakenWasOurOwnFirstTry) {
    Rig rig;
    rig.transport.handler = [](const ports::Request&) { return ports::Response{409, {}, ""}; };
    KubeEvents events(parts(rig));
    events.emit(event());
    ASSERT_TRUE(events.drain(kPatience));
    EXPECT_THAT(rig.transport.requests(), SizeIs(1));
    EXPECT_THAT(rig.log.lines(), IsEmpty());
}

TEST(KubeEvents, NeverBlockAndDropWhatIsTooMuch) {
    Rig rig;
    std::mutex mutex;
    std::condition_variable changed;
    bool sending = false;
    bool open = false;
    rig.transport.handler = [&](const ports::Request&) {
        std::unique_lock lock(mutex);
        sending = true;
        changed.notify_all();
        changed.wait(lock, [&] { return open; });
        return ports::Response{201, {}, "{}"};
    };
    KubeEvents events(parts(rig));
    events.emit(event("first"));
    {
        std::unique_lock lock(mutex);
        ASSERT_TRUE(changed.wait_for(lock, kPatience, [&] { return sending; }));
    }
    for (std::size_t i = 0; i < KubeEvents::kQueueLimit + 7; ++i)
        events.emit(event("c" + std::to_string(i)));
    EXPECT_EQ(rig.metrics.of("stackseal_events_dropped_total{reason=queue_full}"), 7);
    EXPECT_THAT(rig.log.lines(), SizeIs(1));
    {
        const std::lock_guard lock(mutex);
        open = true;
    }
    changed.notify_all();
    EXPECT_TRUE(events.drain(kPatience));
    EXPECT_THAT(rig.transport.requests(), SizeIs(KubeEvents::kQueueLimit + 1));
}

}  // namespace
}  // namespace stackseal::kube
