"""Days on which something was asked about more than usual: C2 of the Early Aberration Reporting System (EARS).

Hutwagner L, Thompson W, Seeman GM, Treadwell T. "The bioterrorism preparedness and response Early Aberration Reporting
System (EARS)." Journal of Urban Health 2003; 80(2 Suppl 1): i89-i96. A day is compared with the mean of seven days;
the two days just before it are left out, so that the first days of a slow rise do not pass for the usual. It stands out
when it is more than three standard deviations above that mean.

The standard deviation of seven small counts is often zero by chance, so it is never taken for less than `LEAST_SPREAD`,
as in CDC's own later use, nor for less than the square root of the mean, which is what chance alone gives to counts (a
choice of ours: by chance alone a series then stands out one to four times a year instead of seven to nine times, and a
rise is seen a day or so later; `python -m benchmarks.signals` measures it). A day below `LEAST` never stands out.

What C2 does not know: weekdays (a baseline has each weekday once, so busy Mondays stand out a little too often),
seasons and holidays, that the bot was away for days, why people ask, and how many other series are looked at beside
this one. A rise that goes on for two weeks becomes the usual.
"""

from collections.abc import Sequence
from math import sqrt

BASELINE = 7
"""Days that make the usual."""
GUARD = 2
"""Days between them and the day that is looked at."""
DEVIATIONS = 3.0
LEAST_SPREAD = 0.5
LEAST = 5
"""The smallest count that stands out; smaller ones are not shown either."""
KNOWN_AFTER = BASELINE + GUARD
"""Days that must have been counted before a day can be judged."""


def usual_at_most(baseline: Sequence[int]) -> float:
    """The largest count that is still usual after these days (at least two)."""
    count, total = len(baseline), sum(baseline)
    mean = total / count
    squares = sum(number * number for number in baseline)
    variance = max(0.0, (squares - total * mean) / (count - 1))
    return mean + DEVIATIONS * max(sqrt(variance), sqrt(mean), LEAST_SPREAD)


def above(counts: Sequence[int]) -> list[bool]:
    """Whether each day stands out. `counts`: day by day without a gap, oldest first; the first days never do."""
    return [
        count >= LEAST and place >= KNOWN_AFTER and count > usual_at_most(counts[place - KNOWN_AFTER : place - GUARD])
        for place, count in enumerate(counts)
    ]
