# SPDX-License-Identifier: Apache-2.0
"""The alerts as tables, made of the file that the chart brings to Prometheus."""
import re

import yaml

import tree
from markdown import Table, code

SOURCE, RUNBOOKS = "helm/stackseal/files/alerts.yaml", "docs/runbooks/"


def groups():
    return yaml.safe_load(tree.read(SOURCE))["groups"]


def plain(text):
    """An annotation with the names of labels where their values will be."""
    text = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: found[1].upper(), text)
    text = re.sub(r"\{\{ or \$labels\.(\w+) `.*?` \}\}", lambda found: found[1].upper(), text)
    text = re.sub(r"\{\{ if .*? \}\}(.*?)\{\{ else \}\}.*?\{\{ end \}\}", lambda found: found[1], text)
    return text.replace("{{ $value | humanizePercentage }}", "N %").replace("{{ $value }}", "N")


def row(rule):
    notes = rule["annotations"]
    return [f"[{rule['alert']}](../runbooks/{rule['alert']}.md)", rule["labels"]["severity"], rule["for"],
            f"{plain(notes['summary'])}. {plain(notes['description'])}"]


def alerts():
    told = []
    for group in groups():
        rows = [row(rule) for rule in group["rules"] if "alert" in rule]
        told += [f"## {group['name'].split('.')[1].capitalize()}", Table(["alert", "severity", "for", "what it means"], rows)]
    return told


def recordings():
    """The recorded series that the alerts are made of."""
    rows = [[code(rule["record"]), code(" ".join(rule["expr"].split()))]
            for group in groups() for rule in group["rules"] if "record" in rule]
    return [Table(["series", "expression", "meaning"], rows)]


def runbook_faults():
    """Each alert has its runbook, and each runbook its alert."""
    known = {RUNBOOKS + rule["alert"] + ".md" for group in groups() for rule in group["rules"] if "alert" in rule}
    there = {name for name in tree.files(".md", under=["docs/runbooks"])}
    return [f"{name}:1: the alert has no runbook" for name in sorted(known - there)] + [
        f"{name}:1: the runbook of no alert" for name in sorted(there - known)]
