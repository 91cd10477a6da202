"""Name lists: mistakes of each row, and registration of the good rows."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from hypothesis import given, strategies as st

from protect.notices.models import Outgoing
from protect.trainings.registrations import name_list_rows
from protect.trainings.registrations.actions import decisions, name_lists as actions, register
from protect.trainings.registrations.actions.name_lists import NameList
from protect.trainings.registrations.actions.register import Origin
from protect.trainings.registrations.enums import Source
from protect.trainings.registrations.models import Cohort, Participant, Registration, Roster
from protect.trainings.registrations.name_list_rows import ListRow, Problem, check_rows
from protect.trainings.scheduling.enums import Approval
from protect.trainings.scheduling.models import Edition
from tests.interchange.imports.uploads import xlsx_of
from tests.refusals import refuses
from tests.trainings.planning import AT, make_edition, make_participant, make_sender

TODAY = AT.date()
GOOD = "Demo Noor, noor@demo.example\nDemo Ali; ali@demo.example"


@pytest.fixture
def edition(planners):
    return make_edition(planners.host)


def make_list(text: str = GOOD, **more) -> NameList:
    return NameList(name_list_rows.read_text(text), "BE", "fr", **more)


NOOR = {"name": "Demo Noor", "email": "noor@demo.example"}


def mistakes_by_row(roster: Roster) -> dict[int, list[list[str]]]:
    return {row["number"]: row["mistakes"] for row in roster.rows if row["mistakes"]}


def registered_names(edition) -> list[str]:
    rows = edition.registrations.order_by("participant__name")
    return list(rows.values_list("participant__name", flat=True))


@pytest.mark.parametrize(
    "line",
    [
        "Demo Noor, noor@demo.example",
        "Demo Noor\tnoor@demo.example",
        "Demo Noor <noor@demo.example>",
        "noor@demo.example;Demo Noor",
        '"Demo, Noor" noor@demo.example',
    ],
)
def test_pasted_line_is_read_in_any_format(line):
    (row,) = name_list_rows.read_text(f"\n{line}\n")

    assert row.number == 2
    assert row.cells == {"name": "Demo Noor", "email": "noor@demo.example"}


@given(st.text(max_size=200))
def test_any_pasted_text_becomes_rows_with_mistakes(text):
    rows = name_list_rows.read_text(text)
    found = check_rows(rows, {})

    assert [row.number for row in found] == [row.number for row in rows]
    assert [ListRow.from_json(row.to_json()) for row in found] == found


@pytest.mark.parametrize(
    ("heading", "row"),
    [
        ("name,email,country,language,sex", "Demo Noor,noor@demo.example,nl,NL,woman"),
        ("Naam;E-mailadres;Land;Taal;Geslacht", "Demo Noor;noor@demo.example;NL;nl;vrouw"),
        ("Prénom;Nom;Courriel;Pays;Langue;Sexe", "Demo;Noor;noor@demo.example;NL;nl;Femme"),
    ],
)
def test_columns_are_recognised_by_their_headings(edition, heading, row):
    rows = name_list_rows.read_file(f"{heading}\n{row}\n".encode(), today=TODAY)
    roster = actions.store_list(edition, NameList(rows, "BE", "fr"), at=AT)
    actions.register_list(roster, at=AT)

    person = Participant.objects.get()
    assert (person.name, person.email) == ("Demo Noor", "noor@demo.example")
    assert (person.country_id, person.language_id, person.sex) == ("NL", "nl", "f")


def test_a_workbook_is_read():
    made = xlsx_of([{"Name": "Demo Noor", "E-mail": "noor@demo.example"}])

    (row,) = name_list_rows.read_file(made, today=TODAY)
    assert row.cells == {"name": "Demo Noor", "email": "noor@demo.example"}
    assert row.number == 2


def test_csv_in_a_legacy_encoding_is_read():
    (row,) = name_list_rows.read_file(
        "name;email\nDemo Zoé;zoe@demo.example\n".encode("cp1252"), today=TODAY
    )

    assert row.cells["name"] == "Demo Zoé"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"Demo Noor,noor@demo.example\n", "trainings_roster_columns_missing"),
        (b"name,phone\nDemo Noor,1\n", "trainings_roster_columns_missing"),
        (b'{"a": 1}', "trainings_roster_no_table"),
        (b"name,email\n" + b"Demo,a@demo.example\n" * 10_001, "trainings_roster_long"),
    ],
)
def test_unreadable_list_file_is_refused(content, error):
    with refuses(error):
        name_list_rows.read_file(content, today=TODAY)


@pytest.mark.parametrize(
    ("line", "mistakes"),
    [
        ({"email": "a@demo.example"}, [("name", Problem.MISSING)]),
        ({"name": "D" * 121, "email": "a@demo.example"}, [("name", Problem.LONG)]),
        ({"name": "Demo"}, [("email", Problem.MISSING)]),
        ({"name": "Demo", "email": "a@demo"}, [("email", Problem.BAD)]),
        ({"name": "Demo", "email": "A@demo.example"}, []),
        (
            {"name": "Demo", "email": "a@demo.example", "country": "XX"},
            [("country", Problem.UNKNOWN)],
        ),
        (
            {"name": "Demo", "email": "a@demo.example", "language": "??"},
            [("language", Problem.UNKNOWN)],
        ),
        ({"name": "Demo", "email": "a@demo.example", "sex": "?!x"}, []),
        (
            {"name": "Demo", "email": "a@demo.example", "sex": "sometimes"},
            [("sex", Problem.UNKNOWN)],
        ),
    ],
)
def test_mistake_is_reported_at_its_field(line, mistakes):
    (row,) = check_rows([ListRow(1, line)], {})

    assert row.mistakes == mistakes


def test_duplicate_address_in_a_list_is_reported(edition):
    roster = actions.store_list(edition, make_list(f"{GOOD}\nDemo Other NOOR@demo.example"), at=AT)

    assert mistakes_by_row(roster) == {3: [["email", "twice"]]}
    assert roster.rows[2]["first"] == 1


def test_list_registers_nobody_before_it_is_confirmed(edition):
    actions.store_list(edition, make_list(), at=AT)

    assert not edition.registrations.exists()
    assert not Outgoing.objects.exists()


def test_good_rows_are_registered_and_bad_rows_stay(edition, planners):
    sender = make_sender(planners.host)
    roster = actions.store_list(edition, make_list(f"{GOOD}\nDemo Nobody", sender=sender), at=AT)

    assert actions.register_list(roster, at=AT) == 2
    roster.refresh_from_db()
    assert registered_names(edition) == ["Demo Ali", "Demo Noor"]
    assert {*edition.registrations.values_list("source", "sender")} == {("nominated", sender.pk)}
    assert (roster.taken, mistakes_by_row(roster)) == (2, {3: [["email", "missing"]]})
    assert {*Outgoing.objects.values_list("template", flat=True)} == {"training_named"}


def test_list_does_not_overwrite_a_known_participant(edition, planners):
    participant = make_participant(planners.host, name="Demo Zhanna", email="noor@demo.example")
    sender = make_sender(planners.host)
    actions.register_list(actions.store_list(edition, make_list(sender=sender), at=AT), at=AT)

    participant.refresh_from_db()
    assert participant.name == "Demo Zhanna"
    assert participant.sender == sender  # nobody had said it
    assert registered_names(edition) == ["Demo Ali", "Demo Zhanna"]


def test_participant_created_by_a_concurrent_list_is_reused(edition, planners):
    roster, came = actions.store_list(edition, make_list(), at=AT), []

    def meanwhile(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "trainings_participant" in sql and not came:
            came.append("noor")
            make_participant(planners.host, name="Demo Zhanna", email="noor@demo.example")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert actions.register_list(roster, at=AT) == 2

    assert came
    assert registered_names(edition) == ["Demo Ali", "Demo Zhanna"]


def test_list_confirmed_twice_registers_once(edition):
    roster = actions.store_list(edition, make_list(), at=AT)
    actions.register_list(roster, at=AT)
    with refuses("trainings_roster_empty"):
        actions.register_list(roster, at=AT)

    assert edition.registrations.count() == 2


def test_registered_participant_is_marked_in_a_list_and_unchanged(edition, planners):
    participant = make_participant(planners.host, name="Demo Known", email="noor@demo.example")
    other = actions.store_list(edition, make_list("Demo Known noor@demo.example"), at=AT)
    roster = actions.store_list(edition, make_list(), at=AT)
    actions.register_list(other, at=AT)
    actions.register_list(roster, at=AT)

    roster.refresh_from_db()
    assert [row["state"] for row in roster.rows] == ["confirmed"]
    participant.refresh_from_db()
    assert participant.name == "Demo Known"
    assert edition.registrations.count() == 2


def test_sender_does_not_see_registrations_of_others(edition, planners):
    person = make_participant(planners.host, name="Demo Known", email="noor@demo.example")
    own = register.register_participant(edition, person, Origin(Source.APPLIED), at=AT)
    Outgoing.objects.all().delete()
    sender = make_sender(planners.host)
    roster = actions.store_list(edition, make_list(sender=sender), at=AT)

    assert [row["state"] for row in roster.rows] == ["", ""]
    assert actions.register_list(roster, at=AT) == 2
    roster.refresh_from_db()
    assert (roster.taken, roster.rows) == (2, [])
    assert edition.registrations.get(participant=person) == own
    assert edition.registrations.count() == 2
    sent = Outgoing.objects.values_list("template", flat=True)
    assert sorted(sent) == ["training_named", "training_registered"]


def test_desk_list_marks_participants_registered_by_others(edition, planners):
    person = make_participant(planners.host, email="noor@demo.example")
    register.register_participant(edition, person, Origin(Source.APPLIED), at=AT)
    listed = make_list(sender=make_sender(planners.host))
    roster = actions.store_list(edition, listed, at=AT, scope=planners.scope("pia"))

    assert [row["state"] for row in roster.rows] == ["confirmed", ""]


def test_withdrawn_participant_is_not_registered_by_a_later_list(edition, planners):
    sender = make_sender(planners.host)
    actions.register_list(actions.store_list(edition, make_list(sender=sender), at=AT), at=AT)
    row = edition.registrations.get(participant__email="noor@demo.example")
    decisions.withdraw(row, at=AT)
    Outgoing.objects.all().delete()
    again = actions.store_list(edition, make_list(sender=sender), at=AT)
    with refuses("trainings_roster_empty"):
        actions.register_list(again, at=AT)

    assert [cells["state"] for cells in again.rows] == ["withdrawn", "confirmed"]
    assert edition.registrations.count() == 2
    assert not Outgoing.objects.exists()


def test_participant_withdrawn_before_confirmation_is_not_registered_by_the_list(edition, planners):
    sender = make_sender(planners.host)
    first, second = (actions.store_list(edition, make_list(sender=sender), at=AT) for _ in range(2))
    actions.register_list(first, at=AT)
    decisions.withdraw(edition.registrations.get(participant__name="Demo Noor"), at=AT)
    with refuses("trainings_roster_empty"):
        actions.register_list(second, at=AT)

    second.refresh_from_db()
    assert [row["state"] for row in second.rows] == ["withdrawn", "confirmed"]
    assert edition.registrations.active().count() == 1


def test_group_list_gets_seats_or_waits_together(edition):
    edition.seat_limit = 1
    edition.save()
    roster = actions.store_list(edition, make_list(is_together=True), at=AT)
    actions.register_list(roster, at=AT)

    assert {*edition.registrations.values_list("state", flat=True)} == {"waiting"}
    assert edition.registrations.values("group").distinct().count() == 1


def test_list_fills_free_seats_in_its_order(edition):
    lines = "\n".join(f"Demo {n} person{n}@demo.example" for n in range(5))
    actions.register_list(actions.store_list(edition, make_list(lines), at=AT), at=AT)

    rows = edition.registrations.order_by("participant__name")
    assert [*rows.values_list("state", flat=True)] == ["confirmed"] * 3 + ["waiting"] * 2


def test_class_list_registers_the_class(edition, planners):
    school = make_sender(planners.host, "Demo School", is_school=True)
    cohort = Cohort.objects.create(school=school, programme="Demo", year="2")
    roster = actions.store_list(edition, make_list(sender=school, cohort=cohort), at=AT)
    actions.register_list(roster, at=AT)

    assert {*edition.registrations.values_list("source", flat=True)} == {Source.COHORT}
    assert cohort.students.count() == 2


def test_large_list_registers_its_good_rows(planners):
    edition = make_edition(planners.host, seat_limit=None, approval=Approval.AUTO)
    rows = [
        f"Demo {n},{'no address' if n < 300 else f'person{n}@demo.example'}" for n in range(5000)
    ]
    cells = name_list_rows.read_file("\n".join(["name,email", *rows]).encode(), today=TODAY)
    roster = actions.store_list(edition, NameList(cells, "BE", "fr"), at=AT)
    assert len(mistakes_by_row(roster)) == 300

    assert actions.register_list(roster, at=AT) == 4700
    roster.refresh_from_db()
    assert (edition.registrations.count(), len(roster.rows)) == (4700, 300)


@pytest.mark.parametrize(
    ("text", "more", "error"),
    [
        ("", {}, "trainings_roster_empty"),
        (
            "\n".join(f"D{n} d{n}@demo.example" for n in range(51)),
            {"is_together": True},
            "trainings_group_large",
        ),
    ],
)
def test_invalid_list_is_refused_and_not_stored(edition, text, more, error):
    with refuses(error):
        actions.store_list(edition, make_list(text, **more), at=AT)

    assert not Roster.objects.exists()


def test_list_outside_the_registration_window_is_refused(planners):
    edition = make_edition(planners.host, state="closed")
    with refuses("trainings_window_closed"):
        actions.store_list(edition, make_list(), at=AT)

    assert not Roster.objects.exists()


def test_after_the_last_session_only_planners_enter_a_list(edition, planners):
    over = edition.sessions.latest("ends_at").ends_at
    with refuses("trainings_window_closed"):
        actions.store_list(edition, make_list(sender=make_sender(planners.host)), at=over)
    assert not Roster.objects.exists()

    scope = planners.scope("pia")
    roster = actions.store_list(edition, make_list(), at=over, scope=scope)
    assert actions.register_list(roster, at=over, scope=scope) == 2
    assert edition not in Edition.objects.open_for_registration(over)
    assert edition in Edition.objects.open_for_registration(AT)


def test_planner_of_another_organisation_cannot_confirm_a_list(edition, planners):
    roster = actions.store_list(edition, make_list(), at=AT)
    with pytest.raises(PermissionDenied):
        actions.register_list(roster, at=AT, scope=planners.scope("otto"))

    assert not Registration.objects.exists()


def test_lists_are_deleted_after_a_week(edition):
    actions.store_list(edition, make_list(), at=AT)

    assert actions.delete_old_lists(at=AT + timedelta(days=7, seconds=-1)) == 0
    assert actions.delete_old_lists(at=AT + timedelta(days=7)) == 1
