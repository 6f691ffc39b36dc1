"""An alert that waits for approval: nothing of it changes, or the proposal is void."""

import pytest
from sqlalchemy import update

from alerts import drafting
from alerts.refusals import AlertGone
from handlers.press_codec import encode
from handlers.presses.alerting import (
    ChooseAlertTopic,
    DiscardAlert,
    DropAlertText,
    OpenAlert,
    TakeBackAlert,
    WriteAlert,
)
from storage.tables import Alert
from tests.acts import ON_SQLITE
from tests.flows.alerting import draft_of, operators, reader, received, window_passes, writes
from tests.house import House


@ON_SQLITE
async def test_nothing_of_a_proposed_alert_changes_and_nothing_of_somebody_elses(house: House) -> None:
    author, approver = await operators(house)
    await reader(house, 7, "en")
    await writes(author, "en")
    changes = (
        OpenAlert(1),
        WriteAlert(1, "en"),
        DropAlertText(1, "en"),
        ChooseAlertTopic(1, "heat"),
        DiscardAlert(1),
    )
    for press in changes:
        assert "cannot be changed any more" in await approver.presses(encode(press))
    await author.taps("Ask for approval")
    for press in changes:
        assert "cannot be changed any more" in await author.presses(encode(press))
    async with house.app.database.writing() as session:
        alert = await session.get_one(Alert, 1)
        assert (alert.topic, alert.state) == ("other", "proposed")


@ON_SQLITE
async def test_a_draft_that_was_proposed_in_the_same_moment_is_not_changed(house: House) -> None:
    author, _ = await operators(house)
    await writes(author, "en")
    async with house.app.database.writing() as session:
        alert = await session.get_one(Alert, 1)
        elsewhere = update(Alert).values(state="proposed").execution_options(synchronize_session=False)
        await session.execute(elsewhere)
        with pytest.raises(AlertGone):
            await drafting.change(session, alert, topic="heat")
    assert (await draft_of(house)).topic == "other"


@ON_SQLITE
@pytest.mark.parametrize(
    "change",
    [
        {"topic": "heat"},
        {"languages": "en"},
        {"provinces": "63"},
        {"clinic_id": "mae-sot"},
        {"life_safety": True},
        {"window_minutes": 60},
        {"attachment": "AgAC", "attachment_kind": "photo"},
    ],
)
async def test_whatever_changes_behind_a_proposal_voids_it(house: House, change: dict[str, object]) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    async with house.app.database.writing() as session:
        alert = await session.get_one(Alert, 1)
        for name, value in change.items():
            setattr(alert, name, value)
    assert "This is not what was proposed any more" in await approver.taps("Approve and send")
    await window_passes(house)
    assert received(aye) == []
    assert (await draft_of(house)).state == "draft"


@ON_SQLITE
async def test_an_alert_taken_back_can_be_written_on_also_beside_a_newer_draft(house: House) -> None:
    author, _ = await operators(house)
    await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    await writes(author, "th")
    await author.presses(encode(TakeBackAlert(1)))
    assert "English: text ready" in await author.taps("Go on writing")
    assert "ไทย: no text yet" in author.screen
