import re

import pytest
from django.http import QueryDict
from django.utils import translation

from protect.questionnaires import access
from protect.questionnaires.enums import TYPES_WITHOUT_ANSWER, FieldType, Mistake
from protect.questionnaires.forms import WIDGETS, QuestionnaireForm
from protect.questionnaires.rules.answers import FieldMistake
from protect.questionnaires.schemas import Condition
from protect.questionnaires.wording import MISTAKE_MESSAGES, condition_phrase, mistake_message
from tests.questionnaires.building import make_field, make_form
from tests.ui.conftest import draw  # noqa: F401 - a fixture

PAGE = "{% load questionnaires %}{% questionnaire form %}"
PAPER = "{% load questionnaires %}{% questionnaire_paper told %}"
GOOD = (
    "q-town=Demo town&q-people=3&q-trained=yes&q-topics=law&q-role=other&q-useful=4&q-whole=5"
    "&q-order-time=2&q-order-money=3&q-order-rest=1&q-parts-talk=right&q-parts-plays=long"
    "&q-since=2026-11-01&q-agree=yes"
)
NOT_A = {"not": {"equals": {"field": "g", "value": "a"}}}


def plain(text: str) -> str:
    """Return a text without the signs that isolate names and numbers."""
    return re.sub("[\u2066-\u2069]", "", text)


def submit(told, query: str) -> QuestionnaireForm:
    return QuestionnaireForm(told, QueryDict(query))


def test_every_type_has_an_input_and_every_mistake_a_message():
    assert WIDGETS.keys() == set(FieldType) - TYPES_WITHOUT_ANSWER
    assert MISTAKE_MESSAGES.keys() == set(Mistake)


def test_valid_answers_are_stored_and_shown_in_the_form_again(everything, draw):  # noqa: F811
    form = everything("en")
    page = submit(form, GOOD)

    assert page.is_valid(), page.errors
    kept = page.answers()
    html = draw(PAGE, form=QuestionnaireForm(form, stored_answers=kept))

    assert kept.values["order"] == ["rest", "time", "money"]
    assert 'value="Demo town"' in html
    assert len(re.findall(r"<input[^>]* checked", html)) == 8
    assert re.findall(r'<option value="(\d)" selected', html) == ["2", "3", "1"]


def test_mistakes_are_shown_at_their_fields_and_typed_values_stay(everything, draw):  # noqa: F811
    page = submit(
        everything("en"), "q-town=A town with a very long name&q-people=many&q-trained=no"
    )

    assert not page.is_valid()
    assert page.status == 422
    html = draw("{% errors form %}" + PAGE, form=page)

    assert [plain(error) for error in page.errors["town"]] == [
        "The text has 28 characters, but at most 20 are allowed. Shorten it."
    ]
    assert page.errors["people"] == ["This is not a number. Enter digits only, for example 12."]
    assert 'value="many"' in html
    assert 'href="#id_q-town"' in html
    assert 'aria-describedby="id_q-town_error"' in html
    with pytest.raises(ValueError, match="mistakes"):
        page.answers()


def test_link_of_a_mistake_in_several_inputs_leads_to_the_first_input(everything, draw):  # noqa: F811
    page = submit(everything("en"), GOOD.replace("q-order-time=2", "q-order-time=1"))

    html = draw("{% errors form %}" + PAGE, form=page)

    assert 'href="#id_q-order_0"' in html
    assert 'id="id_q-order_0"' in html


def test_form_reports_a_dropped_answer_to_a_hidden_question(everything, draw):  # noqa: F811
    page = submit(everything("en"), GOOD.replace("q-trained=yes", "q-trained=no"))

    assert page.is_valid()
    assert "topics" not in page.answers().values
    assert page.dropped_labels == ["On what?"]
    assert "Not saved, because your other answers hide these questions:" in draw(PAGE, form=page)


def test_unknown_field_names_of_the_page_are_ignored(everything):
    page = submit(everything("en"), "town=No&csrfmiddlewaretoken=x&" + GOOD)

    assert page.is_valid()
    assert page.answers().values["town"] == "Demo town"


def test_text_in_a_fallback_language_is_marked_and_announced(everything, draw):  # noqa: F811
    with translation.override("ar"):
        html = draw(PAGE, form=QuestionnaireForm(everything("ar")))

    assert '<span lang="en" dir="ltr">Town in which you work</span>' in html
    assert "English" in html


def test_dates_read_left_to_right_in_arabic():
    with translation.override("ar"):
        told = mistake_message(FieldMistake("f", Mistake.DATE_TOO_EARLY, {"first": "2026-01-31"}))

    assert "\u20662026-01-31\u2069" in told


@pytest.mark.django_db
@pytest.mark.parametrize(
    "code", ["evaluation", "follow-up", "knowledge-a", "assessment", "practice"]
)
@pytest.mark.parametrize("tag", ["en", "fr", "nl", "ar"])
def test_shipped_forms_are_rendered_in_their_translation(code, tag, draw):  # noqa: F811
    form = access.get_form(code, language=tag)
    with translation.override(tag):
        html = draw(PAGE, form=QuestionnaireForm(form))
        paper = draw(PAPER, told=form)

    assert (form.untranslated_count, form.is_draft) == (0, True)
    assert "<span lang=" not in html
    for field in form.definition.fields:
        assert field.key in html
    numbers = re.findall(r"<b>(\d+)\. ", paper)
    asking = [
        question for question in form.definition.questions() if question.type != FieldType.CONSENT
    ]
    assert len(numbers) == len(asking)


def test_paper_form_has_a_box_for_each_option_and_prints_conditions(everything, draw):  # noqa: F811
    html = draw(PAPER, told=everything("en"))

    boxes = {"yes_no": 2, "multiple": 3, "single": 3, "scale": 5, "rating": 5, "ranking": 3}
    assert html.count('class="box') - html.count('class="boxes') == sum(boxes.values()) + 6 + 1
    assert html.count('class="write') == 4
    assert "Only if “Was your team trained before?”: “Yes”" in plain(html)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"equals": {"field": "f", "value": False}}, "“Demo f.label”: “No”"),
        (
            {"any_of": {"field": "g", "values": ["a", "b"]}},
            "“Demo g.label”: “Demo g.options.a” or “Demo g.options.b”",
        ),
        ({"at_least": {"field": "g", "value": 2}}, "“Demo g.label”: 2 or more"),
        (
            {"and": [{"equals": {"field": "f", "value": True}}, NOT_A]},
            "“Demo f.label”: “Yes” and not: “Demo g.label”: “Demo g.options.a”",
        ),
        ({"or": [NOT_A]}, "not: “Demo g.label”: “Demo g.options.a”"),
    ],
)
def test_condition_is_phrased_as_text(condition, words):
    form = make_form(make_field("f", "yes_no"), make_field("g", "multiple"))

    assert plain(condition_phrase(form, Condition.model_validate(condition))) == words
