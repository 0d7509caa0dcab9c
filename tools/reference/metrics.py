# SPDX-License-Identifier: Apache-2.0
"""The metrics as tables, made of the one table that the program has of them."""
import re

import tree
from markdown import Table, code

SOURCE = "controller/observe/metric_names.cpp"
GROUP = re.compile(r"std::vector<MetricSpec> (\w+)_metrics\(\) \{(.*?)\n\}", re.S)
SPEC = re.compile(r'\{("?\w+"?),\s*k(Counter|Gauge|Histogram),\s*((?:"[^"]*"\s*)+),\s*\{([^}]*)\}')
CONSTANT = re.compile(r'std::string_view (k\w+) = "(\w+)"')
TYPE = re.compile(r"\bk(?:Counter|Gauge|Histogram),")
QUERY = re.compile(r"^\| `(\w+)` \|.* \| `([^`]*)` \|$", re.M)


def unit(name, type_, help_):
    if name.endswith("_timestamp_seconds") or name == "process_start_time_seconds":
        return "Unix time"
    if found := re.search(r"_(seconds|bytes)(_total)?$", name):
        return found[1]
    return "0 or 1" if type_ == "Gauge" and re.search(r"\b1\b", help_) else "count"


def row(found, constants):
    name, type_, literals, labels = found
    name = constants.get(name, name.strip('"'))
    help_ = "".join(re.findall(r'"([^"]*)"', literals))
    shown = " ".join(code(label) for label in re.findall(r'"(\w+)"', labels))
    return [code(name), type_.lower(), shown or "none", unit(name, type_, help_), help_]


def groups():
    """(group, rows) of all metrics; one that cannot be read is an error."""
    text = tree.read(SOURCE)
    constants = dict(CONSTANT.findall(tree.read(SOURCE.replace(".cpp", ".hpp"))))
    read = [(group, [row(found, constants) for found in SPEC.findall(body)]) for group, body in GROUP.findall(text)]
    if sum(len(rows) for _, rows in read) != len(TYPE.findall(text)):
        raise ValueError(f"{SOURCE}: some metric is not read by {__file__}")
    return [(group, rows) for group, rows in read if rows]


def metrics():
    told = []
    for group, rows in groups():
        told += [f"## {group.capitalize()} metrics",
                 Table(["metric", "type", "labels", "unit", "meaning", "example"], rows)]
    return told


def queries(page):
    """(metric, example query) of the page."""
    return [(name, query.replace("\\|", "|")) for name, query in QUERY.findall(page)]
