"""Every "no" of conversations with health workers, and its sentence."""

from collections.abc import Callable
from typing import Any

from handlers.screens.handoff_staff import hole_unreadable
from handoff import refusals
from locales.catalogue import Html, Translator
from storage.refusal import Refusal

SENTENCES: dict[type[Refusal], Callable[[Translator, Any], Html]] = {
    refusals.TalkGone: lambda say, no: say("This conversation is not there any more. You can ask again: /ask"),
    refusals.TalkOver: lambda say, no: say("This conversation has ended."),
    refusals.TooManyLines: lambda say, no: say(
        "{most} of your messages wait for an answer already. Please wait for the health workers."
        " If it cannot wait, call or go to the clinic.",
        most=no.most,
    ),
    refusals.NothingToSend: lambda say, no: say("I found no words to pass on. Please type your message."),
    refusals.LineGone: lambda say, no: say("This message is not kept any more."),
    refusals.NobodyAnswers: lambda say, no: say(
        "I am sorry. At the moment no health worker of this clinic can answer here. Please call or go to the clinic."
    ),
    refusals.CodeUseless: lambda say, no: say("This code does not work (any more). Make a new one: /staff_group"),
    refusals.GroupTaken: lambda say, no: say("This is the staff group of another clinic. Unlink it there first."),
    refusals.HoleUnreadable: lambda say, no: hole_unreadable(say, no.hole),
}
