"""Each field of a participant does what its row says, from the form to erasure."""

import csv
import re
from dataclasses import dataclass, field, replace
from functools import partial
from operator import attrgetter
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from protect.kernel import clock, tables
from protect.trainings.attendance.tables import export_csv
from protect.trainings.facts import FACTS
from protect.trainings.registrations import fields
from protect.trainings.registrations.fields import (
    PARTICIPANT,
    ApplyForm,
    Column,
    CorrectParticipantForm,
    FormKind,
    Question,
    RegistrationByStaffForm,
)
from protect.trainings.registrations.models import Participant, Registration
from tests.guards.test_fields import Model
from tests.trainings.facts.given import YEAR, record_attendance
from tests.trainings.planning import AT, make_edition, make_sender

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("starter", "one_connection")]

EMAIL = "{}@demo.example"
NAMES = [field.name for field in Participant._meta.concrete_fields]
ROW_OF = {row.name: row for row in PARTICIPANT}


@dataclass
class Seen:
    """What screens, tables and the database show of one field. Nothing is read from its row."""

    asked: set[FormKind] = field(default_factory=set)
    saved: set[FormKind] = field(default_factory=set)
    is_listed: bool = False
    is_shown: bool = False
    export: str = ""
    is_axis: bool = False
    is_read: bool = False  # from a list of names
    before: Any = None
    erased: Any = None
    stays: bool = False  # as data/fields.toml tells the persons


def faults(row: fields.Field, seen: Seen) -> list[str]:
    """Return where a row says something else than what was seen."""
    claims: dict[str, tuple[Any, Any]] = {
        "asked": (row.question.form_kinds, seen.asked),
        "saved": (row.question.form_kinds, seen.saved),
        "listed": (row.is_listed, seen.is_listed),
        "shown": (row.is_shown, seen.is_shown),
        "exported": (row.export, seen.export),
        "counted": (row.is_axis, seen.is_axis),
        "read": (row.column is not None, seen.is_read),
        "erased": (seen.before if row.kept_because else row.empty, seen.erased),
        "told": (bool(row.kept_because), seen.stays),
    }
    return [name for name, (claim, fact) in claims.items() if claim != fact]


def typed(form: forms.Form, number: int) -> dict[str, str]:
    """Return something to type into each field that a person sees; `number` makes it another."""
    return {name: sample(form.fields[name], name, number) for name in visible(form)}


def visible(form: forms.Form) -> list[str]:
    return [field.name for field in form.visible_fields() if field.name != "prf"]


def sample(of: forms.Field, name: str, number: int) -> str:
    if isinstance(of, forms.EmailField):
        return EMAIL.format(f"demo{number}")
    if hasattr(of, "choices"):
        codes = [str(code) for code, _word in of.choices if code]
        return codes[-number % len(codes)]
    return f"Demo {name} {number}"


def stored(email: str) -> dict[str, str]:
    """Return the columns of a participant as text."""
    person = Participant.objects.get(email=email)
    return {
        field.name: str(getattr(person, field.attname))
        for field in Participant._meta.concrete_fields
    }


def inputs(html: str) -> set[str]:
    return {*re.findall(r'name="(\w+)"', html)} & {*NAMES}


def table(html: str, name: str) -> str:
    """Return the part of a page from a table or list of this kind to its end."""
    return html.partition(name)[2].partition("</dl>" if name == 'class="facts"' else "</table>")[0]


class World:
    """A training and its people, from the first form to erasure."""

    def __init__(self, host, desk) -> None:
        self.host, self.desk = host, desk
        self.edition = make_edition(host, is_listed=True, seat_limit=None)
        self.sender = make_sender(host)
        self.seen = {name: Seen() for name in NAMES}

    def type_into(self, kind: FormKind, form: forms.Form, page: str, send: Any, number: int) -> str:
        """Open a page, send its form, and note what it asks and saves; return the address."""
        given = typed(form, number)
        for name in inputs(page):
            self.seen[name].asked.add(kind)
        send(given)
        kept = stored(given["email"])
        for name in given.keys() & kept.keys():  # without questions of one registration
            if kept[name] == given[name]:
                self.seen[name].saved.add(kind)
        return given["email"]

    def send(self, address: str, given: dict[str, Any]) -> None:
        with clock.frozen(self.desk.at):
            self.desk.client.post(address, given)

    def apply(self) -> None:
        address = f"/trainings/en/e/{self.edition.code}/apply"
        visitor = Client(headers={"host": "127.0.0.1"})
        with clock.frozen(AT):
            page = visitor.get(address).content.decode()
            self.type_into(
                FormKind.APPLICATION,
                ApplyForm(),
                page,
                lambda given: visitor.post(address, given | {"sent_key": uuid4()}),
                1,
            )

    def enter(self) -> Registration:
        address = f"/trainings/{self.edition.pk}/register"
        email = self.type_into(
            FormKind.REGISTRATION,
            RegistrationByStaffForm(host=self.host),
            self.desk.get(address).content.decode(),
            lambda given: self.send(address, given | {"sent_key": uuid4()}),
            2,
        )
        return Registration.objects.get(participant__email=email)

    def correct(self, row: Registration) -> None:
        address = f"/trainings/registrations/{row.pk}/correct"
        self.type_into(
            FormKind.CORRECTION,
            CorrectParticipantForm(),
            self.desk.get(address).content.decode(),
            lambda given: self.send(address, given | {"edited": row.participant.edited}),
            3,
        )

    def look(self, row: Registration) -> None:
        """Note what the list, the page of the registration, the export and the facts show."""
        people = table(
            self.desk.get(f"/trainings/{self.edition.pk}").content.decode(), 'id="people"'
        )
        page = self.desk.get(f"/trainings/registrations/{row.pk}").content.decode()
        known = table(page, 'class="facts"')
        heading, *lines = csv.reader(export_csv(self.edition).removeprefix("\ufeff").splitlines())
        cells = dict(zip(heading, next(line for line in lines if str(row.pk) in line), strict=True))
        figure = FACTS["trainings.attendances"](YEAR)
        (counted,) = figure.cells
        for name, seen in self.seen.items():
            if (label := ROW_OF.get(name)) is None:
                continue
            words = label.text(row)
            seen.is_listed = f'<th scope="col">{label.label}</th>' in people and words in people
            seen.is_shown = f"<dt>{label.label}</dt>" in known and words in known
            held = str(label.stored(row))
            seen.export = next((key for key, cell in cells.items() if cell == held != ""), "")
            axis = dict(zip(figure.axes, counted, strict=True))
            seen.is_axis = name != "country" and axis.get(name) == held

    def read_list(self) -> None:
        """Bring a list that has a column for everything."""
        texts = typed(RegistrationByStaffForm(host=self.host), 4) | {"cohort": "Demo class"}
        given = {name: texts[name] for name in NAMES if name in texts}
        lines = [",".join(given), ",".join(given.values())]
        file = SimpleUploadedFile("list.csv", "\n".join(lines).encode())
        more = {"country": "BE", "language": "en", "names": ""}
        address = f"/trainings/{self.edition.pk}/list"
        answer = self.desk.post(address, file=file, **more)
        self.desk.post(answer["Location"], deed="confirm")
        kept = stored(given["email"])
        for name in given:
            self.seen[name].is_read = kept[name] == given[name]

    def erase(self, row: Registration) -> None:
        before = stored(row.participant.email)
        Registration.objects.filter(pk=row.pk).update(reason="Demo", is_pictured=True)
        self.desk.post(f"/trainings/people/{row.participant_id}/erase")
        row.participant.refresh_from_db()
        for column in Participant._meta.concrete_fields:
            value = getattr(row.participant, column.attname)
            self.seen[column.name].before = before[column.name]
            self.seen[column.name].erased = value if value is None else str(value)


@pytest.fixture
def seen(host, desk_of) -> dict[str, Seen]:
    world = World(host, desk_of())
    world.apply()
    row = world.enter()
    world.correct(row)
    row = Registration.objects.select_related("participant", "sender").get(pk=row.pk)
    record_attendance(row, world.desk.entry.session.user, 1)
    world.look(row)
    world.read_list()
    world.erase(row)
    for row_ in fields.REGISTRATION:
        erased = getattr(Registration.objects.get(pk=row.pk), row_.name)
        world.seen[row_.name] = Seen(before="Demo", erased=erased)
    records = tables.load("trainings", "fields", Model)["Participant"]
    for name in NAMES:
        differs = records.differs.get(name)
        kept = (differs.retention if differs else None) or records.retention
        world.seen[name].stays = kept == "stays"
    return world.seen


LIES: list[tuple[str, dict[str, Any]]] = [
    ("name", {"question": Question(form_kinds=frozenset({FormKind.REGISTRATION}))}),
    ("sender", {"question": Question()}),
    ("email", {"is_listed": True}),
    ("sender", {"is_listed": False}),
    ("sex", {"is_shown": True}),
    ("profession", {"is_shown": False}),
    ("sector", {"export": "sector"}),
    ("name", {"export": ""}),
    ("language", {"is_axis": True}),
    ("age_band", {"is_axis": False}),
    ("cohort", {"column": Column()}),
    ("country", {"column": None}),
    ("profession", {"kept_because": "as if it said nothing"}),
    ("country", {"kept_because": ""}),
    ("name", {"empty": "as if it stayed"}),
]


def test_each_field_is_asked_saved_shown_exported_counted_and_erased_as_its_row_says(seen):
    wrong = {row.name: faults(row, seen[row.name]) for row in PARTICIPANT}
    erased = {row.name: seen[row.name].erased for row in fields.REGISTRATION}

    assert {name: faults for name, faults in wrong.items() if faults} == {}
    assert erased == {row.name: row.empty for row in fields.REGISTRATION}
    lies = [
        (name, lie) for name, lie in LIES if not faults(replace(ROW_OF[name], **lie), seen[name])
    ]
    assert lies == []


def test_every_typed_column_of_a_participant_has_a_field_row():
    kept_by_us = {"id", "host", "edited", "created", "erased_at"}

    assert ROW_OF.keys() == {*NAMES} - kept_by_us


EMPTIED = [field for field in PARTICIPANT if field.empty == ""]


@pytest.mark.parametrize("row", EMPTIED, ids=attrgetter("name"))
def test_database_refuses_personal_data_of_an_erased_participant(host, row):
    erased = {
        field.name: field.empty
        for field in PARTICIPANT
        if not field.kept_because and not field.is_key
    }
    person = Participant(
        host=host, country_id="BE", language_id="en", created=AT, erased_at=AT, **erased
    )
    if row.kept_because:
        person.save()
        return
    setattr(person, row.name, "demo")
    with pytest.raises(IntegrityError), transaction.atomic():
        person.save()


def test_statistics_answers_are_never_shown_with_a_name():
    rows = [row for row in PARTICIPANT if row.question and row.question.is_for_statistics]

    assert [row.name for row in rows] == ["sex", "age_band"]
    assert not any(row.is_listed or row.is_shown or row.export for row in rows)


@pytest.mark.parametrize("way", ["apply", "register"])
def test_registration_question_is_asked_stored_and_shown(host, desk_of, monkeypatch, way):
    heard = fields.Field(
        name="reason",
        label="Heard of it",
        is_of_registration=True,
        question=Question(make=partial(forms.CharField, max_length=100)),
        is_shown=True,
    )
    for name, rows in {"REGISTRATION": (heard,), "ALL_FIELDS": (*PARTICIPANT, heard)}.items():
        monkeypatch.setattr(fields, name, rows)
    monkeypatch.setattr(fields, "SHOWN", [heard])
    world = World(host, desk_of())
    given = typed(RegistrationByStaffForm(host=host), 1) | {"sent_key": str(uuid4())}
    if way == "register":
        world.send(f"/trainings/{world.edition.pk}/register", given)
    else:
        with clock.frozen(AT):
            visitor = Client(headers={"host": "127.0.0.1"})
            visitor.post(f"/trainings/en/e/{world.edition.code}/apply", given)

    row = Registration.objects.get()
    page = world.desk.get(f"/trainings/registrations/{row.pk}").content.decode()
    assert row.reason == given["reason"]
    assert given["reason"] in table(page, 'class="facts"')
    assert "reason" not in CorrectParticipantForm().fields
