"""Which forms an edition uses, when, and how it decides that a participant passed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from django.db import transaction

from protect.assessments.errors import AnalysisFrozen, FormsInUse
from protect.assessments.models import Inquiry, Measuring, Response
from protect.assessments.statistics.codes import new_salt
from protect.kernel.ids import drawn_code
from protect.orgs.scope import Scope
from protect.questionnaires.models import FormVersion
from protect.trainings.base import access
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula.course_forms import Chosen, forms_of, must_match, suggested
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.curricula.errors import SetsDiffer
from protect.trainings.scheduling.models import Edition


def start(edition: Edition) -> None:
    """Save the forms that the course suggests; none where they do not fit."""
    chosen = suggested(edition.course_version)
    with suppress(SetsDiffer):
        must_match(chosen)
        if chosen.forms:
            row = Measuring.objects.create(
                edition=edition, order=chosen.order, assessment=chosen.assessment, salt=new_salt()
            )
            _write(row, forms_of(chosen))


@transaction.atomic
def choose(scope: Scope, edition: Edition, chosen: Chosen, *, at: datetime) -> Measuring:
    """Save the forms of an edition. A form that has responses stays as it is.

    With one set for both tests, the second one is the first.
    Errors: PermissionDenied; AnalysisFrozen; FormsInUse; SetsDiffer.
    """
    audit = access.planner_context(scope, edition.host_id, at=at)
    row, _ = Measuring.objects.select_for_update(of=("self",)).get_or_create(
        edition=edition,
        defaults={
            "order": chosen.order,
            "assessment": chosen.assessment,
            "salt": new_salt(),
        },
    )
    if row.frozen_at is not None:
        raise AnalysisFrozen
    must_match(chosen)
    forms = forms_of(chosen)
    _must_be_free(row, chosen, forms)
    row.order, row.assessment = chosen.order, chosen.assessment
    row.save(update_fields=["order", "assessment"])
    _write(row, forms)
    audit.record("assessments.choose_forms", edition)
    return row


def copy(scope: Scope, edition: Edition, original: Edition, *, at: datetime) -> None:
    """Copy the forms of another edition. Errors: as `choose`."""
    measuring = Measuring.objects.filter(edition=original).first()
    if measuring is not None:
        choose(scope, edition, _chosen(measuring), at=at)


def _must_be_free(row: Measuring, chosen: Chosen, forms: Mapping[Phase, FormVersion]) -> None:
    stood = {Phase(each.phase): each.form_id for each in row.inquiries.order_by("pk")}
    answered = Response.objects.filter(edition=row.edition_id)
    phases = {
        Phase(each) for each in answered.order_by().values_list("phase", flat=True).distinct()
    }
    if row.order != chosen.order and phases & {Phase.PRE, Phase.POST}:
        raise FormsInUse(phase=str(Phase.PRE.label))
    for phase in Phase:
        form = forms.get(phase)
        if phase in phases and (form.pk if form else None) != stood.get(phase):
            raise FormsInUse(phase=str(phase.label))


def _write(row: Measuring, forms: Mapping[Phase, FormVersion]) -> None:
    row.inquiries.exclude(phase__in=[*forms]).delete()
    for phase, form in forms.items():
        Inquiry.objects.update_or_create(
            measuring=row, phase=phase, defaults={"form": form}, create_defaults=_new(form)
        )


def _new(form: FormVersion) -> dict[str, FormVersion | str]:
    return {"form": form, "code": drawn_code()}


def _chosen(measuring: Measuring) -> Chosen:
    rows = measuring.inquiries.select_related("form").order_by("pk")
    return Chosen(
        SetOrder(measuring.order),
        Assessment(measuring.assessment),
        {Phase(row.phase): row.form for row in rows},
    )
