# SPDX-License-Identifier: Apache-2.0
"""Prints the table of the chart's values, made of values.yaml: each value's description is the comment above it.

Usage: chart_values.py [--write]     --write puts the table into the chart's README.
"""
import json
import pathlib
import re
import sys

import yaml

CHART = pathlib.Path(__file__).parents[1] / "helm/stackseal"
BEGIN, END = "<!-- values: tools/chart_values.py --write -->\n", "<!-- end of values -->\n"
KEY = re.compile(r"^( *)([A-Za-z]+):")


def described(text):
    """(path, description) of each key with a comment directly above it."""
    path, comment = [], []
    for line in text.split("\n"):
        if line.lstrip().startswith("# "):
            comment.append(line.strip()[2:])
            continue
        if found := KEY.match(line):
            path = path[:len(found[1]) // 2] + [found[2]]
            if comment:
                yield tuple(path), " ".join(comment)
        comment = []


def table():
    text = (CHART / "values.yaml").read_text()
    values = yaml.safe_load(text)
    lines = ["| value | default | what |", "|---|---|---|"]
    for path, what in described(text):
        default = values
        for key in path:
            default = default[key]
        shown = json.dumps(default, ensure_ascii=False).replace("|", "\\|")
        lines.append(f"| `{'.'.join(path)}` | `{shown}` | {what} |")
    return "\n".join(lines) + "\n"


def with_table(readme):
    """The README's text with the table of now."""
    before, rest = readme.split(BEGIN)
    return before + BEGIN + "\n" + table() + "\n" + END + rest.split(END)[1]


if __name__ == "__main__":
    if sys.argv[1:] == ["--write"]:
        path = CHART / "README.md"
        path.write_text(with_table(path.read_text()))
    else:
        print(table(), end="")
