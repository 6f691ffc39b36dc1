"""The emergency card. Shown from memory, before anything else, also when the database is down."""

from handlers.presses.asking import EmergencyRooms, ShowEmergencyRoom, ShowTopic
from handlers.presses.choosing import OpenMenu
from handlers.screen import Button, Screen, column
from locales.catalogue import Translator, together
from scheduling.clinics import EmergencyRoom

SAY_IN_THAI = "ช่วยด้วย มีคนป่วยฉุกเฉิน ช่วยโทร 1669 ให้หน่อย"
"""What to say or show to any Thai speaker nearby."""
SAY_VIOLENCE_IN_THAI = "ช่วยด้วย มีคนทำร้ายฉัน ช่วยโทร 191 ให้หน่อย"

FIRST_AID: dict[str, str] = {
    "not-breathing": "breathing-choking-allergy",
    "allergy": "breathing-choking-allergy",
    "chest-pain": "stroke-heart-attack",
    "stroke": "stroke-heart-attack",
    "poison": "poisoning",
    "snake": "snake-bite",
    "pregnancy": "pregnancy-danger-signs",
    "newborn": "child-danger-signs",
    "child": "child-danger-signs",
    "dehydration": "cholera-diarrhoea",
    "injury": "road-accident",
    "heat": "heat-stress",
    "suicide": "suicide-crisis",
    "violence": "gbv-help",
}
"""The topic with first aid for a danger sign, where there is one."""


def card(say: Translator, sign: str | None = None, first_aid: str = "", rooms: bool = False) -> Screen:
    """What to do now, in the order of doing it.

    Args:
        sign: the danger sign that was recognised; None when the person opened the card themselves.
        first_aid: the title of a topic with first aid for it.
        rooms: whether the deployment has named emergency rooms.
    """
    if sign == "suicide":
        return _suicide(say, first_aid)
    if sign == "violence":
        return _violence(say, first_aid)
    lines = [
        say("🚑 <b>This may be an emergency. Call 1669 now.</b> The call is free, day and night."),
        say("If nobody answers, go to the nearest hospital emergency room by any vehicle."),
        say("Say where you are, what happened and how many people. Do not hang up first."),
        say("Say this to any Thai person near you, or show it:"),
        say("<b>{thai}</b>", thai=SAY_IN_THAI),
        say("When life is in danger you have the right to emergency care, whatever your nationality."),
    ]
    nearest = column(Button(say.label("🏥 Nearest emergency room"), EmergencyRooms())) if rooms else ()
    return Screen(together(lines), (*nearest, *_ways_on(say, sign, first_aid)), fresh=True)


def choose_province(say: Translator, rooms: dict[str, EmergencyRoom]) -> Screen:
    """Where are you? Only the provinces whose emergency room the deployment has named."""
    buttons = [Button(room.name[say.language], ShowEmergencyRoom(province)) for province, room in rooms.items()]
    return Screen(say("Call 1669 first. Which one is nearest to you?"), column(*buttons), fresh=True)


def emergency_room(say: Translator, room: EmergencyRoom) -> Screen:
    """Where to go, with the name in Thai to show to a driver."""
    names = [say("<b>{name}</b>", name=room.name[say.language]), say("<b>{name}</b>", name=room.name["th"])]
    way = say("{way}", way=room.way[say.language])
    return Screen(together([*dict.fromkeys(names), way]), _ways_on(say, None, ""), fresh=True)


def _suicide(say: Translator, first_aid: str) -> Screen:
    lines = [
        say("💙 <b>I am glad that you wrote. You do not have to carry this alone.</b>"),
        say("Call 1323 and talk to someone. If you or another person is in danger now, call 1669."),
        say("Please do not stay alone now. Go to someone you trust, or ask them to come to you."),
        say("Show this to any Thai person near you:"),
        say("<b>{thai}</b>", thai=SAY_IN_THAI),
    ]
    return Screen(together(lines), _ways_on(say, "suicide", first_aid), fresh=True)


def _violence(say: Translator, first_aid: str) -> Screen:
    lines = [
        say(
            "🚨 <b>If you are in danger now, go where there are other people. Call 191. If you are hurt, call 1669.</b>"
        ),
        say("It is not your fault. 1300 can also help with violence."),
        say("Show this to any Thai person near you:"),
        say("<b>{thai}</b>", thai=SAY_VIOLENCE_IN_THAI),
    ]
    return Screen(together(lines), _ways_on(say, "violence", first_aid), fresh=True)


def _ways_on(say: Translator, sign: str | None, first_aid: str) -> tuple[tuple[Button, ...], ...]:
    topic = FIRST_AID.get(sign or "")
    aid = Button(first_aid, ShowTopic(topic, "")) if topic and first_aid else None
    numbers = Button(say.label("☎️ Help numbers"), ShowTopic("hotlines-list", ""))
    return column(aid, numbers, Button(say.label("☰ Menu"), OpenMenu()))


def ask_if_now(say: Translator) -> str:
    """The line above an ordinary answer when a danger sign is possible."""
    return say("⚠️ <b>Is this happening now?</b> Then tap “Emergency” below or call 1669.")
