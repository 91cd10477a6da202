"""Forms of an edition, their anonymous responses, and the single-use slips that open a form."""

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, Q

from protect.kernel.database import NamelessModel, UuidModel
from protect.questionnaires.models import FormVersion
from protect.trainings.base.enums import Assessment, Phase
from protect.trainings.curricula.enums import SetOrder
from protect.trainings.registrations.models import Registration
from protect.trainings.scheduling.models import Edition


class Measuring(NamelessModel):
    """The forms that an edition uses. The key of its card codes and links is derived from `salt`
    and a server secret that no dump contains. Freezing deletes `salt`: cards reveal nothing."""

    edition = models.OneToOneField(Edition, on_delete=PROTECT, primary_key=True, related_name="+")
    order = models.CharField(max_length=6, choices=SetOrder, default=SetOrder.SAME)
    assessment = models.CharField(max_length=8, choices=Assessment)
    salt = models.BinaryField(null=True, blank=True)
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="assessments_measuring_frozen_forgets_the_key",
                condition=Q(frozen_at=None, frozen_by=None, salt__isnull=False)
                | Q(frozen_at__isnull=False, frozen_by__isnull=False, salt=None),
            )
        ]


class Inquiry(models.Model):
    """A form that an edition uses in one phase. `code`: in a test's address, on its poster."""

    measuring = models.ForeignKey(Measuring, on_delete=CASCADE, related_name="inquiries")
    phase = models.CharField(max_length=10, choices=Phase)
    form = models.ForeignKey(FormVersion, on_delete=PROTECT, related_name="+")
    code = models.CharField(max_length=12, unique=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(name="assessments_inquiry_once", fields=["measuring", "phase"])
        ]

    def __str__(self) -> str:
        return f"inquiry {self.code}"


class Response(UuidModel):
    """The answers that one participant gave to one form. Only a named assessment is linked
    to a registration. `pair`: a keyed hash of the card's code; freezing replaces it by a random
    id. The only time stored is a session (of an evaluation its day, of a follow-up the day it
    was sent), and no language: a rare value would identify a participant. Row order is random."""

    edition = models.ForeignKey(Edition, on_delete=PROTECT, related_name="+")
    form = models.CharField(max_length=60)  # code and number of the form: "knowledge-a:1"
    phase = models.CharField(max_length=10, choices=Phase)
    pair = models.CharField(max_length=64, default="", blank=True)
    day = models.DateField()
    is_afternoon = models.BooleanField()
    answers = models.JSONField()
    points = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    registration = models.ForeignKey(
        Registration, on_delete=CASCADE, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="assessments_response_name_only_where_asked",
                condition=Q(phase=Phase.NAMED, registration__isnull=False)
                | (~Q(phase=Phase.NAMED) & Q(registration=None)),
            ),
            models.CheckConstraint(
                name="assessments_response_pairs_tests",
                condition=Q(pair="") | Q(phase__in=[Phase.PRE, Phase.POST]),
            ),
            models.CheckConstraint(
                name="assessments_response_half_day_of_tests",
                condition=Q(is_afternoon=False) | Q(phase__in=[Phase.PRE, Phase.POST, Phase.NAMED]),
            ),
            models.UniqueConstraint(
                name="assessments_response_named_once",
                fields=["registration", "form"],
                condition=Q(registration__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["edition", "phase"], name="assessments_response_of")]


class AnswerToken(UuidModel):
    """A single-use slip that opens a form. Sending the form deletes it; no response links to it."""

    edition = models.ForeignKey(Edition, on_delete=CASCADE, related_name="+")
    phase = models.CharField(max_length=10, choices=Phase)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_on = models.DateField()

    class Meta:
        ordering = ["pk"]


class LinkTaken(NamelessModel):
    """That a participant got their one-time link to the evaluation, without link and time."""

    registration = models.OneToOneField(
        Registration, on_delete=CASCADE, primary_key=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]


class FollowUp(NamelessModel):
    """A participant's agreement to be asked after some months; deleted with the second mail."""

    registration = models.OneToOneField(Registration, on_delete=CASCADE, related_name="+")
    agreed_at = models.DateTimeField()
    due_on = models.DateField()  # of the next mail
    reminders = models.PositiveSmallIntegerField(default=0)  # mails sent so far: 0 or 1

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="assessments_follow_up_two_reminders", condition=Q(reminders__lte=2)
            )
        ]
