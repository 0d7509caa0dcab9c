# SPDX-License-Identifier: Apache-2.0
"""The checks must find what they are made to find, or they prove nothing."""
import pathlib
import sys
import tempfile
import unittest

import arrows
import commands
import cxx
import docstrings
import headers
import house
import metrics
import secrets as secret_scan

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))
import counts  # noqa: E402  (beside this folder)


def include(*paths):
    return "".join(f"#include {path}\n" for path in paths)


class Arrows(unittest.TestCase):
    def faults(self, **texts):
        return arrows.check({name.replace("__", "/").replace("_h", ".hpp").replace("_c", ".cpp"): text
                             for name, text in texts.items()})[0]

    def test_what_is_allowed(self):
        texts = {
            "controller/core/a.hpp": include("<string>"),
            "controller/ports/b.hpp": include('"controller/core/a.hpp"', "<vector>"),
            "controller/kube/c.cpp": include('"controller/ports/b.hpp"', '"controller/core/a.hpp"', "<unistd.h>"),
            "controller/text/d.cpp": include("<nlohmann/json.hpp>", "<yaml-cpp/yaml.h>"),
            "reconcilers/issuance/perform.cpp": include('"controller/pki/e.hpp"'),
            "controller/pki/e.hpp": include("<openssl/evp.h>"),
            "app/main.cpp": include("<CLI/CLI.hpp>", '"controller/kube/f.hpp"', '"reconcilers/issuer/g.hpp"'),
            "reconcilers/issuer/plan.cpp": include('"controller/api/h.hpp"'),
        }
        self.assertEqual(arrows.check(texts)[0], [])

    def test_what_is_not(self):
        rows = [
            ("controller/core/a.cpp", '"controller/api/b.hpp"'),
            ("controller/api/a.cpp", "<unistd.h>"),
            ("controller/ports/a.hpp", '"controller/http/b.hpp"'),
            ("controller/kube/a.cpp", '"controller/http/b.hpp"'),
            ("controller/kube/a.cpp", "<nlohmann/json.hpp>"),
            ("controller/http/a.hpp", "<cpprest/http_client.h>"),
            ("controller/text/a.hpp", "<nlohmann/json.hpp>"),
            ("controller/local/a.hpp", "<regex>"),
            ("controller/local/a.cpp", "<openssl/evp.h>"),
            ("controller/core/a.cpp", "<curl/curl.h>"),
            ("controller/kube/a.cpp", '"client.hpp"'),
            ("controller/kube/a.cpp", '"tests/support/fakes.hpp"'),
            ("reconcilers/issuance/decide.hpp", '"controller/pki/sign.hpp"'),
            ("reconcilers/certificate/apply.cpp", '"controller/pki/sign.hpp"'),
            ("reconcilers/issuer/a.cpp", '"reconcilers/certificate/plan.hpp"'),
            ("controller/new/a.cpp", "<string>"),
        ]
        for name, path in rows:
            self.assertTrue(arrows.check({name: include(path)})[0], (name, path))

    def test_a_deciding_file_is_pure_through_all_that_it_includes(self):
        texts = {"reconcilers/issuance/decide.cpp": include('"reconcilers/issuance/observed.hpp"'),
                 "reconcilers/issuance/observed.hpp": include('"controller/ports/clock.hpp"')}
        faults = arrows.check(texts)[0]
        self.assertEqual(len(faults), 1)
        self.assertIn("observed.hpp → controller/ports/clock.hpp", faults[0])

    def test_circles(self):
        texts = {"controller/core/a.hpp": include('"controller/core/b.hpp"'),
                 "controller/core/b.hpp": include('"controller/core/a.hpp"')}
        self.assertIn("circle", arrows.check(texts)[0][0])

    def test_few_files_include_cpprestsdk(self):
        texts = {f"controller/http/{name}.cpp": include("<cpprest/http_client.h>") for name in "abcd"}
        self.assertIn("4 files include cpprestsdk", arrows.check(texts)[0][0])

    def test_includes_in_any_spelling(self):
        found = list(cxx.includes('#include <a>\n  #  include "b/c.hpp"\n// #include <no>\n'))
        self.assertEqual(found, [(1, False, "a"), (2, True, "b/c.hpp")])


class Scanner(unittest.TestCase):
    def names(self, text):
        return [(item.kind, item.name, item.line, item.end) for item in cxx.scan(text)]

    def test_finds_functions_and_their_ends(self):
        text = """namespace a {
constexpr std::array<int, 2> kTable = {{1, 2}};
int one() { return 1; }
template <class T>
Result<T> two(const std::vector<T>& in,
              Stop stop = {}) {
    if (in.empty()) { return {}; }
    return [&] { return in[0]; }();
}
class C final : public B {
  public:
    explicit C(int n) : n_{n}, m_(n) {
        run("}");  // }
    }
    void f() const;
    bool operator==(const C&) const = default;
  private:
    int n_ = 0;
};
C::~C() { n_ = '{'; }
enum class E { kOne };
}
"""
        self.assertEqual(self.names(text), [
            ("function", "one", 3, 3), ("function", "two", 4, 9), ("class", "C", 10, 19),
            ("function", "C", 12, 14), ("declaration", "f", 15, 15), ("declaration", "operator==", 16, 16),
            ("function", "C::~C", 20, 20), ("enum", "E", 21, 21)])

    def test_is_not_misled_by_literals(self):
        text = 'const char* a = "{ // ";\nauto b = R"({{{)";\nint c = 1\'000;\nint f() { return \'}\'; }\n#define X {\nint g() {}\n'
        self.assertEqual([name for _, name, _, _ in self.names(text)], ["f", "g"])


class Docstrings(unittest.TestCase):
    def missing(self, text):
        return [what for _, what in docstrings.missing(text)[0]]

    def test_wants_public_names_to_be_told(self):
        text = """namespace a {
struct Bare { int x; };
/// Told.
struct Told {
    int size() const { return 1; }
    void untold();
    /// Told.
    void told();
    void told(int overload);

    void told(int apart);
};
enum class Bare2 { kA };
int bare3();
int beside();  ///< told
class Forward;
namespace detail { int hidden(); }
namespace { int hidden2(); }
/// Told.
class C : public B {
  public:
    C();
    C(const C&) = delete;
    explicit C(int n);
    ~C() override;
    void f() override;
    bool operator==(const C&) const = default;
  private:
    void hidden3();
};
}
"""
        self.assertEqual(self.missing(text), [
            "class Bare", "declaration untold", "declaration told", "enum Bare2", "declaration bare3",
            "declaration C"])


class House(unittest.TestCase):
    def test_measures(self):
        body = "    x();\n" * 70
        text = "int f() {\n" + body + "}\nint g() { return 1; }\n"
        self.assertEqual([lines for lines, _ in house.function_lengths("a.cpp", text)], [72, 1])

    def test_judges(self):
        short = [(5, "a.cpp:1: f")] * 99
        self.assertEqual(house.judge(short + [(61, "long")], [(400, "a.cpp:1")])[0], [])
        self.assertEqual(len(house.judge(short + [(61, "x"), (61, "y"), (61, "z")], [])[0]), 3)
        self.assertEqual(len(house.judge(short, [(401, "a.cpp:1")])[0]), 1)
        self.assertEqual(len(house.judge([(11, "a")], [])[0]), 1)


class Headers(unittest.TestCase):
    def test_first_lines(self):
        licence = headers.LICENCE
        for text in (f"// {licence}\n// Why.\n", f"#!/bin/bash\n# {licence}\n# Two\n# lines.\n",
                     f'# {licence}\n"""Why."""\n', f"// {licence}\n// Why: because\n// of it.\n#pragma once\n"):
            self.assertIsNone(headers.first_fault(text), text)
        for text in ("", "// Why.\n", f"// {licence}\n#pragma once\n", f"// {licence}\n\n// Late.\n",
                     f"// {licence}\n// no end\nint x;\n", f"//{licence}\n// Why.\n"):
            self.assertIsNotNone(headers.first_fault(text), text)


class Others(unittest.TestCase):
    def test_metrics(self):
        self.assertEqual(list(metrics.names_in('x("workqueue_depth");\ny("stackseal", "stackseal_a_total");')),
                         [(1, "workqueue_depth"), (2, "stackseal_a_total")])
        table, names = metrics.HOMES
        texts = {table: '{"stackseal_a_total"},\n{"stackseal_b_total"}', names: 'kInfo = "stackseal_info"'}
        faults, known, used = metrics.check(texts | {"app/x.cpp": '"stackseal_a_total", "stackseal_c_total"'})
        self.assertEqual((known, used), (3, 2))
        self.assertEqual(faults, [f"app/x.cpp:1: metric stackseal_c_total is not in {table}",
                                  f"{table}:2: metric stackseal_b_total is shown by nobody"])

    def test_commands(self):
        pages = {"docs/a.md": "x\n```bash\nls\n```\n", "docs/b.md": "```\nls\n```\n"}
        self.assertEqual(commands.unfollowed(pages, {"tests/test_a.py": 'PAGE = "docs/a.md"'}), [])
        self.assertEqual(len(commands.unfollowed(pages, {"tests/test_a.py": 'PAGE = "docs/ab.md"'})), 1)
        pages = {"a.md": "x\n## One thing\n```bash\nls\n# a comment\n```\n### Two\n```bash\nls\n```\n## Three\n"}
        self.assertEqual(len(commands.unfollowed(pages, {})), 2)
        self.assertEqual(len(commands.unfollowed(pages, {"tests/test_a.py": '"a.md#one-thing"'})), 1)
        self.assertEqual(commands.unfollowed(pages, {"tests/test_a.py": '"a.md#one-thing" "a.md#two"'}), [])

    def test_secrets(self):
        for text in ("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIrYSSNdykLLLLLL", "x /home/me/src", "/home/you/tree"):
            self.assertTrue(list(secret_scan.found_in(text)), text)
        for text in ("-----BEGIN PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----\nMHcCAQEEIIrYSSNdykLLLLLL",
                     "/network/worker", "a/root/b", "~/cache"):
            self.assertFalse(list(secret_scan.found_in(text)), text)

    def test_counts(self):
        report = """<testsuite><testcase classname="a" name="ok" status="run"/>
            <testcase classname="a" name="bad"><failure/></testcase>
            <testcase classname="a" name="err"><error/></testcase>
            <testcase classname="a" name="skip"><skipped/></testcase>
            <testcase classname="a" name="off" status="disabled"/></testsuite>"""
        with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
            file.write(report)
            file.flush()
            self.assertEqual(counts.count(file.name), (1, 2, ["skip", "off"]))


if __name__ == "__main__":
    unittest.main()
