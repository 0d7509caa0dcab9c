# SPDX-License-Identifier: Apache-2.0
"""No private key, token or developer's path in the tree: what is public once stays so."""
import re
import sys

import tree

SHAPES = [
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*\\?n?\s*[A-Za-z0-9+/]{16}")),
    ("a web token", re.compile(r"\beyJ[A-Za-z0-9_-]{20,}\.eyJ[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}")),
    ("a path of a developer's machine", re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/[\w.]+")),
]
# Fuzz corpora are random bytes; the check's own test must show what is found.
EXEMPT = ("tests/fuzz/corpus/", "tools/check/test_checks.py", "tools/check/secrets.py")


def found_in(text):
    """(line, what) of each thing that must not be in a file."""
    for what, shape in SHAPES:
        for found in shape.finditer(text):
            yield text.count("\n", 0, found.start()) + 1, what


def main():
    names = [name for name in tree.files() if not name.startswith(EXEMPT)]
    faults = [f"{name}:{line}: {what}" for name in names for line, what in found_in(tree.read(name))]
    return tree.tell("secrets", f"{len(names)} files", faults)


if __name__ == "__main__":
    sys.exit(main())
