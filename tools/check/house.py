# SPDX-License-Identifier: Apache-2.0
"""The house's measures: short functions, short files. Tests may be longer, the program may not."""
import statistics
import sys

import cxx
import tree

MOST_LINES_MEDIAN = 10    # of a function, signature and closing brace included
MOST_LINES_FUNCTION = 60
MOST_SHARE_OVER = 0.02    # of the functions may be longer than that
MOST_LINES_FILE = 400


def function_lengths(name, text):
    """(lines, where) of each function."""
    return [(item.end - item.line + 1, f"{name}:{item.line}: {item.name}")
            for item in cxx.scan(text) if item.kind == "function"]


def judge(functions, files):
    """Faults and figures, from (lines, where) of functions and of files."""
    lengths = [lines for lines, _ in functions] or [0]
    longer = [(lines, where) for lines, where in functions if lines > MOST_LINES_FUNCTION]
    faults = [f"{where}: {lines} lines, a file has at most {MOST_LINES_FILE}"
              for lines, where in files if lines > MOST_LINES_FILE]
    if statistics.median(lengths) > MOST_LINES_MEDIAN:
        faults.append(f"the median function has {statistics.median(lengths)} lines, at most {MOST_LINES_MEDIAN} are wanted")
    if len(longer) > MOST_SHARE_OVER * len(functions):
        faults += [f"{where}: {lines} lines, and over {MOST_SHARE_OVER:.0%} of all functions are as long"
                   for lines, where in longer]
    return faults, lengths, longer


def main():
    names = tree.files(".hpp", ".cpp", under=tree.PRODUCT)
    texts = {name: tree.read(name) for name in names}
    functions = [one for name, text in texts.items() for one in function_lengths(name, text)]
    files = [(text.count("\n"), f"{name}:1") for name, text in texts.items()]
    faults, lengths, longer = judge(functions, files)
    real = [n for n in lengths if n > 3] or [0]
    sizes = [lines for lines, _ in files] or [0]
    figures = (f"{len(functions)} functions: median {statistics.median(lengths):g} lines "
               f"(of those over three {statistics.median(real):g}), longest {max(lengths)}, "
               f"{len(longer)} over {MOST_LINES_FUNCTION}; {len(files)} files: "
               f"median {statistics.median(sizes):g}, longest {max(sizes)}, {sum(sizes)} lines in all")
    return tree.tell("house", figures, faults)


if __name__ == "__main__":
    sys.exit(main())
