# SPDX-License-Identifier: Apache-2.0
"""Commands that a reader is to follow are run by a test: every page with blocks of bash is named by one, or each of its
sections that has such blocks."""
import re
import sys

import tree

HEADING = re.compile(r"^##+ (.*)\n", re.M)  # as in tests/page.py


def followed(text):
    """Whether a page has commands to follow; examples to look at are blocks of another language, or of none."""
    return "\n```bash\n" in f"\n{text}"


def sections(name, text):
    """PAGE#SECTION of each section with commands, and PAGE itself if it has some before the first."""
    first, *parts = HEADING.split(text)
    below = [f"{name}#{heading.lower().replace(' ', '-')}" for heading, body in zip(parts[::2], parts[1::2]) if followed(body)]
    return [name] * followed(first) + below


def unfollowed(pages, tests):
    def is_named(place):
        return any(f'"{place}"' in test for test in tests.values())

    return [f"{place.partition('#')[0]}:1: {place} has blocks of bash, but no test under tests/ names it"
            for name, text in pages.items() if not is_named(name)
            for place in sections(name, text) if not is_named(place)]


def main():
    pages = {name: tree.read(name) for name in tree.files(".md")}
    tests = {name: tree.read(name) for name in tree.files(".py", under=["tests"])}
    count = sum(followed(text) for text in pages.values())
    return tree.tell("commands", f"{count} pages to follow", unfollowed(pages, tests))


if __name__ == "__main__":
    sys.exit(main())
