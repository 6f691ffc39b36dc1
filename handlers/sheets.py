"""Tables as CSV files. The only place that writes one: no cell of it is ever run by a spreadsheet."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
"""In front of a file it tells a spreadsheet that the letters are UTF-8."""
STARTERS = "=+-@\u2212"
"""What a formula begins with; wide and small forms of these count too."""
BREAKS = "\t\r\n"


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """The rows as a CSV file: UTF-8, every cell in quotes, and none of them a formula."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([harmless(cell) for cell in row] for row in rows)
    return (MARK + out.getvalue()).encode()


def harmless(cell: str) -> str:
    """The cell, with an apostrophe in front if a spreadsheet might run it."""
    return "'" + cell if may_run(cell) else cell


def may_run(cell: str) -> bool:
    """Whether a spreadsheet might take a cell for a formula, also behind blanks and signs that nobody sees."""
    if cell[:1] in tuple(BREAKS):
        return True
    for letter in cell:
        if letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf", "Zs"):
            continue
        return unicodedata.normalize("NFKC", letter)[:1] in tuple(STARTERS)
    return False
