"""A database dump links no answer to a person; in order of arrival it would."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection

from protect.assessments.actions import answers, slips
from protect.assessments.actions.answers import (
    answer_by_slip,
    answer_test,
    get_edition_key,
    get_form_for_participant,
    shuffle_rows,
    shuffle_rows_and_delete_expired_slips,
)
from protect.assessments.actions.follow_up import agree
from protect.assessments.actions.measurement import freeze_results
from protect.assessments.actions.slips import take_link
from protect.assessments.models import Measuring, Response
from protect.assessments.statistics import codes
from protect.assessments.statistics.codes import draw_codes
from protect.questionnaires.access import get_form
from protect.trainings.base.enums import Phase
from protect.trainings.registrations.enums import WaitingRule
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.enums import Delivery
from protect.trainings.scheduling.models import Edition
from tests.assessments.actions.test_answers import get_inquiry
from tests.assessments.answers import fill_form, fill_test
from tests.assessments.measured import AFTER, measure, store_response
from tests.assessments.unlinkable import (
    ANONYMOUS_TABLES,
    columns_with_unique_values,
    count_best_hits,
    dump,
    dump_text,
    empty_tables,
    tables_linking_by_value,
)
from tests.trainings.planning import make_edition
from tests.trainings.registrations.test_decisions import come

pytestmark = pytest.mark.django_db
PEOPLE = 24
# By chance alone some orders agree: with hundreds of attacks ten of 24 come once in ten thousand.
BY_CHANCE = 9


@dataclass
class Course:
    """A course in which one person after the other sends the test and agrees to be asked later."""

    edition: Edition
    truth: dict[str, str]

    def pass_through(self, person: Registration, minutes: int) -> None:
        at, inquiry = AFTER + timedelta(minutes=minutes), get_inquiry(self.edition, Phase.POST)
        sheet = fill_test(inquiry, *draw_codes(1), right=14)
        answer_test(inquiry, sheet, at=at)
        agree(person, at=at)
        row = codes.response_row_id(get_edition_key(inquiry.measuring), sheet.sent_key)
        self.truth[row.hex] = person.pk.hex

    def evaluate(self, person: Registration, minutes: int) -> None:
        """Take a link from one's own page, and answer at once."""
        at, sheet = AFTER + timedelta(minutes=minutes), fill_form(get_form("evaluation"))
        answer_by_slip(take_link(person, uuid4(), at=at), sheet, at=at)
        row = codes.response_row_id(
            get_edition_key(Measuring.objects.get(pk=self.edition.pk)), sheet.sent_key
        )
        self.truth[row.hex] = person.pk.hex


@pytest.fixture
def online(planners):
    empty_tables()
    edition = make_edition(planners.host, seat_limit=None, delivery=Delivery.ONLINE)
    measure(edition)
    return Course(edition, {})


def evaluate(online):
    """Let half of a course take a link and answer: who else took none is known, and no more."""
    people = sorted((come(online.edition) for _ in range(2 * PEOPLE)), key=lambda person: person.pk)
    for minutes, person in enumerate(people[:PEOPLE]):
        online.evaluate(person, minutes)


@pytest.fixture
def course(planners):
    empty_tables()
    edition = make_edition(planners.host, seat_limit=None)
    measure(edition)
    course, minutes = Course(edition, {}), count(1)
    for person in sorted(
        (come(edition) for _ in range(PEOPLE)), key=lambda person: person.token_hash
    ):
        course.pass_through(person, next(minutes))
    return course


def test_dump_of_the_same_minute_links_no_answer_to_a_person(course):
    tables = dump()

    assert len(tables["assessments_response"]) == PEOPLE
    assert count_best_hits(tables, course.truth) <= BY_CHANCE
    assert tables_linking_by_value(tables, course.truth) == []


def test_dump_after_the_nightly_shuffle_or_the_freeze_links_none(course, planners):
    shuffle_rows_and_delete_expired_slips(at=AFTER + timedelta(days=1))
    assert count_best_hits(dump(), course.truth) <= BY_CHANCE
    freeze_results(planners.scope("pia"), course.edition, at=AFTER + timedelta(days=2))

    assert count_best_hits(dump(), course.truth) <= BY_CHANCE
    assert tables_linking_by_value(dump(), course.truth) == []


def test_attack_links_every_person_if_rows_keep_their_order_of_arrival(planners, monkeypatch):
    monkeypatch.setattr(answers, "shuffle_rows", lambda rows, *fresh: 0)
    edition = make_edition(planners.host, seat_limit=None)
    measure(edition)
    course = Course(edition, {})
    for minutes in range(PEOPLE):
        course.pass_through(come(edition), minutes)

    assert count_best_hits(dump(), course.truth) == PEOPLE


def test_late_or_foreign_language_answer_has_no_unique_value(course, planners):
    """One answers in the evening, one in a language of their own, one after days."""
    edition, inquiry = course.edition, get_inquiry(course.edition, Phase.POST)
    for language, later in (("en", 9 * 60), ("ar", 5), ("fr", 60 * 24 * 6)):
        key, at = uuid4(), AFTER + timedelta(minutes=later)
        sheet = fill_form(get_form_for_participant(inquiry, "", key, language), "", key)
        answer_test(inquiry, sheet, at=at)
    slips.create_slips(planners.scope("pia"), edition, 2, at=AFTER)

    assert columns_with_unique_values(dump()) == set()


def test_attack_finds_a_column_with_unique_values(course):
    Response.objects.filter(pk=Response.objects.order_by("pk")[0].pk).update(is_afternoon=True)

    assert columns_with_unique_values(dump()) == {"assessments_response.is_afternoon"}


def test_last_answer_of_many_is_not_stored_last(planners):
    """Of very many rows only some are written anew with each: the new one is always of them."""
    edition, last = make_edition(planners.host), 0
    for _ in range(30):
        new = store_response(edition, Phase.POST)
        shuffle_rows(Response.objects.filter(edition=edition), new.pk, max_others=3)
        last += dump_text(dump()["assessments_response"][-1]["id"]) == new.pk.hex

    assert last < 20  # a quarter of 30, by chance


def test_own_page_links_connect_no_evaluation_to_a_person(online):
    evaluate(online)
    tables = dump()

    assert len(tables["assessments_linktaken"]) == len(tables["assessments_response"]) == PEOPLE
    assert count_best_hits(tables, online.truth) <= BY_CHANCE
    assert tables_linking_by_value(tables, online.truth) == []
    assert columns_with_unique_values(tables) == set()


def test_without_shuffle_every_evaluation_is_linked_to_its_person(online, monkeypatch):
    monkeypatch.setattr(answers, "shuffle_rows", lambda rows, *fresh: 0)
    evaluate(online)

    assert count_best_hits(dump(), online.truth) == PEOPLE


def test_attack_finds_a_value_shared_by_answer_and_person(course):
    row = Response.objects.order_by("pk").first()
    person = Registration.objects.get(pk=course.truth[dump_text(row.pk)])
    person.waiting_moves.create(
        from_priority=0, to_priority=0, rule=WaitingRule.JOINED, reason=f"{row.pk}", at=AFTER
    )

    assert tables_linking_by_value(dump(), course.truth) == ["trainings_waitingmove"]


def test_answers_and_slips_have_no_database_sequence(course):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT sequencename FROM pg_sequences")
        else:
            cursor.execute("SELECT name FROM sqlite_sequence")
        counted = " ".join(name for (name,) in cursor.fetchall())

    for table in (*ANONYMOUS_TABLES, "assessments_linktaken"):
        assert table not in counted
