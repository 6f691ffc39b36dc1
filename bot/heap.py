"""What a process made while it started stays: the search for circles of forgotten objects passes it over from then on.

The rule: once for each process, when all of it is made. Whatever comes later is looked through as ever.
"""

import gc

YOUNG, OFTEN = 10_000, 20
"""So many new objects before the youngest are looked through (Python: 700), and so many such looks before a longer one
(Python: 10). An update of ours makes and drops thousands: at every 700th most of them are still in use."""


def settle() -> None:
    """Look through everything a last time (some 50 ms), then set it aside; nothing where looks are rare already."""
    if gc.get_threshold()[0] >= YOUNG:
        return
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OFTEN, OFTEN)
