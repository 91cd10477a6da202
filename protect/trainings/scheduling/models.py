from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, CheckConstraint, F, Index, Q, UniqueConstraint

from protect.kernel.database import NamelessModel, UuidModel
from protect.orgs.models import Organisation, Team
from protect.reference.models import Country, Language, Place
from protect.trainings.curricula.models import CourseVersion
from protect.trainings.scheduling import enums, queries


class Resource(UuidModel):
    """A person, venue or thing that sessions book; a person needs no account. `token_hash` is the
    SHA-256 hash of the token in the link to a person's bookings, `feed_hash` the same for their
    calendar. Raising `link_number` or `feed_number` makes a new token, and so a new link."""

    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    kind = models.CharField(max_length=9, choices=enums.ResourceKind)
    name = models.CharField(max_length=120)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    email = models.EmailField(max_length=254, default="", blank=True)
    mail_language = models.ForeignKey(
        Language, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    link_number = models.PositiveSmallIntegerField(default=1)
    feed_number = models.PositiveSmallIntegerField(default=1)
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    feed_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    languages = models.ManyToManyField(Language, related_name="+", blank=True)
    is_active = models.BooleanField(default=True)
    created = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            UniqueConstraint(
                name="trainings_resource_person_once",
                fields=["organisation", "user"],
                condition=Q(user__isnull=False),
            ),
            CheckConstraint(
                name="trainings_resource_account_of_a_person",
                condition=Q(user=None) | Q(kind=enums.ResourceKind.PERSON),
            ),
        ]

    @property
    def owner_id(self) -> UUID:
        """Return the id of the organisation that owns the resource."""
        return self.organisation_id


class Venue(NamelessModel):
    """The fields of a resource that only venues have. Units: people; whole minutes."""

    resource = models.OneToOneField(
        Resource, on_delete=CASCADE, primary_key=True, related_name="venue"
    )
    place = models.ForeignKey(Place, on_delete=PROTECT, related_name="+")  # for the public
    address = models.CharField(max_length=240, default="", blank=True)  # for confirmed people
    capacity = models.PositiveIntegerField(null=True, blank=True)  # None: not known
    is_step_free = models.BooleanField(null=True)  # None: not known
    is_shareable = models.BooleanField(default=False)
    has_private_room = models.BooleanField(null=True)  # None: not known
    set_up = models.PositiveSmallIntegerField(default=0)
    clear_away = models.PositiveSmallIntegerField(default=0)

    @property
    def owner_id(self) -> UUID:
        """Return the id of the organisation that owns the venue."""
        return self.resource.organisation_id


class Away(NamelessModel):
    """A half-open period in which a venue is closed or a person is away."""

    resource = models.ForeignKey(Resource, on_delete=CASCADE, related_name="away")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            CheckConstraint(name="trainings_away_in_order", condition=Q(starts_at__lt=F("ends_at")))
        ]


class Travel(NamelessModel):
    """The travel time between two venues in minutes. `first` has the smaller id."""

    first = models.ForeignKey(Venue, on_delete=CASCADE, related_name="+")
    second = models.ForeignKey(Venue, on_delete=CASCADE, related_name="+")
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            UniqueConstraint(name="trainings_travel_once", fields=["first", "second"]),
            CheckConstraint(name="trainings_travel_in_order", condition=Q(first__lt=F("second"))),
        ]


class Edition(UuidModel):
    """One run of a course: its host, country, languages and seats. `edited` is raised by each edit
    to find edit conflicts, `sequence` by each change that calendars must show."""

    code = models.CharField(max_length=12, unique=True)  # short, to read aloud and print
    course_version = models.ForeignKey(CourseVersion, on_delete=PROTECT, related_name="editions")
    host = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    co_hosts = models.ManyToManyField(Organisation, related_name="+", blank=True)  # accepted
    asked_co_hosts = models.ManyToManyField(Organisation, related_name="+", blank=True)
    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    zone = models.CharField(max_length=40)  # IANA
    delivery = models.CharField(
        max_length=9, choices=enums.Delivery, default=enums.Delivery.IN_PERSON
    )
    languages = models.ManyToManyField(Language, related_name="+")
    seat_limit = models.PositiveIntegerField(null=True, blank=True)  # None: no limit; 0: none
    opens_at = models.DateTimeField(null=True, blank=True)  # None: no date
    closes_at = models.DateTimeField(null=True, blank=True)
    approval = models.CharField(max_length=5, choices=enums.Approval, default=enums.Approval.OWNER)
    offer_hours = models.PositiveSmallIntegerField(default=72)  # to answer the offer of a seat
    is_listed = models.BooleanField(default=False)  # in the public calendar, by town only
    grant_number = models.CharField(max_length=80, default="", blank=True)
    logistics_team = models.ForeignKey(  # reads needs; None: participants call instead
        Team, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    note = models.CharField(max_length=1000, default="", blank=True)  # at the desk only
    state = models.CharField(
        max_length=9, choices=enums.EditionState, default=enums.EditionState.PLANNED
    )
    state_reason = models.CharField(max_length=400, default="", blank=True)
    created = models.DateTimeField()
    edited = models.PositiveIntegerField(default=1)
    sequence = models.PositiveIntegerField(default=0)

    objects = queries.EditionQuerySet.as_manager()

    class Meta:
        ordering = ["-created", "pk"]
        constraints = [
            CheckConstraint(
                name="trainings_edition_window_in_order",
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=F("closes_at")),
            ),
            CheckConstraint(
                name="trainings_edition_cancelled_with_a_reason",
                condition=~Q(state=enums.EditionState.CANCELLED) | ~Q(state_reason=""),
            ),
        ]
        indexes = [Index(fields=["country", "state"], name="trainings_edition_where")]

    def __str__(self) -> str:
        return f"edition {self.code}"

    @property
    def is_over(self) -> bool:
        """Return whether the edition is done or cancelled."""
        return self.state in {enums.EditionState.DONE, enums.EditionState.CANCELLED}

    def has_last_session_begun(self, at: datetime) -> bool:
        """Return whether the last session that is not cancelled has begun."""
        last = self._last_uncancelled_session()
        return last is not None and last.starts_at <= at

    def has_ended(self, at: datetime) -> bool:
        """Return whether the last session that is not cancelled has ended."""
        last = self._last_uncancelled_session()
        return last is not None and last.ends_at <= at

    def _last_uncancelled_session(self) -> "Session | None":
        active = [session for session in self.sessions.all() if session.cancelled_at is None]
        return max(active, key=lambda session: session.ends_at, default=None)


class Session(UuidModel):
    """One session of an edition, or a session of another package, such as outreach. Both kinds
    book the same resources. Times are instants; screens show the clock of `zone`."""

    edition = models.ForeignKey(
        Edition, on_delete=PROTECT, null=True, blank=True, related_name="sessions"
    )
    numbered_in = models.UUIDField()  # the edition, or its equivalent in a package above
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=9, choices=enums.SessionKind)
    count_mode = models.CharField(max_length=9, choices=enums.CountMode)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=40)  # IANA
    venue = models.ForeignKey(Venue, on_delete=PROTECT, null=True, blank=True, related_name="+")
    link = models.URLField(max_length=400, default="", blank=True)  # for confirmed people only
    reason = models.CharField(max_length=400, default="", blank=True)  # why in spite of a warning
    cancelled_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)  # None: never changed
    sequence = models.PositiveIntegerField(default=0)

    objects = queries.SessionQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "number"]
        constraints = [
            CheckConstraint(
                name="trainings_session_in_order", condition=Q(starts_at__lt=F("ends_at"))
            ),
            CheckConstraint(
                name="trainings_session_kind_of_its_owner",
                condition=Q(kind=enums.SessionKind.TRAINING, edition__isnull=False)
                | (~Q(kind=enums.SessionKind.TRAINING) & Q(edition=None)),
            ),
            CheckConstraint(
                name="trainings_session_pupils_have_no_names",
                condition=Q(kind=enums.SessionKind.TRAINING)
                | Q(count_mode=enums.CountMode.HEADCOUNT),
            ),
            CheckConstraint(
                name="trainings_session_numbered_in_its_edition",
                condition=Q(edition=None) | Q(numbered_in=F("edition")),
            ),
            UniqueConstraint(
                name="trainings_session_number_once", fields=["numbered_in", "number"]
            ),
        ]
        indexes = [Index(fields=["starts_at"], name="trainings_session_when")]

    @property
    def training(self) -> Edition:
        """Return the edition. Errors: Edition.DoesNotExist, for a session without one."""
        if self.edition is None:
            raise Edition.DoesNotExist
        return self.edition


class Booking(UuidModel):
    """A booking of a resource for a session, or for a part of its time."""

    session = models.ForeignKey(Session, on_delete=CASCADE, related_name="bookings")
    resource = models.ForeignKey(Resource, on_delete=PROTECT, related_name="bookings")
    role = models.CharField(max_length=12, choices=enums.BookingRole)
    language = models.ForeignKey(  # of an interpreter
        Language, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    quantity = models.PositiveSmallIntegerField(default=1)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=enums.BookingState, default=enums.BookingState.ASKED
    )
    reason = models.CharField(max_length=400, default="", blank=True)  # why in spite of a warning
    payment = models.CharField(max_length=120, default="", blank=True)  # of an ambassador
    # Set while a booking accepted for another time or place awaits a new answer.
    asked_again_at = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField()

    objects = queries.BookingQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            CheckConstraint(
                name="trainings_booking_in_order", condition=Q(starts_at__lt=F("ends_at"))
            ),
            UniqueConstraint(
                name="trainings_booking_once",
                fields=["session", "resource", "role"],
                condition=Q(state__in=["asked", "accepted"]),
            ),
            CheckConstraint(
                name="trainings_booking_asked_again_waits",
                condition=Q(asked_again_at=None) | Q(state="asked"),
            ),
        ]
        indexes = [Index(fields=["resource", "starts_at"], name="trainings_booking_whose")]


class Suitability(NamelessModel):
    """A dated proof that a person is suitable: vetting, code of conduct, safeguarding training."""

    resource = models.ForeignKey(Resource, on_delete=CASCADE, related_name="suitability")
    kind = models.CharField(max_length=20)  # a code of suitability.toml
    shown_on = models.DateField()
    expires_on = models.DateField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["resource", "kind"]
        constraints = [
            UniqueConstraint(name="trainings_suitability_once", fields=["resource", "kind"]),
            CheckConstraint(
                name="trainings_suitability_in_order", condition=Q(shown_on__lt=F("expires_on"))
            ),
        ]
