"""The questionnaires that a course suggests, and the comparison of its two tests."""

from collections.abc import Mapping
from dataclasses import dataclass

from protect.questionnaires.access import build_form, list_published_forms
from protect.questionnaires.models import FormVersion
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula import enums, errors, models

TEST_PHASES = (Phase.PRE, Phase.POST)


@dataclass(frozen=True, slots=True)
class ChosenQuestionnaires:
    """Questionnaires of an edition or course; `questionnaires_by_phase` adds POST if it is SAME."""

    order: enums.SetOrder
    assessment: Assessment  # what the certificate requires
    forms: Mapping[Phase, FormVersion]


def suggested_questionnaires(course_version: models.CourseVersion) -> ChosenQuestionnaires:
    """Return the published questionnaires that a course suggests; A then B for two tests."""
    published = {form.code: form for form in list_published_forms()}
    codes = {Phase(phase): code for phase, code in course_version.forms.items()}
    forms = {phase: published[code] for phase, code in codes.items() if code in published}
    has_two_tests = len({forms[phase].pk for phase in TEST_PHASES if phase in forms}) == 2
    order = enums.SetOrder.AB if has_two_tests else enums.SetOrder.SAME
    return ChosenQuestionnaires(order, Assessment(course_version.assessment), forms)


def questionnaires_by_phase(chosen: ChosenQuestionnaires) -> dict[Phase, FormVersion]:
    """Return the questionnaire of each phase; with SetOrder.SAME, POST has the one of PRE."""
    forms = dict(chosen.forms)
    if chosen.order is enums.SetOrder.SAME and Phase.PRE in forms:
        forms[Phase.POST] = forms[Phase.PRE]
    return forms


def must_be_comparable(chosen: ChosenQuestionnaires) -> None:
    """Refuse two tests with results that cannot be compared. Errors: AssessmentsNotComparable."""
    forms = questionnaires_by_phase(chosen)
    tests = [build_form(forms[phase]).definition for phase in TEST_PHASES if phase in forms]
    questions = {tuple(sorted((row.key, row.points) for row in test.questions())) for test in tests}
    if len(questions) > 1 or (chosen.order is not enums.SetOrder.SAME and len(tests) == 1):
        raise errors.AssessmentsNotComparable
