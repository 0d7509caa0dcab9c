# SPDX-License-Identifier: Apache-2.0
"""The pages must keep what hands wrote and show what sources say, and notice what either lacks."""
import unittest
from unittest import mock

import pages  # first: it knows where the others' tools are

import api
import links
import markdown
import metrics
import permissions
import troubleshooting
from markdown import Table

SPECS = """
std::vector<MetricSpec> queue_metrics() {
    return {
        {"workqueue_depth", kGauge, "Keys that wait.", {"name", "controller"}},
        {kBuildInfo,
         kGauge,
         "The running version; "
         "always 1.",
         {}},
        {"workqueue_work_duration_seconds", kHistogram, "Time.", {"name"}, decades()},
    };
}
"""


class Markdown(unittest.TestCase):
    def test_what_hands_wrote_is_kept_by_the_first_cell(self):
        old = "| `a` | 1 | why \\| how |\n| `gone` | 2 | never |\n"
        text = markdown.filled([Table(["name", "number", "why"], [["`new`", "0"], ["`a`", "3"]])], old)
        self.assertIn("| `a` | 3 | why \\| how |\n", text)
        self.assertNotIn("never", text)
        self.assertEqual(markdown.empty_cells(text), ["`new`"])

    def test_what_is_filled_stays_as_it_is(self):
        parts = ["## Words", Table(["name", "why"], [["`a`"]])]
        once = markdown.filled(parts, "| `a` | x |\n")
        self.assertEqual(markdown.filled(parts, once), once)


class Pages(unittest.TestCase):
    def test_a_page_that_differs_is_a_fault(self):
        page = "# T\n<!-- made: marks -->\n<!-- end of made -->\nthe end\n"
        made = pages.made(page)
        self.assertTrue(made.startswith("# T\n") and made.endswith("the end\n") and "`stackseal.io/managed`" in made)
        self.assertIn("differs", next(pages.faults_of("p.md", page)))
        self.assertTrue(all("empty cell" in fault for fault in pages.faults_of("p.md", made)))


class Api(unittest.TestCase):
    def test_bounds_in_words(self):
        rows = [({"minLength": 2, "maxLength": 2}, "2 characters"), ({"maxItems": 8, "items": {"maxLength": 3}},
                "at most 8 entries; each at most 3 characters"), ({"enum": ["A"], "minimum": 1}, "one of `A`; at least 1"),
                ({"pattern": "^x|y$"}, "`^x\\|y$`"), ({}, "")]
        for schema, words in rows:
            self.assertEqual(api.bounds(schema), words)

    def test_rules_are_named_by_their_field(self):
        rule = {"rule": "r", "message": "m"}
        schema = {"x-kubernetes-validations": [rule | {"fieldPath": ".b"}],
                  "properties": {"list": {"items": {"x-kubernetes-validations": [rule]}}}}
        self.assertEqual([field for field, _, _ in api.rules("spec", schema)], ["spec.b", "spec.list[]"])


class Metrics(unittest.TestCase):
    def groups(self, source):
        with mock.patch("tree.read", lambda name: source if name.endswith(".cpp") else 'std::string_view kBuildInfo = "info"'):
            return metrics.groups()

    def test_specs_are_read_whole(self):
        (group, rows), = self.groups(SPECS)
        self.assertEqual((group, rows[1]), ("queue", ["`info`", "gauge", "none", "0 or 1", "The running version; always 1."]))
        self.assertEqual([row[3] for row in rows], ["count", "0 or 1", "seconds"])

    def test_one_that_cannot_be_read_is_an_error(self):
        with self.assertRaises(ValueError):
            self.groups(SPECS.replace('"Keys that wait."', "kHelp"))


class Others(unittest.TestCase):
    def test_rights_are_read_one_by_one(self):
        role = {"rules": [{"apiGroups": ["x.io"], "resources": ["as/status"], "resourceNames": ["n"], "verbs": ["get", "put"]}]}
        self.assertEqual(list(permissions.rights_in(role)), ["get as.x.io/status n", "put as.x.io/status n"])

    def test_reasons_are_found_wherever_they_are_named(self):
        text = "CaExpired  Issuer  a/b\nForbidden: no\nsee `ClockSkew` and `Secret`\n"
        self.assertEqual(troubleshooting.named(text), {"CaExpired", "Forbidden", "ClockSkew"})

    def test_links_lead_to_files_and_headings(self):
        rows = [("docs/a.md", "../README.md", False), ("docs/a.md", "../README.md#two-commands", False),
                ("docs/a.md", "../README.md#three-commands", True), ("docs/a.md", "README.md", True)]
        for page, link, nowhere in rows:
            self.assertEqual(links.leads_nowhere(page, link), nowhere, link)

    def test_a_reason_that_there_is_not_is_a_fault(self):
        with mock.patch("troubleshooting.PAGE", "README.md"):
            self.assertIn("README.md:1: tells nothing of ClockSkew", troubleshooting.faults())


if __name__ == "__main__":
    unittest.main()
