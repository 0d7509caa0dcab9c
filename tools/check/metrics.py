# SPDX-License-Identifier: Apache-2.0
"""Every metric that the program names stands in the one table; a name outside it would be dropped."""
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


def main():
    known = {name for home in HOMES for _, name in names_in(tree.read(home))}
    faults, used = [], set()
    for file in tree.files(".hpp", ".cpp", under=tree.PRODUCT):
        if file in HOMES:
            continue
        for line, name in names_in(tree.read(file)):
            used.add(name)
            if name not in known:
                faults.append(f"{file}:{line}: metric {name} is not in {TABLE}")
    return tree.tell("metrics", f"{len(known)} in the table, {len(used)} named by the program", faults)


if __name__ == "__main__":
    sys.exit(main())
