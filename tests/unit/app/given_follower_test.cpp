// SPDX-License-Identifier: Apache-2.0
// A folder as the kubelet mounts it, and what the API server is asked because of it.
#include "app/given_follower.hpp"

#include <gmock/gmock.h>

#include <deque>
#include <functional>
#include <future>

#include "controller/kube/answer.hpp"
#include "controller/text/json.hpp"
#include "tests/unit/controller/kube/rig.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::app {
namespace {

using namespace std::chrono_literals;
using local::tests::certificate_yaml;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kDenied =
    R"({"kind":"Status","message":"certificates \"a\" is forbidden","reason":"Forbidden"})";

class GivenFollowerTest : public testing::Test {
  protected:
    using Answer = tests::ScriptedTransport::Answer;

    GivenFollowerTest() {
        rig_.transport.handler = [this](const ports::Request& request) { return respond(request); };
    }
    /// Swaps the folder's content as a kubelet does: `..data` is renamed over.
    void mount(const std::map<std::string, std::string>& files) {
        namespace fs = std::filesystem;
        const std::string version = "..v" + std::to_string(++versions_);
        for (const auto& [name, text] : files)
            local::tests::write_file(root_ / (version + "/" + name), text);
        fs::create_directories(root_ / version);
        fs::create_directory_symlink(version, root_ / "..data_tmp");
        fs::rename(root_ / "..data_tmp", root_ / "..data");
        for (const auto& [name, text] : files)
            if (!fs::is_symlink(root_ / name)) fs::create_symlink("..data/" + name, root_ / name);
        for (const auto& entry : fs::directory_iterator(root_.path()))
            if (entry.is_symlink() && !fs::exists(entry.path())) fs::remove(entry.path());
    }
    void work() {
        follower_.look();
        follower_.apply_due({});
    }
    /// "PATCH ops/certificates/a" of each request.
    std::vector<std::string> asked() {
        constexpr std::string_view kBefore = "/apis/stackseal.io/v1alpha1/namespaces/";
        std::vector<std::string> out;
        for (const auto& request : writes())
            out.push_back(
                request.method + " " +
                request.target.substr(0, request.target.find('?')).substr(kBefore.size()));
        return out;
    }
    std::vector<ports::Request> writes() {
        std::vector<ports::Request> out = rig_.transport.requests();
        std::erase_if(out, [](const ports::Request& request) { return request.method == "GET"; });
        return out;
    }
    /// To the writes in order, unless on_write_ is set.
    void answer(int status, std::string body, ports::Headers headers = {}) {
        answers_.push_back(ports::Response{status, std::move(headers), std::move(body)});
    }
    Answer respond(const ports::Request& request) {
        if (request.method == "GET") return there_;
        if (on_write_) return on_write_(request);
        if (answers_.empty()) return ports::Response{200, {}, "{}"};
        Answer next = std::move(answers_.front());
        answers_.pop_front();
        return next;
    }
    GivenParts parts() {
        return {rig_.client, rig_.clock, rig_.log, served_, [this] { return leads_; }};
    }

    std::deque<Answer> answers_;
    std::function<Answer(const ports::Request&)> on_write_;
    Answer there_ = ports::Response{404, {}, "{}"};  ///< what a look at an object finds
    local::tests::TemporaryFolder root_;
    int versions_ = 0;
    kube::Rig rig_;
    kube::Served served_{{"ops", "default"}, {}};
    bool leads_ = true;
    std::unique_ptr<local::InotifyWatch> watch_ = *local::InotifyWatch::open();
    GivenFollower follower_{root_.path(), *watch_, parts()};
};

TEST_F(GivenFollowerTest, AppliesByForceUnderANameOfItsOwn) {
    mount({{"a.yaml", certificate_yaml("a", "a.example", "ops")}});
    answer(201, "{}");
    work();
    ASSERT_THAT(writes(), SizeIs(1));
    const ports::Request sent = writes()[0];
    EXPECT_EQ(sent.method, "PATCH");
    EXPECT_EQ(sent.target,
              "/apis/stackseal.io/v1alpha1/namespaces/ops/certificates/a?fieldManager="
              "stackseal-objects&force=true");
    EXPECT_EQ(kube::header(sent.headers, "Content-Type"), "application/apply-patch+yaml");
    EXPECT_EQ(text::parse_json(sent.body)->text_at({"spec", "secretName"}), "a-tls");
    EXPECT_EQ(sent.body.find("resourceVersion"), std::string::npos) << "none is there";
    EXPECT_THAT(rig_.log.lines(),
                ElementsAre("a given object is applied object=Certificate ops/a place=" +
                            root_.path() + "/a.yaml:1"));
    EXPECT_EQ(follower_.patience(), 60s);
}

TEST_F(GivenFollowerTest, AppliesUponWhatItSawAndAgainIfThatWasOld) {
    mount({{"a.yaml", certificate_yaml("a")}});
    there_ = ports::Response{200, {}, R"({"metadata":{"resourceVersion":"7"}})"};
    answer(409, R"({"kind":"Status","message":"the object has been modified","code":409})");
    answer(200, "{}");
    work();
    EXPECT_EQ(text::parse_json(writes()[0].body)->text_at({"metadata", "resourceVersion"}), "7");
    there_ = ports::Response{200, {}, R"({"metadata":{"resourceVersion":"8"}})"};
    follower_.apply_due({});
    ASSERT_THAT(writes(), SizeIs(2));
    EXPECT_EQ(text::parse_json(writes()[1].body)->text_at({"metadata", "resourceVersion"}), "8");
    EXPECT_THAT(rig_.log.lines(), ElementsAre(HasSubstr("is applied")));
}

TEST_F(GivenFollowerTest, LooksAgainWithoutAskingAgain) {
    mount({{"a.yaml", certificate_yaml("a")}});
    answer(200, "{}");
    work();
    work();
    mount({{"a.yaml", certificate_yaml("a")}});
    work();
    EXPECT_THAT(asked(), SizeIs(1));
}

TEST_F(GivenFollowerTest, ARefusalIsOneLineAndHoldsUpNothing) {
    mount({{"a.yaml", certificate_yaml("a")}, {"b.yaml", certificate_yaml("b")}});
    on_write_ = [](const ports::Request& request) -> Answer {
        if (request.target.find("certificates/a") != std::string::npos)
            return ports::Response{403, {}, kDenied};
        return ports::Response{200, {}, "{}"};
    };
    work();
    EXPECT_THAT(asked(),
                ElementsAre("PATCH default/certificates/a", "PATCH default/certificates/b"));
    work();
    EXPECT_THAT(asked(), SizeIs(2));
    rig_.clock.advance(follower_.patience());
    work();
    EXPECT_THAT(asked(), SizeIs(3));
    const auto told = rig_.log.lines();
    ASSERT_THAT(told, SizeIs(2));
    EXPECT_THAT(told[0],
                AllOf(HasSubstr("is not applied object=Certificate default/a"),
                      HasSubstr("a.yaml:1 because=apply certificates default/a: certificates"),
                      HasSubstr("is forbidden"), HasSubstr("remedy=")));
    EXPECT_THAT(told[1], HasSubstr("is applied object=Certificate default/b"));
}

TEST_F(GivenFollowerTest, AKindThatIsNotServedYetIsWaitedFor) {
    mount({{"a.yaml", certificate_yaml("a")}});
    answer(404, "404 page not found");
    answer(429, "{}", {{"Retry-After", "1"}});
    answer(201, "{}");
    work();
    EXPECT_LE(follower_.patience(), 1s);
    rig_.clock.advance(follower_.patience());
    work();
    EXPECT_THAT(asked(), SizeIs(3));
    EXPECT_THAT(rig_.waits, ElementsAre(1s));
    EXPECT_THAT(rig_.log.lines(),
                ElementsAre(HasSubstr("is not applied"), HasSubstr("is applied")));
}

TEST_F(GivenFollowerTest, AMistakeInAFileIsToldOnceWithItsLine) {
    mount({{"a.yaml", certificate_yaml("a") + "  secretNam: x\n"},
           {"b.yaml", certificate_yaml("b")}});
    answer(200, "{}");
    work();
    work();
    EXPECT_THAT(asked(), ElementsAre("PATCH default/certificates/b"));
    EXPECT_THAT(rig_.log.lines(), ElementsAre(AllOf(HasSubstr("a given object has a problem"),
                                                    HasSubstr("a.yaml:10: /spec/secretNam")),
                                              HasSubstr("is applied")));
}

TEST_F(GivenFollowerTest, WhatIsTakenOutIsToldAndLeftAlone) {
    mount({{"a.yaml", certificate_yaml("a")}, {"b.yaml", certificate_yaml("b")}});
    on_write_ = [](const ports::Request&) -> Answer { return ports::Response{200, {}, "{}"}; };
    work();
    mount({{"b.yaml", certificate_yaml("b")}});
    work();
    EXPECT_THAT(asked(), Not(Contains(HasSubstr("DELETE"))));
    EXPECT_THAT(rig_.log.lines(),
                Contains(HasSubstr("no longer given and stays in the cluster object=Certificate "
                                   "default/a")));
}

TEST_F(GivenFollowerTest, WhoDoesNotLeadAppliesNothing) {
    mount({{"a.yaml", certificate_yaml("a")}});
    leads_ = false;
    work();
    EXPECT_THAT(asked(), IsEmpty());
    EXPECT_GT(follower_.patience(), 0ms);
}

TEST_F(GivenFollowerTest, NothingIsAppliedBesideTheServedNamespaces) {
    mount({{"a.yaml", certificate_yaml("a", "a.example", "elsewhere")}});
    work();
    EXPECT_THAT(asked(), IsEmpty());
    EXPECT_THAT(rig_.log.lines(), ElementsAre(AllOf(HasSubstr("is not applied"),
                                                    HasSubstr("elsewhere is not served"))));
}

TEST_F(GivenFollowerTest, FollowsTheFolderUntilStopped) {
    std::promise<void> first, second;
    on_write_ = [&](const ports::Request& request) {
        (request.body.find("new.example") == std::string::npos ? first : second).set_value();
        return tests::ScriptedTransport::Answer(ports::Response{200, {}, "{}"});
    };
    mount({{"a.yaml", certificate_yaml("a")}});
    std::jthread following(
        [this](const std::stop_token& stop) { follow_given(root_.path(), parts(), stop); });
    ASSERT_EQ(first.get_future().wait_for(10s), std::future_status::ready);
    mount({{"a.yaml", certificate_yaml("a", "new.example")}});
    ASSERT_EQ(second.get_future().wait_for(10s), std::future_status::ready);
}

}  // namespace
}  // namespace stackseal::app
