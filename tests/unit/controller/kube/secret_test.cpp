// SPDX-License-Identifier: Apache-2.0
// Secrets reduced to facts, and the documents that write them.
#include <gmock/gmock.h>

#include "controller/api/names.hpp"
#include "controller/core/base64.hpp"
#include "controller/kube/secret_patch.hpp"
#include "controller/pki/inspect.hpp"
#include "controller/text/json.hpp"
#include "tests/support/decoded.hpp"
#include "tests/unit/controller/kube/openssl_pair.hpp"

namespace stackseal::kube {
namespace {

using core::Value;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

api::Secret secret_of(const PemPair& pair, const std::string& key) {
    api::Secret secret;
    secret.meta.name = "a";
    secret.data.emplace("tls.crt", core::SecretBytes(pair.certificate));
    secret.data.emplace("tls.key", core::SecretBytes(key));
    return secret;
}

TEST(FactsOf, TheKeyIsParsedUnlessTheRecordedDigestFits) {
    const PemPair one = make_pair("one");
    const PemPair two = make_pair("two");
    EXPECT_EQ(facts_in(secret_of(one, one.key))->pair.key, core::KeyState::kMatches);
    api::Secret wrong = secret_of(one, two.key);
    EXPECT_EQ(facts_in(wrong)->pair.key, core::KeyState::kMismatched);
    wrong.meta.annotations[std::string(api::kPairDigest)] = "0badc0de";
    EXPECT_EQ(facts_in(wrong)->pair.key, core::KeyState::kMismatched) << "the digest is of others";
    wrong.meta.annotations[std::string(api::kPairDigest)] =
        pki::pair_digest(one.certificate, two.key);
    EXPECT_EQ(facts_in(wrong)->pair.key, core::KeyState::kMatches) << "not parsed: believed";
}

TEST(FactsOf, KeepsSizesTypeAndDigest) {
    const PemPair one = make_pair("one");
    api::Secret secret = secret_of(one, one.key);
    secret.type = "kubernetes.io/tls";
    secret.immutable = true;
    secret.data.emplace("note", core::SecretBytes("xyz"));
    const auto facts = facts_in(secret);
    EXPECT_EQ(facts->sizes.at("note"), 3U);
    EXPECT_EQ(facts->sizes.at("tls.key"), one.key.size());
    EXPECT_EQ(facts->pair_digest, pki::pair_digest(one.certificate, one.key));
    EXPECT_EQ(facts->type, "kubernetes.io/tls");
    EXPECT_TRUE(facts->immutable);
    ASSERT_EQ(facts->pair.chain.size(), 1U);
    EXPECT_EQ(facts->pair.chain[0].subject.common_name, "one");
}

TEST(DecodeObject, DropsKubectlsCopyOfTheObject) {
    const auto document = text::parse_json(
        R"({"metadata":{"name":"ops","resourceVersion":"1","annotations":{"a":"b",)"
        R"("kubectl.kubernetes.io/last-applied-configuration":"{}"}}})");
    const auto object = decoded(core::Resource::kNamespace, *document);
    ASSERT_TRUE(object);
    EXPECT_THAT(api::meta_of(*object)->annotations, UnorderedElementsAre(Pair("a", "b")));
}

TEST(DecodeObject, NamesTheObjectThatItCannotRead) {
    const auto document =
        text::parse_json(R"({"metadata":{"name":"a","namespace":"ops"},"data":{"k":"c2VjcmV0!"}})");
    const auto object = decoded(core::Resource::kSecret, *document);
    ASSERT_FALSE(object);
    EXPECT_THAT(object.error().message, HasSubstr("Secret ops/a: /data/k"));
    EXPECT_THAT(object.error().message, Not(HasSubstr("c2VjcmV0")));
}

TEST(DecodeObject, SaysSoOnOneLineWhateverItsName) {
    Value document;
    document.set("metadata", Value::object({{"name", Value::of("a\n" + std::string(5000, 'b'))}}));
    const std::string message = decode_secret(document).error().message;
    EXPECT_THAT(message, AllOf(HasSubstr("Secret a?bbb"), Not(HasSubstr("\n"))));
    EXPECT_LT(message.size(), 1000U);
}

TEST(DecodeForeign, KeepsNameUidAndVersionOnly) {
    const auto document = text::parse_json(
        R"({"kind":"PartialObjectMetadata","metadata":{"name":"a","namespace":"ops","uid":"u",)"
        R"("resourceVersion":"7","labels":{"l":"v"},"annotations":{"big":"xxx"}}})");
    const auto object = decode_foreign(*document);
    ASSERT_TRUE(object);
    const api::Meta& meta = *api::meta_of(*object);
    EXPECT_EQ(api::ref_of(*object), (core::Ref{core::Resource::kSecret, "ops", "a"}));
    EXPECT_EQ(meta.uid, "u");
    EXPECT_EQ(meta.resource_version, "7");
    EXPECT_THAT(meta.labels, IsEmpty());
    EXPECT_THAT(meta.annotations, IsEmpty());
    EXPECT_FALSE(decode_foreign(Value::object()));
}

TEST(IsManaged, ByLabelAndValue) {
    api::Meta meta;
    EXPECT_FALSE(is_managed(meta));
    meta.labels["stackseal.io/managed"] = "no";
    EXPECT_FALSE(is_managed(meta));
    meta.labels["stackseal.io/managed"] = "true";
    EXPECT_TRUE(is_managed(meta));
}

api::OwnerReference owner(const std::string& uid) {
    return {"stackseal.io/v1alpha1", "Certificate", "c-" + uid, uid, false};
}

ports::ApplySecret write() {
    ports::ApplySecret apply;
    apply.ref = {core::Resource::kSecret, "ops", "a"};
    apply.body.type = "kubernetes.io/tls";
    apply.body.immutable = true;
    apply.body.meta.labels = {{"stackseal.io/managed", "true"}};
    apply.body.meta.annotations = {{"stackseal.io/revision", "2"}};
    apply.body.meta.owners = {owner("u1")};
    apply.body.data.emplace("tls.key", core::SecretBytes("key"));
    return apply;
}

TEST(NewSecret, IsWhole) {
    const Value document = new_secret(write());
    EXPECT_EQ(document.text_at({"apiVersion"}), "v1");
    EXPECT_EQ(document.text_at({"kind"}), "Secret");
    EXPECT_EQ(document.text_at({"type"}), "kubernetes.io/tls");
    EXPECT_EQ(*document.find("immutable"), Value::of(true));
    EXPECT_EQ(document.text_at({"metadata", "name"}), "a");
    EXPECT_EQ(document.text_at({"metadata", "namespace"}), "ops");
    EXPECT_EQ(document.text_at({"metadata", "labels", "stackseal.io/managed"}), "true");
    EXPECT_EQ(document.text_at({"data", "tls.key"}), core::base64_encode("key"));
    EXPECT_EQ(document.find_path({"metadata", "ownerReferences"})->items()->size(), 1U);
    EXPECT_EQ(document.find_path({"metadata", "resourceVersion"}), nullptr);
    EXPECT_EQ(document.find_path({"metadata", "uid"}), nullptr);
}

/// A write over a Secret that was read with these owners.
ports::ApplySecret change(std::vector<api::OwnerReference> held) {
    ports::ApplySecret apply = write();
    apply.expected_version = "41";
    auto before = std::make_shared<api::SecretFacts>();
    before->meta.owners = std::move(held);
    apply.before = std::move(before);
    return apply;
}

TEST(SecretPatch, CarriesTheVersionAndOnlyWhatMayChange) {
    const Value patch = secret_patch(change({}));
    EXPECT_EQ(patch.text_at({"metadata", "resourceVersion"}), "41");
    EXPECT_EQ(patch.text_at({"data", "tls.key"}), core::base64_encode("key"));
    EXPECT_EQ(patch.find("type"), nullptr);
    EXPECT_EQ(patch.find("immutable"), nullptr);
}

TEST(SecretPatch, DropsWhatIsNamedUnlessItIsAlsoWanted) {
    ports::ApplySecret apply = change({});
    apply.dropped_labels = {"old", "stackseal.io/managed"};
    apply.dropped_annotations = {"gone"};
    const Value patch = secret_patch(apply);
    ASSERT_NE(patch.find_path({"metadata", "labels", "old"}), nullptr);
    EXPECT_TRUE(patch.find_path({"metadata", "labels", "old"})->is_null());
    EXPECT_EQ(patch.text_at({"metadata", "labels", "stackseal.io/managed"}), "true");
    EXPECT_TRUE(patch.find_path({"metadata", "annotations", "gone"})->is_null());
    EXPECT_EQ(patch.text_at({"metadata", "annotations", "stackseal.io/revision"}), "2");
}

TEST(SecretPatch, OtherOwnersStay) {
    EXPECT_EQ(
        secret_patch(change({owner("u1"), owner("u2")})).find_path({"metadata", "ownerReferences"}),
        nullptr)
        << "nothing to add";
    const Value added = secret_patch(change({owner("u2")}));
    const Value* owners = added.find_path({"metadata", "ownerReferences"});
    ASSERT_NE(owners, nullptr);
    ASSERT_EQ(owners->items()->size(), 2U);
    EXPECT_EQ((*owners->items())[0].text_at({"uid"}), "u2");
    EXPECT_EQ((*owners->items())[1].text_at({"uid"}), "u1");
}

TEST(SecretPatch, ADroppedOwnerGoesAndTheOthersStay) {
    ports::ApplySecret apply = change({owner("u1"), owner("u2")});
    apply.body.meta.owners.clear();
    apply.dropped_owner = "u1";
    const Value patch = secret_patch(apply);
    const Value* owners = patch.find_path({"metadata", "ownerReferences"});
    ASSERT_NE(owners, nullptr);
    ASSERT_EQ(owners->items()->size(), 1U);
    EXPECT_EQ((*owners->items())[0].text_at({"uid"}), "u2");
    apply = change({owner("u1")});
    apply.body.meta.owners.clear();
    apply.dropped_owner = "u1";
    const Value last = secret_patch(apply);
    ASSERT_NE(last.find_path({"metadata", "ownerReferences"}), nullptr) << "an empty list is said";
    EXPECT_TRUE(last.find_path({"metadata", "ownerReferences"})->items()->empty());
    apply.dropped_owner = "not-there";
    EXPECT_EQ(secret_patch(apply).find_path({"metadata", "ownerReferences"}), nullptr);
}

}  // namespace
}  // namespace stackseal::kube
