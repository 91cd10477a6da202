"""Which forms an edition uses: chosen before the first response, frozen with the results."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from protect.assessments.actions.row_order import mix, nameless
from protect.assessments.errors import AssessmentRefusal
from protect.assessments.models import AnswerToken, Inquiry, Measuring, Response
from protect.assessments.rules import TESTS
from protect.assessments.statistics import codes, pairs
from protect.kernel.ids import drawn_code
from protect.orgs.scope import Scope
from protect.questionnaires.models import FormVersion
from protect.trainings.base import access
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.base.errors import TrainingRefusal
from protect.trainings.curricula import course_forms, enums, errors
from protect.trainings.scheduling.models import Edition


def start(edition: Edition) -> None:
    """Save the forms that the course suggests; none where they do not fit."""
    chosen = course_forms.suggested(edition.course_version)
    with suppress(errors.SetsDiffer):
        course_forms.must_match(chosen)
        if chosen.forms:
            row = Measuring.objects.create(
                edition=edition,
                order=chosen.order,
                assessment=chosen.assessment,
                salt=codes.new_salt(),
            )
            _write(row, course_forms.forms_of(chosen))


@transaction.atomic
def choose(
    scope: Scope, edition: Edition, chosen: course_forms.Chosen, *, at: datetime
) -> Measuring:
    """Save the forms of an edition. A form that has responses stays as it is. With one set for both
    tests, the second one is the first.
    Errors: PermissionDenied; assessments_analysis_frozen; assessments_forms_in_use; SetsDiffer."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    row, _ = Measuring.objects.select_for_update(of=("self",)).get_or_create(
        edition=edition,
        defaults={"order": chosen.order, "assessment": chosen.assessment, "salt": codes.new_salt()},
    )
    if row.frozen_at is not None:
        raise AssessmentRefusal("assessments_analysis_frozen")
    course_forms.must_match(chosen)
    forms = course_forms.forms_of(chosen)
    _must_be_free(row, chosen, forms)
    row.order, row.assessment = chosen.order, chosen.assessment
    row.save(update_fields=["order", "assessment"])
    _write(row, forms)
    audit.record("assessments.choose_forms", edition)
    return row


def copy(scope: Scope, edition: Edition, original: Edition, *, at: datetime) -> None:
    """Copy the forms of another edition. Errors: as `choose`."""
    row = Measuring.objects.filter(edition=original).first()
    if row is None:
        return
    inquiries = row.inquiries.select_related("form").order_by("pk")
    forms = {Phase(inquiry.phase): inquiry.form for inquiry in inquiries}
    chosen = course_forms.Chosen(enums.SetOrder(row.order), Assessment(row.assessment), forms)
    choose(scope, edition, chosen, at=at)


def _must_be_free(
    row: Measuring, chosen: course_forms.Chosen, forms: Mapping[Phase, FormVersion]
) -> None:
    stood = {Phase(each.phase): each.form_id for each in row.inquiries.order_by("pk")}
    answered = Response.objects.filter(edition=row.edition_id).order_by().distinct()
    phases = set(map(Phase, answered.values_list("phase", flat=True)))
    if row.order != chosen.order and phases & TESTS:
        raise AssessmentRefusal("assessments_forms_in_use", phase=str(Phase.PRE.label))
    for phase in Phase:
        form = forms.get(phase)
        if phase in phases and (form.pk if form else None) != stood.get(phase):
            raise AssessmentRefusal("assessments_forms_in_use", phase=str(phase.label))


def _write(row: Measuring, forms: Mapping[Phase, FormVersion]) -> None:
    row.inquiries.exclude(phase__in=[*forms]).delete()
    for phase, form in forms.items():
        new = {"form": form, "code": drawn_code()}
        Inquiry.objects.update_or_create(
            measuring=row, phase=phase, defaults={"form": form}, create_defaults=new
        )


@transaction.atomic
def freeze(scope: Scope, edition: Edition, *, at: datetime) -> Measuring:
    """Replace codes by random pair ids, delete the key, and close all open forms. Follow-ups come
    later and stay open. Results are the same before and after. Errors: PermissionDenied;
    assessments_analysis_frozen, the second time; trainings_edition_not_ended."""
    audit = access.planner_context(scope, edition.host_id, at=at)
    row = Measuring.objects.select_for_update(of=("self",)).get(pk=edition.pk)
    if row.frozen_at is not None:
        raise AssessmentRefusal("assessments_analysis_frozen")
    if not has_ended(edition, at):
        raise TrainingRefusal("trainings_edition_not_ended")
    rows = list(Response.objects.filter(edition=edition).exclude(pair="").order_by("pk"))
    ids = pairs.pair_ids(response.pair for response in rows)
    for response in rows:
        response.pair = ids[response.pair]
    Response.objects.bulk_update(rows, ["pair"], batch_size=500)
    row.salt, row.frozen_at, row.frozen_by_id = None, at, scope.user_id
    row.save(update_fields=["salt", "frozen_at", "frozen_by"])
    AnswerToken.objects.filter(edition=edition).exclude(phase=Phase.FOLLOW_UP).delete()
    for anonymous in nameless(edition.pk):
        mix(anonymous, most=None)
    audit.record("assessments.freeze", edition)
    return row


def has_ended(edition: Edition, at: datetime) -> bool:
    """Return whether the last session of an edition is over."""
    has_begun = edition.is_over or edition.sessions.standing().exists()
    return has_begun and not edition.sessions.to_end(at).exists()
