// SPDX-License-Identifier: Apache-2.0
// The samples beside the CRDs: the valid ones are accepted and come back as they are, the invalid
// ones are refused in the words of their twins. A real API server accepts and refuses the same
// ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "controller/api/validate.hpp"
#include "tests/unit/controller/api/manifests.hpp"

namespace stackseal::api {
namespace {

namespace fs = std::filesystem;

/// All samples of a folder, by their names without ".yaml".
std::vector<std::string> samples(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& entry :
         fs::directory_iterator(std::string(STACKSEAL_SOURCE_DIR) + "/crds/samples/" + folder))
        if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem());
    std::ranges::sort(names);
    return names;
}

core::Value sample(const std::string& folder, const std::string& name) {
    return document(read_source("crds/samples/" + folder + "/" + name + ".yaml"));
}

struct Verdict {
    std::vector<Problem> problems;
    core::Value again;  ///< encoded anew
};

template <class T>
Verdict judge_as(const core::Value& doc) {
    auto decoded = decode<T>(doc);
    std::vector<Problem> all = std::move(decoded.problems);
    all.insert(all.end(), decoded.unknown.begin(), decoded.unknown.end());
    if (all.empty()) all = validate(decoded.value.spec);
    return {all, encode(decoded.value)};
}

Verdict judge(const core::Value& doc) {
    EXPECT_EQ(doc.text_at({"apiVersion"}), "stackseal.io/v1alpha1");
    if (doc.text_at({"kind"}) == "Issuer") return judge_as<Issuer>(doc);
    EXPECT_EQ(doc.text_at({"kind"}), "Certificate");
    return judge_as<Certificate>(doc);
}

class ValidSample : public testing::TestWithParam<std::string> {};

TEST_P(ValidSample, IsAcceptedAndComesBackAsItIs) {
    const core::Value doc = sample("valid", GetParam());
    const Verdict verdict = judge(doc);
    EXPECT_EQ(lines_of(verdict.problems), "");
    EXPECT_EQ(verdict.again, doc);
}

class InvalidSample : public testing::TestWithParam<std::string> {};

TEST_P(InvalidSample, IsRefusedInTheWordsOfItsTwin) {
    const std::string said = lines_of(judge(sample("invalid", GetParam())).problems);
    EXPECT_NE(said, "");
    EXPECT_EQ(said, read_source("crds/samples/invalid/" + GetParam() + ".expect.txt"));
}

std::string shown(const testing::TestParamInfo<std::string>& info) {
    std::string name = info.param;
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(Crds, ValidSample, testing::ValuesIn(samples("valid")), shown);
INSTANTIATE_TEST_SUITE_P(Crds, InvalidSample, testing::ValuesIn(samples("invalid")), shown);

TEST(Samples, AreNotLost) {
    EXPECT_GE(samples("valid").size(), 11U);
    EXPECT_GE(samples("invalid").size(), 45U);
}

TEST(Samples, OfEachKindSetEveryFieldOfTheSpecOnce) {
    for (const std::string name : {"certificate-full", "issuer-intermediate"}) {
        const core::Value spec = *sample("valid", name).find("spec");
        const core::Value known = name.starts_with("c") ? schema<Certificate>() : schema<Issuer>();
        const core::Value* properties = known.find_path({"properties", "spec", "properties"});
        for (const auto& [key, unused] : *properties->members()) {
            const bool another_choice = key == "selfSigned" || key == "ca";
            const bool excluded = key == "renewBeforePercentage" || key == "isCA" || another_choice;
            EXPECT_EQ(spec.find(key) != nullptr, !excluded) << name << " " << key;
        }
    }
}

}  // namespace
}  // namespace stackseal::api
