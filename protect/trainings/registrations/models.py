import secrets
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import partial
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, CheckConstraint, F, ForeignKey, Q, UniqueConstraint

from protect.kernel.database import NamelessModel, UuidModel
from protect.orgs.models import Organisation
from protect.reference.models import Country, Language
from protect.trainings.registrations import rules
from protect.trainings.registrations.enums import RegistrationState, Sex, Source, WaitingRule
from protect.trainings.scheduling.models import Edition
from protect.vault.server_keys.match_keys import match_key

OWN_LINK_KEY_PURPOSE = "trainings.own"  # must never change: every mailed link would end
LINK_SALT_BYTES = 32
ACTIVE_STATES = [state.value for state in rules.ACTIVE_STATES]  # not ended, with or without seat


class Sender(UuidModel):
    """A nominating organisation or a school of social work. It needs no account."""

    name = models.CharField(max_length=160)
    country = ForeignKey(Country, on_delete=PROTECT, related_name="+")
    kept_by = ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    organisation = ForeignKey(  # the same one on the platform, if any
        Organisation, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    is_school = models.BooleanField(default=False)
    email = models.EmailField(max_length=254, default="", blank=True)
    language = ForeignKey(Language, on_delete=PROTECT, related_name="+")
    # Hash of the nomination link, which works without an account.
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(name="trainings_sender_once", fields=["kept_by", "country", "name"])
        ]

    @property
    def owner_id(self) -> UUID:
        """Return the id of the host that keeps this organisation on its list."""
        return self.kept_by_id


class Cohort(UuidModel):
    """A class of a school of social work, registered by a list and reported separately."""

    school = ForeignKey(Sender, on_delete=PROTECT, related_name="cohorts")
    programme = models.CharField(max_length=120)
    year = models.CharField(max_length=20)  # in the school's own words

    class Meta:
        ordering = ["school", "programme", "year"]
        constraints = [
            UniqueConstraint(name="trainings_cohort_once", fields=["school", "programme", "year"])
        ]


class Participant(UuidModel):
    """A person with a current or earlier registration, one row per address and host.
    Codes are those of professions.toml and similar files. When a participant is erased,
    `erased_at` is set and personal data is emptied."""

    host = ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    name = models.CharField(max_length=120, default="", blank=True)
    email = models.EmailField(max_length=254, default="", blank=True)  # as `fold_email` writes it
    sender = ForeignKey(Sender, on_delete=PROTECT, null=True, blank=True, related_name="people")
    cohort = ForeignKey(Cohort, on_delete=PROTECT, null=True, blank=True, related_name="students")
    profession = models.CharField(max_length=40, default="", blank=True)
    sector = models.CharField(max_length=40, default="", blank=True)
    country = ForeignKey(Country, on_delete=PROTECT, related_name="+")
    sex = models.CharField(max_length=11, choices=Sex, default=Sex.UNDISCLOSED)
    age_band = models.CharField(max_length=20, default="", blank=True)
    language = ForeignKey(Language, on_delete=PROTECT, related_name="+")  # of mail
    edited = models.PositiveIntegerField(default=0)  # version: raised by each change
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

    edition = ForeignKey(Edition, on_delete=CASCADE, related_name="quotas")
    sender = ForeignKey(Sender, on_delete=PROTECT, related_name="quotas")
    seats = models.PositiveIntegerField()
    released_at = models.DateTimeField(null=True, blank=True)  # None: never

    class Meta:
        ordering = ["pk"]
        constraints = [UniqueConstraint(name="trainings_quota_once", fields=["edition", "sender"])]


class Roster(UuidModel):
    """A list of names from a coordinator or a nominating organisation. Deleted after a week."""

    edition = ForeignKey(Edition, on_delete=CASCADE, related_name="rosters")
    sender = ForeignKey(Sender, on_delete=CASCADE, null=True, related_name="+")
    cohort = ForeignKey(Cohort, on_delete=CASCADE, null=True, related_name="+")
    # None: the nominating organisation, by its link.
    actor = ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, related_name="+")
    country = ForeignKey(Country, on_delete=PROTECT, related_name="+")
    language = ForeignKey(Language, on_delete=PROTECT, related_name="+")
    is_together = models.BooleanField(default=False)
    rows = models.JSONField(default=list)  # not yet registered; see `ListRow.to_json`
    taken = models.PositiveIntegerField(default=0)  # number of registered rows
    created = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created", "pk"]


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def active(self) -> Self:
        """Keep registrations that have not ended, unconfirmed applications included."""
        return self.filter(ended_at=None)

    def proven(self) -> Self:
        """Leave out applications with an unconfirmed address."""
        return self.exclude(state=RegistrationState.UNPROVEN)

    def unproven(self) -> Self:
        """Keep applications whose address the applicant has not confirmed yet."""
        return self.filter(state=RegistrationState.UNPROVEN)

    def seated(self) -> Self:
        """Keep registrations that take a seat: confirmed, or offered even after the deadline."""
        return self.filter(state__in=[RegistrationState.CONFIRMED, RegistrationState.OFFERED])

    def waiting(self) -> Self:
        """Keep registrations on the waiting list, also paused ones."""
        return self.filter(state=RegistrationState.WAITING)

    def overdue(self, at: datetime) -> Self:
        """Keep offers that were not accepted before their deadline."""
        return self.filter(state=RegistrationState.OFFERED, offer_expires_at__lte=at)


class Registration(UuidModel):
    edition = ForeignKey(Edition, on_delete=PROTECT, related_name="registrations")
    participant = ForeignKey(Participant, on_delete=PROTECT, related_name="registrations")
    sender = ForeignKey(  # the organisation whose seat it takes
        Sender, on_delete=PROTECT, null=True, blank=True, related_name="registrations"
    )
    source = models.CharField(max_length=9, choices=Source)
    group = models.UUIDField(null=True, blank=True)  # shared by people who come together
    applied_at = models.DateTimeField()  # for an application by form: when it was confirmed
    priority = models.PositiveSmallIntegerField(default=0)  # the larger goes first
    state = models.CharField(max_length=9, choices=RegistrationState)
    is_paused = models.BooleanField(default=False)
    offer_expires_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, default="", blank=True)  # of a refusal or overbooking
    sent_key = models.UUIDField(unique=True)  # of the posted form: posted twice, it counts once
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of `own_token`, hexadecimal
    link_salt = models.BinaryField(
        max_length=32, default=partial(secrets.token_bytes, LINK_SALT_BYTES)
    )
    link_number = models.PositiveIntegerField(default=0)  # raised to end that link
    feed_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)  # of a calendar
    is_own_consent = models.BooleanField(default=False)  # the participant agreed by the own link
    is_pictured = models.BooleanField(null=True)  # consent to pictures; None: no answer
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        ordering = ["applied_at", "pk"]
        constraints = [
            UniqueConstraint(
                name="trainings_registration_active_once",
                fields=["edition", "participant"],
                condition=Q(state__in=ACTIVE_STATES),
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
                condition=Q(state__in=ACTIVE_STATES, ended_at=None)
                | (~Q(state__in=ACTIVE_STATES) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["edition", "state"], name="trainings_registration_where"),
            models.Index(fields=["state", "offer_expires_at"], name="trainings_registration_due"),
        ]

    def own_token(self) -> str:
        """Return the token of the participant's own link, the same in each mail. It is derived from
        the match key and the row's random salt: neither the database nor the key alone opens a
        page, and another PROTECT_SECRET_KEY changes nothing. Raising `link_number` gives a new
        token. Errors: match_key_missing. Source: docs/adr/0038-own-links.md."""
        data = bytes(self.link_salt) + self.link_number.to_bytes(4)
        return urlsafe_b64encode(match_key(OWN_LINK_KEY_PURPOSE, data)).decode().rstrip("=")


class WaitingMove(NamelessModel):
    """An event on the waiting list, with its rule or reason. Rows are never changed."""

    registration = ForeignKey(Registration, on_delete=PROTECT, related_name="waiting_moves")
    from_priority = models.PositiveSmallIntegerField()
    to_priority = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=13, choices=WaitingRule)
    reason = models.CharField(max_length=400, default="", blank=True)
    # None: an automatic step, or the participant.
    actor = ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, related_name="+")
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
    """A person, counted once for a measure, with their categories when counted. `person` is a keyed
    hash of an e-mail address; erasure replaces it by a random value, and the count stays."""

    measure = models.CharField(max_length=40)
    person = models.CharField(max_length=64)
    counted_on = models.DateField()
    country = ForeignKey(Country, on_delete=PROTECT, related_name="+")
    organisation = ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    cell = models.JSONField()  # sex, age band, profession and student status when counted

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(name="trainings_counted_once", fields=["measure", "person"])
        ]


class PersonDoubt(UuidModel):
    """Two participants that may be one person; a coordinator decides."""

    first = ForeignKey(Participant, on_delete=CASCADE, related_name="+")
    second = ForeignKey(Participant, on_delete=CASCADE, related_name="+")
    signs = models.JSONField(default=list)  # codes
    is_same = models.BooleanField(null=True, blank=True)  # None: not decided

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(name="trainings_doubt_once", fields=["first", "second"]),
            CheckConstraint(name="trainings_doubt_in_order", condition=Q(first__lt=F("second"))),
        ]
