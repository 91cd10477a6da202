"""Nominating organisations, participants, registrations, seats and the waiting list."""

import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import partial
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint

from protect.kernel.uuid_model import NamelessModel, UuidModel
from protect.orgs.models import Organisation
from protect.reference.models import Country, Language
from protect.trainings.registrations import rules
from protect.trainings.registrations.enums import RegistrationState, Sex, Source, WaitingRule
from protect.trainings.scheduling.models import Edition
from protect.vault.server_keys.match_keys import match_key

PURPOSE = "trainings.own"  # of the match key: never changed, or every link that was mailed ends
SALT_BYTES = 32
ACTIVE = [state.value for state in rules.ACTIVE]


class Sender(UuidModel):
    """An organisation or a school of social work that sends people. It needs no account."""

    name = models.CharField(max_length=160)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    kept_by = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(  # its place on the platform, where it has one
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_school = models.BooleanField(default=False)
    email = models.EmailField(max_length=254, default="", blank=True)
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")
    # Of the link by which it names people without an account.
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(name="trainings_sender_once", fields=["kept_by", "country", "name"])
        ]

    @property
    def owner_id(self) -> UUID:
        return self.kept_by_id


class Cohort(UuidModel):
    """A class of a school of social work, enrolled by its list and reported apart."""

    school = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="cohorts")
    programme = models.CharField(max_length=120)
    year = models.CharField(max_length=20)  # as the school calls it

    class Meta:
        ordering = ["school", "programme", "year"]
        constraints = [
            UniqueConstraint(name="trainings_cohort_once", fields=["school", "programme", "year"])
        ]


class Participant(UuidModel):
    """A person with a registration, now or before. Codes are those of professions.toml and alike.
    One row for an address in one host's trainings. Erased: `erased_at` is set, the rest empty."""

    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, default="", blank=True)
    email = models.EmailField(max_length=254, default="", blank=True)  # as `folded` writes it
    sender = models.ForeignKey(
        Sender, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.PROTECT, null=True, blank=True, related_name="students"
    )
    profession = models.CharField(max_length=40, default="", blank=True)
    sector = models.CharField(max_length=40, default="", blank=True)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    sex = models.CharField(max_length=11, choices=Sex, default=Sex.UNDISCLOSED)
    age_band = models.CharField(max_length=20, default="", blank=True)
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")  # of mail
    edited = models.PositiveIntegerField(default=0)  # raised by each change of what is known
    created = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(
                name="trainings_participant_once", fields=["host", "email"], condition=~Q(email="")
            ),
            CheckConstraint(
                name="trainings_participant_erased_is_empty",
                condition=Q(erased_at=None)
                | Q(name="", email="", profession="", sector="", age_band=""),
            ),
        ]


class OrgQuota(NamelessModel):
    """Seats of an edition kept for one organisation until they are released to all."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="quotas")
    sender = models.ForeignKey(Sender, on_delete=models.PROTECT, related_name="quotas")
    seats = models.PositiveIntegerField()
    released_at = models.DateTimeField(null=True, blank=True)  # None: never

    class Meta:
        ordering = ["pk"]
        constraints = [UniqueConstraint(name="trainings_quota_once", fields=["edition", "sender"])]


class Roster(UuidModel):
    """A list of names from a coordinator or a nominating organisation. Deleted after a week."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="rosters")
    sender = models.ForeignKey(Sender, on_delete=models.CASCADE, null=True, related_name="+")
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, null=True, related_name="+")
    actor = models.ForeignKey(  # None: the sender, by its link
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    language = models.ForeignKey(Language, on_delete=models.PROTECT, related_name="+")
    is_together = models.BooleanField(default=False)
    rows = models.JSONField(default=list)  # those left to register, as `name_list_rows.Row` is kept
    taken = models.PositiveIntegerField(default=0)  # rows that were registered
    created = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created", "pk"]


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> Self:
        return self.filter(ended_at=None)

    def proven(self) -> Self:
        """Leave out applications whose applicant has not confirmed the address."""
        return self.exclude(state=RegistrationState.UNPROVEN)

    def unproven(self) -> Self:
        """Keep applications whose applicant has not confirmed the address."""
        return self.filter(state=RegistrationState.UNPROVEN)

    def seated(self) -> Self:
        """Keep what takes a seat: confirmed people and live offers."""
        return self.filter(state__in=[RegistrationState.CONFIRMED, RegistrationState.OFFERED])

    def in_line(self) -> Self:
        return self.filter(state=RegistrationState.WAITING)

    def overdue(self, at: datetime) -> Self:
        return self.filter(state=RegistrationState.OFFERED, offer_expires_at__lte=at)


class Registration(UuidModel):
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="registrations")
    participant = models.ForeignKey(
        Participant, on_delete=models.PROTECT, related_name="registrations"
    )
    sender = models.ForeignKey(  # whose seat it takes
        Sender, on_delete=models.PROTECT, null=True, blank=True, related_name="registrations"
    )
    source = models.CharField(max_length=9, choices=Source)
    group = models.UUIDField(null=True, blank=True)  # one value for people who come together
    applied_at = models.DateTimeField()  # of an application by form: when it was confirmed
    priority = models.PositiveSmallIntegerField(default=0)  # the larger goes first
    state = models.CharField(max_length=9, choices=RegistrationState)
    is_paused = models.BooleanField(default=False)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, default="", blank=True)  # of a refusal or overbooking
    sent_key = models.UUIDField(unique=True)  # of the form that was sent: twice is once
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of `own_token`, hexadecimal
    link_salt = models.BinaryField(max_length=32, default=partial(secrets.token_bytes, SALT_BYTES))
    link_number = models.PositiveIntegerField(default=0)  # raised when that link shall end
    feed_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)  # of a calendar
    is_own_consent = models.BooleanField(default=False)  # they said yes themselves, by their link
    is_pictured = models.BooleanField(null=True)  # pictures may be taken of them; None: not said
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["applied_at", "pk"]
        constraints = [
            UniqueConstraint(
                name="trainings_registration_active_once",
                fields=["edition", "participant"],
                condition=Q(state__in=ACTIVE),
            ),
            CheckConstraint(
                name="trainings_registration_offer_expires",
                condition=Q(state=RegistrationState.OFFERED, offer_expires_at__isnull=False)
                | (~Q(state=RegistrationState.OFFERED) & Q(offer_expires_at=None)),
            ),
            CheckConstraint(
                name="trainings_registration_rests_in_line",
                condition=Q(is_paused=False) | Q(state=RegistrationState.WAITING),
            ),
            CheckConstraint(
                name="trainings_registration_refused_with_a_reason",
                condition=~Q(state=RegistrationState.REFUSED) | ~Q(reason=""),
            ),
            CheckConstraint(
                name="trainings_registration_ended_then",
                condition=Q(state__in=ACTIVE, ended_at=None)
                | (~Q(state__in=ACTIVE) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            Index(fields=["edition", "state"], name="trainings_registration_where"),
            Index(fields=["state", "offer_expires_at"], name="trainings_registration_due"),
        ]

    def own_token(self) -> str:
        """Return the token of the participant's own link, the same at each mail. The match key
        makes it of the row's random salt: neither the database nor the key alone opens a page, and
        another PROTECT_SECRET_KEY changes nothing. A higher `link_number` makes another one.
        Errors: match_key_missing. Source: docs/adr/0038-own-links.md."""
        of = bytes(self.link_salt) + self.link_number.to_bytes(4)
        return urlsafe_b64encode(match_key(PURPOSE, of)).decode().rstrip("=")


class WaitingMove(NamelessModel):
    """An event on the waiting list, with its rule or reason. Rows are only ever added."""

    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="waiting_moves"
    )
    from_priority = models.PositiveSmallIntegerField()
    to_priority = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=13, choices=WaitingRule)
    reason = models.CharField(max_length=400, default="", blank=True)
    actor = models.ForeignKey(  # None: the clock, or the person themselves
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            CheckConstraint(
                name="trainings_waiting_by_hand_with_a_reason",
                condition=~Q(rule=WaitingRule.BY_HAND) | (~Q(reason="") & Q(actor__isnull=False)),
            )
        ]


class CountedPerson(NamelessModel):
    """A person counted once in a measure, in the cell that they were in that day.
    `person` is a keyed hash of an address; erasure swaps in a random one, and the count stands."""

    measure = models.CharField(max_length=40)
    person = models.CharField(max_length=64)
    counted_on = models.DateField()
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    cell = models.JSONField()  # sex, age band, profession, student or not, that day

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(name="trainings_counted_once", fields=["measure", "person"])
        ]


class PersonDoubt(UuidModel):
    """Two participants that may be one person. A coordinator decides."""

    first = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="+")
    signs = models.JSONField(default=list)  # codes
    is_same = models.BooleanField(null=True, blank=True)  # None: not decided

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(name="trainings_doubt_once", fields=["first", "second"]),
            CheckConstraint(name="trainings_doubt_in_order", condition=Q(first__lt=F("second"))),
        ]
