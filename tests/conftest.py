"""Traps for every test: no network, no undefined template variable, no accidental row order."""

import fcntl
import gc
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from functools import cache, partial
from io import StringIO
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import psycopg
import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from django.conf import settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, connections, transaction
from django.db.models import QuerySet
from django.template import base as template_base
from pytest_django.plugin import blocking_manager_key

from protect.content import released
from protect.directory.services import name_search
from protect.findhelp import exits
from protect.matching import published
from protect.matching.snapshots.current import CurrentSnapshot, Snapshot
from protect.reference import actions
from protect.vault.formats.credentials import stretch
from tests.audit.tampering import forget_everything
from tests.choosing import commits_transactions, select_tests
from tests.originals import IS_POSTGRES, SERVER, Copies, Originals
from tests.serving import CHROMIUM

# An ordinary run tries new examples each time; `.ci/run` tries the same 50 each time.
hypothesis.settings.register_profile("ordinary", max_examples=10)
hypothesis.settings.load_profile("ordinary")
hypothesis.settings.register_profile("fuzz", max_examples=2000, deadline=None)
hypothesis.settings.register_profile("ci", hypothesis.settings.get_profile("ci"), max_examples=50)

IS_LONG = os.environ.get("PROTECT_FAULTS") == "long"  # set by `make faults`
REQUIRED = set(os.environ.get("PROTECT_TEST_REQUIRE", "").replace(",", " ").split())
STARTER = settings.BASE_DIR / "protect/directory/data/services/services.csv"
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
PLACES = ("reference_place", "reference_area")
AXE = settings.BASE_DIR / "node_modules/axe-core/axe.min.js"
ABSENT = {
    "browser": None if CHROMIUM else "Chromium is missing (apt install chromium-headless-shell)",
    "ffmpeg": None if shutil.which("ffmpeg") else "ffmpeg is missing (apt install ffmpeg)",
    "node": None if AXE.is_file() else "axe-core is not installed (npm ci)",
    "postgres": None if IS_POSTGRES else "PROTECT_DATABASE_URL names no PostgreSQL",
}


def pytest_configure() -> None:
    """End a run that requires PostgreSQL if its server cannot be reached."""
    settings.ARGON2 = {"memory_kib": 19 * 1024, "passes": 1, "lanes": 1}  # the lowest allowed cost
    settings.LEDGER = (
        Path(mkdtemp(prefix="protect-ledger-")) / "ledger.jsonl"
    )  # not the demo's ledger
    if "postgres" in REQUIRED and IS_POSTGRES:
        try:
            psycopg.connect(SERVER, connect_timeout=5).close()
        except psycopg.OperationalError as error:
            raise pytest.UsageError(f"postgres is required: {error}") from None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of the other run (PROTECT_TEST_ONLY), and put slow files first."""
    selected = select_tests(items)
    selected_set = set(selected)
    config.hook.pytest_deselected(items=[item for item in items if item not in selected_set])
    items[:] = selected


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that this machine cannot run, or fail if PROTECT_TEST_REQUIRE names its need.

    A run on SQLite always skips the tests that need PostgreSQL; the other run has them.
    """
    if item.get_closest_marker("by_hand") and not IS_LONG:
        pytest.skip("takes long: run by `make faults`")
    for name, reason in ABSENT.items():
        if reason and item.get_closest_marker(name):
            if name in REQUIRED - {"postgres"}:
                pytest.fail(f"{name} is required: {reason}", pytrace=False)
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Switch the garbage collector off while modules and tests are loaded, which stay until the
    end, and exempt them afterwards. It then runs less often: it took a fifth of the time of
    collecting, and a twelfth of the time of tests with a database."""
    gc.disable()
    yield
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Load the forms again after a test has emptied their tables, if other tests follow."""
    yield
    if commits_transactions(item) and nextitem is not None and not commits_transactions(nextitem):
        with item.config.stash[blocking_manager_key].unblock():
            for load in actions.ADDITIONAL_LOADERS:
                load(lambda loaded: None)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def local_only(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", local_only)
        yield


class CachedArgon2id:
    """Argon2id with a cache: the accounts of a test file keep their salts, so each sign-in of a
    person would compute the same bytes again, which takes 12 ms."""

    def __init__(self, **parameters: Any) -> None:
        self._parameters = tuple(parameters.items())

    def derive(self, password: bytes) -> bytes:
        return derive_once(password, self._parameters)


@cache
def derive_once(password: bytes, parameters: tuple[tuple[str, Any], ...]) -> bytes:
    return Argon2id(**dict(parameters)).derive(password)


@pytest.fixture(scope="session", autouse=True)
def cached_argon2() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stretch, "Argon2id", CachedArgon2id)
        yield


@pytest.fixture(scope="session", autouse=True)
def undefined_variables_fail() -> Iterator[None]:
    """Fail a template that writes a variable missing from its context; `if` may test for one."""
    resolve = template_base.FilterExpression.resolve

    def strict(self: Any, context: Any, ignore_failures: bool = False) -> Any:
        if not ignore_failures and isinstance(self.var, template_base.Variable):
            value = self.var.resolve(context)
            if not self.filters:
                return value
        return resolve(self, context, ignore_failures)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(template_base.FilterExpression, "resolve", strict)
        yield


@pytest.fixture(scope="session", autouse=True)
def unordered_rows_are_reversed() -> Iterator[None]:
    """Reverse the rows of queries without an order, because a database may return any order."""
    fetch = QuerySet._fetch_all

    def fetch_reversed(self: QuerySet[Any]) -> None:
        is_first = self._result_cache is None
        fetch(self)
        if is_first and not self.ordered:
            self._result_cache.reverse()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "_fetch_all", fetch_reversed)
        yield


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, own_database: Copies
) -> Iterator[None]:
    """Give every test a database with languages, countries and all 33,336 settlements.

    Each process has a copy of a database that `migrate` and `load-data` build once for the run.
    """
    with django_db_blocker.unblock():
        connection.close()
        if IS_POSTGRES:
            address = own_database("loaded", "tests")
            connection.settings_dict["NAME"] = urlsplit(address).path.removeprefix("/")
        else:
            connection.settings_dict["NAME"] = "file:tests?mode=memory&cache=shared"
            connection.ensure_connection()
            own_database.originals.fill("loaded", connection.connection)
            connection.check_constraints = foreign_key_check_without_places()
        connection.ops.sql_flush = partial(flush_but_reference_data, connection.ops.sql_flush)
    yield
    with django_db_blocker.unblock():
        connections.close_all()


def flush_but_reference_data(
    flush: Callable[..., list[str]], style: Any, tables: list[str], **options: Any
) -> list[str]:
    """Return the statements that empty tables after a test that commits, except those of reference
    data: no test writes them, and loading the settlements again takes four seconds."""
    changed = [table for table in tables if not table.startswith("reference_")]
    return flush(style, changed, **options)


def foreign_key_check_without_places() -> Callable[..., None]:
    """Return the constraint check that ends each test on SQLite, without tables that no test
    writes. Django's own check reads all 33,336 settlements, which takes 6 of a test's 8 ms."""
    check_all = connection.check_constraints
    broken = f"""SELECT 1 FROM sqlite_master AS it, pragma_foreign_key_check(it.name)
        WHERE it.type = 'table' AND it.name NOT IN {PLACES}"""

    def check(table_names: list[str] | None = None) -> None:
        with connection.cursor() as cursor:
            if table_names is not None or cursor.execute(broken).fetchone():
                check_all(table_names)  # its error names the row

    return check


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that all processes of a run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def originals(run_folder: Path) -> Originals:
    """Databases in files, each made once for the run."""
    folder = run_folder / "originals"
    folder.mkdir(exist_ok=True)
    return Originals(folder)


@pytest.fixture(scope="session")
def once_in_run(run_folder: Path) -> Callable[[str, Callable[[], str]], str]:
    """Return a function that computes a text once for all processes of the run."""

    def get(name: str, compute: Callable[[], str]) -> str:
        file = run_folder / f"{name}.once"
        with file.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                file.write_text(compute(), "utf-8")
        return file.read_text("utf-8")

    return get


@pytest.fixture(scope="session")
def own_database(
    originals: Originals, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Copies]:
    """Return a function that copies a database, on this run's database system."""
    copies = Copies(originals, tmp_path_factory.mktemp("own"))
    yield copies
    copies.drop()


@pytest.fixture(scope="session")
def starter_snapshot(django_db_setup: None, django_db_blocker: Any) -> Snapshot:
    """The starter directory as a demo publishes it: loaded once, then rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("import_services", str(STARTER), verbosity=0, stdout=StringIO())
        snapshot = CurrentSnapshot().get()
        transaction.set_rollback(True)
    return snapshot


@pytest.fixture
def starter(starter_snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Snapshot:
    """Answer every question of this test from the starter directory."""
    monkeypatch.setattr(published.CURRENT, "get", lambda: starter_snapshot)
    return starter_snapshot


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the connection of the test's transaction between requests, as Django's client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def allow_emptying_audit(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the audit tables after a test that commits: their triggers reject deletions."""
    if commits_transactions(request.node):
        request.getfixturevalue("transactional_db")
        yield
        forget_everything()
    else:
        yield


@pytest.fixture(autouse=True)
def clear_caches() -> Iterator[None]:
    """Clear the caches of the directory between tests; the settlements are the same for all."""
    yield
    published.forget()
    released.forget()
    name_search.INDEX_CACHE.clear()
    exits.forget()
