"""Checks before the site starts, and duties of a live system's operator, each with its remedy."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from protect.assessments.statistics import limits
from protect.findhelp import access, exits
from protect.interchange.hsds import eligibility, schemas, terms
from protect.kernel import clock, errors
from protect.matching import weights
from protect.matching.coverage.atlas import persons, settlements
from protect.notices import facts as mail
from protect.questionnaires import sources
from protect.reference import vocabulary
from protect.site import catalogues
from protect.trainings import facts as trainings
from protect.trainings.base import vocabulary as base_vocabulary
from protect.trainings.curricula import vocabulary as curricula_vocabulary
from protect.trainings.registrations import people_words
from protect.trainings.scheduling import vocabulary as scheduling_vocabulary
from protect.vault import facts
from protect.vault.integrity import key_checks
from protect.vault.server_keys import peppers
from protect.vault.team_keys.rotation import due_renewals
from protect.verification.health import facts as directory

CORE_SET = "needs, states, cautions, the way out, the emergency number, traces on the phone"

READERS = (
    vocabulary.read_all,
    weights.load,
    terms.every,
    eligibility.wordings,
    schemas.shapes,
    persons.types,
    settlements.regions,
    sources.sources,
    limits.limits,
    curricula_vocabulary.courses,
    scheduling_vocabulary.conflict_severities,
    people_words.profession_records,
    people_words.sector_records,
    base_vocabulary.age_bands,
)


@checks.register()
def start(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [*_data(), *_languages(), *_hosts()]


def _data() -> Iterator[CheckMessage]:
    for read in READERS:
        try:
            read()
        except errors.ProtectError as error:
            yield Error(error.text(), id=f"protect.{error.code}")


def _languages() -> Iterator[CheckMessage]:
    try:
        offered = access.languages()
    except errors.ProtectError:
        return  # said above
    if not offered:
        yield Error(
            "No language of the public site is reviewed, so there is nothing that could be shown. "
            f"Missing: a native reviewer and an SGBV reviewer of the core set ({CORE_SET}).",
            hint='let two people read a language, then set state = "published", '
            "native_reviewed_on and sgbv_reviewed_on in languages.toml (docs/data.md).",
            id="protect.no_reviewed_language",
        )
    for tag in offered:
        path = catalogues.po_path(catalogues.faces()[0], tag)
        if path.exists() and not path.with_suffix(".mo").exists():
            yield Error(
                f"The texts in {tag} are not compiled.",
                hint="run `protect messages compile`.",
                id="protect.messages_not_compiled",
            )


def _hosts() -> Iterator[CheckMessage]:
    if not settings.PUBLIC_HOSTS:
        yield Error(
            "No host is public.",
            hint="set PROTECT_PUBLIC_HOSTS to the host names of the find-help site.",
            id="protect.no_public_host",
        )
    if both := set(settings.PUBLIC_HOSTS) & set(settings.STAFF_HOSTS):
        yield Error(
            f"{', '.join(sorted(both))} is public and staff at once.",
            hint="give PROTECT_PUBLIC_HOSTS and PROTECT_STAFF_HOSTS different names.",
            id="protect.host_in_two_zones",
        )


class TimedDuty(NamedTuple):
    """A duty of a timer: a warning when it was last done too long ago, or never."""

    code: str
    last_done: Callable[[], datetime | None]
    every: timedelta
    what: str  # {when}: for example “last signed on 2026-11-29”
    done: str  # for example “signed”
    hint: str


NIGHTLY = timedelta(hours=36)  # and half a day to notice
MONTHLY = timedelta(days=35)  # and some days to notice
TIMED_DUTIES = (
    TimedDuty(
        "heads_not_signed",
        facts.signed_at,
        NIGHTLY,
        "The heads of the audit were {when}: what is cut from it would not show.",
        "signed",
        "run `protect vault sign-heads --out FILE` daily (protect-nightly.timer).",
    ),
    TimedDuty(
        "directory_not_kept",
        directory.kept_true_at,
        NIGHTLY,
        "The directory was {when}: no reminders are sent, and expired data are not deleted.",
        "brought up to date",
        "run `protect keep-directory-true` each night (protect-directory.timer).",
    ),
    TimedDuty(
        "trainings_not_kept",
        trainings.kept_at,
        NIGHTLY,
        "Trainings were {when}: no reminders are sent, and expired data are not deleted.",
        "kept",
        "run `protect keep-trainings` each night (protect-trainings.timer).",
    ),
)
OF_EXITS = TimedDuty(
    "exits_not_checked",
    exits.checked_at,
    MONTHLY,
    "The pages that “Close” leads to were {when}.",
    "checked",
    "run `protect check-exits` monthly (protect-monthly.timer).",
)


@checks.register(Tags.database)
def duties(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    if settings.IS_DEMO or not databases or not _is_up_to_date():
        return []
    at = clock.now()
    timed = [message for duty in TIMED_DUTIES for message in _overdue(duty, at)]
    return [*_mail(at), *_peppers(), *_ledger(), *timed, *_seats(at), *_rotation(), *_exits(at)]


def _is_up_to_date() -> bool:
    """Return whether every table is there: `protect migrate` asks, too, before it makes them."""
    migrations = MigrationExecutor(connection)
    return not migrations.migration_plan(migrations.loader.graph.leaf_nodes())


def _warning(code: str, text: str, hint: str) -> CheckMessage:
    return checks.Warning(text, hint=hint, id=f"protect.{code}")


def _mail(at: datetime) -> Iterator[CheckMessage]:
    stuck = mail.stuck(at)
    if stuck.late:
        yield _warning(
            "mail_late",
            f"{stuck.late} mails have waited for more than an hour: no worker sends them.",
            "start `protect worker` and keep it running (protect-worker.service).",
        )
    if stuck.failing or stuck.given_up:
        why = ", ".join(f"{code} {count}" for code, count in stuck.reasons.items())
        yield _warning(
            "mail_failing",
            f"{stuck.failing} mails were tried in vain, {stuck.given_up} were given up ({why}).",
            "see what the mail server says of PROTECT_SMTP_URL and PROTECT_MAIL_FROM; "
            "repeat invitations that did not arrive.",
        )


def _peppers() -> Iterator[CheckMessage]:
    if not settings.PEPPERS:
        return  # an error, said elsewhere
    missing, _, *old = peppers.in_use().values()
    if missing:
        yield _warning(
            "pepper_not_in_file",
            f"{missing} people cannot sign in: the file lacks the pepper of their passwords.",
            "put the line back from its paper copy, below the newest, and restart.",
        )
    for line, people in enumerate(old, 2):
        yield _old_pepper(line, people)


def _old_pepper(line: int, people: int) -> CheckMessage:
    if people:
        return _warning(
            "old_pepper_in_use",
            f"{people} people still need the pepper of line {line}.",
            "keep the line until they have signed in.",
        )
    return checks.Info(
        f"No account needs the pepper of line {line} any more.",
        hint="remove the line and restart; keep its paper copies while a backup is as old.",
        id="protect.old_pepper_unused",
    )


def _ledger() -> Iterator[CheckMessage]:
    if not settings.LEDGER.name:
        return  # an error, said elsewhere
    keys = key_checks.keys_in_ledger()
    if keys.unknown and not keys.known:
        yield _warning(
            "ledger_lost",
            f"The ledger is missing or knows no key, while teams have {keys.unknown}: nothing can "
            "be opened or sealed.",
            "put the newest copy of PROTECT_LEDGER back; only if every copy is lost, run "
            "`protect vault rebuild-ledger` (docs/operating.md#a-lost-ledger).",
        )
    elif keys.unknown:
        yield _warning(
            "ledger_incomplete",
            f"The ledger does not know {keys.unknown} of {sum(keys)} keys of teams: it is an "
            "older copy, or they were put into the database.",
            "run `protect vault verify-keys` (docs/operating.md#a-key-mismatch).",
        )


def _overdue(duty: TimedDuty, at: datetime) -> Iterator[CheckMessage]:
    last = duty.last_done()
    if last is None or at - last > duty.every:
        when = f"last {duty.done} on {last:%Y-%m-%d}" if last else f"never {duty.done}"
        yield _warning(duty.code, duty.what.format(when=when), duty.hint)


def _seats(at: datetime) -> Iterator[CheckMessage]:
    if late := trainings.late_offers(at):
        yield _warning(
            "seats_not_passed_on",
            f"{late} offers of a seat expired more than an hour ago and were not passed on.",
            "run `protect pass-seats-on` every ten minutes (protect-seats.timer).",
        )


def _rotation() -> Iterator[CheckMessage]:
    if due := due_renewals():
        yield _warning(
            "rotation_due",
            f"{len(due)} teams must renew their key, the first since {due[0]:%Y-%m-%d %H:%M} UTC.",
            "ask a supervisor of each to renew it on the page of the team.",
        )


def _exits(at: datetime) -> Iterator[CheckMessage]:
    if not exits.in_use():
        return  # no language is shown: an error, said elsewhere
    yield from _overdue(OF_EXITS, at)
    if without := exits.without_way_out():
        yield _warning(
            "no_exit_opens",
            f"No page that “Close” leads to opened last time in: {', '.join(without)}.",
            "see what `protect check-exits` prints; give these languages other pages "
            "(docs/data.md).",
        )
