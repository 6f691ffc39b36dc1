"""CAP 1.2: what is read, what it means here, and what hostile or broken files come to."""

import re
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts import rules
from alerts.cap.meaning import meaning_of, our_language
from alerts.cap.message import NAMESPACE, CapAlert
from alerts.cap.reading import MOST_BYTES, read_cap
from alerts.cap.refusals import CapUnusable
from handlers.alert_text import compose
from locales.catalogue import Catalogues
from locales.languages import LANGUAGES

FOLDER = Path(__file__).parent / "cap"
NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)
ENGLISH = Catalogues().say("en")


def written(name: str) -> bytes:
    return (FOLDER / f"{name}.xml").read_bytes()


def read(name: str) -> CapAlert:
    return read_cap(written(name))


def changed(name: str, old: str, new: str) -> bytes:
    text = written(name).decode()
    assert old in text
    return text.replace(old, new).encode()


def fault_of(content: bytes) -> tuple[str, str]:
    with pytest.raises(CapUnusable) as raised:
        meaning_of(read_cap(content), NOW)
    return raised.value.fault, raised.value.detail


def test_the_advisory_of_the_specification_is_read() -> None:
    message = read("advisory")
    assert (message.name.sender, message.name.identifier) == ("hsas@dhs.gov", "43b080713727")
    assert message.name.sent == datetime(2003, 4, 2, 19, 39, 1, tzinfo=UTC)
    found = meaning_of(message, NOW)
    assert list(found.infos) == ["en"]
    assert (found.lead.urgency, found.lead.severity, found.lead.certainty) == ("Immediate", "Severe", "Likely")
    assert (found.topic, found.provinces, found.everywhere) == ("other", (), False)
    assert found.places == ("U.S. nationwide and interests worldwide",)
    assert not found.may_be_life_safety


def test_the_thunderstorm_of_the_specification_has_its_time_and_place() -> None:
    found = meaning_of(read("thunderstorm"), NOW)
    assert found.topic == "flood"
    assert found.valid_until == datetime(2003, 6, 17, 23, tzinfo=UTC)
    assert found.lead.responses == ("Shelter",)
    assert found.lead.areas[0].geocodes == (("SAME", "006109"), ("SAME", "006003"))
    assert found.provinces == ()
    text = compose(ENGLISH, found.lead, "Actual", 3000).text
    assert "What to do" not in text
    assert "moving south-west at 5 miles an hour." in text
    assert "\n      " not in text


def test_the_earthquake_of_the_specification_names_what_it_updates() -> None:
    message = read("earthquake")
    assert message.msg_type == "Update"
    [earlier] = message.references
    assert (earlier.sender, earlier.identifier) == ("trinet@caltech.edu", "TRI13970876.1")
    assert earlier.sent == datetime(2003, 6, 12, 3, 30, tzinfo=UTC)


def test_a_language_that_is_not_spoken_here_is_left_out_and_named() -> None:
    found = meaning_of(read("two_languages"), NOW)
    assert list(found.infos) == ["en"]
    assert found.left_out == ("es-US",)


def test_four_languages_one_topic_provinces_and_the_danger_it_speaks_of() -> None:
    found = meaning_of(read("flood"), NOW)
    assert tuple(found.infos) == LANGUAGES
    assert (found.topic, found.provinces, found.places) == ("flood", ("58", "63"), ())
    assert found.may_be_life_safety
    assert found.starts_at is None
    assert found.valid_until == datetime(2099, 11, 23, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "language"),
    [("en-US", "en"), ("EN", "en"), ("th-TH", "th"), ("tha", "th"), ("my_MM", "my"), ("bur", "my"), ("khm", "km"),
     ("es", ""), ("", ""), ("english", "")],
)  # fmt: skip
def test_tags_of_languages_are_understood(tag: str, language: str) -> None:
    assert our_language(tag) == language


@pytest.mark.parametrize(
    ("scheme", "value", "provinces"),
    [("ISO-3166-2", "TH-50", ("50",)), ("ISO 3166-2", "th-85", ("85",)), ("TIS-1099", "6302", ("63",)),
     ("TIS 1099-2548", "630201", ("63",)), ("PCODE", "TH63", ("63",)), ("SAME", "63", ()), ("ISO-3166-2", "TH-99", ()),
     ("ISO-3166-2", "KH-12", ())],
)  # fmt: skip
def test_codes_of_provinces_are_understood(scheme: str, value: str, provinces: tuple[str, ...]) -> None:
    area = f"<areaDesc>x</areaDesc><geocode><valueName>{scheme}</valueName><value>{value}</value></geocode>"
    content = changed("advisory", "<areaDesc>U.S. nationwide and interests worldwide</areaDesc>", area)
    assert meaning_of(read_cap(content), NOW).provinces == provinces


@pytest.mark.parametrize(
    ("area", "provinces", "everywhere"),
    [("Chiang Mai Province; Chiang Rai Province", ("50", "57"), False),
     ("จังหวัดตาก และ จังหวัดระนอง", ("63", "85"), False),
     ("Thailand", (), True), ("ทั่วประเทศ", (), True), ("the whole valley", (), False)],
)  # fmt: skip
def test_names_of_provinces_are_understood(area: str, provinces: tuple[str, ...], everywhere: bool) -> None:
    found = meaning_of(read_cap(changed("advisory", "U.S. nationwide and interests worldwide", area)), NOW)
    assert (found.provinces, found.everywhere) == (provinces, everywhere)


def test_the_same_message_has_one_identity_in_every_time_zone() -> None:
    elsewhere = read_cap(changed("advisory", "2003-04-02T14:39:01-05:00", "2003-04-03T02:39:01+07:00"))
    assert elsewhere.name.identity == read("advisory").name.identity
    assert read("thunderstorm").name.identity != read("advisory").name.identity


@pytest.mark.parametrize(
    "element", ["identifier", "sender", "sent", "status", "msgType", "scope", "category", "event", "urgency",
                "severity",
                "certainty", "areaDesc"],
)  # fmt: skip
def test_whatever_the_protocol_requires_is_required(element: str) -> None:
    content = re.sub(rf"<{element}>.*?</{element}>", "", written("advisory").decode(), count=1)
    assert fault_of(content.encode()) == ("missing", element)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<status>Actual", "<status>Real", ("value", "status")),
        ("<msgType>Alert", "<msgType>News", ("value", "msgType")),
        ("<scope>Public", "<scope>World", ("value", "scope")),
        ("<category>Security", "<category>Traffic", ("value", "category")),
        ("<urgency>Immediate", "<urgency>Soon", ("value", "urgency")),
        ("<severity>Severe", "<severity>Bad", ("value", "severity")),
        ("<certainty>Likely", "<certainty>Sure", ("value", "certainty")),
        ("<identifier>43b0", "<identifier>43 b0", ("value", "identifier")),
        ("hsas@dhs.gov", "x" * 201, ("value", "sender")),
        ("14:39:01-05:00", "14:39:01", ("time", "sent")),
        ("14:39:01-05:00", "25:39:01-05:00", ("time", "sent")),
        ("2003-04-02T", "2003-02-31T", ("time", "sent")),
        ("</identifier>", "</identifier><identifier>2</identifier>", ("twice", "identifier")),
        ("<scope>Public", "<scope>Restricted", ("scope", "")),
        ("<scope>Public", "<scope>Private", ("scope", "")),
        ("<msgType>Alert", "<msgType>Ack", ("answer", "")),
        ("<msgType>Alert", "<msgType>Error", ("answer", "")),
        ("<msgType>Alert", "<msgType>Update", ("missing", "references")),
        ("<info>", "<info><language>fr</language>", ("languages", "info")),
        ("cap:1.2", "cap:1.1", ("version", "1.1")),
        ("urn:oasis:names:tc:emergency:cap:1.2", "http://example.org", ("no-cap", "")),
    ],
)
def test_a_message_that_breaks_the_protocol_is_refused_and_the_place_is_named(
    old: str, new: str, fault: tuple[str, str]
) -> None:
    assert fault_of(changed("advisory", old, new)) == fault


def test_the_certainty_of_the_first_version_is_understood() -> None:
    found = read_cap(changed("advisory", "<certainty>Likely", "<certainty>Very Likely"))
    assert found.infos[0].certainty == "Likely"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]><a>&l9;</a>'.encode(), "entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "/etc/hostname">]><a>&x;</a>', "entities"),
        (b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "entities"),
        (b"<a>&undefined;</a>", "not-xml"),
        (b"", "not-xml"),
        (b"not xml at all", "not-xml"),
        (b"\x00\x01\x02" * 100, "not-xml"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "not-xml"),
        (b'<?xml version="1.0" encoding="shift_jis"?><a/>', "not-xml"),
        (b"<a>" * 50_000 + b"</a>" * 0, "deep"),
        (b"<a>" + b" " * MOST_BYTES + b"</a>", "large"),
        (b" " * (10 * 1024 * 1024), "large"),
        (b"<alert/>", "no-cap"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"/>', "no-cap"),
    ],
)
def test_a_hostile_or_broken_file_costs_nothing_and_says_what_is_wrong(content: bytes, fault: str) -> None:
    started = time.process_time()
    assert fault_of(content)[0] == fault
    assert time.process_time() - started < 2


def test_a_file_cut_off_anywhere_is_refused() -> None:
    content = written("flood")
    for end in range(0, len(content) - 8, 97):
        assert fault_of(content[:end])[0] in ("not-xml",)


def test_a_text_that_is_too_long_is_shortened_whole_letters_only_and_says_so() -> None:
    content = changed("flood", "น้ำในแม่น้ำเมยสูงขึ้นเร็ว", "น้ำในแม่น้ำเมยสูงขึ้นเร็ว " * 400)
    info = meaning_of(read_cap(content), NOW).infos["th"]
    made = compose(Catalogues().say("th"), info, "Actual", 1000)
    assert made.shortened
    assert rules.length(made.text) <= 1000
    assert "ย้ายของขึ้นที่สูง อย่าเดินลุยน้ำ" in made.text
    assert "…" in made.text
    assert not compose(Catalogues().say("th"), info, "Actual", 60_000).shortened


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("most", [120, 400, 3500])
def test_a_text_fits_whatever_the_file_says(language: str, most: int) -> None:
    long = "<b>&amp;😀 ยาว " * 500
    content = changed("flood", "</alert>", "</alert>").decode()
    for part in ("headline", "instruction", "areaDesc", "senderName", "contact"):
        content = re.sub(rf"<{part}>[^<]*<", f"<{part}>{long.replace('<b>', '')}<", content)
    info = meaning_of(read_cap(content.encode()), NOW).infos[language]
    assert rules.length(compose(Catalogues().say(language), info, "Exercise", most).text) <= most


@pytest.mark.parametrize(("status", "word"), [("Exercise", "exercise"), ("Test", "test"), ("System", "test")])
def test_what_is_no_real_alert_says_so_to_its_readers(status: str, word: str) -> None:
    content = changed("advisory", "<status>Actual", f"<status>{status}")
    message = read_cap(content)
    assert (
        f"This is only {'an' if word == 'exercise' else 'a'} {word}"
        in compose(ENGLISH, message.infos[0], message.status, 3000).text
    )


def test_other_elements_and_a_signature_do_not_disturb() -> None:
    extra = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature></alert>'
    assert read_cap(changed("flood", "</alert>", extra)) == read("flood")
    assert NAMESPACE in written("flood").decode()
