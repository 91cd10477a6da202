"""System checks before the site starts, and of a live system's upkeep; each names a remedy."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain
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
from protect.programme import registers
from protect.questionnaires import sources
from protect.reference import country_facts, populations, vocabulary
from protect.site import catalogues
from protect.trainings import facts as trainings
from protect.trainings.base import vocabulary as base_vocabulary
from protect.trainings.curricula import vocabulary as curricula_vocabulary
from protect.trainings.registrations import people_words
from protect.trainings.scheduling import vocabulary as scheduling_vocabulary
from protect.vault import facts
from protect.vault.integrity import key_checks
from protect.vault.server_keys import peppers
from protect.vault.team_keys.rotation import list_due_renewals
from protect.verification.health import facts as directory

CORE_TEXT_NAMES = "needs, states, cautions, the way out, the emergency number, traces on the phone"

DATA_READERS = (  # functions that fail if a data file is wrong
    *(vocabulary.read_all, country_facts.load_all, populations.official_populations),
    *(weights.load, terms.all_terms),
    *(eligibility.wordings, schemas.shapes, persons.person_types, settlements.island_regions),
    *(sources.load_sources, limits.limits, curricula_vocabulary.courses),
    *(scheduling_vocabulary.conflict_severities, people_words.profession_records),
    *(people_words.sector_records, base_vocabulary.age_bands, registers.read_all),
)


@checks.register()
def check_start(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Check data files, languages and host names before the site starts."""
    return [*_data_errors(), *_public_language_errors(), *_host_errors()]


def _data_errors() -> Iterator[CheckMessage]:
    for read in DATA_READERS:
        try:
            read()
        except errors.ProtectError as error:
            yield Error(error.text(), id=f"protect.{error.code}")


def _public_language_errors() -> Iterator[CheckMessage]:
    """Yield an error if no language is reviewed, and one for each that is not compiled."""
    try:
        offered = access.languages()
    except errors.ProtectError:
        return  # reported by _data_errors
    if not offered:
        yield Error(
            "No language of the public site is reviewed, so there is nothing that could be shown. "
            f"Missing: a native reviewer and an SGBV reviewer of the core set ({CORE_TEXT_NAMES}).",
            hint='let two people read a language, then set state = "published", '
            "native_reviewed_on and sgbv_reviewed_on in languages.toml (docs/data.md).",
            id="protect.no_reviewed_language",
        )
    for tag in offered:
        path = catalogues.po_path(catalogues.translation_catalogues()[0], tag)
        if path.exists() and not path.with_suffix(".mo").exists():
            yield Error(
                f"The texts in {tag} are not compiled.",
                hint="run `protect messages compile`.",
                id="protect.messages_not_compiled",
            )


def _host_errors() -> Iterator[CheckMessage]:
    if not settings.PUBLIC_HOSTS:
        yield Error(
            "No host is public.",
            hint="set PROTECT_PUBLIC_HOSTS to the host names of the find-help site.",
            id="protect.no_public_host",
        )
    zones = (settings.PUBLIC_HOSTS, settings.STAFF_HOSTS, settings.PROGRAMME_HOSTS)
    counts = Counter(chain.from_iterable({*hosts} for hosts in zones))
    if shared := sorted(host for host, count in counts.items() if count > 1):
        yield Error(
            f"{', '.join(shared)} is a host of two sites at once.",
            hint="give PROTECT_PUBLIC_HOSTS, PROTECT_STAFF_HOSTS and PROTECT_PROGRAMME_HOSTS "
            "different names.",
            id="protect.host_in_two_zones",
        )


class TimedDuty(NamedTuple):
    """A task that a timer must run; it is overdue if it never ran, or ran too long ago."""

    code: str
    last_done: Callable[[], datetime | None]
    every: timedelta  # longest time after `last_done`; then it is overdue
    text: str  # {when}: for example “last signed on 2026-11-29”
    participle: str  # of the task's verb, such as “signed”
    hint: str


NIGHTLY = timedelta(hours=36)  # after which a nightly task is overdue: half a day late
MONTHLY = timedelta(days=35)  # after which a monthly task is overdue: some days late
TIMED_DUTIES = (
    TimedDuty(
        "heads_not_signed",
        facts.heads_signed_at,
        NIGHTLY,
        "The heads of the audit were {when}: entries removed from its end would not be noticed.",
        "signed",
        "run `protect vault sign-heads --out FILE` daily (protect-nightly.timer).",
    ),
    TimedDuty(
        "directory_not_kept",
        directory.last_successful_night,
        NIGHTLY,
        "The directory was {when}: no reminders are sent, and expired data are not deleted.",
        "brought up to date",
        "run `protect keep-directory-true` each night (protect-directory.timer).",
    ),
    TimedDuty(
        "trainings_not_kept",
        trainings.last_nightly_success,
        NIGHTLY,
        "Nightly work on trainings was {when}: no reminders are sent, and expired data stay.",
        "done",
        "run `protect keep-trainings` each night (protect-trainings.timer).",
    ),
)
EXIT_DUTY = TimedDuty(
    "exits_not_checked",
    exits.oldest_check_at,
    MONTHLY,
    "The pages that “Close” leads to were {when}.",
    "checked",
    "run `protect check-exits` monthly (protect-monthly.timer).",
)


@checks.register(Tags.database)
def check_duties(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn of overdue work on a live system: mail, peppers, ledger, timers, seats, keys, exits."""
    if settings.IS_DEMO or not databases or not _is_migrated():
        return []
    at = clock.now()
    timed = [message for duty in TIMED_DUTIES for message in _overdue_warnings(duty, at)]
    stored = [*_mail_warnings(at), *_pepper_messages(), *_ledger_key_warnings()]
    late = [*_seat_offer_warnings(at), *_team_key_renewal_warnings(), *_exit_check_warnings(at)]
    return [*stored, *timed, *late]


def _is_migrated() -> bool:
    """Return whether all migrations are applied: `protect migrate` runs these checks, too."""
    migrations = MigrationExecutor(connection)
    return not migrations.migration_plan(migrations.loader.graph.leaf_nodes())


def _warning(code: str, text: str, hint: str) -> CheckMessage:
    return checks.Warning(text, hint=hint, id=f"protect.{code}")


def _mail_warnings(at: datetime) -> Iterator[CheckMessage]:
    stuck = mail.count_undelivered(at)
    if stuck.late:
        yield _warning(
            "mail_late",
            f"{stuck.late} mails have waited for more than an hour: no worker sends them.",
            "start `protect worker` and keep it running (protect-worker.service).",
        )
    if stuck.failing or stuck.given_up:
        reasons = ", ".join(f"{code} {count}" for code, count in stuck.reasons.items())
        yield _warning(
            "mail_failing",
            f"{stuck.failing} mails were tried in vain, {stuck.given_up} given up ({reasons}).",
            "see what the mail server says of PROTECT_SMTP_URL and PROTECT_MAIL_FROM; "
            "repeat invitations that did not arrive.",
        )


def _pepper_messages() -> Iterator[CheckMessage]:
    if not settings.PEPPERS:
        return  # another check reports this error
    missing, _, *old = peppers.count_people_by_pepper().values()
    if missing:
        yield _warning(
            "pepper_not_in_file",
            f"{missing} people cannot sign in: the file lacks the pepper of their passwords.",
            "put the line back from its paper copy, below the newest, and restart.",
        )
    for line, people in enumerate(old, 2):
        yield _old_pepper_message(line, people)


def _old_pepper_message(line: int, people: int) -> CheckMessage:
    """Return a warning if people need the pepper of this line of its file; for none, an Info."""
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


def _ledger_key_warnings() -> Iterator[CheckMessage]:
    """Yield a warning if the ledger does not list all public keys of teams in the database."""
    if not settings.LEDGER.name:
        return  # another check reports this error
    keys = key_checks.count_keys_in_ledger()
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


def _overdue_warnings(duty: TimedDuty, at: datetime) -> Iterator[CheckMessage]:
    last = duty.last_done()
    if last is None or at - last > duty.every:
        when = f"last {duty.participle} on {last:%Y-%m-%d}" if last else f"never {duty.participle}"
        yield _warning(duty.code, duty.text.format(when=when), duty.hint)


def _seat_offer_warnings(at: datetime) -> Iterator[CheckMessage]:
    if late := trainings.count_late_offers(at):
        yield _warning(
            "seats_not_passed_on",
            f"{late} offers of a seat expired more than an hour ago and were not passed on.",
            "run `protect pass-seats-on` every ten minutes (protect-seats.timer).",
        )


def _team_key_renewal_warnings() -> Iterator[CheckMessage]:
    if due := list_due_renewals():
        yield _warning(
            "rotation_due",
            f"{len(due)} teams must renew their key, the first since {due[0]:%Y-%m-%d %H:%M} UTC.",
            "ask a supervisor of each to renew it on the page of the team.",
        )


def _exit_check_warnings(at: datetime) -> Iterator[CheckMessage]:
    if not exits.exit_pages_in_use():
        return  # without a language: another check reports this error
    yield from _overdue_warnings(EXIT_DUTY, at)
    if tags_without_exit := exits.languages_without_working_exit():
        yield _warning(
            "no_exit_opens",
            f"No page that “Close” leads to opened last time in: {', '.join(tags_without_exit)}.",
            "see what `protect check-exits` prints; give these languages other pages "
            "(docs/data.md).",
        )
