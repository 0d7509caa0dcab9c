// SPDX-License-Identifier: Apache-2.0
// What is asked of the API server, letter by letter.
#include "controller/kube/requests.hpp"

#include <gmock/gmock.h>

#include "controller/kube/answer.hpp"
#include "controller/text/json.hpp"

namespace stackseal::kube {
namespace {

using core::Resource;
using core::Value;

TEST(PercentEncode, EscapesAllButUnreserved) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"keystone-tls.v1_2~x", "keystone-tls.v1_2~x"},
        {"a b/c?d&e=f", "a%20b%2Fc%3Fd%26e%3Df"},
        {"..", "%2E%2E"},
        {".", "%2E"},
        {"a.b", "a.b"},
        {"ü", "%C3%BC"},
        {std::string("\0", 1), "%00"},
    };
    for (const auto& [text, wanted] : table) EXPECT_EQ(percent_encode(text), wanted) << text;
}

TEST(Paths, KnowGroupScopeAndNamespace) {
    EXPECT_EQ(collection_path(Resource::kCertificate, "ops"),
              "/apis/stackseal.io/v1alpha1/namespaces/ops/certificates");
    EXPECT_EQ(collection_path(Resource::kIssuer, ""), "/apis/stackseal.io/v1alpha1/issuers");
    EXPECT_EQ(collection_path(Resource::kSecret, ""), "/api/v1/secrets");
    EXPECT_EQ(object_path({Resource::kSecret, "ops", "a"}), "/api/v1/namespaces/ops/secrets/a");
    EXPECT_EQ(object_path({Resource::kNamespace, "", "ops"}), "/api/v1/namespaces/ops");
}

TEST(Paths, ANameCannotLeaveItsPlace) {
    EXPECT_EQ(object_path({Resource::kSecret, "ops", "../x"}),
              "/api/v1/namespaces/ops/secrets/..%2Fx");
    EXPECT_EQ(object_path({Resource::kSecret, "..", "a?b"}),
              "/api/v1/namespaces/%2E%2E/secrets/a%3Fb");
}

TEST(ListPage, IsConsistentAndPaged) {
    const Call first = list_page({Resource::kSecret, "ops", "stackseal.io/managed=true", false});
    EXPECT_EQ(first.http.method, "GET");
    EXPECT_EQ(
        first.http.target,
        "/api/v1/namespaces/ops/secrets?limit=500&labelSelector=stackseal.io%2Fmanaged%3Dtrue");
    EXPECT_EQ(header(first.http.headers, "accept"), "application/json");
    EXPECT_EQ(first.action, "list secrets in namespace ops");
    const Call next = list_page({Resource::kIssuer, "", "", false}, "a/b", 2);
    EXPECT_EQ(next.http.target, "/apis/stackseal.io/v1alpha1/issuers?limit=2&continue=a%2Fb");
    EXPECT_EQ(next.action, "list issuers in all namespaces");
}

TEST(ListPage, OfMetadataAsksForIt) {
    const Call call = list_page({Resource::kSecret, "", "", true});
    EXPECT_EQ(header(call.http.headers, "Accept"),
              "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
}

TEST(Watch, FromAVersion) {
    const ports::StreamRequest request =
        watch({Resource::kCertificate, "", "", false}, {"77", std::chrono::seconds(400)});
    EXPECT_EQ(request.target,
              "/apis/stackseal.io/v1alpha1/certificates?watch=1&allowWatchBookmarks=true"
              "&timeoutSeconds=400&resourceVersion=77");
    EXPECT_EQ(request.lifetime, std::chrono::seconds(430));
}

TEST(Watch, WithTheInitialState) {
    const ports::StreamRequest request =
        watch({Resource::kSecret, "", "a!=b", true}, {"", std::chrono::seconds(300)});
    EXPECT_EQ(request.target,
              "/api/v1/secrets?watch=1&allowWatchBookmarks=true&timeoutSeconds=300"
              "&labelSelector=a%21%3Db&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
    EXPECT_EQ(header(request.headers, "Accept"),
              "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
}

TEST(Writes, CarryManagerTypeAndBodyAndAreNeverReplayed) {
    const core::Ref ref{Resource::kCertificate, "ops", "a"};
    const Value body = Value::object({{"x", Value::of("y")}});
    struct Row {
        Call call;
        std::string method, target, type, action;
    };
    const std::string path = "/apis/stackseal.io/v1alpha1/namespaces/ops/certificates";
    const Row table[] = {
        {create(Resource::kCertificate, "ops", body), "POST", path + "?fieldManager=stackseal",
         "application/json", "create certificates ops/"},
        {merge_patch(ref, body), "PATCH", path + "/a?fieldManager=stackseal",
         "application/merge-patch+json", "patch certificates ops/a"},
        {merge_patch_status(ref, body), "PATCH", path + "/a/status?fieldManager=stackseal",
         "application/merge-patch+json", "patch certificates/status ops/a"},
        {apply(ref, body, true), "PATCH", path + "/a?fieldManager=stackseal&force=true",
         "application/apply-patch+yaml", "apply certificates ops/a"},
        {apply(ref, body, false), "PATCH", path + "/a?fieldManager=stackseal&force=false",
         "application/apply-patch+yaml", "apply certificates ops/a"},
        {replace_at("/x", "write x", body), "PUT", "/x?fieldManager=stackseal", "application/json",
         "write x"},
    };
    for (const Row& row : table) {
        EXPECT_EQ(row.call.http.method, row.method);
        EXPECT_EQ(row.call.http.target, row.target);
        EXPECT_EQ(header(row.call.http.headers, "Content-Type"), row.type);
        EXPECT_EQ(row.call.action, row.action);
        EXPECT_EQ(row.call.http.body, R"({"x":"y"})");
        EXPECT_FALSE(row.call.http.replayable);
    }
}

TEST(Remove, NamesWhatItMeans) {
    const Call call = remove({Resource::kSecret, "ops", "a"}, "u-1", "42");
    EXPECT_EQ(call.http.method, "DELETE");
    EXPECT_EQ(call.http.target, "/api/v1/namespaces/ops/secrets/a");
    const auto body = text::parse_json(call.http.body);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->text_at({"preconditions", "uid"}), "u-1");
    EXPECT_EQ(body->text_at({"preconditions", "resourceVersion"}), "42");
    EXPECT_EQ(body->text_at({"propagationPolicy"}), "Background");
    EXPECT_EQ(body->text_at({"kind"}), "DeleteOptions");
}

TEST(Remove, WithoutAVersionAsksForTheUidOnly) {
    const auto body =
        text::parse_json(remove({Resource::kSecret, "ops", "a"}, "u-1", "").http.body);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->find_path({"preconditions", "resourceVersion"}), nullptr);
}

}  // namespace
}  // namespace stackseal::kube
