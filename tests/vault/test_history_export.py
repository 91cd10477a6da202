import csv
import io
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import PermissionDenied

from protect.audit.models import Entry
from protect.audit.rules import organisation_chain, parse_heads
from protect.orgs.history.pages import HistoryFilter
from protect.vault.integrity import heads
from protect.vault.organisations.history_export import CSV_COLUMNS, FOOTER_PREFIX, export_history
from protect.vault.records import notes, records
from tests.refusals import refuses
from tests.vault.cast import AT, Cast, entries, make_person, note, serve
from tests.vault.views.desk import Desk, led_to

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True
SEED = b"s" * 32


@pytest.fixture(autouse=True)
def signing(settings, monkeypatch) -> None:
    settings.SIGNING_SEEDS = [SEED]
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast with Jonas, the officer who reads histories."""
    cast.people["jonas"] = make_person("jonas")
    serve(cast.jonas, cast.office, "protection_officer")
    return cast


def export(cast, name="jonas", asked=None, stepped_up=AT) -> str:
    person = getattr(cast, name)
    unlocked = person.unlocked(stepped_up)
    asked = asked or HistoryFilter()
    return "".join(export_history(person.scope, unlocked, cast.office, asked, at=AT))


def rows_of(text: str) -> list[dict[str, str]]:
    body = text.partition(FOOTER_PREFIX)[0]
    return list(csv.DictReader(io.StringIO(body)))


def test_the_file_has_codes_of_every_entry_and_no_name(cast):
    records.open_record(cast.amal.unlocked(), note(cast.amal, cast.desk), at=AT)

    text = export(cast)

    written = Entry.objects.of_organisation(cast.office.pk).order_by("n")
    rows = rows_of(text)
    assert tuple(rows[0]) == CSV_COLUMNS
    assert [row["action"] for row in rows] == [each.action for each in written]
    assert [row["hash"] for row in rows] == [bytes(each.hash).hex() for each in written]
    assert "Demo" not in text


def test_entries_about_a_note_have_the_number_that_its_team_says(cast):
    record = note(cast.amal, cast.desk)

    rows = rows_of(export(cast))

    of_note = {row["number"] for row in rows if row["target"] == f"note:{record.pk}"}
    others = {row["number"] for row in rows if not row["target"].startswith("note:")}
    assert (of_note, others) == ({notes.note_number(record)}, {""})


def test_export_itself_is_the_last_entry(cast):
    last = rows_of(export(cast))[-1]

    assert last["action"] == "vault.export_history"
    assert last["actor"] == str(cast.jonas.pk)
    assert last["target"] == f"organisation:{cast.office.pk}"


def test_footer_is_the_signed_head(cast):
    foot = export(cast).partition(FOOTER_PREFIX)[2]

    head = parse_heads([foot])[0]
    assert (head.chain, head.hash) == (
        organisation_chain(cast.office.pk),
        bytes(Entry.objects.get(chain=head.chain, n=head.n).hash).hex(),
    )
    assert heads.is_signed(head, heads.public_keys())


def test_filters_narrow_the_rows_but_not_the_footer(cast):
    text = export(cast, asked=HistoryFilter(action="vault.make_key"))

    assert [row["action"] for row in rows_of(text)] == ["vault.make_key"]
    last = Entry.objects.of_organisation(cast.office.pk).order_by("-n")[0]
    assert parse_heads([text.partition(FOOTER_PREFIX)[2]])[0].n == last.n


@pytest.mark.parametrize("name", ["dana", "amal", "olga", "bela"])
def test_other_users_cannot_export_the_history(cast, name):
    with pytest.raises(PermissionDenied):
        export(cast, name)

    assert entries("export_history") == 0


def test_export_needs_a_step_up(cast):
    with refuses("step_up_required"):
        export(cast, stepped_up=AT - timedelta(minutes=10))

    assert entries("export_history") == 0


def test_without_a_signing_key_there_is_no_file(cast, settings):
    settings.SIGNING_SEEDS = []

    with refuses("signing_key_missing"):
        export(cast)

    assert entries("export_history") == 0


def test_export_is_sent_as_a_download(cast):
    address = f"/organisations/{cast.office.pk}/history.csv?action=vault.make_key"

    answer = Desk().let_in(cast.jonas).get(address)

    text = b"".join(answer.streaming_content).decode()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="history-2026-11-30.csv"'
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    assert [row["action"] for row in rows_of(text)] == ["vault.make_key"]


@pytest.mark.parametrize("query", ["", "?action=vault.make_key"])
def test_step_up_leads_back_to_the_history_with_its_filters(cast, query):
    page = f"/organisations/{cast.office.pk}/history"

    answer = Desk().let_in(cast.jonas, stepped_up=False).get(f"{page}.csv{query}")

    asked = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert led_to(answer) == "/confirm"
    assert asked == {"next": [f"{page}{query}"], "before": ["file"]}
    assert entries("export_history") == 0


@pytest.mark.parametrize(("name", "code"), [("dana", 403), ("bela", 404)])
def test_export_address_has_the_permissions_of_the_page(cast, name, code):
    address = f"/organisations/{cast.office.pk}/history.csv"

    assert Desk().let_in(getattr(cast, name)).get(address).status_code == code
    assert entries("export_history") == 0
