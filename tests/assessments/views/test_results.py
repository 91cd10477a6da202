"""Learning results at the desk: forms, results, papers, entered sheets, freeze."""

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest

from protect.assessments.actions.answers import store_assessment
from protect.assessments.models import AnswerToken, Inquiry, Measuring, Response
from protect.assessments.results import AnswerMarker, EditionResults
from protect.assessments.statistics.change import Change
from protect.assessments.statistics.codes import draw_codes, format_code
from protect.assessments.statistics.limits import Reason
from protect.assessments.statistics.ratings import PracticeShares, Rating
from protect.questionnaires.access import get_form, list_published_forms, score
from protect.trainings.base.enums import Assessment, Phase
from tests.assessments.answers import fill_form
from tests.assessments.measured import AFTER, BEFORE, measure, store_response
from tests.trainings.planning import AT, make_edition
from tests.trainings.registrations.test_decisions import come
from tests.vault.views.desk import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(host):
    return make_edition(host, seat_limit=None)


def store_tests(edition, phase, rights, form="knowledge-a"):
    """Keep tests with so many right answers each; the first of both phases are one person's."""
    questionnaire = get_form(form)
    for number, right in enumerate(rights):
        values = dict(fill_form(questionnaire, right=right).answers.values)
        points = {"points": float(right), "maximum": 14.0}
        kept = {"form": f"{form}:1", "pair": f"{number:064}", "answers": {"values": values}}
        store_response(edition, phase, **kept, **points)


def store_responses(edition, phase, count, **values):
    for _ in range(count):
        store_response(edition, phase, form=f"{phase}:1", answers={"values": values})


def plain(response) -> str:
    return "".join(
        character for character in words(response) if character not in "\u2066\u2068\u2069"
    )


def test_results_page_without_forms_explains_the_next_step(desk_of, edition):
    page = f"/trainings/{edition.pk}/learning"

    assert "The course suggests forms, so this takes only a minute." in words(desk_of().get(page))
    assert f"{page}/forms" in desk_of("petra").get(page).content.decode()
    assert f"{page}/forms" not in desk_of("tom", "trainer").get(page).content.decode()


def test_forms_suggested_by_the_course_are_chosen_by_one_button(desk_of, edition):
    course = edition.course_version
    course.forms = {"pre": "knowledge-a", "post": "knowledge-b", "evaluation": "evaluation"}
    course.save()
    desk, page = desk_of(), f"/trainings/{edition.pk}/learning/forms"
    form = desk.get(page).context["form"]
    typed = {name: form.initial.get(name, "") for name in form.fields}

    assert desk.post(page, **typed).status_code == 302
    asked = Measuring.objects.get().inquiries.order_by("pk").values_list("phase", "form__code")
    assert {*asked} == {
        ("pre", "knowledge-a"),
        ("post", "knowledge-b"),
        ("evaluation", "evaluation"),
    }
    assert "Set A before, set B after" in words(desk.get(f"/trainings/{edition.pk}/learning"))


def test_certificate_rule_without_its_test_is_refused(desk_of, edition):
    page = f"/trainings/{edition.pk}/learning/forms"
    response = desk_of().post(page, order="same", assessment="named")

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {"named"}
    assert not Measuring.objects.exists()


def test_tests_that_cannot_be_compared_are_refused_at_their_field(desk_of, edition):
    tests = {form.code: form.pk for form in list_published_forms()}
    page = f"/trainings/{edition.pk}/learning/forms"
    before = [*Inquiry.objects.order_by("pk").values()]
    response = desk_of().post(page, order="ab", assessment="none", pre=tests["knowledge-a"])

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {"post"}
    assert [*Inquiry.objects.order_by("pk").values()] == before


def test_results_page_shows_the_change(desk_of, edition):
    measure(edition)
    store_tests(edition, Phase.PRE, [3, 4, 5] * 4)
    store_tests(edition, Phase.POST, [7, 8, 10] * 4, "knowledge-b")
    shown = plain(desk_of().get(f"/trainings/{edition.pk}/learning"))

    assert "After the course the mean score had changed by +4.33 points." in shown
    assert "Tests before: 12. After: 12. Paired: 12." in shown
    assert "These figures show what changed, not why it changed." in shown
    assert "because of" not in shown


def test_blank_sheets_do_not_count_as_answers(desk_of, edition):
    measure(edition)
    store_responses(edition, Phase.EVALUATION, 1, use="A planted comment")
    store_responses(edition, Phase.EVALUATION, 9)
    shown = plain(desk_of().get(f"/trainings/{edition.pk}/learning"))

    assert "A planted comment" not in shown
    assert "Hidden: with so few answers, readers could tell who answered what." in shown


def test_few_answers_show_no_question_and_no_comment(desk_of, edition):
    measure(edition)
    store_tests(edition, Phase.PRE, [3, 4, 5, 6])
    store_responses(edition, Phase.EVALUATION, 4, overall=5, use="A planted comment")
    shown = plain(desk_of().get(f"/trainings/{edition.pk}/learning"))

    assert "A planted comment" not in shown
    assert "Hidden: with so few answers, readers could tell who answered what." in shown
    assert "hidden" in shown
    assert (
        "29" not in shown.partition("Results by question")[2].partition("Evaluation at the end")[0]
    )


def test_evaluation_and_follow_up_results_are_computed(edition):
    measure(edition)
    store_responses(edition, Phase.EVALUATION, 4, overall=5, use="Listen first")
    store_responses(edition, Phase.EVALUATION, 2, overall=3, pace="right")
    store_responses(edition, Phase.FOLLOW_UP, 5, used=True)
    for _ in range(9):
        come(edition)
    results = EditionResults(edition, "en")
    rows = dict(results.evaluation.rows)
    overall = next(row for label, row in rows.items() if "whole" in label)

    assert isinstance(overall, Rating)
    assert (overall.top_two.part, overall.top_two.whole) == (4, 6)
    assert rows["The pace was"] is Reason.FEW_ANSWERS
    assert isinstance(results.practice, PracticeShares)
    assert (results.practice.of_attendees.part, results.practice.of_attendees.whole) == (5, 9)
    assert ("Listen first",) * 4 in dict(results.evaluation.comments).values()


def test_rating_bars_are_shown_from_five_answers(desk_of, edition):
    measure(edition)
    desk, page = desk_of(), f"/trainings/{edition.pk}/learning"
    store_responses(edition, Phase.EVALUATION, 4, overall=5)
    assert 'class="rated"' not in desk.get(page).content.decode()
    store_responses(edition, Phase.EVALUATION, 1, overall=3)
    response = desk.get(page)

    assert response.content.decode().count('class="rated"') == 1
    assert "5: 4 Two highest ratings: 80% (38% to 96%)" in plain(response)


def test_results_combine_both_halves_of_a_split_course(edition):
    measure(edition)
    store_tests(edition, Phase.PRE, [3] * 6)
    store_tests(edition, Phase.PRE, [5] * 6, "knowledge-b")
    results = EditionResults(edition, "en")

    assert results.learning.pre.answers == 12
    assert results.questions[0].before == 1.0
    assert results.questions[4].before == 0.5


def test_frozen_results_are_the_same(desk_of, edition):
    measure(edition)
    store_tests(edition, Phase.PRE, [3, 4, 5] * 4)
    store_tests(edition, Phase.POST, [7, 8, 10] * 4, "knowledge-b")
    before = EditionResults(edition, "en").learning.change
    desk, page = desk_of(), f"/trainings/{edition.pk}/learning"
    assert f"{page}/freeze" not in desk.get(page).content.decode()
    assert desk.post(f"{page}/freeze").status_code == 409
    assert Measuring.objects.get(pk=edition.pk).frozen_at is None
    edition.sessions.update(starts_at=AT - timedelta(hours=3), ends_at=AT - timedelta(hours=1))
    assert f"{page}/freeze" in desk.get(page).content.decode()
    assert desk.get(f"{page}/freeze").status_code == 200
    desk.post(f"{page}/freeze")

    assert isinstance(before, Change)
    assert EditionResults(edition, "en").learning.change == before
    assert "Frozen" in words(desk.get(page))
    assert desk.post(f"{page}/freeze").status_code == 409


def test_figures_are_downloaded_as_a_file(desk_of, edition):
    measure(edition)
    store_tests(edition, Phase.PRE, [3, 4, 5] * 4)
    store_tests(edition, Phase.POST, [7, 8, 10] * 4, "knowledge-b")
    store_responses(edition, Phase.EVALUATION, 5, overall=4, use="A planted comment")
    response = desk_of().get(f"/trainings/{edition.pk}/learning/results.csv")
    rows = [*csv.reader(StringIO(response.content.decode("utf-8-sig")))]

    assert rows[0] == ["part", "question", "figure", "value"]
    assert ["change", "", "pairs", "12"] in rows
    assert "A planted comment" not in response.content.decode()


@pytest.mark.parametrize("paper", ["cards", "slips"])
def test_card_codes_are_printed_once_and_not_stored(desk_of, edition, paper):
    measure(edition)
    page = f"/trainings/{edition.pk}/learning/{paper}"
    response = desk_of().post(page, number="12", language="ar")

    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")
    assert AnswerToken.objects.filter(edition=edition).count() == (12 if paper == "slips" else 0)
    assert desk_of("petra").post(page, number="0", language="ar").status_code == 422


def test_supervisor_sheet_has_neither_points_nor_a_submit_button(desk_of):
    response = desk_of("tom", "trainer").get("/trainings/practice?language=fr")
    html = response.content.decode()
    sheet = html[html.index("<h2") : html.index("</main")]

    assert "Compétences à exercer" in words(response)
    assert "interprète" in sheet
    assert not re.search("<(form|input|textarea|button)", sheet)
    assert not any(field.right for field in get_form("practice").definition.fields)


def test_wall_sheet_and_paper_form_are_in_the_requested_language(desk_of, edition):
    measure(edition)
    desk, page = desk_of(), f"/trainings/{edition.pk}/learning"

    assert desk.get(f"{page}/pre/wall?language=nl").content.startswith(b"%PDF")
    for tag, told in (("fr", "Que savez-vous"), ("nl", "Wat weet")):
        assert told in words(desk.get(f"{page}/pre/paper?language={tag}"))
    assert desk.get(f"{page}/named/paper").status_code == 404
    assert desk.get(f"{page}/evaluation/wall").status_code == 404


def test_paper_sheet_is_entered_and_deleted(desk_of, edition):
    measure(edition)
    (code,) = draw_codes(1)
    desk, page = desk_of(), f"/trainings/{edition.pk}/learning/pre/type"
    form = desk.get(page).context["form"]
    typed = {"session": edition.sessions.get(number=1).pk, "code": format_code(code)}
    keys = [question.key for question in form.questionnaire.definition.questions()]
    response = desk.post(page, **typed, **{f"k-{keys[0]}": "1", f"k-{keys[1]}": "2"})
    row = Response.objects.get()

    assert response.status_code == 302
    assert (len(row.answers["values"]), row.day) == (2, BEFORE.date())
    assert "Answers so far: 1" in plain(desk.get(response["Location"]))
    assert desk.post(f"/trainings/{edition.pk}/learning/typed-back").status_code == 302
    assert not Response.objects.exists()


def test_entered_sheet_cannot_be_deleted_after_ten_minutes(desk_of, edition):
    measure(edition)
    desk, page = desk_of(), f"/trainings/{edition.pk}/learning"
    desk.post(f"{page}/pre/type", session=edition.sessions.get(number=1).pk)
    desk.at += timedelta(minutes=11)

    assert desk.post(f"{page}/typed-back").status_code == 409
    assert Response.objects.count() == 1


def test_number_of_a_missing_box_is_shown_as_a_mistake_and_typed_values_stay(desk_of, edition):
    measure(edition)
    desk, page = desk_of(), f"/trainings/{edition.pk}/learning/evaluation/type"
    typed = {"session": edition.sessions.get(number=2).pk, "k-overall": "9", "k-use": "Demo words"}
    response = desk.post(page, **typed)

    assert response.status_code == 422
    assert {*response.context["form"].errors} == {"k-overall"}
    assert "Demo words" in response.content.decode()
    assert not Response.objects.exists()


def test_coordinator_lets_a_participant_repeat_the_assessment(desk_of, edition):
    measure(edition, Assessment.NAMED)
    row = come(edition)
    form = get_form("assessment")
    store_assessment(row, fill_form(form, **{"q-named": "yes"}), at=AFTER)
    desk, page = desk_of(), f"/trainings/{edition.pk}/learning"
    assert "Not passed" in words(desk.get(page))
    desk.post(f"/trainings/registrations/{row.pk}/again")

    assert not Response.objects.filter(registration=row).exists()
    assert "Not passed" not in words(desk.get(page))


@pytest.mark.parametrize("right", [0, 3, 14])
@pytest.mark.parametrize("form", ["knowledge-a", "knowledge-b", "assessment"])
def test_right_answers_of_question_statistics_equal_the_score(db, form, right):
    told = get_form(form)
    agreed = {"q-named": "yes"} if form == "assessment" else {}
    values = dict(fill_form(told, right=right, **agreed).answers.values)
    items = {item.key: item.is_right for item in score(told, values).items}

    assert AnswerMarker(told, [*items]).mark(values) == [*items.values()]
