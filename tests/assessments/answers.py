"""Fill in forms for tests as a browser sends them."""

from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict

from protect.assessments.actions.answers import FilledForm, get_form_for_participant
from protect.assessments.models import Inquiry
from protect.questionnaires.forms import QuestionnaireForm
from protect.questionnaires.rules.answers import answer_to_post_data
from protect.questionnaires.words import Form


def post_data_for(form: Form, right: int = 0) -> dict[str, Any]:
    """Return posted right answers to the first `right` questions of a form, the others open.

    Without a right answer, one wrong answer is sent, because an empty form is refused.
    """
    found: dict[str, Any] = {} if right else _one_wrong_answer(form)
    scored = [question for question in form.definition.questions() if question.points]
    for field in scored[:right]:
        is_list = field.type in {"multiple", "ranking"}
        value = list(field.right) if is_list else field.right[0]
        found |= {f"q-{name}": values for name, values in answer_to_post_data(field, value).items()}
    return found


def _one_wrong_answer(form: Form) -> dict[str, Any]:
    """Return a wrong answer to one question."""
    asked = form.definition.questions()
    field = next(question for question in asked if question.type in {"single", "scale", "yes_no"})
    wrong = [option for option in field.options if option not in field.right]
    return {f"q-{field.key}": {"single": wrong[:1], "scale": ["3"], "yes_no": ["no"]}[field.type]}


def fill_form(form: Form, code: str = "", sent_key: UUID | None = None, **q: Any) -> FilledForm:
    """Return a form with answers, `right` of them right."""
    return _read(form, {**post_data_for(form, q.pop("right", 0)), **q}, code, sent_key)


def fill_nothing(form: Form, **q: Any) -> FilledForm:
    """Return a form without answers except `q`."""
    return _read(form, q)


def _read(
    form: Form, sent: dict[str, Any], code: str = "", sent_key: UUID | None = None
) -> FilledForm:
    data = QueryDict(mutable=True)
    for name, values in sent.items():
        data.setlist(name, values if isinstance(values, list) else [values])
    page = QuestionnaireForm(form, data)
    assert page.is_valid(), page.errors
    return FilledForm(form, page.answers(), code, sent_key or uuid4())


def fill_test(inquiry: Inquiry, code: str = "", right: int = 0) -> FilledForm:
    """Return the test that a card gets, with `right` right answers."""
    key = uuid4()
    return fill_form(get_form_for_participant(inquiry, code, key, "en"), code, key, right=right)
