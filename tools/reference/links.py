# SPDX-License-Identifier: Apache-2.0
"""Links between the pages of the tree lead somewhere: to a file, a folder, or a heading."""
import posixpath
import re

import tree

LINK = re.compile(r"\]\(([^)\s:]+)\)")  # with a colon it leads out of the tree
HEADING = re.compile(r"^#+ (.+)$", re.M)


def anchors(text):
    """The anchors that the headings of a page have."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(text)}


def leads_nowhere(page, link):
    path, _, anchor = link.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
    if not (tree.ROOT / target).exists():
        return True
    return bool(anchor) and anchor not in anchors(tree.read(target))


def faults():
    return [f"{page}:1: the link {link} leads nowhere" for page in tree.files(".md")
            for link in LINK.findall(tree.read(page)) if leads_nowhere(page, link)]
