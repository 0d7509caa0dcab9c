# SPDX-License-Identifier: Apache-2.0
"""Tables in Markdown, and the marked blocks of a page that hold them.

A row may have fewer cells than its table has columns: the rest is written by hand, in the page, and is kept there.
"""
import dataclasses
import re

BLOCK = re.compile(r"(<!-- made: ([^>]+) -->\n)(.*?)(<!-- end of made -->\n)", re.S)
ROW = re.compile(r"^\| (.*) \|$", re.M)
BETWEEN_CELLS = re.compile(r"(?<!\\) ?\| ?")


@dataclasses.dataclass
class Table:
    columns: list
    rows: list


def code(text):
    """Text as code within a cell."""
    text = str(text).replace("|", "\\|")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def by_hand(text):
    """The cells of a block's tables by their rows' first cell."""
    rows = (BETWEEN_CELLS.split(row) for row in ROW.findall(text))
    return {cells[0]: cells for cells in rows}


def completed(row, columns, written):
    """The row with the cells that were written by hand; those of a new row are empty."""
    old = written.get(row[0], [])
    return row + [old[at] if at < len(old) else "" for at in range(len(row), len(columns))]


def shown(table, written):
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    lines += ["| " + " | ".join(completed(row, table.columns, written)) + " |" for row in table.rows]
    return "\n".join(lines) + "\n"


def filled(parts, old):
    """A block's text, of paragraphs and tables, with what was written by hand in the old text."""
    written = by_hand(old)
    return "\n" + "\n".join(shown(part, written) if isinstance(part, Table) else part + "\n" for part in parts) + "\n"


def empty_cells(text):
    """The first cells of rows in which something is still to be written by hand."""
    return [first for first, cells in by_hand(text).items() if "" in cells]
