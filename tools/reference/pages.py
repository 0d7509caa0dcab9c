# SPDX-License-Identifier: Apache-2.0
"""The reference pages say what the sources say: a table that is not the one of now is a fault, or is written anew.

Usage: pages.py [--write]

A page's blocks, <!-- made: MAKER ARGUMENT... --> to <!-- end of made -->, are filled by the makers below; all else, and
the cells that a maker leaves to hands, is the writer's.
"""
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).parents[1] / "check"))

import alerts  # noqa: E402
import api  # noqa: E402
import links  # noqa: E402
import markdown  # noqa: E402
import metrics  # noqa: E402
import permissions  # noqa: E402
import reasons  # noqa: E402
import troubleshooting  # noqa: E402
import tree  # noqa: E402

MAKERS = {maker.__name__: maker for maker in (
    alerts.alerts, alerts.recordings, api.kind, metrics.metrics, permissions.rights, permissions.people,
    permissions.policies, reasons.reasons, reasons.marks)}


def made(text):
    """A page's text with its blocks as they should be."""
    def replacement(block):
        begin, what, old, end = block.groups()
        maker, *arguments = what.split()
        return begin + markdown.filled(MAKERS[maker](*arguments), old) + end
    return markdown.BLOCK.sub(replacement, text)


def faults_of(name, text):
    """What is wrong with a page."""
    if made(text) != text:
        yield f"{name}:1: differs from the sources; run: python3 tools/reference/pages.py --write"
    for _, _, block, _ in markdown.BLOCK.findall(text):
        for row in markdown.empty_cells(block):
            yield f"{name}:1: {row} has an empty cell, which is written by hand"


def main(arguments):
    names = [name for name in tree.files(".md", under=["docs"]) if markdown.BLOCK.search(tree.read(name))]
    if arguments == ["--write"]:
        for name in names:
            (tree.ROOT / name).write_text(made(tree.read(name)))
    faults = [fault for name in names for fault in faults_of(name, tree.read(name))]
    faults += alerts.runbook_faults() + troubleshooting.faults() + links.faults()
    return tree.tell("reference", f"{len(names)} pages with tables made of the sources", faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
