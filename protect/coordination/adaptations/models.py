from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, F, Q
from django.db.models.functions import Coalesce

from protect.coordination.adaptations import rules
from protect.coordination.adaptations.enums import (
    AnswerValue,
    CheckState,
    Moment,
    ReviewVerdict,
    StepState,
)
from protect.directory.enums import Fact
from protect.directory.models import Service
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.verification.enums import CorrectionState
from protect.verification.models import Correction

USER = settings.AUTH_USER_MODEL
ACCEPTED = (CorrectionState.ACCEPTED, CorrectionState.PARTLY)


class ServiceOrganisation(UuidModel):
    """The organisation at the desk that offers a service of the directory. A coordinator names it;
    its people then see the service's own page."""

    service = models.OneToOneField(Service, on_delete=PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    named_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class AdaptationQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(closed_at=None)


class Adaptation(UuidModel):
    """An adaptation check of a service: answers by topic, a plan, reviews by a peer.
    `directory_before`, `public_before`: what the directory and its public page said at the start,
    without the address; the page by language, as fact, label and lines."""

    service = models.ForeignKey(Service, on_delete=PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    peer = models.ForeignKey(
        Organisation, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(USER, on_delete=PROTECT, related_name="+")
    directory_before = models.JSONField(default=dict, blank=True)
    public_before = models.JSONField(default=dict, blank=True)
    planned_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = AdaptationQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_adaptation_open_once",
                fields=["service"],
                condition=Q(closed_at=None),
            ),
            models.CheckConstraint(
                name="coordination_adaptation_peer_is_another",
                condition=Q(peer=None) | ~Q(peer=F("organisation")),
            ),
        ]

    @property
    def state(self) -> CheckState:
        """Return the state. Reviews should be prefetched."""
        reviews = [row for row in self.reviews.all() if row.organisation_id == self.peer_id]
        return rules.check_state(
            is_planned=self.planned_at is not None,
            is_closed=self.closed_at is not None,
            verdict=reviews[0].verdict if reviews else None,
        )


class TopicAnswer(UuidModel):
    """What a service answers to a topic. `version` counts its changes, to find conflicts."""

    adaptation = models.ForeignKey(Adaptation, on_delete=PROTECT, related_name="answers")
    topic = models.CharField(max_length=24)  # a code of adaptation_topics.toml
    moment = models.CharField(max_length=4, choices=Moment, default=Moment.THEN)
    value = models.CharField(max_length=14, choices=AnswerValue, default="", blank=True)
    note = models.CharField(max_length=400, default="", blank=True)
    version = models.PositiveIntegerField(default=1)
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(USER, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["topic", "moment"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_topic_answer_once", fields=["adaptation", "topic", "moment"]
            )
        ]


class AdaptationStepQuerySet(models.QuerySet[Any]):
    def kept(self) -> Self:
        """Keep the steps of the plan: all but cancelled ones."""
        return self.exclude(state=StepState.CANCELLED)

    def published(self) -> Self:
        """Keep steps that became a published fact, and annotate when (`fact_at`)."""
        is_accepted = Q(state=StepState.WAITING, correction__state__in=ACCEPTED)
        rows = self.filter(Q(published_at__isnull=False) | is_accepted)
        return rows.annotate(fact_at=Coalesce("published_at", "correction__judged_at"))


class AdaptationStep(UuidModel):
    """A step of a plan. `before` and `after`: values of its fact before and after the change;
    `correction`: the change that waits for a moderator; `published_at`: when it became a fact."""

    adaptation = models.ForeignKey(Adaptation, on_delete=PROTECT, related_name="steps")
    topic = models.CharField(max_length=24)
    text = models.CharField(max_length=300)
    fact = models.CharField(max_length=16, choices=Fact, default="", blank=True)
    function = models.CharField(max_length=120)
    owner = models.ForeignKey(USER, on_delete=PROTECT, null=True, blank=True, related_name="+")
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=StepState, default=StepState.OPEN)
    note = models.CharField(max_length=400, default="", blank=True)  # what was done
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    correction = models.ForeignKey(
        Correction, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)  # by a coordinator
    decided_by = models.ForeignKey(USER, on_delete=PROTECT, null=True, blank=True, related_name="+")

    objects = AdaptationStepQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_step_has_a_function", condition=~Q(function="")
            ),
            models.CheckConstraint(
                name="coordination_step_ended_has_a_date",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="coordination_step_waits_for_a_report",
                condition=~Q(state="waiting") | Q(correction__isnull=False),
            ),
        ]

    @property
    def current_state(self) -> StepState:
        """Return the state after the decision of a moderator. Needs `correction` loaded."""
        decision = self.correction.state if self.correction else None
        return rules.step_state(StepState(self.state), decision)

    @property
    def refusal(self) -> str:
        """Return why a moderator refused the change; "" unless the step is open because of it."""
        is_refused = self.state == StepState.WAITING and self.current_state == StepState.OPEN
        return self.correction.reason if is_refused and self.correction else ""

    def is_overdue(self, today: date) -> bool:
        return self.current_state == StepState.OPEN and self.due_on < today


class PeerReview(UuidModel):
    """What a person of the peer organisation says about a plan. The newest counts."""

    adaptation = models.ForeignKey(Adaptation, on_delete=PROTECT, related_name="reviews")
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    verdict = models.CharField(max_length=6, choices=ReviewVerdict)
    comment = models.CharField(max_length=1000, default="", blank=True)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(USER, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["-given_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_review_change_says_what",
                condition=Q(verdict="agreed") | ~Q(comment=""),
            )
        ]
