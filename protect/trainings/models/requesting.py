"""Information sessions: who asks for one, and the ambassadors who hold them."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from protect.orgs.models import Organisation
from protect.reference.models import Country, Language, Place
from protect.trainings.enums import Mood, RequestState, Setting
from protect.trainings.models.planning import Resource, Session
from protect.trainings.queries import RequestQuerySet


class SessionRequest(models.Model):
    """A school, centre or community asks for a session. No pupil, no child, nobody's story."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=12, unique=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(  # who answers it; None while nobody has taken it
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    setting = models.CharField(max_length=16, choices=Setting)
    asker = models.CharField(max_length=160)  # the school or centre
    contact_name = models.CharField(max_length=120, default="", blank=True)
    contact_email = models.EmailField(max_length=254, default="", blank=True)
    contact_phone = models.CharField(max_length=40, default="", blank=True)
    contact_language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    band = models.CharField(max_length=20, default="", blank=True)  # of ages, or a class level
    languages = models.ManyToManyField(Language, related_name="+", blank=True)
    dates = models.CharField(max_length=400, default="", blank=True)  # in the asker's words
    expected = models.PositiveSmallIntegerField(null=True, blank=True)  # people
    # What must be known before it is scheduled.
    class_level = models.CharField(max_length=40, default="", blank=True)
    teacher_present = models.BooleanField(null=True, blank=True)
    safeguarding_lead = models.CharField(max_length=120, default="", blank=True)
    accepts_protocol = models.BooleanField(null=True, blank=True)  # of what is said to somebody
    has_private_room = models.BooleanField(null=True, blank=True)
    state = models.CharField(max_length=9, choices=RequestState, default=RequestState.RECEIVED)
    reason = models.CharField(max_length=400, default="", blank=True)  # of declining
    alternative = models.CharField(max_length=400, default="", blank=True)  # what else there is
    said = models.CharField(max_length=1000, default="", blank=True)  # what changed, by the asker
    received_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when it came to its state
    edited = models.PositiveIntegerField(default=1)  # how often what is known was saved
    token_hash = models.CharField(max_length=64, unique=True)  # of the asker's own link
    sent_key = models.UUIDField(unique=True)  # of the form that was sent: twice is once

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="trainings_request_declined_with_an_alternative",
                condition=~Q(state=RequestState.DECLINED) | (~Q(reason="") & ~Q(alternative="")),
            )
        ]
        indexes = [models.Index(fields=["country", "state"], name="trainings_request_where")]

    def __str__(self) -> str:
        return f"request {self.code}"


class Ambassador(models.Model):
    """Somebody who speaks to communities. Never listed publicly, and sees no case.

    Dates say when each was last shown; whoever speaks to minors needs all three to be valid.
    """

    resource = models.OneToOneField(
        Resource, on_delete=models.CASCADE, primary_key=True, related_name="ambassador"
    )
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    region = models.CharField(max_length=24, default="", blank=True)  # a code of an area
    skills = models.JSONField(default=list, blank=True)  # codes of skills.toml
    phone = models.CharField(max_length=40, default="", blank=True)  # the organisation's, never own
    safety_plan = models.BinaryField(null=True, blank=True)  # sealed to themselves
    may_name = models.BooleanField(default=False)
    may_picture = models.BooleanField(default=False)
    may_voice = models.BooleanField(default=False)
    materials = models.JSONField(default=list, blank=True)  # codes of what shows or names them

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"ambassador {self.pk}"


class Suitability(models.Model):
    """When somebody was vetted, signed the code of conduct or learned to protect children."""

    resource = models.ForeignKey(Resource, on_delete=models.CASCADE, related_name="suitability")
    kind = models.CharField(max_length=20)  # a code of suitability.toml
    shown_on = models.DateField()
    expires_on = models.DateField()
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["resource", "kind"]
        constraints = [
            models.UniqueConstraint(name="trainings_suitability_once", fields=["resource", "kind"]),
            models.CheckConstraint(
                name="trainings_suitability_in_order",
                condition=Q(shown_on__lt=models.F("expires_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"suitability {self.pk}"


class Debrief(models.Model):
    """What somebody says of themselves after a session, and whether something happened."""

    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="debriefs")
    resource = models.ForeignKey(Resource, on_delete=models.PROTECT, related_name="+")
    mood = models.CharField(max_length=10, choices=Mood, default="", blank=True)
    wants_call = models.BooleanField(default=False)
    incident_at = models.DateTimeField(null=True, blank=True)  # the button; told by phone, not here
    called_at = models.DateTimeField(null=True, blank=True)  # the supervisor has called
    created = models.DateTimeField()

    class Meta:
        ordering = ["-created", "pk"]
        constraints = [
            models.UniqueConstraint(name="trainings_debrief_once", fields=["session", "resource"])
        ]

    def __str__(self) -> str:
        return f"debrief {self.pk}"
