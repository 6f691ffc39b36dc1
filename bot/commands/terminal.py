"""How the terminal says how many.

The rule: the terminal speaks English alone, so its words are no business of the catalogues.
"""


def counted(count: int, one: str, many: str = "") -> str:
    """`1 visit`, `2 visits`; `many` where that is more than an s at the end."""
    return f"{count} {one if count == 1 else many or one + 's'}"
