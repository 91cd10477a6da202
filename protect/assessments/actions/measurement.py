"""Choose the forms of an edition before its first response, and freeze its results at the end."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from protect.assessments.actions.answers import anonymous_rows, shuffle_rows
from protect.assessments.errors import AssessmentRefusal
from protect.assessments.models import AnswerToken, Measuring, Response
from protect.assessments.rules import TEST_PHASES
from protect.assessments.statistics import codes, pairs
from protect.kernel.ids import generate_code
from protect.orgs.scope import Scope
from protect.questionnaires.models import FormVersion
from protect.trainings.base import access
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.curricula import course_forms, enums, errors
from protect.trainings.scheduling.models import Edition


def save_suggested_forms(edition: Edition) -> None:
    """Save the forms that the course suggests; save none if its two tests cannot be compared."""
    chosen = course_forms.suggested_questionnaires(edition.course_version)
    with suppress(errors.AssessmentsNotComparable):
        course_forms.must_be_comparable(chosen)
        if chosen.forms:
            salt = codes.new_salt()
            measuring = Measuring.objects.create(
                edition=edition, order=chosen.order, assessment=chosen.assessment, salt=salt
            )
            _save_inquiries(measuring, course_forms.questionnaires_by_phase(chosen))


@transaction.atomic
def choose_forms(
    scope: Scope, edition: Edition, chosen: course_forms.ChosenQuestionnaires, *, at: datetime
) -> Measuring:
    """Save the forms of an edition. A form that has responses cannot be replaced. If both tests use
    one set, the post-test is the pre-test's form. Errors: PermissionDenied;
    assessments_analysis_frozen; assessments_forms_in_use; AssessmentsNotComparable."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    measuring, _ = Measuring.objects.select_for_update(of=("self",)).get_or_create(
        edition=edition,
        defaults={"order": chosen.order, "assessment": chosen.assessment, "salt": codes.new_salt()},
    )
    if measuring.frozen_at is not None:
        raise AssessmentRefusal("assessments_analysis_frozen")
    course_forms.must_be_comparable(chosen)
    forms = course_forms.questionnaires_by_phase(chosen)
    _must_be_unanswered(measuring, chosen)
    measuring.order, measuring.assessment = chosen.order, chosen.assessment
    measuring.save(update_fields=["order", "assessment"])
    _save_inquiries(measuring, forms)
    audit.record("assessments.choose_forms", edition)
    return measuring


def copy_forms(scope: Scope, edition: Edition, original: Edition, *, at: datetime) -> None:
    """Give an edition the forms of `original`, if that has any. Errors: as `choose_forms`."""
    measuring = Measuring.objects.filter(edition=original).first()
    if measuring is None:
        return
    inquiries = measuring.inquiries.select_related("form").order_by("pk")
    forms = {Phase(inquiry.phase): inquiry.form for inquiry in inquiries}
    order, assessment = enums.SetOrder(measuring.order), Assessment(measuring.assessment)
    chosen = course_forms.ChosenQuestionnaires(order, assessment, forms)
    choose_forms(scope, edition, chosen, at=at)


def _must_be_unanswered(measuring: Measuring, chosen: course_forms.ChosenQuestionnaires) -> None:
    """Refuse to replace a form that has responses, or to change the order of answered tests."""
    forms = course_forms.questionnaires_by_phase(chosen)
    current_form_ids = {Phase(row.phase): row.form_id for row in measuring.inquiries.order_by("pk")}
    responses = Response.objects.filter(edition=measuring.edition_id).order_by().distinct()
    answered_phases = set(map(Phase, responses.values_list("phase", flat=True)))
    if measuring.order != chosen.order and answered_phases & TEST_PHASES:
        raise AssessmentRefusal("assessments_forms_in_use", phase=str(Phase.PRE.label))
    for phase in Phase:
        form = forms.get(phase)
        if phase in answered_phases and (form.pk if form else None) != current_form_ids.get(phase):
            raise AssessmentRefusal("assessments_forms_in_use", phase=str(phase.label))


def _save_inquiries(measuring: Measuring, forms: Mapping[Phase, FormVersion]) -> None:
    measuring.inquiries.exclude(phase__in=[*forms]).delete()
    for phase, form in forms.items():
        update, new = {"form": form}, {"form": form, "code": generate_code()}
        measuring.inquiries.update_or_create(phase=phase, defaults=update, create_defaults=new)


@transaction.atomic
def freeze_results(scope: Scope, edition: Edition, *, at: datetime) -> Measuring:
    """Replace the keyed hashes of card codes by random ids, delete the salt of their key, and close
    all forms but follow-ups, which come later. Results stay the same. Errors: PermissionDenied;
    assessments_analysis_frozen, the second time; trainings_edition_not_ended."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    measuring = Measuring.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if measuring.frozen_at is not None:
        raise AssessmentRefusal("assessments_analysis_frozen")
    if not has_ended(edition, at):
        raise TrainingRefusal("trainings_edition_not_ended")
    responses = list(Response.objects.filter(edition=edition).exclude(pair="").order_by("pk"))
    ids = pairs.pair_ids(response.pair for response in responses)
    for response in responses:
        response.pair = ids[response.pair]
    Response.objects.bulk_update(responses, ["pair"], batch_size=500)
    measuring.salt, measuring.frozen_at, measuring.frozen_by_id = None, at, scope.user_id
    measuring.save(update_fields=["salt", "frozen_at", "frozen_by"])
    AnswerToken.objects.filter(edition=edition).exclude(phase=Phase.FOLLOW_UP).delete()
    for anonymous in anonymous_rows(edition.pk):
        shuffle_rows(anonymous, max_others=None)
    audit.record("assessments.freeze", edition)
    return measuring


def has_ended(edition: Edition, at: datetime) -> bool:
    """Return whether the last session of an edition is over."""
    has_begun = edition.is_over or edition.sessions.not_cancelled().exists()
    return has_begun and not edition.sessions.not_ended(at).exists()
