from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from protect.audit.actions import record
from protect.audit.rules import PLATFORM
from protect.directory.changes import NIGHT_SUCCEEDED
from protect.findhelp import access
from protect.findhelp.enums import ExitCheckResult
from protect.findhelp.models import ExitCheck
from protect.kernel import clock
from protect.notices.actions import post_mail
from protect.notices.models import Outgoing
from protect.orgs.enums import TeamState
from protect.orgs.models import Team
from protect.reference import vocabulary
from protect.site.checks import check_duties
from protect.trainings.facts import KEPT
from protect.vault.enums import Owner
from protect.vault.formats.secrets import TeamSecret
from protect.vault.integrity import heads, key_register, ledger
from protect.vault.models import TeamKey
from tests.orgs.conftest import make_organisation
from tests.site.test_commands import LIVE, protect
from tests.trainings.planning import make_edition
from tests.trainings.registrations.test_decisions import come
from tests.vault.conftest import CHEAP, OLD_PEPPER, PEPPER
from tests.vault.signing import AT, EARLIER, begin, join, let_in, make_person, make_team

TARGET = "https://weather.demo.example/"
LINK = "https://desk.demo.example/"


@pytest.fixture(autouse=True)
def live(settings, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(access, "languages", lambda: vocabulary.published_languages("demo"))
    settings.IS_DEMO = False
    settings.ARGON2 = CHEAP
    settings.PEPPERS = [PEPPER]
    settings.LEDGER = tmp_path / "ledger.jsonl"
    settings.EXIT_TARGETS = [TARGET]


@pytest.fixture
def signed(db) -> None:
    """Have all done that is done by timers, so that nothing else is to do."""
    sign(AT)
    opened(AT)
    kept_true(AT)


def sign(at) -> None:
    record(at=at, chain=PLATFORM, action=heads.SIGN_HEADS_ACTION, actor=None, organisation=None)


def kept_true(at) -> None:
    for action in (NIGHT_SUCCEEDED, KEPT):
        record(at=at, chain=PLATFORM, action=action, actor=None, organisation=None)


def opened(at, result=ExitCheckResult.OPENS) -> None:
    ExitCheck.objects.create(url=TARGET, checked_at=at, result=result)


def said(at=AT) -> list[str]:
    with clock.frozen(at):
        found = check_duties(None, databases=["default"])
    assert all(each.hint for each in found)
    return [f"{each.id.removeprefix('protect.')}: {each.msg}" for each in found]


def test_no_warning_when_all_tasks_are_done(signed):
    make_team()

    assert said() == []


def test_a_demo_needs_no_operator(db, settings):
    settings.IS_DEMO = True

    assert said() == []


@pytest.mark.django_db
def test_database_is_not_checked_unless_requested():
    assert check_duties(None, databases=None) == []


def test_unsent_mail_is_reported(signed):
    post_mail(
        at=AT - timedelta(hours=2), to="amal@demo.example", template="admitted", language="en"
    )

    (found,) = said()

    assert found.startswith("mail_late: 1 mails have waited for more than an hour")
    assert "amal" not in found


def test_failing_mail_is_reported_with_its_reasons(signed):
    for days in (0, 1, 14):
        post_mail(
            at=AT - timedelta(days=days), to="a@demo.example", template="admitted", language="en"
        )
    Outgoing.objects.update(failed_code="smtp_550", due=AT + timedelta(hours=1))
    old = Outgoing.objects.filter(created__lt=AT - timedelta(days=13))
    old.update(given_up_at=AT, failed_code="unreachable")

    assert said() == [
        "mail_failing: 2 mails were tried in vain, 1 given up (smtp_550 2, unreachable 1)."
    ]


def test_old_pepper_is_needed_until_all_users_have_signed_in(signed, settings):
    settings.PEPPERS = [OLD_PEPPER]
    person = make_person("amal")
    join(person.user, make_team())
    settings.PEPPERS = [PEPPER, OLD_PEPPER]
    assert said() == ["old_pepper_in_use: 1 people still need the pepper of line 2."]

    let_in(person)
    assert said() == ["old_pepper_unused: No account needs the pepper of line 2 any more."]


def test_pepper_removed_too_early_is_reported(signed, settings):
    person = make_person("amal")
    join(person.user, make_team())
    begin(person)
    settings.PEPPERS = [OLD_PEPPER]

    (found,) = said()

    assert found.startswith("pepper_not_in_file: 1 people cannot sign in")


def test_missing_peppers_give_one_error_only(signed, settings):
    settings.PEPPERS = []

    assert said() == []


@pytest.mark.parametrize(
    ("hours", "problem"),
    [
        (None, "never signed"),
        (36, None),
        (37, "last signed on 2026-11-28"),
    ],
)
def test_heads_are_to_be_signed_daily(db, hours, problem):
    opened(AT)
    kept_true(AT)
    if hours:
        sign(AT - timedelta(hours=hours))

    found = said()

    assert [each.partition(": ")[0] for each in found] == ["heads_not_signed"] * bool(problem)
    assert all(f"were {problem}:" in each for each in found)


@pytest.mark.parametrize(
    ("hours", "problem"),
    [
        (None, "never"),
        (36, None),
        (37, "on 2026-11-28"),
    ],
)
def test_the_directory_and_trainings_are_to_be_kept_each_night(db, hours, problem):
    sign(AT)
    opened(AT)
    if hours:
        kept_true(AT - timedelta(hours=hours))

    found = {code: text for code, _, text in (each.partition(": ") for each in said())}

    assert found.keys() == ({"directory_not_kept", "trainings_not_kept"} if problem else set())
    assert all(f" {problem}" in each for each in found.values())


def add_key(team: Team, *, in_ledger: bool = True) -> None:
    public = TeamSecret.generate().public()
    if in_ledger:
        key_register.register_key(Owner.TEAM, team.pk, 1, public, at=EARLIER)
    TeamKey.objects.create(team=team, version=1, public=public.raw, created=EARLIER)


def test_complete_ledger_gives_no_warning(signed):
    add_key(make_team())

    assert said() == []


@pytest.mark.parametrize("left", ["no file", "an empty file", "a file of erasures alone"])
def test_lost_ledger_is_reported_with_its_remedy(signed, settings, left):
    team = make_team()
    add_key(team)
    add_key(make_team("Demo other"))
    settings.LEDGER.unlink()
    if left != "no file":
        settings.LEDGER.touch()
    if left == "a file of erasures alone":
        ledger.append(ledger.Line("record", str(team.pk), AT.isoformat(), "person"))

    assert said() == [
        "ledger_lost: The ledger is missing or knows no key, while teams have 2: nothing can be "
        "opened or sealed."
    ]
    hint = check_duties(None, databases=["default"])[0].hint
    assert "only if every copy is lost, run `protect vault rebuild-ledger`" in hint
    assert "(docs/operating.md#a-lost-ledger)" in hint


def test_missing_ledger_is_not_reported_while_no_team_has_a_key(signed, settings):
    make_team()

    assert not settings.LEDGER.exists()
    assert said() == []


def test_older_copy_of_the_ledger_is_reported(signed):
    add_key(make_team())
    add_key(make_team("Demo other"), in_ledger=False)

    assert said() == [
        "ledger_incomplete: The ledger does not know 1 of 2 keys of teams: it is an older copy, "
        "or they were put into the database."
    ]


def test_missing_ledger_setting_gives_one_error_only(signed, settings):
    add_key(make_team())
    settings.LEDGER = Path()

    assert said() == []


@pytest.mark.parametrize(("minutes", "is_said"), [(60, True), (59, False)])
def test_seats_are_to_be_passed_on_within_the_hour(signed, minutes, is_said):
    host = make_organisation("Demo Academy")
    row = come(make_edition(host), at=AT)
    row.state, row.offer_expires_at = "offered", AT - timedelta(minutes=minutes)
    row.save()

    words = "1 offers of a seat expired more than an hour ago and were not passed on."
    assert said() == [f"seats_not_passed_on: {words}"] * is_said


def test_due_key_renewal_is_reported_with_its_date(signed):
    add_key(make_team())
    Team.objects.update(state=TeamState.ROTATION_DUE)

    text = f"1 teams must renew their key, the first since {EARLIER:%Y-%m-%d %H:%M} UTC."
    assert said() == [f"rotation_due: {text}"]


@pytest.mark.parametrize(
    ("days", "problem"),
    [
        (None, "never checked"),
        (35, None),
        (36, "last checked on 2026-10-25"),
    ],
)
def test_exit_pages_must_be_checked_monthly(db, days, problem):
    sign(AT)
    kept_true(AT)
    if days:
        opened(AT - timedelta(days=days))

    found = said()

    expected = [f"exits_not_checked: The pages that “Close” leads to were {problem}."]
    assert found == expected * bool(problem)


def test_language_without_a_working_exit_is_reported(db):
    sign(AT)
    kept_true(AT)
    opened(AT, ExitCheckResult.REFUSED)

    (found,) = said()

    assert found.startswith("no_exit_opens: No page that “Close” leads to opened last time in: en,")


@pytest.mark.django_db
def test_command_checks_the_database_of_a_live_system():
    beside = StringIO()

    call_command("check", tags=["database"], stdout=StringIO(), stderr=beside)

    assert "protect.heads_not_signed" in beside.getvalue()


def test_command_checks_no_database_in_a_demo(db, settings):
    settings.IS_DEMO = True
    out, beside = StringIO(), StringIO()

    call_command("check", tags=["database"], stdout=out, stderr=beside)

    assert "no issues" in out.getvalue()
    assert beside.getvalue() == ""


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/nothing", "sqlite:///{}/empty"])
def test_unreachable_or_empty_database_hides_no_other_problem(tmp_path, url):
    found = protect("check", **LIVE, PROTECT_DATABASE_URL=url.format(tmp_path))

    is_away = "the database is away (OperationalError): what waits in it" in found.stderr
    assert is_away is url.startswith("postgresql")
    assert found.returncode == 1
    assert "protect.no_reviewed_language" in found.stderr
    assert "protect.heads_not_signed" not in found.stderr
    assert "nobody@" not in found.stderr
    assert "Traceback" not in found.stderr


def test_reachable_database_is_checked(originals, tmp_path):
    database = originals.file("migrated", tmp_path / "live.sqlite3")
    environ = {**LIVE, "PROTECT_DATABASE_URL": database}

    assert "protect.heads_not_signed" in protect("check", **environ).stderr
