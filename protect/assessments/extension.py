"""Add assessments to trainings: sections, links on participants' pages, nightly steps, erasure."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language, gettext as _

from protect.assessments import models, outcomes
from protect.assessments.actions import answers, follow_up, measurement, slips
from protect.orgs.scope import Scope
from protect.trainings.base.extension import Extension, OwnLink, Renewal, Section
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition


class Assessments(Extension):
    night = {
        "follow_up": follow_up.send_due_mails,
        "mix_answers": answers.shuffle_rows_and_delete_expired_slips,
        "forget_links": slips.delete_old_link_records,
    }

    def sections(self, edition: Edition, *, may_plan: bool) -> Sequence[Section]:
        """Return the section of tests and evaluation, whether or not the user may plan."""
        url = reverse("assessments:learning", args=[edition.pk])
        return (Section(_("Tests and evaluation"), _("Learning results"), url),)

    def own_links(self, registration: Registration, token: str, at: datetime) -> Sequence[OwnLink]:
        if outcomes.get_own_forms(registration, at) is None:
            return ()
        url = reverse("open_assessments:own_learning", args=[get_language(), token])
        return (OwnLink(_("Test and questions"), url),)

    def begin(self, edition: Edition) -> None:
        """Save the forms that the course suggests for a new edition."""
        measurement.save_suggested_forms(edition)

    def copy(self, scope: Scope, edition: Edition, original: Edition, *, at: datetime) -> None:
        measurement.copy_forms(scope, edition, original, at=at)

    def lock(self, editions: Collection[UUID]) -> None:
        """Lock the records of the forms of editions, before the caller locks the editions."""
        answers.lock_measurings(editions)

    def renew_links(self, registrations: Sequence[Registration]) -> Renewal:
        """Return a function that replaces the unused follow-up links of these registrations."""
        tokens = follow_up.find_unused_links(registrations)

        def replace_unused_links(*, at: datetime) -> None:
            for registration in registrations:
                if registration.pk in tokens:
                    follow_up.replace_link(registration, tokens[registration.pk], at=at)

        return replace_unused_links

    def erase(self, registrations: Collection[UUID]) -> None:
        """Delete agreements to the follow-up, link records and named assessments."""
        for model in (models.FollowUp, models.LinkTaken, models.Response):
            model._default_manager.filter(registration__in=registrations).delete()
