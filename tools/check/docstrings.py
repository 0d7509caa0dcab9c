# SPDX-License-Identifier: Apache-2.0
"""Every public name of a header tells its contract in a /// comment above or beside it.

Needs none: an override (its port tells), an operator, a constructor or destructor that is defaulted,
deleted or has no parameters, a forward declaration, a member with a body of one line (the code tells),
and an overload right under its documented namesake.
"""
import re
import sys

import cxx
import tree

HOMES = ("controller", "reconcilers", "catalogue")


def has_comment(item, lines):
    """A /// above the item, or beside its head."""
    if any("///" in line for line in lines[item.line - 1:item.head_end]):
        return True
    above = item.line - 2
    while above >= 0 and re.match(r"\s*//(?!/)", lines[above]):
        above -= 1
    return above >= 0 and lines[above].lstrip().startswith("///")


def is_overload(item, before):
    return (before is not None and before.name == item.name and before.scope == item.scope
            and item.line - before.end <= 1)


def is_special(item):
    """Constructors that say nothing new, destructors and operators."""
    owner = item.scope[-1][1].split("<")[0].strip() if item.scope else ""
    bare = item.name.split("::")[-1]
    if bare.startswith(("~", "operator")):
        return True
    if bare != owner:
        return False
    parameters = item.head[item.head.find("(") + 1:item.head.rfind(")")].strip()
    return not parameters or "=" in item.head.rsplit(")", 1)[1] or owner + "&" in parameters


def needs_docstring(item):
    if not item.public or any(kind == "function" for kind, _ in item.scope):
        return False
    if item.kind in ("class", "enum"):
        return bool(item.name) and "::" not in item.name and "<" not in item.name
    if re.search(r"\boverride\b", item.head) or is_special(item) or "::" in item.name:
        return False
    in_class = bool(item.scope) and item.scope[-1][0] == "class"
    one_line = item.kind == "function" and item.end - item.head_end <= 1 and in_class
    return not one_line


def missing(text):
    """(line, what) of every public name without a docstring, and how many names there are."""
    lines = text.split("\n")
    faults, told, before = [], set(), None
    wanted = [item for item in cxx.scan(text) if needs_docstring(item)]
    for item in wanted:
        if has_comment(item, lines) or (is_overload(item, before) and before.line in told):
            told.add(item.line)
        else:
            faults.append((item.line, f"{item.kind} {item.name}"))
        before = item
    return faults, len(wanted)


def main():
    names = tree.files(".hpp", under=HOMES)
    faults, count = [], 0
    for name in names:
        found, wanted = missing(tree.read(name))
        count += wanted
        faults += [f"{name}:{line}: no /// comment for {what}" for line, what in found]
    return tree.tell("docstrings", f"{len(names)} headers, {count} public names", faults)


if __name__ == "__main__":
    sys.exit(main())
