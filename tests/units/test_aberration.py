"""Which days stand out, and what may be shown of small numbers."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from answers.aberration import KNOWN_AFTER, LEAST, above, usual_at_most
from answers.signals import BLOCK, Counts, View, most_left, shown, soften
from locales.languages import LANGUAGES
from locales.provinces import PROVINCES

WEEK = [4, 6, 5, 5, 4, 6, 5]
"""Mean 5, standard deviation 0.82: less than chance alone gives to such counts."""
counts = st.integers(0, 40)


def test_the_usual_reaches_three_deviations_above_the_mean() -> None:
    wide = [0, 10, 0, 10, 0, 10, 5]
    assert usual_at_most(wide) == pytest.approx(5 + 3 * 5)
    assert usual_at_most(WEEK) == pytest.approx(5 + 3 * sqrt(5))
    assert usual_at_most([0] * 7) == pytest.approx(1.5)


def test_a_day_is_compared_with_seven_days_and_not_with_the_two_before_it() -> None:
    assert not any(above([*WEEK, 5, 5, 11]))
    assert above([*WEEK, 5, 5, 12])[-1]
    assert above([*WEEK, 12, 12, 12]) == [False] * 9 + [True], "two high days just before do not hide it"
    assert not above([30, *WEEK[1:], 5, 5, 12])[-1], "a high day within the seven does"


def test_nothing_is_judged_before_enough_days_were_counted() -> None:
    assert above([0] * (KNOWN_AFTER - 1) + [99]) == [False] * KNOWN_AFTER
    assert above([0] * KNOWN_AFTER + [99])[-1]
    assert above([]) == []


def test_a_few_questions_after_a_silent_week_are_no_news() -> None:
    assert not above([0] * KNOWN_AFTER + [LEAST - 1])[-1]
    assert above([0] * KNOWN_AFTER + [LEAST])[-1]


@given(st.lists(counts, max_size=60), st.integers(1, 20))
def test_a_day_that_stands_out_would_stand_out_with_more_questions_too(series: list[int], more: int) -> None:
    flags = above(series)
    assert len(flags) == len(series)
    for day in (day for day, flag in enumerate(flags) if flag):
        assert series[day] >= LEAST
        assert above([*series[:day], series[day] + more])[-1]


def cuts(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to cut a number into parts."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        yield from ((first, *rest) for rest in cuts(total - first, parts - 1))


World = tuple[tuple[int, ...], ...]


def alike(first: int, second: int, *, softened: bool) -> dict[World, list[World]]:
    """Every world of up to 19 questions (the sum, its parts in two facets), by what can be read off it in blocks."""
    found: dict[World, list[World]] = defaultdict(list)
    for total in range(4 * BLOCK):
        for facets in product(cuts(total, first), cuts(total, second)):
            made = [{str(place): count for place, count in enumerate(facet)} for facet in facets]
            made = soften(made, (first, second)) if softened else made
            figures = ((sum(made[0].values()),), *(tuple(facet.values()) for facet in made))
            seen = tuple(tuple(figure // BLOCK for figure in facet) for facet in figures)
            found[seen].append(((total,), *facets))
    return found


def told_apart(worlds: dict[World, list[World]]) -> int:
    """How many figures do not leave all five numbers of their block possible."""
    count = 0
    for seen, same in worlds.items():
        for facet, blocks in enumerate(seen):
            for place, block in enumerate(blocks):
                possible = {world[facet][place] for world in same}
                count += not possible >= set(range(block * BLOCK, (block + 1) * BLOCK))
    return count


@pytest.mark.parametrize(("first", "second"), [(2, 2), (3, 2), (3, 3), (4, 2), (4, 1)])
def test_whoever_has_every_figure_can_tell_no_number_from_the_four_others_of_its_block(first: int, second: int) -> None:
    assert told_apart(alike(first, second, softened=True)) == 0


def test_sums_and_parts_that_are_only_rounded_give_numbers_away() -> None:
    """The control. Of sixteen questions in four languages each must have had three or four."""
    assert told_apart(alike(2, 2, softened=False)) > 0
    worlds = alike(4, 1, softened=False)
    [same] = [same for same in worlds.values() if ((16,), (4, 4, 4, 4), (16,)) in same]
    assert min(min(languages) for _, languages, _ in same) == 3


@settings(max_examples=300)
@given(
    st.lists(counts, min_size=4, max_size=4),
    st.dictionaries(st.sampled_from(sorted(PROVINCES)), counts, max_size=20),
)
def test_every_real_table_hides_its_small_numbers_and_keeps_nearly_all_of_the_rest(
    spoken: list[int], chosen: dict[str, int]
) -> None:
    languages: Counts = dict(zip(LANGUAGES, spoken, strict=True))
    provinces = dict(chosen)
    gap = sum(languages.values()) - sum(provinces.values())
    if gap >= 0:
        provinces["-"] = gap
    else:
        languages["th"] -= gap
    found = shown(languages, provinces)
    total = sum(languages.values())
    for figure, true in [
        (found.all, total),
        *((found.languages.get(key, 0), count) for key, count in languages.items()),
        *((found.provinces.get(key, 0), count) for key, count in provinces.items()),
    ]:
        assert figure % BLOCK == 0
        assert figure <= true <= figure + BLOCK + 1, "never more than was asked, and at most two are left out"
    for view, expected in ((View(), found.all), (View(language="th"), found.languages.get("th", 0))):
        assert found.of(view) == expected
    left = found.all - sum(found.languages.values())
    assert left + BLOCK - 1 <= most_left(len(LANGUAGES)), "so much the sum may say about the hidden rests, and no more"
    for part in LANGUAGES:
        _stays_open(found.all, found.languages, part)


def _stays_open(total: int, parts: Counts, part: str) -> None:
    """For each number of its block there is a world that looks just so: the others' rests can make up the sum."""
    others = (BLOCK - 1) * (len(LANGUAGES) - 1)
    for rest in range(BLOCK):
        wanted = range(total - sum(parts.values()), total - sum(parts.values()) + BLOCK)
        assert any(0 <= every - rest <= others for every in wanted), part


def test_a_view_has_a_language_or_a_province_and_never_both() -> None:
    assert View().is_known
    assert View(language="km").is_known
    assert View(province="23").is_known
    assert View(province="-").is_known
    assert not View("km", "23").is_known
    assert not View("xx").is_known
    assert not View(province="tak").is_known
