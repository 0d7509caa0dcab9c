// SPDX-License-Identifier: Apache-2.0
// The API server's rules for a Secret's creation and change.
#include "controller/local/secret_merge.hpp"

#include <gmock/gmock.h>

#include "controller/local/secret_document.hpp"
#include "tests/unit/controller/local/rig.hpp"

namespace stackseal::local {
namespace {

using namespace tests;
using core::Code;
using testing::HasSubstr;

const core::Ref kRef = secret_ref("a");

api::Secret held_secret() {
    api::Secret held;
    held.meta.name = "a";
    held.meta.space = "default";
    held.meta.uid = "uid";
    held.meta.resource_version = "7";
    held.meta.labels = {{"ours", "1"}, {"theirs", "1"}};
    held.meta.annotations = {{"ours", "1"}, {"theirs", "1"}};
    held.meta.owners = {{"v1", "Other", "o", "other-uid", false}};
    held.type = "Opaque";
    held.data.emplace("tls.crt", core::SecretBytes("crt"));
    held.data.emplace("theirs", core::SecretBytes("theirs"));
    return held;
}

ports::ApplySecret change(std::map<std::string, std::string> data) {
    ports::ApplySecret apply = creation(kRef, std::move(data));
    apply.expected_version = "7";
    return apply;
}

TEST(SecretMerge, CreationTakesTheBody) {
    ports::ApplySecret apply = creation(kRef, {{"k", "v"}});
    apply.body.meta.labels = {{"l", "1"}};
    apply.body.immutable = true;
    const auto made = merge(nullptr, apply);
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(text_of(*made, "k"), "v");
    EXPECT_EQ(made->type, "Opaque");
    EXPECT_TRUE(made->immutable);
    EXPECT_EQ(made->meta.labels, (std::map<std::string, std::string>{{"l", "1"}}));
}

TEST(SecretMerge, Preconditions) {
    const api::Secret held = held_secret();
    ports::ApplySecret apply = creation(kRef, {});
    EXPECT_EQ(merge(&held, apply).error().code, Code::kConflict);  // the name is taken
    apply.expected_version = "6";
    EXPECT_EQ(merge(&held, apply).error().code, Code::kConflict);    // stale
    EXPECT_EQ(merge(nullptr, apply).error().code, Code::kConflict);  // gone
    apply.expected_version = "7";
    EXPECT_TRUE(merge(&held, apply));
}

TEST(SecretMerge, AChangeKeepsWhatIsNotNamed) {
    const api::Secret held = held_secret();
    ports::ApplySecret apply = change({{"tls.crt", "new"}, {"ca.crt", "ca"}});
    apply.body.type = "kubernetes.io/tls";  // a type stays as it was created
    apply.body.meta.labels = {{"fresh", "2"}};
    apply.body.meta.annotations = {{"ours", "2"}};
    apply.body.meta.owners = {{"stackseal.io/v1alpha1", "Certificate", "c", "c-uid", true}};
    apply.dropped_labels = {"ours", "never-there"};
    const auto made = merge(&held, apply);
    ASSERT_TRUE(made) << made.error().message;
    using Texts = std::map<std::string, std::string>;
    EXPECT_EQ(made->meta.labels, (Texts{{"fresh", "2"}, {"theirs", "1"}}));
    EXPECT_EQ(made->meta.annotations, (Texts{{"ours", "2"}, {"theirs", "1"}}));
    EXPECT_EQ(made->meta.uid, "uid");
    EXPECT_EQ(made->type, "Opaque");
    ASSERT_EQ(made->meta.owners.size(), 2U);
    EXPECT_EQ(made->meta.owners[1].uid, "c-uid");
    EXPECT_EQ(text_of(*made, "tls.crt"), "new");
    EXPECT_EQ(text_of(*made, "ca.crt"), "ca");
    EXPECT_EQ(text_of(*made, "theirs"), "theirs");
}

TEST(SecretMerge, AnOwnerIsNotAddedTwice) {
    const api::Secret held = held_secret();
    ports::ApplySecret apply = change({});
    apply.body.meta.owners = held.meta.owners;
    EXPECT_EQ(merge(&held, apply)->meta.owners, held.meta.owners);
}

TEST(SecretMerge, ADroppedOwnerGoes) {
    const api::Secret held = held_secret();
    ports::ApplySecret apply = change({});
    apply.dropped_owner = "unknown";
    EXPECT_EQ(merge(&held, apply)->meta.owners, held.meta.owners);
    apply.dropped_owner = "other-uid";
    EXPECT_TRUE(merge(&held, apply)->meta.owners.empty());
}

TEST(SecretMerge, ImmutableDataStays) {
    api::Secret held = held_secret();
    held.immutable = true;
    const auto refused = merge(&held, change({{"tls.crt", "new"}}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Code::kInvalid);
    EXPECT_THAT(refused.error().message, HasSubstr("Secret default/a: immutable"));
    EXPECT_FALSE(merge(&held, change({{"added", "x"}})));
    ports::ApplySecret labels = change({{"tls.crt", "crt"}});  // the same bytes are no change
    labels.body.meta.labels = {{"l", "1"}};
    const auto labelled = merge(&held, labels);
    ASSERT_TRUE(labelled);
    EXPECT_TRUE(labelled->immutable);
}

TEST(SecretMerge, Refusals) {
    const auto message = [](const ports::ApplySecret& apply) {
        const auto made = merge(nullptr, apply);
        if (made) return std::string("accepted");
        EXPECT_EQ(made.error().code, Code::kInvalid);
        return made.error().message;
    };
    EXPECT_THAT(message(creation(secret_ref("../a"), {})), HasSubstr("metadata.name"));
    EXPECT_THAT(message(creation(secret_ref("a", ".."), {})), HasSubstr("metadata.namespace"));
    EXPECT_THAT(message(creation(kRef, {{"../x", ""}})), HasSubstr("key \"../x\""));
    EXPECT_THAT(message(creation(kRef, {{"..data", ""}})), HasSubstr("key \"..data\""));
    EXPECT_THAT(message(creation(kRef, {{".stackseal.json", ""}})), HasSubstr(".stackseal.json"));
    EXPECT_THAT(message(creation(kRef, {{"k", std::string((1 << 20) + 1, 'x')}})),
                HasSubstr("holds 1048577 bytes; at most 1048576"));
    ports::ApplySecret tls = creation(kRef, {{"tls.crt", "x"}});
    tls.body.type = "kubernetes.io/tls";
    EXPECT_THAT(message(tls), HasSubstr("needs tls.key"));
    EXPECT_EQ(message(creation(kRef, {{"k", std::string(1 << 20, 'x')}})), "accepted");
}

TEST(SecretMerge, NoMessageHoldsBytes) {
    ports::ApplySecret apply = creation(kRef, {{"tls.crt", "confidential"}, {"k", "confidential"}});
    apply.body.type = "kubernetes.io/tls";
    EXPECT_THAT(merge(nullptr, apply).error().message, testing::Not(HasSubstr("confidential")));
}

TEST(SecretMerge, SameContent) {
    const api::Secret held = held_secret();
    const auto differs = [&](const std::function<void(api::Secret&)>& edit) {
        api::Secret other = copy_of(held);
        edit(other);
        return !same_content(held, other);
    };
    EXPECT_FALSE(differs([](api::Secret&) {}));
    EXPECT_FALSE(differs([](api::Secret& s) { s.meta.resource_version = "8"; }));
    EXPECT_TRUE(differs([](api::Secret& s) { s.meta.labels["x"] = "y"; }));
    EXPECT_TRUE(differs([](api::Secret& s) { s.meta.annotations["x"] = "y"; }));
    EXPECT_TRUE(differs([](api::Secret& s) { s.meta.owners.clear(); }));
    EXPECT_TRUE(differs([](api::Secret& s) { s.immutable = true; }));
    EXPECT_TRUE(differs([](api::Secret& s) { s.data.erase("theirs"); }));
    EXPECT_TRUE(differs(
        [](api::Secret& s) { s.data.insert_or_assign("theirs", core::SecretBytes("other")); }));
}

TEST(SecretDocument, MetadataSurvivesTheRoundTrip) {
    api::Secret held = held_secret();
    held.meta.created = core::Time(std::chrono::seconds(1'795'491'600));
    held.immutable = true;
    held.type = "kubernetes.io/tls";
    const std::string text = metadata_text(held);
    const auto back = parse_metadata(text);
    ASSERT_TRUE(back) << back.error().message;
    api::Secret expected = copy_of(held);
    expected.meta.resource_version.clear();  // it means nothing after a restart
    EXPECT_EQ(back->meta, expected.meta);
    EXPECT_EQ(back->type, held.type);
    EXPECT_TRUE(back->immutable);
    EXPECT_TRUE(back->data.empty());
    EXPECT_THAT(text, testing::Not(HasSubstr("\"data\"")));
}

TEST(SecretDocument, DamagedMetadataIsCorrupt) {
    for (const char* text : {"", "{", "[]", "{\"metadata\": 1}",
                             "{\"metadata\":{\"name\":\"a\","
                             "\"ownerReferences\":[1]}}"}) {
        const auto parsed = parse_metadata(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_EQ(parsed.error().code, Code::kCorrupt);
        EXPECT_FALSE(parsed.error().message.empty());
    }
}

}  // namespace
}  // namespace stackseal::local
