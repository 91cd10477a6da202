from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, F, Q

from protect.coordination.adaptations.models import Adaptation
from protect.coordination.groups.models import Group, Member
from protect.coordination.mappings.enums import Method, Setting
from protect.coordination.minutes.enums import ActionState
from protect.directory.enums import Fact
from protect.directory.models import Service
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation
from protect.questionnaires.models import FormVersion
from protect.reference.models import Area, Country, Language, Place

USER = settings.AUTH_USER_MODEL


class MappingRound(UuidModel):
    """One round of asking about needs in a country, which an organisation runs, perhaps with a
    working group."""

    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=400)
    organisation = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")
    country = models.ForeignKey(Country, on_delete=PROTECT, related_name="+")
    group = models.ForeignKey(
        Group, on_delete=PROTECT, null=True, blank=True, related_name="mappings"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_mapping_ends_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
            ),
            models.CheckConstraint(
                name="coordination_mapping_closes_after_it_began",
                condition=Q(closed_at=None) | Q(closed_at__gte=F("created_at")),
            ),
        ]


class Interview(UuidModel):
    """One conversation of a round, without names: an interview or a focus group."""

    round = models.ForeignKey(MappingRound, on_delete=PROTECT, related_name="interviews")
    number = models.PositiveIntegerField()  # in the round, from 1
    method = models.CharField(max_length=11, choices=Method)
    held_on = models.DateField()
    place = models.ForeignKey(Place, on_delete=PROTECT, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=PROTECT, null=True, blank=True, related_name="+")
    setting = models.CharField(max_length=10, choices=Setting)
    people = models.JSONField(default=dict, blank=True)  # number by code of PeopleGroup
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    has_interpreter = models.BooleanField(default=False)
    form_version = models.ForeignKey(FormVersion, on_delete=PROTECT, related_name="+")
    answers = models.TextField()  # as `questionnaires.access.Answers` writes them
    late_reason = models.CharField(max_length=400, default="", blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(USER, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_interview_number_once", fields=["round", "number"]
            ),
            models.CheckConstraint(
                name="coordination_interview_has_one_place",
                condition=Q(place__isnull=False, area=None) | Q(place=None, area__isnull=False),
            ),
        ]


class Passage(UuidModel):
    """An answer in words, with its codes. `version` counts the codings."""

    interview = models.ForeignKey(Interview, on_delete=CASCADE, related_name="passages")
    key = models.CharField(max_length=40)  # of the question
    position = models.PositiveSmallIntegerField()  # of the question in its form
    text = models.TextField()
    needs = models.JSONField(default=list, blank=True)
    groups = models.JSONField(default=list, blank=True)
    areas = models.JSONField(default=list, blank=True)  # codes of regions
    version = models.PositiveIntegerField(default=0)
    coded_at = models.DateTimeField(null=True, blank=True)
    coded_by = models.ForeignKey(USER, on_delete=PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["interview__number", "position", "pk"]
        constraints = [
            models.UniqueConstraint(name="coordination_passage_once", fields=["interview", "key"])
        ]

    @property
    def is_coded(self) -> bool:
        return self.coded_at is not None


class Finding(UuidModel):
    """What a round has found about one need. It rests on coded answers."""

    round = models.ForeignKey(MappingRound, on_delete=PROTECT, related_name="findings")
    number = models.PositiveIntegerField()  # in the round, from 1
    title = models.CharField(max_length=160)
    text = models.TextField(max_length=4000)
    need = models.CharField(max_length=40)
    groups = models.JSONField(default=list, blank=True)
    areas = models.JSONField(default=list, blank=True)
    fact = models.CharField(max_length=20, choices=Fact, default="", blank=True)
    passages = models.ManyToManyField(Passage, related_name="findings")
    services = models.ManyToManyField(Service, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(USER, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_finding_number_once", fields=["round", "number"]
            )
        ]


class FindingCheck(UuidModel):
    """An adaptation check of a service that was begun because of a finding, or that the finding was
    added to. The people of the check read the finding."""

    finding = models.ForeignKey(Finding, on_delete=PROTECT, related_name="checks")
    adaptation = models.ForeignKey(Adaptation, on_delete=PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(USER, on_delete=PROTECT, related_name="+")

    class Meta:
        ordering = ["-linked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_finding_check_once", fields=["finding", "adaptation"]
            )
        ]


class RecommendationQuerySet(models.QuerySet[Any]):
    def open(self) -> Self:
        return self.filter(state=ActionState.OPEN)


class Recommendation(UuidModel):
    """What a finding asks for, of a member of the group or of a function in an organisation."""

    finding = models.ForeignKey(Finding, on_delete=PROTECT, related_name="recommendations")
    text = models.CharField(max_length=400)
    member = models.ForeignKey(Member, on_delete=PROTECT, null=True, blank=True, related_name="+")
    organisation_name = models.CharField(max_length=120, default="", blank=True)
    position = models.CharField(max_length=120, default="", blank=True)
    due_on = models.DateField()
    state = models.CharField(max_length=9, choices=ActionState, default=ActionState.OPEN)
    agreed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="coordination_recommendation_ended_has_a_date",
                condition=Q(state="open", ended_at=None)
                | (~Q(state="open") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="coordination_recommendation_has_an_owner",
                condition=Q(member__isnull=False) | (~Q(organisation_name="") & ~Q(position="")),
            ),
        ]

    @property
    def owner(self) -> str:
        """Return organisation and function of the owner. Needs `member` with its user loaded."""
        if self.member is not None:
            return f"{self.member.organisation_name} · {self.member.person}"
        return self.function

    @property
    def function(self) -> str:
        """Return organisation and function of the owner, never the name of a person. Needs `member`
        loaded."""
        if self.member is None:
            return f"{self.organisation_name} · {self.position}"
        position = self.member.position or self.member.get_role_display()
        return f"{self.member.organisation_name} · {position}"


class MappingReport(UuidModel):
    """A version of the report of a round. Its texts are typed, its numbers come from the data; when
    it is issued, both are frozen in `content`."""

    round = models.ForeignKey(MappingRound, on_delete=PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    introduction = models.TextField(default="", blank=True, max_length=8000)
    method = models.TextField(default="", blank=True, max_length=8000)
    findings = models.TextField(default="", blank=True, max_length=8000)
    gaps = models.TextField(default="", blank=True, max_length=8000)
    recommendations = models.TextField(default="", blank=True, max_length=8000)
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")  # of its texts
    version = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(USER, on_delete=PROTECT, related_name="+")
    issued_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(null=True, blank=True)  # from issuing on

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                name="coordination_report_number_once", fields=["round", "number"]
            ),
            models.UniqueConstraint(
                name="coordination_report_one_draft",
                fields=["round"],
                condition=Q(issued_at=None),
            ),
            models.CheckConstraint(
                name="coordination_report_issued_is_frozen",
                condition=Q(issued_at=None, content=None)
                | Q(issued_at__isnull=False, content__isnull=False),
            ),
        ]
