from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, SET_NULL, Q

from protect.content.models import SealedModel
from protect.coordination.groups.models import Group
from protect.coordination.pathways.enums import Branch, Outcome, TestKind
from protect.coordination.procedures.models import Procedure
from protect.directory.models import Service
from protect.kernel.database import UuidModel
from protect.reference.models import Area, Country, Place
from protect.verification.models import Correction

NOTE_LENGTH = 400  # characters


class PathwayQuerySet(models.QuerySet["Pathway"]):
    def in_force(self) -> Self:
        """Keep pathways that are published and not taken down."""
        return self.filter(ended_at=None, editions__isnull=False).distinct()


class Pathway(UuidModel):
    """Whom to call for a need at a place, as a group arranges it. Each change of the arrangement
    raises `version`, so that a change that has not seen the last one is refused."""

    group = models.ForeignKey(Group, on_delete=PROTECT, related_name="pathways")
    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, on_delete=PROTECT, null=True, blank=True, related_name="+")
    need = models.CharField(max_length=40)  # code of needs.toml
    procedure = models.ForeignKey(  # that the pathway follows
        Procedure, on_delete=PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)  # None: still being arranged
    # What the directory said of each service when agreement was asked for, by id: see `agreed`.
    proposed_facts = models.JSONField(default=dict, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PathwayQuerySet.as_manager()

    class Meta:
        ordering = ["need", "created_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_pathway_one_place", condition=Q(area=None) | Q(place=None)
            )
        ]

    def subject(self) -> list[Any]:
        """Return its group, place and need, which never change, in the order that seals cover."""
        return [self.pk, self.group_id, self.country_id, self.area_id, self.place_id, self.need]

    def arrangement(self) -> list[Any]:
        """Return what members agree on, in the order that seals cover."""
        steps = [
            [step.branch, step.note, [str(entry.service_id) for entry in step.entries.all()]]
            for step in self.steps.prefetch_related("entries")
        ]
        return [*self.subject(), self.version, steps, self.proposed_facts]


class PathwayStep(UuidModel):
    """A step of one part of a pathway: services that are called before those of the next step."""

    pathway = models.ForeignKey(Pathway, on_delete=CASCADE, related_name="steps")
    branch = models.CharField(max_length=12, choices=Branch)
    position = models.PositiveIntegerField()
    note = models.CharField(max_length=NOTE_LENGTH, default="", blank=True)

    class Meta:
        ordering = ["position", "pk"]


class PathwayEntry(UuidModel):
    """A service of a step: a reference, because its numbers and hours are read when shown."""

    step = models.ForeignKey(PathwayStep, on_delete=CASCADE, related_name="entries")
    service = models.ForeignKey(Service, on_delete=CASCADE, related_name="+")
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_pathway_service_once", fields=["step", "service"]
            )
        ]


class PathwayAgreement(SealedModel):
    """The agreement of a member organisation on one version of an arrangement. It counts while the
    arrangement is what was agreed."""

    pathway = models.ForeignKey(Pathway, on_delete=CASCADE, related_name="agreements")
    version = models.PositiveIntegerField()
    organisation_name = models.CharField(max_length=120)
    agreed_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["agreed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_pathway_agreed_once",
                fields=["pathway", "version", "organisation_name"],
            )
        ]

    def sealed_parts(self) -> list[Any]:
        who = [self.organisation_name, self.agreed_at, self.recorded_by_id]
        return [self.pk, self.version, *who, self.pathway.arrangement()]


class PathwayEdition(SealedModel):
    """A published arrangement, which never changes: the newest is in force. One that was changed in
    the database is not shown."""

    pathway = models.ForeignKey(Pathway, on_delete=PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    version = models.PositiveIntegerField()  # of the arrangement that was agreed
    steps = models.JSONField()  # [{"branch": …, "note": …, "services": [ids]}]
    agreements = models.JSONField()  # [[organisation, ISO 8601]]
    reason = models.CharField(max_length=NOTE_LENGTH, default="", blank=True)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_pathway_edition_once", fields=["pathway", "number"]
            )
        ]

    def sealed_parts(self) -> list[Any]:
        what = [self.number, self.version, self.steps, self.agreements, self.reason]
        return [
            *(self.pk, self.pathway.subject(), what),
            *(self.published_at, self.published_by_id),
        ]


class AgreedFacts(SealedModel):
    """What the directory said of a service when an edition was agreed, or when a coordinator last
    confirmed a change: it tells what has changed since, and is never shown as true now."""

    edition = models.ForeignKey(PathwayEdition, on_delete=CASCADE, related_name="agreed_facts")
    service_key = models.UUIDField()  # no foreign key: it is compared also when the entry is gone
    values = models.JSONField()  # by fact, without texts and addresses
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["-confirmed_at", "pk"]

    def sealed_parts(self) -> list[Any]:
        said = [self.service_key, self.values, self.confirmed_at, self.confirmed_by_id]
        return [self.pk, self.edition_id, *said]


class PathwayTest(UuidModel):
    """A test of a published pathway by phone or at the table."""

    __test__ = False  # no test case of pytest

    edition = models.ForeignKey(PathwayEdition, on_delete=PROTECT, related_name="tests")
    kind = models.CharField(max_length=8, choices=TestKind)
    tested_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["-tested_on", "-recorded_at", "pk"]


class PathwayFinding(UuidModel):
    """What a test found at a service, for each step in which it stands."""

    test = models.ForeignKey(PathwayTest, on_delete=CASCADE, related_name="findings")
    service = models.ForeignKey(Service, on_delete=CASCADE, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome)
    answers = models.JSONField(default=dict, blank=True)  # by code of a question of the script
    facts = models.JSONField(default=list, blank=True)  # codes of what is wrong
    note = models.CharField(max_length=NOTE_LENGTH, default="", blank=True)
    report = models.ForeignKey(
        Correction, on_delete=SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_pathway_finding_once", fields=["test", "service"]
            )
        ]
