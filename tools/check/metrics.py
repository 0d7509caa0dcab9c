# SPDX-License-Identifier: Apache-2.0
"""The program's metrics and the one table agree: a name outside it would be dropped, one that nobody names would
never be shown."""
import re
import sys

import tree

TABLE = "controller/observe/metric_names.cpp"
HOMES = [TABLE, TABLE.replace(".cpp", ".hpp")]
NAME = re.compile(r'"((?:stackseal|controller_runtime|workqueue|rest_client|leader_election|process)_[a-z0-9_]+)"')


def names_in(text):
    """(line, name) of each literal that looks like a metric."""
    for number, line in enumerate(text.split("\n"), 1):
        for name in NAME.findall(line):
            yield number, name


def check(texts):
    """All faults of a tree, given as a map from path to text, and how many names stand on each side."""
    known = {name for home in HOMES for _, name in names_in(texts[home])}
    named = [(file, line, name) for file, text in texts.items() if file not in HOMES for line, name in names_in(text)]
    used = {name for _, _, name in named}
    faults = [f"{file}:{line}: metric {name} is not in {TABLE}" for file, line, name in named if name not in known]
    faults += [f"{TABLE}:{line}: metric {name} is shown by nobody" for line, name in names_in(texts[TABLE])
               if name not in used]
    return faults, len(known), len(used)


def main():
    faults, known, used = check({name: tree.read(name) for name in tree.files(".hpp", ".cpp", under=tree.PRODUCT)})
    return tree.tell("metrics", f"{known} in the table, {used} named by the program", faults)


if __name__ == "__main__":
    sys.exit(main())
