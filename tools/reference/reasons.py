# SPDX-License-Identifier: Apache-2.0
"""Reasons of conditions and events, and the labels and annotations of the API, made of the headers that declare them."""
import re

import tree
from markdown import Table, code

REASONS, NAMES = "controller/core/reason.hpp", "controller/api/names.hpp"


def declared():
    """(group, its reasons) as the header has them; a group is the comment above it."""
    inside = tree.read(REASONS).split("namespace reason {")[1]
    return [(comment, re.findall(r'= "(\w+)"', rows))
            for comment, rows in re.findall(r"// ([^\n]+)\n((?:inline[^\n]+\n)+)", inside)]


def reasons(group):
    """The rows of the group whose comment has the word."""
    names, = (names for comment, names in declared() if group in comment.split(":")[0].lower())
    return [Table(["reason", "meaning", "what to do"], [[code(name)] for name in names])]


def marks():
    """Labels and annotations, with who writes them and why."""
    names = re.findall(r'= "(stackseal\.io/[a-z-]+)"', tree.read(NAMES))
    return [Table(["key", "on", "meaning"], [[code(name)] for name in names])]
