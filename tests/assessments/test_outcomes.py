"""Assessment results that a certificate depends on."""

import pytest

from protect.assessments.outcomes import (
    AssessmentResult,
    get_assessment_result,
    get_assessment_results,
)
from protect.trainings.base.enums import Assessment, Phase
from tests.assessments.measured import measure, store_response
from tests.trainings.planning import make_course, make_edition
from tests.trainings.registrations.test_decisions import come

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition(planners):
    return make_edition(planners.host)


def test_without_a_test_every_participant_has_passed(edition):
    assert get_assessment_result(come(edition)) == AssessmentResult(has_passed=True)


def test_edition_overrides_the_assessment_of_its_course(planners):
    edition = make_edition(
        planners.host, course_version=make_course(planners.host, assessment=Assessment.NAMED)
    )
    row = come(edition)
    assert not get_assessment_result(row).has_passed
    measure(edition, Assessment.NONE)

    assert get_assessment_result(row).has_passed


@pytest.mark.parametrize(
    ("points", "maximum", "reached", "percent"),
    [(6, 10, True, 60), (5.9, 10, False, 59), (0.6 * 14, 14, True, 60), (0, 14, False, 0)],
)
def test_named_assessment_is_compared_with_the_pass_mark_of_the_course(
    edition, points, maximum, reached, percent
):
    measure(edition, Assessment.NAMED)
    row, other = come(edition), come(edition)
    store_response(edition, Phase.NAMED, registration=row, points=points, maximum=maximum)

    assert get_assessment_result(row) == AssessmentResult(has_passed=reached, percent=percent)
    assert get_assessment_result(other) == AssessmentResult(has_passed=False)


def test_number_of_queries_does_not_grow_with_participants(edition, django_assert_num_queries):
    measure(edition, Assessment.NAMED)
    rows = [come(edition) for _ in range(3)]

    with django_assert_num_queries(2):
        get_assessment_results(edition, [row.pk for row in rows])
