# SPDX-License-Identifier: Apache-2.0
"""Commands that a reader is to follow are run by a test: every page of docs with blocks of bash is named by one."""
import sys

import tree


def followed(text):
    """Whether a page has commands to follow; examples to look at are blocks of another language, or of none."""
    return "\n```bash\n" in f"\n{text}"


def unfollowed(pages, tests):
    return [f"{name}:1: has blocks of bash, but no test under tests/ names it" for name, text in pages.items()
            if followed(text) and not any(f'"{name}"' in test for test in tests.values())]


def main():
    pages = {name: tree.read(name) for name in tree.files(".md", under=["docs"])}
    tests = {name: tree.read(name) for name in tree.files(".py", under=["tests"])}
    count = sum(followed(text) for text in pages.values())
    return tree.tell("commands", f"{count} pages to follow", unfollowed(pages, tests))


if __name__ == "__main__":
    sys.exit(main())
