# SPDX-License-Identifier: Apache-2.0
"""Reads a JUnit report, prints the stage's counts, and fails if a test failed, was skipped, or none ran.

Usage: counts.py STAGE REPORT...
"""
import sys
import xml.etree.ElementTree as xml


def count(report):
    """(passed, failed, skipped, names of skipped) of a JUnit report by ctest or pytest."""
    passed = failed = 0
    skipped = []
    for case in xml.parse(report).iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped.append(case.get("name"))
        else:
            passed += 1
    return passed, failed, skipped


def counted(report):
    """The same; a report that is not there counts as a failure."""
    try:
        return count(report)
    except (OSError, xml.ParseError) as error:
        print(f"no report of the tests: {error}")
        return 0, 1, []


def main(stage, *reports):
    counts = [counted(report) for report in reports]
    passed, failed = (sum(one[column] for one in counts) for column in (0, 1))
    skipped = [name for one in counts for name in one[2]]
    for name in skipped:
        print(f"skipped: {name}")
    print(f"{stage}: {passed} passed, {failed} failed, {len(skipped)} skipped")
    return 0 if passed and not failed and not skipped else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
