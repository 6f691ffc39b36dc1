"""The arithmetic of the benchmarks: a wrong ratio would be believed."""

from benchmarks.figures import Bar, judged, ratio, spread, table
from benchmarks.load import HEAD, Run, message, press
from benchmarks.telegram import Telegram
from bot.incoming import parse, read


def test_a_spread_is_the_median_with_the_least_and_the_most() -> None:
    assert str(spread([3.0, 1.0, 2.0])) == "2.00 (1.00-3.00)"
    assert str(spread([1234.4])) == "1,234 (1,234-1,234)"


def test_a_ratio_is_taken_round_by_round() -> None:
    """Twice as fast in each round is twice as fast, though the machine was ten times slower in one of them."""
    assert ratio([200, 20, 200], [100, 10, 100]) == spread([2.0])


def test_a_bar_says_whether_it_was_reached() -> None:
    lines = judged([Bar("one", ">= 2", "3", True), Bar("other", ">= 2", "1", False)])
    assert lines[2:] == ["| one | >= 2 | 3 | reached |", "| other | >= 2 | 1 | not reached |"]
    assert table("a|b", [(1, 2)]) == ["| a | b |", "| --- | --: |", "| 1 | 2 |"]


def test_what_a_share_was_answered_within_is_a_time_that_was_measured() -> None:
    run = Run(2.0, [0.004, 0.001, 0.002, 0.003])
    assert (run.rate, run.within(0.5), run.within(1)) == (2.0, 2.0, 4.0)


def test_what_people_send_in_the_benchmarks_is_what_the_bot_reads() -> None:
    said, tapped = (parse(body) for body in (message(7, "/menu"), press(7, "ca1")))
    assert said
    assert tapped
    command, pressed = read(said), read(tapped)
    assert command
    assert pressed
    assert (command.kind, command.command, command.telegram_id) == ("command", "menu", 7)
    assert (pressed.kind, pressed.text, pressed.telegram_id, pressed.protected) == ("press", "ca1", 7, True)
    assert HEAD.format("s", 1).endswith("\r\n\r\n")


def test_the_lean_telegram_counts_messages_and_nothing_else_as_shown() -> None:
    api = Telegram()
    for method in ("sendMessage", "editMessageText", "answerCallbackQuery", "getMe"):
        assert b'"ok":true' in api.answer(method)
    assert api.shown == 2
