import uuid
from collections.abc import Collection
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, Case, F, Q, Value, When

from protect.kernel.database import NamelessModel, UuidModel
from protect.orgs.models import Organisation
from protect.outreach import enums, rules
from protect.reference.models import Country, Language, Place
from protect.trainings.scheduling.models import Resource, Session


class RequestQuerySet(models.QuerySet["SessionRequest"]):
    def urgent_first(self, pressing: Collection[uuid.UUID] = ()) -> Self:
        """Order requests: ids in `pressing` first, then by due date, without due date last."""
        whens = [
            When(state=state, then=F("moved_at") + Value(timedelta(days=days)))
            for state, days in rules.DAYS_TO_ANSWER.items()
        ]
        due = Case(*whens, default=None, output_field=models.DateTimeField())
        is_pressing = Case(When(pk__in=pressing, then=0), default=1)
        order = (is_pressing, F("due").asc(nulls_last=True), "moved_at", "pk")
        return self.annotate(due=due).order_by(*order)

    def visible_to(self, organisations: Collection[uuid.UUID], countries: Collection[str]) -> Self:
        """Keep requests that these organisations took, and untaken ones of these countries."""
        free = Q(organisation=None, country__in=countries)
        return self.filter(free | Q(organisation__in=organisations))


class InformationSessionQuerySet(models.QuerySet["InformationSession"]):
    def not_cancelled(self) -> Self:
        """Keep the sessions that are not cancelled."""
        return self.filter(cancelled_at=None)


class SessionRequest(UuidModel):
    """A request for an information session. It holds no data of children, and no personal story."""

    code = models.CharField(max_length=12, unique=True)
    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    organisation = models.ForeignKey(  # that answers the request; None until one has taken it
        Organisation, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    setting = models.CharField(max_length=16, choices=enums.Setting)
    asker = models.CharField(max_length=160)  # the school or centre
    contact_name = models.CharField(max_length=120, default="", blank=True)
    contact_email = models.EmailField(max_length=254, default="", blank=True)
    contact_phone = models.CharField(max_length=40, default="", blank=True)
    contact_language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    place = models.ForeignKey(Place, on_delete=PROTECT, related_name="+")
    band = models.CharField(max_length=20, default="", blank=True)  # an age band or a class level
    languages = models.ManyToManyField(Language, related_name="+", blank=True)
    dates = models.CharField(max_length=400, default="", blank=True)  # in the asker's words
    expected = models.PositiveSmallIntegerField(null=True, blank=True)  # people
    # Answers that are required before the session is scheduled.
    class_level = models.CharField(max_length=40, default="", blank=True)
    teacher_present = models.BooleanField(null=True, blank=True)
    safeguarding_lead = models.CharField(max_length=120, default="", blank=True)
    accepts_protocol = models.BooleanField(null=True, blank=True)  # the protocol for disclosures
    has_private_room = models.BooleanField(null=True, blank=True)
    state = models.CharField(
        max_length=9, choices=enums.RequestState, default=enums.RequestState.RECEIVED
    )
    reason = models.CharField(max_length=400, default="", blank=True)  # why it was declined
    alternative = models.CharField(max_length=400, default="", blank=True)  # for the asker
    said = models.CharField(max_length=1000, default="", blank=True)  # the asker, about changes
    received_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when its state last changed
    edited = models.PositiveIntegerField(default=1)  # version number of the answers
    token_hash = models.CharField(max_length=64, unique=True)  # of the asker's own link
    sent_key = models.UUIDField(unique=True)  # of the form, so that sending it twice saves it once

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["received_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="outreach_request_declined_with_an_alternative",
                condition=~Q(state=enums.RequestState.DECLINED)
                | (~Q(reason="") & ~Q(alternative="")),
            )
        ]
        indexes = [models.Index(fields=["country", "state"], name="outreach_request_where")]

    def __str__(self) -> str:
        return f"request {self.code}"


class InformationSession(Session):
    """The session that is planned for a request: a session of the common calendar."""

    session = models.OneToOneField(
        Session, on_delete=models.CASCADE, parent_link=True, primary_key=True, related_name="+"
    )
    request = models.ForeignKey(SessionRequest, on_delete=PROTECT, related_name="sessions")

    # Without this, Django would use the manager of the parent class.
    objects = InformationSessionQuerySet.as_manager()  # type: ignore[assignment, misc]

    class Meta:
        ordering = ["starts_at", "number"]


class Ambassador(NamelessModel):
    """A person who speaks to communities. Ambassadors are never listed publicly and see no case."""

    resource = models.OneToOneField(
        Resource, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    supervisor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    region = models.CharField(max_length=24, default="", blank=True)  # name or code of an area
    skills = models.JSONField(default=list, blank=True)  # codes of skills.toml
    phone = models.CharField(max_length=40, default="", blank=True)  # the organisation's
    safety_plan = models.BinaryField(null=True, blank=True)  # encrypted for the ambassador alone
    may_name = models.BooleanField(default=False)
    may_picture = models.BooleanField(default=False)
    may_voice = models.BooleanField(default=False)
    materials = models.JSONField(default=list, blank=True)  # codes of what shows or names them

    class Meta:
        ordering = ["pk"]


class Debrief(NamelessModel):
    """How a holder of a session feels after it, and whether they want or need a call."""

    session = models.ForeignKey(InformationSession, on_delete=PROTECT, related_name="debriefs")
    resource = models.ForeignKey(Resource, on_delete=PROTECT, related_name="+")
    mood = models.CharField(max_length=10, choices=enums.Mood, default="", blank=True)
    wants_call = models.BooleanField(default=False)
    incident_at = models.DateTimeField(null=True, blank=True)  # button pressed; no details
    called_at = models.DateTimeField(null=True, blank=True)  # the supervisor has called
    created = models.DateTimeField()

    class Meta:
        ordering = ["-created", "pk"]
        constraints = [
            models.UniqueConstraint(name="outreach_debrief_once", fields=["session", "resource"])
        ]


class HeadCount(NamelessModel):
    """Number of people of one age band and sex at a session. A new revision replaces the one before
    it, which is kept. `band` is a code of age_bands.toml or grades.toml, or `unknown`."""

    session = models.ForeignKey(InformationSession, on_delete=PROTECT, related_name="head_counts")
    revision = models.PositiveSmallIntegerField()
    sex = models.CharField(max_length=11)
    band = models.CharField(max_length=20)
    n = models.PositiveIntegerField()
    nonce = models.UUIDField()  # of the form; a form that a phone sends twice counts once
    declared_by = models.ForeignKey(  # who declared it at the desk; None: by own link
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    declared_as = models.ForeignKey(  # the booked person who declared it by their own link
        Resource, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    declared_at = models.DateTimeField()

    class Meta:
        ordering = ["session", "-revision", "band", "sex"]
        constraints = [
            models.UniqueConstraint(
                name="outreach_head_count_once", fields=["session", "revision", "sex", "band"]
            ),
            models.CheckConstraint(
                name="outreach_head_count_declared_by_one",
                condition=Q(declared_by__isnull=False, declared_as=None)
                | Q(declared_by=None, declared_as__isnull=False),
            ),
        ]


class Tally(NamelessModel):
    """How many people at a session could name a service that helps, of those who answered."""

    session = models.ForeignKey(InformationSession, on_delete=PROTECT, related_name="tallies")
    revision = models.PositiveSmallIntegerField()  # of the head count that was declared with it
    could_name = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()

    class Meta:
        ordering = ["session", "-revision"]
        constraints = [
            models.UniqueConstraint(name="outreach_tally_once", fields=["session", "revision"]),
            models.CheckConstraint(
                name="outreach_tally_within", condition=Q(could_name__lte=models.F("answered"))
            ),
        ]
