"""Which forms people without account may open: tests by an address, others by a slip."""

from __future__ import annotations

from datetime import date

from django.http import Http404

from protect.assessments.errors import SlipGone
from protect.assessments.models import AnswerToken, Inquiry, Measuring
from protect.kernel.ids import squeezed
from protect.trainings.base.access import the_one, token_hash
from protect.trainings.base.enums import Phase
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition


def get_inquiry(code: str) -> Inquiry:
    """Return the test to which the address on the wall leads. Errors: Http404."""
    rows = Inquiry.objects.select_related(
        "form", "measuring__edition__course_version", "measuring__edition__host"
    )
    found = rows.filter(code=code, phase__in=[Phase.PRE, Phase.POST]).first()
    if found is None or found.measuring.edition.state == EditionState.CANCELLED:
        raise Http404
    return found


def get_measuring(edition: Edition) -> Measuring:
    """Return how an edition is measured. Errors: Http404, where nothing is asked."""
    return the_one(Measuring.objects.filter(pk=edition.pk))


def get_slip(token: str, day: date) -> AnswerToken:
    """Return the slip that still opens a form on a day, in whatever case somebody typed it.

    Errors: SlipGone, for every other one.
    """
    rows = AnswerToken.objects.select_related("edition__course_version", "edition__host")
    found = rows.filter(token_hash=token_hash(squeezed(token)), expires_on__gte=day).first()
    if found is None:
        raise SlipGone
    return found
