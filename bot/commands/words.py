"""`python -m bot words`: brings the catalogues in step with the sources; and the gate over all of them.

Rule of the place: running it twice changes nothing, and it never writes a translation of its own.
"""

from datetime import datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from answers.content import ContentError
from answers.gate import topic_faults
from answers.phrasings import load_phrasings
from answers.template import answers_template
from answers.topics import load_topics
from locales.catalogue import FOLDER
from locales.gate import faults_of
from locales.languages import LANGUAGES, SOURCE
from locales.template import ui_template

ROOT = Path(__file__).parents[2]
DOMAINS = {"ui": "the bot's own words", "answers": "the answers to health questions"}
TRANSLATED = tuple(language for language in LANGUAGES if language != SOURCE)
ONE_PLURAL = ("Plural-Forms", "nplurals=1; plural=0;")
"""Thai, Burmese and Khmer have one form for any number; Babel believes that Burmese has two."""


def templates(root: Path = ROOT) -> dict[str, Catalog]:
    """Every sentence there is, by domain. Raises `ContentError` when a topic cannot be read."""
    return {"ui": ui_template(root), "answers": answers_template(load_topics(root / "answers" / "topics"))}


def refresh(now: datetime, root: Path = ROOT, folder: Path = FOLDER) -> list[str]:
    """Write every catalogue anew; one line for each file that changed.

    A changed English text keeps its translation as fuzzy, a dropped one is dropped, a new one stays empty.
    """
    changed = []
    for domain, template in templates(root).items():
        for language in TRANSLATED:
            path = catalogue_path(folder, language, domain)
            catalog = read(path, language, domain) or _fresh(language, domain, now)
            after = written(renewed(catalog, template))
            if not path.exists() or path.read_bytes() != after:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(after)
                changed.append(f"{language}/{domain}.po: written")
    return changed


def catalogue_faults(root: Path = ROOT, folder: Path = FOLDER) -> list[str]:
    """Everything wrong with the catalogues and with what topics must have; one line each."""
    try:
        topics = load_topics(root / "answers" / "topics")
        faults = topic_faults(topics, load_phrasings(topics, root / "answers" / "phrasings"))
        wanted = templates(root)
    except ContentError as error:
        return [str(error)]
    for domain, template in wanted.items():
        for language in TRANSLATED:
            try:
                catalog = read(catalogue_path(folder, language, domain), language, domain)
            except PoFileError as error:
                faults.append(f"{language}/{domain}.po: line {error.lineno}: {error}")
                continue
            faults += faults_of(language, domain, template, catalog or Catalog(locale=language))
    return faults


def catalogue_path(folder: Path, language: str, domain: str) -> Path:
    """Where a catalogue lives."""
    return folder / language / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path, language: str, domain: str) -> Catalog | None:
    """A catalogue as it is in its file, None when there is none. Raises `PoFileError`."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=domain, abort_invalid=True)


def renewed(catalog: Catalog, template: Catalog) -> Catalog:
    """The same catalogue with exactly the entries of the template, in its order."""
    _follow_contexts(catalog, template)
    # Only sentences without a context may borrow the translation of a similar one (as fuzzy).
    alike = any(message.context is None for message in template if message.id)
    catalog.update(template, no_fuzzy_matching=not alike, update_creation_date=False)
    return catalog


def written(catalog: Catalog) -> bytes:
    """The catalogue's file: no line numbers and no wrapping, so that a change shows only itself."""
    for message in catalog:
        # Holes are `{named}`; a percent sign in a sentence is only a percent sign.
        message.flags.discard("python-format")
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, ignore_obsolete=True, include_lineno=False)
    return buffer.getvalue().rstrip(b"\n") + b"\n"


def _follow_contexts(catalog: Catalog, template: Catalog) -> None:
    """Where the English of a context has changed, carry its translation over as fuzzy, without its review."""
    held = {message.context: message for message in list(catalog) if message.context and message.string}
    for wanted in template:
        old = held.get(wanted.context) if wanted.context else None
        if old is None or old.id == wanted.id:
            continue
        comments = [comment for comment in old.user_comments if not comment.startswith("reviewed:")]
        catalog.delete(old.id, old.context)
        catalog.add(wanted.id, old.string, flags={"fuzzy"}, user_comments=comments, context=wanted.context)


def _fresh(language: str, domain: str, now: datetime) -> Catalog:
    name = Catalog(locale=language).locale
    catalog = Catalog(
        locale=language,
        domain=domain,
        header_comment=f"# {name.english_name if name else language}: {DOMAINS[domain]}.",
        project="front-door",
        version=domain,
        creation_date=now,
        revision_date=now,
        charset="utf-8",
        fuzzy=False,
    )
    catalog.msgid_bugs_address, catalog.last_translator, catalog.language_team = "", "", ""
    catalog.mime_headers = [ONE_PLURAL]
    return catalog
