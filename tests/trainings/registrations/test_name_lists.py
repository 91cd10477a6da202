"""Lists of names: what is wrong with each row, and who is registered by them."""

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


def brought(text: str = GOOD, **more) -> NameList:
    return NameList(name_list_rows.read_text(text), "BE", "fr", **more)


NOOR = {"name": "Demo Noor", "email": "noor@demo.example"}


def wrongs(roster: Roster) -> dict[int, list[list[str]]]:
    return {row["number"]: row["mistakes"] for row in roster.rows if row["mistakes"]}


def names(edition) -> list[str]:
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
def test_a_line_is_read_however_it_was_pasted(line):
    (row,) = name_list_rows.read_text(f"\n{line}\n")

    assert row.number == 2
    assert row.cells == {"name": "Demo Noor", "email": "noor@demo.example"}


@given(st.text(max_size=200))
def test_whatever_is_pasted_is_rows_with_what_is_wrong(text):
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
def test_columns_are_known_by_what_people_call_them(edition, heading, row):
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


def test_what_an_old_spreadsheet_saved_is_read():
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
def test_a_file_that_is_no_list_is_refused(content, error):
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
def test_what_is_wrong_is_found_at_its_field(line, mistakes):
    (row,) = check_rows([ListRow(1, line)], {})

    assert row.mistakes == mistakes


def test_the_same_address_twice_counts_once(edition):
    roster = actions.store_list(edition, brought(f"{GOOD}\nDemo Other NOOR@demo.example"), at=AT)

    assert wrongs(roster) == {3: [["email", "twice"]]}
    assert roster.rows[2]["first"] == 1


def test_nobody_is_registered_before_somebody_says_so(edition):
    actions.store_list(edition, brought(), at=AT)

    assert not edition.registrations.exists()
    assert not Outgoing.objects.exists()


def test_good_rows_are_registered_and_bad_ones_wait(edition, planners):
    sender = make_sender(planners.host)
    roster = actions.store_list(edition, brought(f"{GOOD}\nDemo Nobody", sender=sender), at=AT)

    assert actions.register_list(roster, at=AT) == 2
    roster.refresh_from_db()
    assert names(edition) == ["Demo Ali", "Demo Noor"]
    assert {*edition.registrations.values_list("source", "sender")} == {("nominated", sender.pk)}
    assert (roster.taken, wrongs(roster)) == (2, {3: [["email", "missing"]]})
    assert {*Outgoing.objects.values_list("template", flat=True)} == {"training_named"}


def test_a_list_leaves_what_is_known_of_somebody(edition, planners):
    made = make_participant(planners.host, name="Demo Zhanna", email="noor@demo.example")
    sender = make_sender(planners.host)
    actions.register_list(actions.store_list(edition, brought(sender=sender), at=AT), at=AT)

    made.refresh_from_db()
    assert made.name == "Demo Zhanna"
    assert made.sender == sender  # nobody had said it
    assert names(edition) == ["Demo Ali", "Demo Zhanna"]


def test_who_another_list_brings_meanwhile_is_taken_from_there(edition, planners):
    roster, came = actions.store_list(edition, brought(), at=AT), []

    def meanwhile(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "trainings_participant" in sql and not came:
            came.append("noor")
            make_participant(planners.host, name="Demo Zhanna", email="noor@demo.example")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(meanwhile):
        assert actions.register_list(roster, at=AT) == 2

    assert came
    assert names(edition) == ["Demo Ali", "Demo Zhanna"]


def test_pressed_twice_nobody_is_registered_twice(edition):
    roster = actions.store_list(edition, brought(), at=AT)
    actions.register_list(roster, at=AT)
    with refuses("trainings_roster_empty"):
        actions.register_list(roster, at=AT)

    assert edition.registrations.count() == 2


def test_who_is_registered_already_is_shown_so_and_left_alone(edition, planners):
    known = make_participant(planners.host, name="Demo Known", email="noor@demo.example")
    other = actions.store_list(edition, brought("Demo Known noor@demo.example"), at=AT)
    roster = actions.store_list(edition, brought(), at=AT)
    actions.register_list(other, at=AT)
    actions.register_list(roster, at=AT)

    roster.refresh_from_db()
    assert [row["state"] for row in roster.rows] == ["confirmed"]
    known.refresh_from_db()
    assert known.name == "Demo Known"
    assert edition.registrations.count() == 2


def test_a_sender_does_not_learn_who_is_registered_without_it(edition, planners):
    person = make_participant(planners.host, name="Demo Known", email="noor@demo.example")
    own = register.register_participant(edition, person, Origin(Source.APPLIED), at=AT)
    Outgoing.objects.all().delete()
    sender = make_sender(planners.host)
    roster = actions.store_list(edition, brought(sender=sender), at=AT)

    assert [row["state"] for row in roster.rows] == ["", ""]
    assert actions.register_list(roster, at=AT) == 2
    roster.refresh_from_db()
    assert (roster.taken, roster.rows) == (2, [])
    assert edition.registrations.get(participant=person) == own
    assert edition.registrations.count() == 2
    sent = Outgoing.objects.values_list("template", flat=True)
    assert sorted(sent) == ["training_named", "training_registered"]


def test_at_the_desk_a_list_says_who_is_registered_without_its_sender(edition, planners):
    person = make_participant(planners.host, email="noor@demo.example")
    register.register_participant(edition, person, Origin(Source.APPLIED), at=AT)
    listed = brought(sender=make_sender(planners.host))
    roster = actions.store_list(edition, listed, at=AT, scope=planners.scope("pia"))

    assert [row["state"] for row in roster.rows] == ["confirmed", ""]


def test_who_said_no_is_not_taken_in_by_another_list_of_the_same_sender(edition, planners):
    sender = make_sender(planners.host)
    actions.register_list(actions.store_list(edition, brought(sender=sender), at=AT), at=AT)
    row = edition.registrations.get(participant__email="noor@demo.example")
    decisions.withdraw(row, at=AT)
    Outgoing.objects.all().delete()
    again = actions.store_list(edition, brought(sender=sender), at=AT)
    with refuses("trainings_roster_empty"):
        actions.register_list(again, at=AT)

    assert [cells["state"] for cells in again.rows] == ["withdrawn", "confirmed"]
    assert edition.registrations.count() == 2
    assert not Outgoing.objects.exists()


def test_who_said_no_while_a_list_waited_is_not_taken_in_by_it(edition, planners):
    sender = make_sender(planners.host)
    first, second = (actions.store_list(edition, brought(sender=sender), at=AT) for _ in range(2))
    actions.register_list(first, at=AT)
    decisions.withdraw(edition.registrations.get(participant__name="Demo Noor"), at=AT)
    with refuses("trainings_roster_empty"):
        actions.register_list(second, at=AT)

    second.refresh_from_db()
    assert [row["state"] for row in second.rows] == ["withdrawn", "confirmed"]
    assert edition.registrations.active().count() == 1


def test_who_comes_together_sits_or_waits_together(edition):
    edition.seat_limit = 1
    edition.save()
    roster = actions.store_list(edition, brought(is_together=True), at=AT)
    actions.register_list(roster, at=AT)

    assert {*edition.registrations.values_list("state", flat=True)} == {"waiting"}
    assert edition.registrations.values("group").distinct().count() == 1


def test_of_a_list_as_many_sit_as_there_are_seats_in_its_order(edition):
    lines = "\n".join(f"Demo {n} person{n}@demo.example" for n in range(5))
    actions.register_list(actions.store_list(edition, brought(lines), at=AT), at=AT)

    rows = edition.registrations.order_by("participant__name")
    assert [*rows.values_list("state", flat=True)] == ["confirmed"] * 3 + ["waiting"] * 2


def test_a_class_comes_as_a_class(edition, planners):
    school = make_sender(planners.host, "Demo School", is_school=True)
    cohort = Cohort.objects.create(school=school, programme="Demo", year="2")
    roster = actions.store_list(edition, brought(sender=school, cohort=cohort), at=AT)
    actions.register_list(roster, at=AT)

    assert {*edition.registrations.values_list("source", flat=True)} == {Source.COHORT}
    assert cohort.students.count() == 2


def test_five_thousand_rows_with_three_hundred_bad_ones(planners):
    edition = make_edition(planners.host, seat_limit=None, approval=Approval.AUTO)
    rows = [
        f"Demo {n},{'no address' if n < 300 else f'person{n}@demo.example'}" for n in range(5000)
    ]
    cells = name_list_rows.read_file("\n".join(["name,email", *rows]).encode(), today=TODAY)
    roster = actions.store_list(edition, NameList(cells, "BE", "fr"), at=AT)
    assert len(wrongs(roster)) == 300

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
def test_a_list_that_cannot_be_is_not_kept(edition, text, more, error):
    with refuses(error):
        actions.store_list(edition, brought(text, **more), at=AT)

    assert not Roster.objects.exists()


def test_outside_the_window_no_list_is_taken(planners):
    edition = make_edition(planners.host, state="closed")
    with refuses("trainings_window_closed"):
        actions.store_list(edition, brought(), at=AT)

    assert not Roster.objects.exists()


def test_after_the_last_session_who_plans_enters_who_came_and_nobody_else_names(edition, planners):
    over = edition.sessions.latest("ends_at").ends_at
    with refuses("trainings_window_closed"):
        actions.store_list(edition, brought(sender=make_sender(planners.host)), at=over)
    assert not Roster.objects.exists()

    scope = planners.scope("pia")
    roster = actions.store_list(edition, brought(), at=over, scope=scope)
    assert actions.register_list(roster, at=over, scope=scope) == 2
    assert edition not in Edition.objects.taking(over)
    assert edition in Edition.objects.taking(AT)


def test_who_plans_for_others_registers_nobody_here(edition, planners):
    roster = actions.store_list(edition, brought(), at=AT)
    with pytest.raises(PermissionDenied):
        actions.register_list(roster, at=AT, scope=planners.scope("otto"))

    assert not Registration.objects.exists()


def test_lists_are_forgotten_after_a_week(edition):
    actions.store_list(edition, brought(), at=AT)

    assert actions.delete_old_lists(at=AT + timedelta(days=7, seconds=-1)) == 0
    assert actions.delete_old_lists(at=AT + timedelta(days=7)) == 1
