// SPDX-License-Identifier: Apache-2.0
// The strict reader must itself refuse what is wrong, or it proves nothing.
#include "tests/unit/controller/observe/exposition.hpp"

#include <gtest/gtest.h>

namespace stackseal::tests {
namespace {

TEST(Exposition, ReadsWhatIsRight) {
    const Exposition e = read_exposition(
        "# HELP a_total Things.\n# TYPE a_total counter\na_total{x=\"q\\\"\\\\\\n\"} 2\n"
        "# HELP h Times.\n# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 3\n"
        "h_sum 4.5\nh_count 3\n");
    EXPECT_TRUE(e.faults.empty()) << e.faults.front();
    EXPECT_EQ(e.value("a_total", {{"x", "q\"\\\n"}}), 2);
    EXPECT_EQ(e.value("h_sum"), 4.5);
    EXPECT_FALSE(e.value("a_total"));
}

TEST(Exposition, RefusesWhatIsWrong) {
    const std::string head = "# HELP a A.\n# TYPE a gauge\n";
    const std::string histogram = "# HELP h H.\n# TYPE h histogram\n";
    const std::vector<std::string> wrong = {
        head + "a 1",                              // no newline at the end
        head + "a 1\na 2\n",                       // twice
        head + "b 1\n",                            // another family
        head + "a{x=1} 1\n",                       // no quotes
        head + "a{x=\"1\" 1\n",                    // not closed
        head + "a{x=\"\\t\"} 1\n",                 // unknown escape
        head + "a one\n",                          // not a number
        head + "a  1\n",                           // two spaces
        head + "1a 1\n",                           // name begins with a digit
        head + "a{x=\"1\",x=\"2\"} 1\n",           // a label twice
        head + "a 1\n" + head + "a{x=\"1\"} 1\n",  // family twice
        "a 1\n",                                   // no help
        "# HELP a A.\na 1\n",                      // no type
        "# HELP a A.\n# TYPE a thing\na 1\n",      // unknown type
        "# HELP a_total A.\n# TYPE a_total gauge\na_total 1\n",
        "# HELP a A.\n# TYPE a counter\na 1\n",
        histogram + "h_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n",  // no +Inf
        histogram +
            "h_bucket{le=\"1\"} 2\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 1\n",  // shrinks
        histogram + "h_bucket{le=\"+Inf\"} 1\nh_sum 1\nh_count 2\n",                // count
        histogram + "h_bucket{le=\"+Inf\"} 1\nh_count 1\n",                         // no sum
    };
    for (const std::string& text : wrong)
        EXPECT_FALSE(read_exposition(text).faults.empty()) << text;
}

}  // namespace
}  // namespace stackseal::tests
