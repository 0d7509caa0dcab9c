# SPDX-License-Identifier: Apache-2.0
"""Just enough C++ to find includes, declarations and functions: a scanner of braces, no parser."""
import dataclasses
import re

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"'
    r'|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z_])\'(?:\\.|[^\'\\\n])+\'', re.S)
_DIRECTIVE = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.|\\\n)*", re.M | re.S)
_CLASS = re.compile(r"^(?:template\s*<.*>\s*)?(?:class|struct|union)\b(?:\s*\[\[\w+\]\])?\s*([\w:<>, ]*)", re.S)
_ENUM = re.compile(r"^enum\b(?:\s+(?:class|struct))?\s*(\w*)")
_NAMESPACE = re.compile(r"^(?:inline\s+)?namespace\b\s*([\w:]*)")
_NAME = re.compile(r"(operator\s*(?:\(\)|[^\s(]+)|~?\w+(?:::~?\w+)*)\s*\(")
_INITIALISERS = re.compile(r"\)\s*(?:noexcept\s*(?:\([^)]*\))?\s*)?:[^:]")
_ACCESS = re.compile(r"^(public|private|protected)\s*:")
_NOT_FUNCTIONS = re.compile(r"^(using|typedef|static_assert|friend|extern\s+template|return)\b")


@dataclasses.dataclass
class Item:
    """A declaration or definition: where it begins, where its head and its body end (1-based lines)."""
    kind: str  # class, enum, function, declaration
    name: str
    line: int
    head_end: int
    end: int
    scope: tuple  # of (kind, name)
    public: bool
    head: str


def includes(text):
    """(line, is_quoted, path) of every include."""
    for found in INCLUDE.finditer(text):
        yield text.count("\n", 0, found.start(2)) + 1, found[1] == '"', found[2]


def code_only(text):
    """The text with comments, literals and directives blanked; lines and columns stay."""
    def blank(found):
        kept = '""' if found[0][0] in "\"R" else "' '" if found[0][0] == "'" else ""
        return kept + re.sub(r"[^\n]", " ", found[0])[len(kept):] if len(found[0]) >= len(kept) else found[0]
    text = _TOKEN.sub(blank, text)
    return _DIRECTIVE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def matching(code, at):
    """The position of the brace that closes the one at a position."""
    depth = 0
    for i in range(at, len(code)):
        depth += {"{": 1, "}": -1}.get(code[i], 0)
        if depth == 0:
            return i
    return len(code) - 1


def _without_template(head):
    """The head without a leading template<...> and requires-clauses of one line."""
    if not head.startswith("template"):
        return head
    depth = 0
    for i, letter in enumerate(head):
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == ">" and depth == 0:
            return head[i + 1:].strip()
    return head


def _function_name(head):
    head = re.sub(r"\[\[.*?\]\]", "", _without_template(head)).strip()
    if _NOT_FUNCTIONS.match(head):
        return None
    found = _NAME.search(head)
    if not found or ("=" in head[:found.start()] and "operator" not in head[:found.end()]):
        return None
    return re.sub(r"\s", "", found[1])


class _Scanner:
    def __init__(self, text):
        self.code = code_only(text)
        self.items = []
        self.stack = []  # of [kind, name, public]
        self.start = 0
        self.parens = 0

    def line(self, at):
        return self.code.count("\n", 0, at) + 1

    def head(self, end):
        raw = self.code[self.start:end]
        return self.start + len(raw) - len(raw.lstrip()), raw.strip()

    def add(self, kind, name, begin, head_end, end):
        scope = tuple((kind_, name_) for kind_, name_, _ in self.stack)
        public = all(level[2] for level in self.stack)
        self.items.append(Item(kind, name, self.line(begin), self.line(head_end), self.line(end),
                               scope, public, self.code[begin:head_end]))

    def open(self, at):
        """Handles the brace at a position; returns where to go on."""
        begin, head = self.head(at)
        plain = _without_template(head)
        if found := _NAMESPACE.match(head):
            return self.enter("namespace", found[1], found[1] not in ("", "detail"), at)
        if (found := _ENUM.match(plain)) and self.parens == 0:
            self.add("enum", found[1], begin, at, matching(self.code, at))
            self.start = matching(self.code, at) + 1
            return self.start
        if (found := _CLASS.match(plain)) and "(" not in plain and "=" not in plain and self.parens == 0:
            name = re.split(r"(?<!:):(?!:)", found[1])[0].replace("final", "").strip()
            self.add("class", name, begin, at, matching(self.code, at))
            return self.enter("class", name, not plain.startswith("class"), at)
        name = _function_name(head)
        if name is None or self.parens > 0 or self.is_initialiser(head):
            return matching(self.code, at) + 1  # part of an expression
        end = matching(self.code, at)
        self.add("function", name, begin, at, end)
        self.start = end + 1
        return self.start

    @staticmethod
    def is_initialiser(head):
        """A{1} in a constructor's list, as against the body that follows the list."""
        return bool(_INITIALISERS.search(head)) and (head[-1].isalnum() or head[-1] in "_>")

    def enter(self, kind, name, public, at):
        self.stack.append([kind, name, public])
        self.start = at + 1
        return self.start

    def statement(self, at):
        begin, head = self.head(at)
        if head and (name := _function_name(head)):
            self.add("declaration", name, begin, at, at)
        self.start = at + 1

    def access(self, at):
        _, head = self.head(at + 1)
        if (found := _ACCESS.match(head)) and self.stack:
            self.stack[-1][2] = found[1] == "public"
            self.start = at + 1

    def run(self):
        at = 0
        while at < len(self.code):
            letter = self.code[at]
            self.parens = max(0, self.parens + {"(": 1, ")": -1}.get(letter, 0))
            if letter == "{":
                at = self.open(at)
                continue
            if letter == "}" and self.stack:
                self.stack.pop()
                self.start = at + 1
            elif letter == ";" and self.parens == 0:
                self.statement(at)
            elif letter == ":":
                self.access(at)
            at += 1
        return self.items


def scan(text):
    """All classes, enums, functions and declarations of functions outside of function bodies."""
    return _Scanner(text).run()
