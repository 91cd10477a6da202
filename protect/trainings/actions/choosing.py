"""Which forms an edition asks, when, and what shows that somebody has learned enough."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from protect.kernel.ids import drawn_code
from protect.orgs.scope import Scope
from protect.questionnaires.access import form_of, published
from protect.questionnaires.models import FormVersion
from protect.trainings import access
from protect.trainings.enums import Assessment, Phase, SetOrder
from protect.trainings.measuring.errors import AnalysisFrozen, FormsInUse, SetsDiffer
from protect.trainings.measuring.keys import new_salt
from protect.trainings.models import CourseVersion, Edition, Inquiry, Measuring, Response


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an edition asks. A phase that is missing in `forms` asks nothing."""

    order: SetOrder
    assessment: Assessment
    forms: Mapping[Phase, FormVersion]


def suggested(course: CourseVersion) -> Chosen:
    """Return what a course suggests. A form that is published no more is left out."""
    known = {each.code: each for each in published()}
    forms = {Phase(phase): known[code] for phase, code in course.forms.items() if code in known}
    is_two = len({forms[each].pk for each in (Phase.PRE, Phase.POST) if each in forms}) == 2
    return Chosen(SetOrder.AB if is_two else SetOrder.SAME, Assessment(course.assessment), forms)


def start(edition: Edition) -> None:
    """Begin an edition with what its course suggests; with nothing where that does not fit."""
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
    """Choose the forms of an edition. What has answers already stays as it is.

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
    audit.record("trainings.choose_forms", edition)
    return row


def forms_of(chosen: Chosen) -> dict[Phase, FormVersion]:
    """Return the form of each phase, as the order has it."""
    forms = dict(chosen.forms)
    if chosen.order is SetOrder.SAME and Phase.PRE in forms:
        forms[Phase.POST] = forms[Phase.PRE]
    return forms


def must_match(chosen: Chosen) -> None:
    """Refuse two tests of which one could not be held against the other. Errors: SetsDiffer."""
    forms = forms_of(chosen)
    tests = [forms[phase] for phase in (Phase.PRE, Phase.POST) if phase in forms]
    asked = {
        tuple(sorted((each.key, each.points) for each in form_of(test).definition.asking()))
        for test in tests
    }
    if len(asked) > 1 or (chosen.order is not SetOrder.SAME and len(tests) == 1):
        raise SetsDiffer


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
