"""`python -m bot COMMAND`. Imports what a command needs only when it runs, so that `--help` is quick.

The rule: no option takes a secret, because other accounts of a machine see what a process was started with.
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot import log
from bot.commands.terminal import counted
from locales.languages import LANGUAGES


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    if arguments is None and run not in (_words, _evaluate):  # a process of its own, and not a tool of development
        _close_up()
    try:
        return run(options)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not _is_expected(error):
            raise
        print(error, file=sys.stderr)
        return 1


def _close_up() -> None:
    """What this process makes is nobody else's to read, and what goes wrong in it is told without quoting anybody."""
    from bot.secrecy import PRIVATE_UMASK

    os.umask(PRIVATE_UMASK)
    log.set_up()
    log.catch_the_rest()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="The front door to health care for migrants.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, text: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    run = add("run", "Serve on Telegram, with the settings of the environment.", _run)
    what = "web: receive and answer; worker: send what is owed and tidy up; all: both, and all that SQLite takes"
    run.add_argument("--role", choices=("all", "web", "worker"), default="all", help=what)
    add("demo", "Serve on a Telegram of this machine, in the browser; needs no account.", _demo)
    ask = add("ask", "Answer a question on the terminal; needs neither token nor database.", _ask)
    ask.add_argument("question", nargs="?", help="the question; without it and without --json, from standard input")
    ask.add_argument("--lang", default="en", choices=LANGUAGES, help="the reader's language")
    ask.add_argument("--json", action="store_true", help="JSON lines in, JSON lines out")
    ask.add_argument("--explain", action="store_true", help="show what matched and why")
    check = add("check", "Name every fault of settings, content, catalogues and database.", _check)
    check.add_argument("--offline", action="store_true", help="content and catalogues only")
    status = add("status", "How the bot gets on: counts, ages, troubles; 1 if there is any.", _status)
    status.add_argument("--json", action="store_true", help="the same as one JSON object")
    add("migrate", "Bring the database to the newest schema.", _migrate)
    invite = add("invite", "Print a link that gives a role to whoever opens it first.", _invite)
    invite.add_argument("role", choices=("staff", "lead", "editor", "operator", "owner"), help="the role it gives")
    invite.add_argument("--clinic", default="", help="the clinic, for staff and lead")
    backup = add("backup", "Copy the database while it is in use, and verify the copy.", _backup)
    backup.add_argument("target", type=Path, help="the file to write; must not exist")
    restore = add("restore", "Put a backup in place; whoever was erased since stays erased.", _restore)
    restore.add_argument("backup", nargs="?", type=Path, help="a file that `backup` wrote; not with PostgreSQL")
    restore.add_argument("--restored", action="store_true", help="pg_restore has filled the database: put it right")
    release = add("content", "The next content release: phrasings that editors took from kept questions.", _content)
    release.add_argument("what", choices=("export",), help="export: print them as a patch of the phrasing files")
    keys = add("keys", "The key ring.", _keys)
    keys.add_argument(
        "what",
        choices=("new", "rotate", "check"),
        help="new: print a ring for BOT_KEYS; rotate: seal all under the newest key; check: count values by key",
    )
    trail = add("audit", "The audit log: verify it, or print it as JSON lines.", _audit)
    trail.add_argument("what", choices=("verify", "export"), help="verify: name faults, print heads; export: all of it")
    trail.add_argument(
        "--expect",
        action="append",
        default=[],
        metavar="CHAIN=HEAD",
        help="a head that an earlier run printed and that must still be in the log; may be given more than once",
    )
    clinics = add("clinics", "Check a clinics file, or bring it and its openings into use.", _clinics)
    clinics.add_argument("what", choices=("check", "apply"), help="check: one line for each fault; apply: use it")
    clinics.add_argument("file", type=Path, help="the clinics file, in TOML")
    evaluate = add("evaluate", "Measure search and danger signs on a folder of questions.", _evaluate)
    evaluate.add_argument("folder", type=Path, help="holds questions.jsonl, out_of_scope.jsonl, emergencies.jsonl")
    evaluate.add_argument("--json", action="store_true", help="the figures as one JSON object")
    add("words", "Bring the catalogues of translations in step with the sources.", _words)
    return parser


def _run(options: argparse.Namespace) -> int:
    log.set_up()
    asyncio.run(_serve(options.role))
    return 0


async def _serve(asked: str) -> None:
    from bot import crashpoint  # noqa: F401 - refuses a point that is not there
    from bot.roles import Role
    from bot.settings import read_settings
    from bot.single import claim_database

    settings, role = read_settings(), Role(asked)
    lock = claim_database(settings.database_url, role)  # before the slow imports: whoever comes second is told at once

    from bot.app import App

    app = App(settings, lock=lock, role=role)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    starting, stopped = asyncio.create_task(app.start()), asyncio.create_task(stop.wait())
    await asyncio.wait((starting, stopped), return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():  # Telegram is away, and nobody wants to wait for it any more
        starting.cancel()
        return
    starting.result()
    await stopped
    await app.stop()


def _demo(_options: argparse.Namespace) -> int:
    from bot.demo import run_demo

    log.set_up(level=30)
    return asyncio.run(run_demo())


def _ask(options: argparse.Namespace) -> int:
    from bot.commands.asking import ask

    return ask(options.question, options.lang, as_json=options.json, explain=options.explain)


def _check(options: argparse.Namespace) -> int:
    from bot.commands.check import check

    faults = asyncio.run(check(offline=options.offline))
    for fault in faults:
        print(fault)
    print("no fault found" if not faults else counted(len(faults), "fault"))
    return 1 if faults else 0


def _status(options: argparse.Namespace) -> int:
    from bot.commands.status import report

    text, sound = asyncio.run(report(as_json=options.json))
    print(text)
    return 0 if sound else 1


def _migrate(_options: argparse.Namespace) -> int:
    from bot.commands.maintenance import migrate_now

    print(asyncio.run(migrate_now()))
    return 0


def _invite(options: argparse.Namespace) -> int:
    from bot.commands.maintenance import print_invite

    print(asyncio.run(print_invite(options.role, options.clinic)))
    return 0


def _backup(options: argparse.Namespace) -> int:
    from bot.commands.maintenance import back_up

    print(back_up(options.target))
    return 0


def _restore(options: argparse.Namespace) -> int:
    from bot.commands.maintenance import CannotDo
    from bot.commands.restoring import restore, restored

    if (options.backup is None) == (not options.restored):
        raise CannotDo("give a backup, or --restored after pg_restore")
    print(asyncio.run(restored() if options.restored else restore(options.backup)))
    return 0


def _content(_options: argparse.Namespace) -> int:
    from bot.commands.maintenance import content_patch

    print(asyncio.run(content_patch()), end="")
    return 0


def _keys(options: argparse.Namespace) -> int:
    from bot.commands.maintenance import keys_in_use, rotate_keys
    from storage.keys import new_ring

    match options.what:
        case "new":
            print(new_ring().written())
        case "rotate":
            print(asyncio.run(rotate_keys()))
        case "check":
            print(asyncio.run(keys_in_use()))
    return 0


def _audit(options: argparse.Namespace) -> int:
    from bot.commands.auditing import export_log, verify_log

    async def export() -> None:
        async for line in export_log():
            print(line)

    if options.what == "export":
        asyncio.run(export())
        return 0
    lines, sound = asyncio.run(verify_log(options.expect))
    print("\n".join(lines))
    return 0 if sound else 1


def _clinics(options: argparse.Namespace) -> int:
    from bot.commands.clinics_file import apply_file, check_file

    if options.what == "apply":
        print("\n".join(asyncio.run(apply_file(options.file))))
        return 0
    faults = check_file(options.file)
    print("\n".join(faults) or "no fault found")
    return 1 if faults else 0


def _evaluate(options: argparse.Namespace) -> int:
    from bot.commands.asking import evaluate

    return evaluate(options.folder, as_json=options.json)


def _words(_options: argparse.Namespace) -> int:
    from bot.clock import wall
    from bot.commands.words import refresh

    print("\n".join(refresh(wall())) or "nothing has changed")
    return 0


def _is_expected(error: Exception) -> bool:
    """Faults of settings and files are one line for the reader, not a traceback."""
    from bot.settings import BadSettings
    from bot.single import AlreadyRunning

    if isinstance(error, BadSettings | AlreadyRunning):  # told before the slow imports
        return True

    from answers.content import ContentError
    from bot.commands.auditing import BadHead
    from bot.commands.maintenance import CannotDo
    from scheduling.clinics import BadClinics
    from storage.keys import BadKeys

    return isinstance(error, ContentError | CannotDo | BadClinics | BadHead | BadKeys)
