// SPDX-License-Identifier: Apache-2.0
// The CRDs and the field tables say the same, in both directions; patterns and checks agree.
#include <gtest/gtest.h>

#include <functional>
#include <regex>
#include <set>

#include "controller/api/syntax.hpp"
#include "controller/core/duration.hpp"
#include "tests/unit/controller/api/manifests.hpp"

namespace stackseal::api {
namespace {

using core::Value;

Value crd(const std::string& plural) {
    return document(read_source("crds/stackseal.io_" + plural + ".yaml"));
}

const Value& version_of(const Value& crd) {
    return crd.find_path({"spec", "versions"})->items()->front();
}

Value openapi(const std::string& plural) {
    const Value whole = crd(plural);
    return *version_of(whole).find_path({"schema", "openAPIV3Schema"});
}

/// Calls for a schema and every schema inside it, with the path of property names.
void walk(const Value& schema, const std::string& path,
          const std::function<void(const Value&, const std::string&)>& visit) {
    visit(schema, path);
    if (const Value* properties = schema.find("properties"))
        for (const auto& [key, property] : *properties->members())
            walk(property, path + "/" + key, visit);
    if (const Value* items = schema.find("items")) walk(*items, path + "/[]", visit);
    if (const Value* values = schema.find("additionalProperties"))
        walk(*values, path + "/{}", visit);
}

/// A schema without prose, patterns and CEL: what a field table can know.
Value bare(const Value& schema) {
    const std::set<std::string> above = {"description", "pattern", "x-kubernetes-validations"};
    Value out = Value::object();
    for (const auto& [key, held] : *schema.members()) {
        if (above.contains(key)) continue;
        if (key == "properties") {
            Value properties;
            for (const auto& [name, property] : *held.members())
                properties.set(name, bare(property));
            out.set(key, std::move(properties));
        } else if (key == "items" || key == "additionalProperties") {
            out.set(key, bare(held));
        } else {
            out.set(key, held);
        }
    }
    return out;
}

TEST(Agreement, TheCertificatesCrdAndTableSayTheSame) {
    EXPECT_EQ(merge_patch(bare(openapi("certificates")), schema<Certificate>()), Value{});
}

TEST(Agreement, TheIssuersCrdAndTableSayTheSame) {
    EXPECT_EQ(merge_patch(bare(openapi("issuers")), schema<Issuer>()), Value{});
}

/// A member deep inside a document, to be changed.
Value& inside(Value& at, std::initializer_list<std::string_view> path) {
    Value* here = &at;
    for (const std::string_view key : path)
        for (auto& [name, held] : std::get<Value::Object>(here->held))
            if (name == key) {
                here = &held;
                break;
            }
    return *here;
}

TEST(Agreement, WouldSeeAnyDrift) {
    using Change = std::function<void(Value&)>;
    const std::vector<std::pair<std::string, Change>> changes = {
        {"a bound",
         [](Value& spec) {
             inside(spec, {"properties", "dnsNames"}).set("maxItems", Value::of(std::int64_t{101}));
         }},
        {"a type",
         [](Value& spec) {
             inside(spec, {"properties", "isCA"}).set("type", Value::of("string"));
         }},
        {"a new key",
         [](Value& spec) { inside(spec, {"properties"}).set("more", Value::object()); }},
        {"a lost key",
         [](Value& spec) {
             auto& all = std::get<Value::Object>(inside(spec, {"properties"}).held);
             all.erase(all.begin());
         }},
        {"a default",
         [](Value& spec) {
             inside(spec, {"properties", "duration"}).set("default", Value::of("1h"));
         }},
        {"what is required",
         [](Value& spec) { spec.set("required", Value::array({Value::of("secretName")})); }},
        {"an enum", [](Value& spec) {
             inside(spec, {"properties", "deletionPolicy"}).set("enum", Value::array());
         }}};
    for (const auto& [what, change] : changes) {
        Value drifted = bare(openapi("certificates"));
        change(inside(drifted, {"properties", "spec"}));
        EXPECT_NE(merge_patch(drifted, schema<Certificate>()), Value{}) << what;
    }
}

class Crd : public testing::TestWithParam<std::string> {};
INSTANTIATE_TEST_SUITE_P(Both, Crd, testing::Values("certificates", "issuers"));

TEST_P(Crd, BoundsEveryStringListAndMap) {
    walk(openapi(GetParam()), "", [](const Value& schema, const std::string& path) {
        const std::string_view type = schema.text_at({"type"});
        const bool from_outside = path == "/apiVersion" || path == "/kind" || path == "/metadata";
        if (type == "string" && !from_outside) {
            EXPECT_TRUE(schema.find("maxLength") || schema.find("enum") || schema.find("format"))
                << path;
        }
        if (type == "array") {
            EXPECT_TRUE(schema.find("maxItems")) << path;
        }
        if (schema.find("additionalProperties")) {
            EXPECT_TRUE(schema.find("maxProperties")) << path;
        }
    });
}

TEST_P(Crd, DefaultsOnlyKindAndGroupOfAnIssuerRef) {
    walk(openapi(GetParam()), "", [](const Value& schema, const std::string& path) {
        const bool reference = path.ends_with("Ref/kind") || path.ends_with("Ref/group") ||
                               path.ends_with("signedBy/kind") || path.ends_with("signedBy/group");
        EXPECT_EQ(schema.find("default") != nullptr, reference) << path;
    });
}

TEST_P(Crd, ListsAreAtomicButConditions) {
    walk(openapi(GetParam()), "", [](const Value& schema, const std::string& path) {
        if (schema.text_at({"type"}) != "array") return;
        const bool conditions = path == "/status/conditions";
        EXPECT_EQ(schema.text_at({"x-kubernetes-list-type"}), conditions ? "map" : "atomic")
            << path;
    });
}

TEST_P(Crd, DescribesEveryField) {
    walk(openapi(GetParam()), "", [](const Value& schema, const std::string& path) {
        const bool spoken_for = path.ends_with("]") || path.ends_with("}") || path == "/metadata";
        if (!spoken_for) {
            EXPECT_NE(schema.text_at({"description"}), "") << path;
        }
    });
}

TEST_P(Crd, BoundsAndFormsEveryDuration) {
    int durations = 0;
    walk(openapi(GetParam()), "", [&](const Value& schema, const std::string& path) {
        if (!path.ends_with("uration") && !path.ends_with("renewBefore")) return;
        ++durations;
        EXPECT_EQ(schema.text_at({"pattern"}), "^([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$")
            << path;
        EXPECT_NE(schema.find("x-kubernetes-validations"), nullptr) << path;
    });
    EXPECT_EQ(durations, 2);
}

TEST_P(Crd, HasNamesVersionAndStatusOfTheApi) {
    const Value whole = crd(GetParam());
    const bool issuer = GetParam() == "issuers";
    EXPECT_EQ(whole.text_at({"metadata", "name"}), GetParam() + ".stackseal.io");
    EXPECT_EQ(whole.text_at({"spec", "group"}), core::kGroup);
    EXPECT_EQ(whole.text_at({"spec", "names", "plural"}), GetParam());
    EXPECT_EQ(whole.text_at({"spec", "names", "kind"}), issuer ? "Issuer" : "Certificate");
    EXPECT_EQ(*whole.find_path({"spec", "names", "shortNames"}),
              Value::array({Value::of(issuer ? "ssissuer" : "sscert")}));
    EXPECT_EQ(*whole.find_path({"spec", "names", "categories"}),
              Value::array({Value::of("stackseal")}));
    EXPECT_EQ(whole.find_path({"spec", "versions"})->items()->size(), 1U);
    EXPECT_EQ(version_of(whole).text_at({"name"}), core::kVersion);
    EXPECT_NE(version_of(whole).find_path({"subresources", "status"}), nullptr);
}

TEST_P(Crd, EveryRuleHasAMessage) {
    walk(openapi(GetParam()), "", [](const Value& schema, const std::string& path) {
        const Value* rules = schema.find("x-kubernetes-validations");
        if (rules == nullptr) return;
        for (const Value& rule : *rules->items()) EXPECT_NE(rule.text_at({"message"}), "") << path;
    });
}

TEST(Columns, ShowTimesAsText) {
    const Value whole = crd("certificates");
    std::string columns;
    for (const Value& column : *version_of(whole).find("additionalPrinterColumns")->items())
        columns += std::string(column.text_at({"name"})) + " " +
                   std::string(column.text_at({"type"})) + " " +
                   std::string(column.text_at({"jsonPath"})) + "\n";
    EXPECT_EQ(columns,
              "Ready string .status.conditions[?(@.type==\"Ready\")].status\n"
              "Reason string .status.conditions[?(@.type==\"Ready\")].reason\n"
              "Secret string .spec.secretName\n"
              "Issuer string .spec.issuerRef.name\n"
              "Expires string .status.expires\n"
              "Renews string .status.renews\n"
              "Age date .metadata.creationTimestamp\n");
}

std::regex pattern_of(const std::string& plural, std::string_view wanted) {
    std::string pattern;
    walk(openapi(plural), "", [&](const Value& schema, const std::string& path) {
        if (path == wanted) pattern = schema.text_at({"pattern"});
    });
    EXPECT_NE(pattern, "") << wanted;
    return std::regex(pattern);
}

const std::vector<std::string> kTexts = {
    "",         "0s",      "90s",      "1h30m", "h",          "90d",   "1.5h",    "30m1h",
    "1234567h", "999999h", "-1h",      "a",     "a.b",        "a.b.c", "*.a.b",   "*.a",
    "*",        "a..b",    "-a",       "a-",    "A.b",        "a_b",   "xn--a.b", "ä.b",
    "a.b.",     "1.2.3.4", "a b",      "a/b",   "ops@a.b",    "o@p@a", "<o@a.b>", "@a",
    "x:y",      "x://a/b", "https://", "x",     "1x:y",       "x:a b", "x:%20",   "a*b",
    "local",    "x:<",     "x:[::1]",  "x:y*",  "a@[1.2.3.4]"};

TEST(Patterns, OfDurationsTakeWhatTheParserTakes) {
    const std::regex pattern = pattern_of("certificates", "/spec/duration");
    for (const std::string& text : kTexts) {
        const auto parsed = core::parse_duration(text);
        const bool too_long = !parsed && parsed.error().message.ends_with("is over 100 years");
        EXPECT_EQ(std::regex_match(text, pattern) && text.size() >= 2, parsed || too_long) << text;
    }
}

TEST(Patterns, OfObjectNamesTakeWhatTheCheckTakes) {
    std::vector<std::string> texts = kTexts;
    for (const int length : {63, 64, 253})
        texts.emplace_back(static_cast<std::size_t>(length), 'a');
    for (const auto& [plural, path] : std::vector<std::pair<std::string, std::string>>{
             {"certificates", "/spec/secretName"},
             {"certificates", "/spec/issuerRef/name"},
             {"issuers", "/spec/ca/secretName"},
             {"issuers", "/spec/authority/signedBy/name"}}) {
        const std::regex pattern = pattern_of(plural, path);
        for (const std::string& text : texts)
            EXPECT_EQ(std::regex_match(text, pattern), !why_no_subdomain(text))
                << path << " " << text;
    }
}

/// What a check takes, the pattern must let pass; a check may be the stricter of the two.
TEST(Patterns, RefuseNothingThatACheckTakes) {
    struct Pair {
        std::string plural, path;
        Fault (*check)(std::string_view);
    };
    const std::vector<Pair> pairs = {{"certificates", "/spec/dnsNames/[]", why_no_dns_name},
                                     {"certificates", "/spec/uris/[]", why_no_uri},
                                     {"certificates", "/spec/emailAddresses/[]", why_no_email},
                                     {"certificates", "/spec/secretName", why_no_subdomain},
                                     {"certificates", "/spec/issuerRef/name", why_no_subdomain},
                                     {"certificates", "/spec/issuerRef/namespace", why_no_label},
                                     {"issuers", "/spec/ca/secretName", why_no_subdomain},
                                     {"issuers", "/spec/allow/dnsDomains/[]", why_no_domain},
                                     {"issuers", "/spec/allow/uris/[]", why_no_uri},
                                     {"issuers", "/spec/allow/emails/[]", why_no_domain},
                                     {"issuers", "/spec/allow/emails/[]", why_no_email},
                                     {"issuers", "/spec/allow/namespaces/names/[]", why_no_label}};
    for (const Pair& pair : pairs) {
        const std::regex pattern = pattern_of(pair.plural, pair.path);
        int taken = 0;
        int refused = 0;
        for (const std::string& text : kTexts) {
            const bool sound = !pair.check(text);
            const bool matches = std::regex_match(text, pattern);
            if (sound) {
                EXPECT_TRUE(matches) << pair.path << " " << text;
            }
            taken += sound ? 1 : 0;
            refused += matches ? 0 : 1;
        }
        EXPECT_GT(taken, 0) << pair.path;
        EXPECT_GT(refused, 0) << pair.path;
    }
}

}  // namespace
}  // namespace stackseal::api
