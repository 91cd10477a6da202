import uuid
from datetime import timedelta

import pytest

from protect.audit.models import Chain, Entry
from protect.audit.queries import PAGE_SIZE
from protect.audit.rules import organisation_chain
from protect.orgs.history.pages import HistoryFilter, describe_filters
from protect.orgs.models import Membership
from protect.uploads.clean_documents import CleanDocument
from protect.vault.records import notes, records
from protect.vault.records.files import file_number
from tests.vault.cast import AT, Cast, make_person, note, serve
from tests.vault.views.desk import Desk, led_to, words

pytestmark = pytest.mark.django_db
CAST_IS_KEPT = True


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast with Jonas, the officer who reads histories."""
    cast.people["jonas"] = make_person("jonas")
    serve(cast.jonas, cast.office, "protection_officer")
    return cast


def history(organisation, query: str = "") -> str:
    return f"/organisations/{organisation.pk}/history{query}"


def shown(person, address: str) -> str:
    return words(Desk().let_in(person).get(address))


def test_history_shows_reader_reason_and_basis(cast):
    record = note(cast.amal, cast.desk)
    records.open_record(cast.sana.unlocked(), record, at=AT)
    desk = Desk().let_in(cast.jonas)
    thing = f"/history/note/{record.pk}"
    assert thing in desk.get(history(cast.office)).content.decode()

    said = words(desk.get(thing))

    assert f"Note {notes.note_number(record)}" in said
    assert "A record was opened. Demo Sana Their role" in said
    assert "A record was written. Demo Amal Their role" in said


def test_history_of_a_note_includes_removed_files(cast):
    record, opens = note(cast.amal, cast.desk), cast.amal.unlocked()
    notes.add_note_file(opens, record, CleanDocument("Demo.png", "image/png", b"content"), at=AT)
    (file,) = notes.open_note(opens, record, at=AT).files
    assert file_number(file) in shown(cast.amal, f"/notes/{record.pk}")
    shown(cast.sana, f"/notes/{record.pk}/files/{file}")
    notes.remove_note_file(opens, record, file, at=AT)

    for person, page in ((cast.jonas, "history/note"), (cast.amal, "notes")):
        said = shown(person, f"/{page}/{record.pk}")
        for deed in ("added", "opened", "removed"):
            assert f"A file was {deed}. File {file_number(file)}." in said, page


def read_apart(cast, record, count: int) -> None:
    """Let a note be read so far apart that each reading is a line of its own."""
    for number in range(count):
        records.open_record(cast.amal.unlocked(), record, at=AT + number * timedelta(minutes=11))


def test_pagination_of_the_history_keeps_the_filters(cast):
    first = shown(cast.jonas, history(cast.office))
    assert "Older" not in first
    record = note(cast.amal, cast.desk)
    read_apart(cast, record, PAGE_SIZE + 1)
    query = f"?person={cast.amal.pk}&action=vault.open"
    desk = Desk().let_in(cast.jonas)

    newest = desk.get(history(cast.office, query)).content.decode()
    before = newest.partition("before=")[2].partition('"')[0]
    oldest = desk.get(history(cast.office, f"{query}&before={before}"))

    assert f"action=vault.open&amp;before={before}" in newest
    assert words(oldest).count("A record was opened. Demo Amal") == 1
    assert "Newest" in words(oldest)
    assert f'href="{history(cast.office)}{query}"'.replace("&", "&amp;") in oldest.content.decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?action=vault.restore", "Nothing was found"),
        ("?person=system", "Nothing was found"),
        (
            "?action=vault.make_key&day=2026-11-30",
            "Only: The first key of a team was made. · 30 Nov 2026",
        ),
        ("?day=1999-01-01", "Nothing was found"),
        ("?day=nonsense&person=x&action=y", "Show The newest first"),
    ],
)
def test_filters_stay_in_the_address(cast, query, said):
    assert said in shown(cast.jonas, history(cast.office, query))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (HistoryFilter(), []),
        (HistoryFilter(person="system"), ["the system"]),
        (
            HistoryFilter(person="1", action="orgs.promote_"),
            ["Demo", "A person was given another role."],
        ),
        (HistoryFilter(person="12345678-1"), ["12345678"]),
        (HistoryFilter(number="bcdfgh"), ["bcd-fgh"]),
    ],
)
def test_filtered_history_states_its_filters(asked, said):
    assert describe_filters(asked, {"1": "Demo"}) == said


def test_history_shows_its_head_to_keep_elsewhere(cast):
    chain = Chain.objects.get(name=organisation_chain(cast.office.pk))

    said = shown(cast.jonas, history(cast.office))

    assert f"Entry number {chain.last_n}" in said
    assert bytes(chain.last_hash).hex() in said.replace(" ", "")


def test_empty_history_explains_its_content(cast):
    Membership.objects.filter(user=cast.jonas.user).delete()
    empty = cast.office.__class__.objects.create(
        name="Demo empty", kind="school", country="BE", zone="Europe/Brussels", state="active"
    )
    serve(cast.jonas, empty, "protection_officer")

    said = shown(cast.jonas, history(empty))

    assert "Actions in this organisation will appear here." in said
    assert "Last entry of this history" not in said


@pytest.mark.parametrize(
    ("name", "code"), [("dana", 403), ("amal", 403), ("sana", 403), ("olga", 403), ("bela", 404)]
)
def test_other_users_cannot_read_the_history(cast, name, code):
    answer = Desk().let_in(getattr(cast, name)).get(history(cast.office))

    assert answer.status_code == code


def test_the_officer_of_another_organisation_reads_nothing_of_it(cast):
    record = note(cast.amal, cast.desk)
    Membership.objects.filter(user=cast.jonas.user).update(organisation=cast.partner)
    desk = Desk().let_in(cast.jonas)

    foreign, missing = desk.get(history(cast.office)), desk.get(f"/history/note/{uuid.uuid4()}")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert words(foreign) == words(missing)
    assert words(desk.get(f"/history/note/{record.pk}")) == words(missing)


def test_unknown_target_kind_is_not_found(cast):
    record = note(cast.amal, cast.desk)

    answer = Desk().let_in(cast.jonas).get(f"/history/comet%3A/{record.pk}")

    assert answer.status_code == 404


def test_a_long_history_of_a_thing_has_pages(cast):
    record = note(cast.amal, cast.desk)
    read_apart(cast, record, PAGE_SIZE + 1)
    desk = Desk().let_in(cast.jonas)

    assert f"1 to {PAGE_SIZE} of {PAGE_SIZE + 2}" in words(desk.get(f"/history/note/{record.pk}"))
    assert "A record was written." in words(desk.get(f"/history/note/{record.pk}?page=2"))


def test_grouped_readings_are_separate_in_the_export(cast):
    record = note(cast.amal, cast.desk)
    for _ in range(3):
        records.open_record(cast.amal.unlocked(), record, at=AT)
    desk, query = Desk().let_in(cast.jonas), "?action=vault.open"

    page = words(desk.get(history(cast.office, query)))
    file = desk.get(f"/organisations/{cast.office.pk}/history.csv{query}")

    assert page.count("A record was opened. Demo Amal") == 1
    assert "3 times, first 30 Nov 2026" in page
    assert b"".join(file.streaming_content).count(b"vault.open,") == 3


def test_refusal_is_listed_with_its_reason(cast):
    Desk().let_in(cast.dana).get(history(cast.office))

    said = shown(cast.jonas, history(cast.office, "?action=refused"))

    assert "Only: All refused actions" in said
    assert "A user tried to read the history." in said
    assert "Their role does not allow it. not_allowed Demo Dana Organisation Demo office" in said


def test_sign_ins_are_found_under_a_name_of_their_own_and_are_in_no_file(cast):
    desk = Desk().let_in(cast.jonas)
    Desk().post("/sign-in", email="amal@demo.example", password="x" * 20)

    said = desk.get(history(cast.office, "?action=sign-ins"))

    assert "Only: Sign-ins" in words(said)
    assert "The e-mail address or passphrase was wrong. sign_in_refused" in words(said)
    assert "a person who was not signed in Account Demo Amal –" in words(said)
    assert "Last entry of this history" not in words(said)
    assert "history.csv" not in said.content.decode()
    assert "/history/user/" not in said.content.decode()


def test_reading_the_history_writes_nothing(cast):
    desk = Desk().let_in(cast.jonas)
    before = Entry.objects.count()

    desk.get(history(cast.office))

    assert Entry.objects.count() == before


def test_history_tab_is_shown_to_users_who_may_read_it(cast):
    page = f"/organisations/{cast.office.pk}"
    assert "History" in shown(cast.jonas, page)
    assert "History" not in shown(cast.dana, page)
    assert led_to(Desk().get(history(cast.office))) == "/sign-in"
