"""Ways into conversations with health workers, and the actions they stand for."""

from handlers import handoff, handoff_groups, handoff_staff
from handlers.press_codec import Press
from handlers.presses.handoff import (
    AskClinic,
    AskWorker,
    CloseTalk,
    DropLine,
    EndTalk,
    MakeGroupCode,
    PickPhrase,
    ReadAnswer,
    SeeInbox,
    SeePhrases,
    SeeTalk,
    SendLine,
    SendQuestion,
    TypeAnswer,
    TypeQuestion,
    UnlinkGroup,
    WriteMore,
)
from handlers.route import Route
from locales.catalogue import words
from people.authority import Action

COMMANDS: dict[str, Route] = {
    "ask": Route(handoff.ask, Action.ASK, words("Ask a health worker")),
    "inbox": Route(handoff_staff.inbox, Action.ANSWER),
    "staff_group": Route(handoff_groups.staff_group, Action.LINK_GROUP),
}
BUTTONS: dict[type[Press], Route] = {
    AskWorker: Route(handoff.begin, Action.ASK),
    AskClinic: Route(handoff.pick, Action.ASK),
    SendQuestion: Route(handoff.send, Action.ASK),
    TypeQuestion: Route(handoff.type_question, Action.ASK),
    WriteMore: Route(handoff.write_more, Action.ASK),
    EndTalk: Route(handoff.end, Action.ASK),
    ReadAnswer: Route(handoff.read, Action.ASK),
    SeeInbox: Route(handoff_staff.see_inbox, Action.ANSWER),
    SeeTalk: Route(handoff_staff.see, Action.ANSWER),
    SeePhrases: Route(handoff_staff.see_phrases, Action.ANSWER),
    PickPhrase: Route(handoff_staff.pick, Action.ANSWER),
    TypeAnswer: Route(handoff_staff.type_answer, Action.ANSWER),
    SendLine: Route(handoff_staff.send, Action.ANSWER),
    DropLine: Route(handoff_staff.drop, Action.ANSWER),
    CloseTalk: Route(handoff_staff.close, Action.ANSWER),
    MakeGroupCode: Route(handoff_groups.make_code, Action.LINK_GROUP),
    UnlinkGroup: Route(handoff_groups.unlink, Action.LINK_GROUP),
}
STEPS: dict[str, Route] = {
    handoff.ASKING: Route(handoff.take, Action.ASK),
    handoff_staff.ANSWERING: Route(handoff_staff.take_answer, Action.ANSWER),
    handoff_staff.FILLING: Route(handoff_staff.take_holes, Action.ANSWER),
}
TAKES_MEDIA: dict[str, Route] = {handoff.ASKING: Route(handoff.no_photos, Action.ASK)}
