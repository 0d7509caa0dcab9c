// SPDX-License-Identifier: Apache-2.0
// Names and addresses: what is taken, and what is refused with which remedy.
#include "controller/api/syntax.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace stackseal::api {
namespace {

using testing::HasSubstr;

using Check = Fault (*)(std::string_view);

struct Row {
    std::string text;
    std::string fault;  ///< a part of the message; empty: well written
};

void expect_all(Check check, const std::vector<Row>& rows) {
    for (const auto& [text, fault] : rows) {
        const Fault found = check(text);
        if (fault.empty()) {
            EXPECT_EQ(found.value_or(""), "") << text;
        }
        if (!fault.empty()) {
            EXPECT_THAT(found.value_or("well written"), HasSubstr(fault)) << text;
        }
    }
}

const std::string k63(63, 'a');
const std::string k253 = k63 + "." + k63 + "." + k63 + "." + std::string(61, 'a');

TEST(Syntax, DnsNames) {
    expect_all(
        why_no_dns_name,
        {{"keystone.example.com", ""},
         {"keystone", ""},
         {"a-b.c9.x", ""},
         {"9.example", ""},
         {"*.example.com", ""},
         {"xn--kln-sna.example.com", ""},
         {k63 + ".example", ""},
         {k253, ""},
         {"", "it is empty"},
         {"Api_1.example.com",
          "\"Api_1.example.com\" is no DNS name: '_' is not allowed; use letters, digits and '-'"},
         {"Api.example.com", "write it in lower case: \"api.example.com\""},
         {"köln.example.com", "give the A-label (xn--…)"},
         {"a..b", "a label is empty; remove the extra dot"},
         {".a.b", "a label is empty"},
         {"a.b.", "drop the dot at its end"},
         {"-a.b", "begin and end with a letter or a digit"},
         {"a-.b", "begin and end with a letter or a digit"},
         {k63 + "a.b", "a label has 64 characters; 63 at most"},
         {k253 + "a", "it has 254 characters; 253 at most"},
         {"192.0.2.1", "it is an IP address; list it as one"},
         {"2001:db8::1", "it is an IP address; list it as one"},
         {"1.2.3", "its last label is a number"},
         {"api.example.7", "its last label is a number"},
         {"*", "only as the whole first label"},
         {"*.*.example.com", "only as the whole first label"},
         {"a*.example.com", "only as the whole first label"},
         {"a.*.example.com", "only as the whole first label"},
         {"*.com", "a wildcard needs two labels below it"},
         {"*.192.0.2.1", "it is an IP address"},
         {"*..com", "a label is empty"},
         {"ab--c.example.com", "reserved for A-labels"},
         {"a b.example.com", "a space is not allowed"},
         {"a\tb.example.com", "byte 0x09 is not allowed"},
         {std::string("a\0.example.com", 14), "byte 0x00 is not allowed"},
         {"https://a.example.com", "':' is not allowed"},
         {"a.example.com:443", "':' is not allowed"}});
}

TEST(Syntax, Domains) {
    expect_all(why_no_domain, {{"example.com", ""},
                               {"local", ""},
                               {"svc.cluster.local", ""},
                               {"", "it is empty"},
                               {".example.com", "drop what stands before its first label"},
                               {"*.example.com", "drop what stands before its first label"},
                               {"example.com.", "drop the dot at its end"},
                               {"Example.com", "write it in lower case"},
                               {"10.0.0.1", "it is an IP address"}});
}

TEST(Syntax, ObjectNames) {
    expect_all(why_no_subdomain, {{"keystone-tls", ""},
                                  {"a.b.c", ""},
                                  {"1", ""},
                                  {"", "it is empty"},
                                  {"Keystone", "lower case"},
                                  {"a_b", "'_' is not allowed"},
                                  {"a..b", "a label is empty"},
                                  {"../x", "a label is empty"},
                                  {"a/b", "'/' is not allowed"},
                                  {"-a", "begin and end"},
                                  {k63 + "a", ""},
                                  {std::string(253, 'a'), ""},
                                  {k253, ""},
                                  {k63 + k63 + ".a", ""},
                                  {k253 + "a", "254 characters"}});
    expect_all(why_no_label, {{"openstack", ""},
                              {"", "it is empty"},
                              {"a.b", "'.' is not allowed"},
                              {k63, ""},
                              {k63 + "a", "64 characters"},
                              {"OpenStack", "write it in lower case: \"openstack\""}});
}

TEST(Syntax, IpAddresses) {
    expect_all(why_no_ip, {{"192.0.2.1", ""},
                           {"0.0.0.0", ""},
                           {"2001:db8::1", ""},
                           {"2001:DB8:0:0::1", ""},
                           {"::1", ""},
                           {"::", ""},
                           {"", "write it as 192.0.2.1 or 2001:db8::1"},
                           {"192.0.2", "write it as"},
                           {"192.0.2.256", "write it as"},
                           {"192.0.2.01", "write it as"},
                           {"192.0.2.1.1", "write it as"},
                           {"0x7f.1", "write it as"},
                           {" 192.0.2.1", "write it as"},
                           {"192.0.2.1\n", "write it as"},
                           {std::string("192.0.2.1\0x", 11), "write it as"},
                           {"[::1]", "write it as"},
                           {"2001:db8::1::2", "write it as"},
                           {"12345::", "write it as"},
                           {"keystone", "write it as"},
                           {"10.0.0.0/8", "it is a range; list single addresses"},
                           {"fe80::1%eth0", "a certificate holds no zone; drop '%'"},
                           {"::ffff:192.0.2.1", "write \"192.0.2.1\""},
                           {"::ffff:c000:201", "write \"192.0.2.1\""},
                           {std::string(100, '1'), "write it as"}});
}

TEST(Syntax, IpsHaveOneText) {
    const std::vector<std::pair<std::string, std::string>> rows = {
        {"192.0.2.1", "192.0.2.1"},
        {"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
        {"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // RFC 5952 4.2.2: one zero field stays
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},           // 4.2.3: the longest run
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},     // 4.2.3: the first of two equal runs
        {"::", "::"}};
    for (const auto& [text, canonical] : rows) EXPECT_EQ(canonical_ip(text), canonical) << text;
    EXPECT_EQ(canonical_ip("keystone"), std::nullopt);
}

TEST(Syntax, IpRanges) {
    expect_all(why_no_ip_range, {{"10.0.0.0/8", ""},
                                 {"0.0.0.0/0", ""},
                                 {"192.0.2.1/32", ""},
                                 {"192.0.2.128/25", ""},
                                 {"2001:db8::/32", ""},
                                 {"2001:db8::1/128", ""},
                                 {"::/0", ""},
                                 {"2001:db8:8000::/33", ""},
                                 {"10.0.0.1/8", "write \"10.0.0.0/8\""},
                                 {"192.0.2.129/25", "write \"192.0.2.128/25\""},
                                 {"2001:db8::1/33", "write \"2001:db8::/33\""},
                                 {"10.0.0.0", "write it as 10.0.0.0/8"},
                                 {"10.0.0.0/", "a number from 0 to 32"},
                                 {"10.0.0.0/33", "a number from 0 to 32"},
                                 {"10.0.0.0/-1", "a number from 0 to 32"},
                                 {"10.0.0.0/08", "a number from 0 to 32"},
                                 {"10.0.0.0/8x", "a number from 0 to 32"},
                                 {"10.0.0.0/255.0.0.0", "a number from 0 to 32"},
                                 {"::/129", "a number from 0 to 128"},
                                 {"::ffff:10.0.0.0/104", "write IPv4 as IPv4"},
                                 {"example.com/8", "write it as"},
                                 {"/8", "write it as"},
                                 {"", "write it as"}});
}

TEST(Syntax, Uris) {
    expect_all(why_no_uri, {{"spiffe://cloud.example.com/keystone", ""},
                            {"https://example.com/a?b=c#d", ""},
                            {"urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", ""},
                            {"https://[2001:db8::1]:8443/", ""},
                            {"x:%20", ""},
                            {"spiffe://example.com/*", ""},
                            {"", "begin with a scheme"},
                            {"keystone", "begin with a scheme"},
                            {"/keystone", "begin with a scheme"},
                            {"1x:y", "begin with a scheme"},
                            {":y", "begin with a scheme"},
                            {"a b:c", "a space is not allowed"},
                            {"https:", "nothing stands behind its scheme"},
                            {"https://", "it names no host"},
                            {"file:///etc", "it names no host"},
                            {"https://exämple.com", "is not allowed; escape it as %XX"},
                            {"https://example.com/<x>", "'<' is not allowed"},
                            {"https://example.com/%2", "two hexadecimal digits"},
                            {"https://example.com/%zz", "two hexadecimal digits"},
                            {"https://example.com/%", "two hexadecimal digits"}});
}

TEST(Syntax, EmailAddresses) {
    expect_all(why_no_email, {{"ops@example.com", ""},
                              {"a.b+c_d@example.com", ""},
                              {"ops@Example.com", ""},
                              {std::string(64, 'a') + "@example.com", ""},
                              {"", "one '@'"},
                              {"ops", "one '@'"},
                              {"a@b@example.com", "one '@'"},
                              {"Ops <ops@example.com>", "give the bare address"},
                              {"\"a b\"@example.com", "give the bare address"},
                              {"@example.com", "1 to 64 characters"},
                              {std::string(65, 'a') + "@example.com", "1 to 64 characters"},
                              {".a@example.com", "a dot before '@'"},
                              {"a.@example.com", "a dot before '@'"},
                              {"a..b@example.com", "a dot before '@'"},
                              {"ops@", "a label is empty"},
                              {"ops@exam_ple.com", "'_' is not allowed"},
                              {"ops@192.0.2.1", "it is an IP address"},
                              {"öps@example.com", "beyond ASCII"},
                              {"a@" + k253, "255 characters; 254 at most"}});
}

TEST(Syntax, MetadataKeysAndValues) {
    expect_all(why_no_metadata_key, {{"app", ""},
                                     {"app.kubernetes.io/part-of", ""},
                                     {"A_b.c-9", ""},
                                     {"example.com/" + k63, ""},
                                     {"", "a name has 1 to 63"},
                                     {"a b", "a name has"},
                                     {"-a", "a name has"},
                                     {"a/", "a name has"},
                                     {"/a", "must be a domain"},
                                     {"A/a", "must be a domain"},
                                     {"a/b/c", "a name has"},
                                     {"example.com/" + k63 + "a", "a name has"}});
    expect_all(why_no_label_value, {{"", ""},
                                    {"false", ""},
                                    {"A_b.c-9", ""},
                                    {"identity team", "it has 1 to 63"},
                                    {"a-", "it has 1 to 63"},
                                    {k63 + "a", "it has 1 to 63"}});
}

TEST(Syntax, MessagesAreShort) {
    const Fault fault = why_no_dns_name(std::string(100000, '_'));
    ASSERT_TRUE(fault);
    EXPECT_LT(fault->size(), 300U);
}

}  // namespace
}  // namespace stackseal::api
