"""An alert takes two people and two PINs; what changes after it was proposed must be proposed again."""

from alerts.store import put_text
from people.authority import Role
from storage import audit
from storage.tables import Alert, Approval
from tests.acts import ON_SQLITE
from tests.flows.alerting import TEXTS, figures, operators, reader, received, sends, window_passes, writes
from tests.house import House, Someone


def button_of(one: Someone, label: str) -> str:
    """What the newest button with this label carries."""
    return one._button(label)[1]


async def log_of(house: House) -> list[str]:
    """What the audit log says, oldest first."""
    async with house.app.database.reading() as session:
        return [f"{entry.action} {entry.detail}" for entry in reversed(await audit.latest(session, 20))]


async def test_both_operators_give_their_pin_and_the_log_has_every_act_with_its_counts(house: House) -> None:
    author, approver = await house.staff(700, Role.OPERATOR), await house.staff(701, Role.OPERATOR)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    assert "choose a PIN of 6 digits" in await author.taps("Ask for approval")
    assert "1 other operator has been asked" in await author.chooses_pin()
    await approver.has_pin()
    house.advance(minutes=11)
    assert "Please tap your PIN" in await approver.taps("Approve and send")
    assert figures(await approver.enters_pin(), "All") == {"waiting": 1}
    await approver.taps("Stop")
    await approver.taps("Refresh")
    await window_passes(house)
    assert received(aye) == []
    acts = [act for act in await log_of(house) if not act.startswith(("invited", "joined", "redeem", "invite"))]
    assert acts == [
        "pin-set ",
        "propose approve-alert languages=1 people=1",
        "pin-set ",
        "approve approve-alert people=1",
        "stop-alert spared=1",
    ]


@ON_SQLITE
async def test_the_author_takes_an_alert_back_and_nobody_can_approve_it(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    button = button_of(approver, "Approve and send")
    assert "It is a draft again" in await author.taps("Take it back")
    assert "does not wait for approval any more" in await approver.presses(button)
    assert "text ready" in await author.says("/alert")
    await window_passes(house)
    assert received(aye) == []
    assert "withdraw approve-alert" in await log_of(house)


@ON_SQLITE
async def test_only_the_author_takes_an_alert_back_and_not_after_it_was_approved(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    back = button_of(author, "Take it back")
    assert "does not wait for approval any more" in await approver.presses(back)
    await approver.taps("Approve and send")
    assert "does not wait for approval any more" in await author.presses(back)
    await window_passes(house)
    assert len(received(aye)) == 1


@ON_SQLITE
async def test_a_button_below_an_older_text_approves_no_newer_one(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    old = button_of(approver, "Approve and send")
    await author.taps("Take it back")
    await author.says("/alert")
    await author.taps("English")
    await author.says("Another text.")
    await author.taps("Ask for approval")
    assert "does not wait for approval any more" in await approver.presses(old)
    new = button_of(approver, "Approve and send")
    assert new != old
    await approver.presses(new)
    await window_passes(house)
    assert [text for text in received(aye) if "Another text." in text] == received(aye)
    assert len(received(aye)) == 1


async def test_a_text_changed_behind_the_proposal_voids_it_and_it_stays_void(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    button = button_of(approver, "Approve and send")
    async with house.app.database.writing() as session:
        await put_text(session, 1, "en", "Changed by a thief.")
    assert "This is not what was proposed any more" in await approver.presses(button)
    async with house.app.database.writing() as session:
        await put_text(session, 1, "en", TEXTS["en"])
        alert, approval = await session.get_one(Alert, 1), await session.get_one(Approval, 1)
        assert (alert.state, approval.state) == ("draft", "void")
    assert "does not wait for approval any more" in await approver.presses(button)
    await window_passes(house)
    assert received(aye) == []


@ON_SQLITE
async def test_a_proposal_that_nobody_approves_in_twelve_hours_ends_and_can_be_renewed(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await writes(author, "en")
    await author.taps("Ask for approval")
    old = button_of(approver, "Approve and send")
    house.advance(hours=24)
    for one in (author, approver):
        await one.has_pin()
    assert "does not wait for approval any more" in await approver.presses(old)
    await author.says("/alerts")
    assert "has waited too long" in await author.taps("Alert 1")
    await author.taps("Ask for approval")
    await approver.taps("Approve and send")
    await window_passes(house)
    assert len(received(aye)) == 1


@ON_SQLITE
async def test_stopping_takes_no_pin(house: House) -> None:
    author, approver = await operators(house)
    aye = await reader(house, 7, "en")
    await sends(house, author, approver, "en")
    third = await house.staff(702, Role.OPERATOR)
    await third.says("/alerts")
    await third.taps("Alert 1")
    assert "This alert was stopped" in await third.taps("Stop")
    await window_passes(house)
    assert received(aye) == []
