"""The language gate: whether a catalogue may be shown to people. Every fault is one line that an editor can act on."""

from babel.messages.catalog import Catalog, Message

from locales.entry_rules import RULES, Entry
from locales.graphemes import cut
from locales.template import BUTTON

Key = tuple[str, str]
"""Context and English of an entry."""


def faults_of(language: str, domain: str, template: Catalog, catalog: Catalog) -> list[str]:
    """What is missing, stale, unknown or broken in one catalogue.

    Args:
        language: code of the language it is written in.
        domain: "ui" or "answers".
        template: every entry there must be, with the marks that say which stand on buttons.
        catalog: the catalogue as it is in its file.
    """
    wanted, held = _entries(template), _entries(catalog)
    faults = []
    for key, entry in wanted.items():
        gap = _gap(held.get(key))
        found = [gap] if gap else _broken(language, entry, held[key])
        faults += [f"{language}/{domain}.po: {_name(key)}: {fault}" for fault in found]
    faults += [f"{language}/{domain}.po: {_name(key)}: unknown entry" for key in held if key not in wanted]
    return faults


def _entries(catalog: Catalog) -> dict[Key, Message]:
    return {(message.context or "", str(message.id)): message for message in catalog if message.id}


def _gap(message: Message | None) -> str | None:
    if message is None or not message.string:
        return "missing"
    return "fuzzy: the English has changed since this was translated" if message.fuzzy else None


def _broken(language: str, wanted: Message, message: Message) -> list[str]:
    entry = Entry(language, str(wanted.id), str(message.string), button=BUTTON in wanted.auto_comments)
    return [fault for rule in RULES if (fault := rule(entry))]


def _name(key: Key) -> str:
    context, source = key
    return context or f"“{cut(' '.join(source.split()), 50, '…')}”"
