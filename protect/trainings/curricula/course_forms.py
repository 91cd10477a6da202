"""Questionnaires that a course suggests, and whether its two tests are comparable."""

from collections.abc import Mapping
from dataclasses import dataclass

from protect.questionnaires.access import form_of, published
from protect.questionnaires.models import FormVersion
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula import errors, models
from protect.trainings.curricula.enums import SetOrder


@dataclass(frozen=True, slots=True)
class Chosen:
    """The questionnaires of an edition. A phase that is missing in `forms` has none."""

    order: SetOrder
    assessment: Assessment
    forms: Mapping[Phase, FormVersion]


def suggested(course: models.CourseVersion) -> Chosen:
    """Return the questionnaires that a course suggests, without those no longer published."""
    known = {each.code: each for each in published()}
    forms = {Phase(phase): known[code] for phase, code in course.forms.items() if code in known}
    is_two = len({forms[each].pk for each in (Phase.PRE, Phase.POST) if each in forms}) == 2
    return Chosen(SetOrder.AB if is_two else SetOrder.SAME, Assessment(course.assessment), forms)


def forms_of(chosen: Chosen) -> dict[Phase, FormVersion]:
    """Return the form of each phase, as the order has it."""
    forms = dict(chosen.forms)
    if chosen.order is SetOrder.SAME and Phase.PRE in forms:
        forms[Phase.POST] = forms[Phase.PRE]
    return forms


def must_match(chosen: Chosen) -> None:
    """Refuse two tests whose results could not be compared. Errors: SetsDiffer."""
    forms = forms_of(chosen)
    tests = [forms[phase] for phase in (Phase.PRE, Phase.POST) if phase in forms]
    questions = {
        tuple(sorted((each.key, each.points) for each in form_of(test).definition.asking()))
        for test in tests
    }
    if len(questions) > 1 or (chosen.order is not SetOrder.SAME and len(tests) == 1):
        raise errors.SetsDiffer
