# SPDX-License-Identifier: Apache-2.0
"""The troubleshooting page names no reason that there is not, and leaves out none that a person must act upon."""
import re

import reasons
import tree

PAGE, STATES = "docs/troubleshooting.md", "app/status_rows.cpp"
NAMED = [re.compile(r"^(\w+) +(?:Certificate|Issuer) ", re.M), re.compile(r"^([A-Z]\w+): ", re.M),
         re.compile(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`")]


def named(text):
    """Reasons in the text: those of a table, of a condition, and those in the prose."""
    return {name for shape in NAMED for name in shape.findall(text)}


def faults():
    """What status says of its own, beside the reasons, stands in its source."""
    text, groups = tree.read(PAGE), reasons.declared()
    known = {name for _, names in groups for name in names} | set(re.findall(r'"([A-Z]\w+)"', tree.read(STATES)))
    wanted = {name for comment, names in groups if "again" not in comment for name in names} - {"Ready"}
    return [f"{PAGE}:1: there is no reason {name}" for name in sorted(named(text) - known)] + [
        f"{PAGE}:1: tells nothing of {name}" for name in sorted(name for name in wanted if name not in text)]
