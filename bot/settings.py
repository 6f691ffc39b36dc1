"""Every setting, from the environment or `.env`, prefix `BOT_`. Read once; nothing else reads the environment.

A misspelt or bad setting stops the start with one line: a bot that runs with half its settings is worse than none.
"""

import os
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bot.secrecy import too_open
from scheduling.clinics import PACKAGED
from storage.keys import BadKeys, KeyRing, read_ring

PREFIX = "BOT_"
TESTS = "BOT_TEST_"
"""Settings of the test suite, which are not ours."""
SECRETS = ("token", "database_url", "webhook_secret", "keys")
"""What can also come from a file: `BOT_TOKEN_FILE` and so on, as Docker and Kubernetes hand secrets out."""
LARGEST_SECRET = 64 * 1024
"""Bytes; whatever is larger is not the file that was meant."""


class BadSettings(ValueError):
    """Settings that cannot be used; one line per fault."""


class Settings(BaseSettings):
    """What can be set. The README's table is made from these descriptions."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", hide_input_in_errors=True
    )

    token: Annotated[SecretStr, Field(description="The bot's token from BotFather.")] = SecretStr("")
    token_file: Annotated[Path | None, Field(description="A file with the token, instead of BOT_TOKEN.")] = None
    telegram_api: Annotated[str, Field(description="Base address of the Bot API.", pattern=r"^https?://\S+[^/]$")] = (
        "https://api.telegram.org"
    )
    database_url: Annotated[
        str, Field(description="SQLite or PostgreSQL, as SQLAlchemy writes it.", repr=False)  # may hold a password
    ] = "sqlite:///data/bot.db"
    database_url_file: Annotated[
        Path | None, Field(description="A file with the database's address, instead of BOT_DATABASE_URL.")
    ] = None
    webhook_url: Annotated[
        str,
        Field(
            description="Public https address Telegram posts to; empty: long polling.",
            pattern=r"^(https?://\S+)?$",
        ),
    ] = ""
    webhook_secret: Annotated[
        SecretStr, Field(description="Secret that Telegram sends with each post; needed with a webhook.")
    ] = SecretStr("")
    webhook_secret_file: Annotated[
        Path | None, Field(description="A file with the webhook's secret, instead of BOT_WEBHOOK_SECRET.")
    ] = None
    web_url: Annotated[
        str,
        Field(
            description="Public https address of the web server, for calendars; empty: as in BOT_WEBHOOK_URL.",
            pattern=r"^(https?://\S+[^/\s])?$",
        ),
    ] = ""
    host: Annotated[str, Field(description="Address the web server listens on.")] = "127.0.0.1"
    port: Annotated[int, Field(description="Port of the web server.", ge=0, le=65535)] = 8080
    owners: Annotated[
        frozenset[int],
        NoDecode,
        Field(description="Telegram ids, comma-separated: the first to /start becomes owner."),
    ] = frozenset()
    keys: Annotated[SecretStr, Field(description="The key ring, as `python -m bot keys new` prints it.")] = SecretStr(
        ""
    )
    keys_file: Annotated[Path | None, Field(description="A file with the key ring, instead of BOT_KEYS.")] = None
    clinics: Annotated[Path, Field(description="TOML file of clinics and services.")] = PACKAGED
    send_rate: Annotated[
        float,
        Field(
            description="Limit of messages a second, the whole bot; above BOT_FREE_RATE alerts are paid broadcasts.",
            gt=0,
            le=1000,
        ),
    ] = 30
    free_rate: Annotated[
        float, Field(description="Limit of calls a second that Telegram grants the bot for free.", gt=0, le=1000)
    ] = 30
    alerts_quiet_from: Annotated[
        time,
        Field(description="When ordinary alerts begin to rest for the night, in Bangkok; danger to life never rests."),
    ] = time(21)
    alerts_quiet_until: Annotated[
        time, Field(description="When they go on; the same as BOT_ALERTS_QUIET_FROM: they go out at any hour.")
    ] = time(7)
    answer_minutes: Annotated[
        int,
        Field(
            description="Minutes within a clinic's hours after which its leads hear of an unanswered question.",
            ge=1,
            le=1440,
        ),
    ] = 60
    cache: Annotated[Path, Field(description="Folder for the fitted search model.")] = Path("data/cache")
    embeddings: Annotated[
        bool, Field(description="Search with embeddings; off saves 20 MB, and time for hard questions.")
    ] = True
    drafts: Annotated[
        Literal["show", "hide"], Field(description="Whether answers that nobody has reviewed are shown or withheld.")
    ] = "show"
    tombstones: Annotated[
        Path | None,
        Field(
            description="File of tombstones, best on another disk: keeps erased people erased after a restore. "
            "Default: `tombstones` beside the SQLite database; none with PostgreSQL."
        ),
    ] = None
    demo_port: Annotated[int, Field(description="Port of the demo's page.", ge=0, le=65535)] = 8090

    @model_validator(mode="before")
    @classmethod
    def _from_files(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Put the content of `NAME_FILE` where `NAME` would stand; one line for each that cannot be used."""
        read, faults = dict(given), []
        for name in SECRETS:
            if file := given.get(f"{name}_file"):
                try:
                    if given.get(name):
                        raise BadSettings(f"{PREFIX}{name.upper()} is set too: keep one")
                    read[name] = _secret_in(Path(file))
                except BadSettings as error:
                    faults.append(f"{PREFIX}{name.upper()}_FILE: {error}")
        if faults:
            raise ValueError("\n".join(faults))
        return read

    @field_validator("owners", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return [part for part in value.replace(" ", "").split(",") if part] if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError as error:
            raise ValueError("is not a database address") from error
        if backend not in ("sqlite", "postgresql", "postgres"):
            raise ValueError("must be SQLite or PostgreSQL")
        return value

    def public_url(self) -> str:
        """Where the web server is reached from outside, without a slash at the end; empty: nowhere."""
        if self.web_url or not self.webhook_url:
            return self.web_url
        return urlsplit(self.webhook_url)._replace(path="", query="", fragment="").geturl()

    def tombstones_path(self) -> Path | None:
        """Where tombstones are kept outside the database; None: nowhere."""
        url = make_url(self.database_url)
        if self.tombstones or url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
            return self.tombstones
        return Path(str(url.database)).with_name("tombstones")

    def ring(self) -> KeyRing:
        """The key ring of the settings.

        Raises:
            BadSettings: no ring, or keys that cannot be used.
        """
        try:
            return read_ring(self.keys.get_secret_value())
        except BadKeys as error:
            raise BadSettings(f"{'BOT_KEYS_FILE' if self.keys_file else 'BOT_KEYS'}: {error}") from error

    def faults(self) -> list[str]:
        """What makes these settings unfit to run a bot; empty when nothing does."""
        found = []
        if not self.token.get_secret_value():
            found.append("BOT_TOKEN: is needed (ask @BotFather)")
        secret = self.webhook_secret.get_secret_value()
        if self.webhook_url and (len(secret) < 32 or not set(secret) <= _SECRET_LETTERS):
            found.append("BOT_WEBHOOK_SECRET: a webhook needs one of 32 to 256 letters, digits, _ or -")
        return found


def _secret_in(path: Path) -> str:
    """What a file of secrets holds, without the line's end.

    Raises:
        BadSettings: it cannot be read, holds nothing, or others than the bot may read it.
    """
    try:
        if why := too_open(path):
            raise BadSettings(why)
        with path.open(encoding="utf-8") as file:
            secret = file.read(LARGEST_SECRET).strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadSettings("cannot be read") from error
    if not secret:
        raise BadSettings("is empty")
    return secret


_SECRET_LETTERS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def read_settings(environment: Mapping[str, str] | None = None, **overrides: object) -> Settings:
    """Read and check the settings.

    Raises:
        BadSettings: an unknown `BOT_` variable or a bad value; one line each.
    """
    environment = os.environ if environment is None else environment
    given = {name.upper() for name in (*environment, *dotenv_values(".env")) if name.upper().startswith(PREFIX)}
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    faults = [f"{name}: there is no such setting" for name in sorted(given - known) if not name.startswith(TESTS)]
    try:
        settings = Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        for each in error.errors():
            words = each["msg"].removeprefix("Value error, ")
            faults += [f"{PREFIX}{str(each['loc'][0]).upper()}: {words}"] if each["loc"] else words.splitlines()
        raise BadSettings("\n".join(faults)) from error
    if faults:
        raise BadSettings("\n".join(faults))
    return settings
