from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, OperationalError
from django.test import Client

from protect.findhelp import access, exits
from protect.findhelp.enums import ExitCheckResult
from protect.findhelp.exits import check_exit_page
from protect.findhelp.models import ExitCheck
from protect.kernel import clock
from protect.matching import published
from protect.matching.services import store
from protect.reference import vocabulary
from protect.reference.vocabulary.checks import MAX_EXIT_BYTES
from tests.findhelp.neutral import PAGE, self_signed, site
from tests.refusals import refuses
from tests.serving import free_port

AT = datetime(2026, 11, 30, 5, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def where():
    with site() as address:
        yield address


@pytest.fixture
def visitor(db):
    """A browser on an empty directory, whose version moves on as checks find something."""
    return Client(headers={"host": "127.0.0.1"})


@pytest.fixture
def targets(where, settings):
    """Let pages lead to these paths of the site on loopback."""

    def use(*paths):
        settings.EXIT_TARGETS = [f"{where}/{path}" for path in paths]

    return use


def check(at=AT):
    said = []
    exits.check_exits(at=at, report=lambda url, opened: said.append(url))
    published.forget()  # instead of waiting until the directory is asked again
    return said


def leads_to(visitor):
    page = visitor.get("/en").content.decode()
    return page.split('href="http://127.0.0.1:')[1].split('"')[0].partition("/")[2]


# --- opening one page --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "result", "size"),
    [
        ("fine", ExitCheckResult.OPENS, len(PAGE)),
        ("moved", ExitCheckResult.OPENS, len(PAGE)),
        ("full", ExitCheckResult.OPENS, MAX_EXIT_BYTES),
        ("heavy", ExitCheckResult.TOO_LARGE, MAX_EXIT_BYTES + 1),
        ("packed", ExitCheckResult.TOO_LARGE, MAX_EXIT_BYTES + 1),
        ("odd", ExitCheckResult.UNREACHABLE, None),
        ("short", ExitCheckResult.UNREACHABLE, None),
        ("picture", ExitCheckResult.NO_PAGE, None),
        ("missing", ExitCheckResult.REFUSED, None),
        ("circle", ExitCheckResult.REFUSED, None),
        ("nowhere", ExitCheckResult.REFUSED, None),
        ("astray", ExitCheckResult.UNSAFE, None),
    ],
)
def test_a_page_is_opened_as_a_phone_would(where, path, result, size):
    opened = check_exit_page(f"{where}/{path}")

    assert opened.result == result
    assert opened.size_bytes == size


def test_an_exit_page_without_server_is_unreachable():
    assert check_exit_page(f"http://127.0.0.1:{free_port()}/").result == ExitCheckResult.UNREACHABLE


def test_an_address_without_https_is_never_asked():
    assert check_exit_page("http://demo.example/").result == ExitCheckResult.UNSAFE


def test_an_exit_page_needs_a_trusted_certificate(tmp_path, monkeypatch):
    certificate = self_signed(tmp_path)
    with site(certificate) as address:
        assert check_exit_page(f"{address}/fine").result == ExitCheckResult.UNREACHABLE

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert check_exit_page(f"{address}/fine").result == ExitCheckResult.OPENS


# --- a failed one yields -----------------------------------------------------------------------


def test_a_failed_exit_page_is_replaced_by_the_next(visitor, targets):
    targets("missing", "fine", "other")
    assert leads_to(visitor) == "missing"

    check()

    assert leads_to(visitor) == "fine"


def test_an_exit_page_that_works_again_is_used_again(visitor, targets, settings):
    targets("fine", "other")
    first = settings.EXIT_TARGETS[0]
    ExitCheck.objects.create(url=first, checked_at=AT, result=ExitCheckResult.UNREACHABLE)
    published.forget()
    assert leads_to(visitor) == "other"

    check(at=AT + timedelta(days=30))

    assert leads_to(visitor) == "fine"
    assert ExitCheck.objects.get(url=first).checked_at == AT + timedelta(days=30)


def test_the_first_exit_page_is_used_if_all_failed(visitor, targets):
    targets("missing", "heavy")

    check()

    assert leads_to(visitor) == "missing"


def test_cached_pages_are_rebuilt_only_if_an_exit_check_changed(db, targets):
    targets("missing", "fine")
    before = store.version()

    check()
    changed = store.version()
    check()

    assert changed == before + 1
    assert store.version() == changed


def test_nothing_is_stored_if_no_exit_page_can_be_reached(db, settings):
    settings.EXIT_TARGETS = [f"http://127.0.0.1:{free_port()}/"]

    with refuses("findhelp_no_exit_reached"):
        check()

    assert not ExitCheck.objects.exists()


def test_pages_lead_away_without_a_database(visitor, targets, monkeypatch):
    targets("fine")

    def away(*args):
        raise OperationalError

    monkeypatch.setattr(exits, "failed", away)

    assert leads_to(visitor) == "fine"


def test_every_language_has_its_own_targets_and_each_is_checked_once(db):
    listed = exits.exit_pages_in_use()

    assert len(listed) == len(set(listed))
    for tag in access.languages():
        assert exits.working_exit_page(tag) == vocabulary.exit_targets(tag)[0].url
        assert set(exits.exit_pages(tag)) <= set(listed)


# --- what an operator sees -----------------------------------------------------------------------


def test_the_command_names_each_page_and_counts(db, targets, where):
    targets("fine", "missing")
    out = StringIO()

    with clock.frozen(AT):
        call_command("check_exits", stdout=out)

    assert out.getvalue().splitlines() == [
        f"{where}/fine: opens, {len(PAGE)} bytes",
        f"{where}/missing: refused",
        "2 pages, 1 failed",
    ]
    assert ExitCheck.objects.filter(checked_at=AT).count() == 2


def test_the_command_names_languages_without_working_exit(db, targets):
    targets("missing")
    out = StringIO()

    call_command("check_exits", stdout=out)

    assert out.getvalue().splitlines()[-1].startswith("no target that opens: en, ")


def test_a_result_is_one_of_the_known_ones(db):
    with pytest.raises(IntegrityError, match="findhelp_exitcheck_result"):
        ExitCheck.objects.create(url="https://demo.example/", checked_at=AT, result="nonsense")
