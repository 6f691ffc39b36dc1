"""An alert that waits for the second person: what its author sees, and what the approver must read."""

from handlers.presses.alerting import ApproveAlert, OpenAlert, TakeBackAlert
from handlers.screen import Button, Screen, column
from handlers.screens.alert_draft import Facts, cost, facts, propose_button, unreviewed
from handlers.screens.start import menu_button
from locales.catalogue import NOTHING, Html, Translator, together


def proposed(say: Translator, alert_id: int, told: int) -> Screen:
    """Waiting for the second person."""
    if told:
        text = say(
            "The alert waits for approval. {count:other operator has|other operators have} been asked.", count=told
        )
    else:
        text = say("The alert waits for approval, but there is no other operator. Ask the owner to invite one.")
    return Screen(text, column(_take_back(say, alert_id), menu_button(say)))


def own_proposal(say: Translator, one: Facts, *, waits: bool) -> Screen:
    """What the author sees of a proposal: everything, and the way back."""
    if waits:
        text = say("Your alert waits for the approval of another operator.")
    else:
        text = say("Your alert has waited too long. You can ask for approval again.")
    again = None if waits else propose_button(say, one)
    rows = column(again, _take_back(say, one.alert_id), menu_button(say))
    last = Screen(together([text, facts(say, one), cost(say, one)]), rows)
    return Screen(_texts(say, one), fresh=True, then=(*one.messages, last))


def taken_back(say: Translator, alert_id: int) -> Screen:
    """A draft again."""
    text = say("You have taken your alert back. It is a draft again: /alert")
    return Screen(text, column(Button(say.label("✏️ Go on writing"), OpenAlert(alert_id)), menu_button(say)))


def waits_no_more(say: Translator) -> Screen:
    """Taken back, or waited too long."""
    text = say("This alert does not wait for approval any more. Its author can ask again.")
    return Screen(text, column(menu_button(say)))


def approval(say: Translator, one: Facts, approval_id: int) -> Screen:
    """What the second person must read before approving; the button comes last, below every text."""
    parts = [
        say("It would go to {people:person|people}. Please read every text.", people=one.draft.people),
        facts(say, one),
        cost(say, one),
        unreviewed(say) if one.unreviewed else NOTHING,
        say("After your approval it can still be stopped for one minute before the first message goes out."),
    ]
    ask = Screen(together(parts), column(_approve(say, one, approval_id), menu_button(say)))
    heading = together([say("<b>An alert waits for your approval</b>"), _texts(say, one)])
    return Screen(heading, fresh=True, then=(*one.messages, ask))


def confirm_cost(say: Translator, one: Facts, approval_id: int = 0) -> Screen:
    """More than was shown before: asked once more, of the author or of the approver."""
    go_on = _approve(say, one, approval_id) if approval_id else propose_button(say, one)
    return Screen(together([cost(say, one), say("Nothing was done yet.")]), column(go_on, menu_button(say)), fresh=True)


def _texts(say: Translator, one: Facts) -> Html:
    return say(
        "These are the texts, in {count:language|languages}, exactly as readers will see them:", count=len(one.messages)
    )


def _approve(say: Translator, one: Facts, approval_id: int) -> Button:
    press = ApproveAlert(one.alert_id, approval_id, one.stars)
    if one.stars:
        return Button(say.label("✅ Approve and send, about {stars:Star|Stars}", stars=one.stars), press)
    return Button(say.label("✅ Approve and send"), press)


def _take_back(say: Translator, alert_id: int) -> Button:
    return Button(say.label("↩️ Take it back"), TakeBackAlert(alert_id))
