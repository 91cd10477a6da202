"""Modules and courses with their versions. Published versions never change: editions used them."""

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT, CheckConstraint, Q, UniqueConstraint

from protect.kernel.database import NamelessModel, UuidModel
from protect.orgs.models import Organisation
from protect.reference.models import Language
from protect.trainings.base.enums import Assessment
from protect.trainings.curricula.enums import VersionState

TIERS = (1, 2, 3)  # for people who meet migrants; who support survivors; specialists


class VersionQuerySet(models.QuerySet[Any]):
    def published(self) -> Self:
        """Keep versions that editions may use."""
        return self.filter(state=VersionState.PUBLISHED)


class CurriculumItem(UuidModel):
    """A module or course, known by its code in every version and language."""

    code = models.CharField(max_length=40, unique=True)
    owner = models.ForeignKey(Organisation, on_delete=PROTECT, related_name="+")

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class Module(CurriculumItem):
    """One part of a course. Several courses can share it."""


class Course(CurriculumItem):
    """A sequence of modules."""


class Version(UuidModel):
    """The fields that versions of modules and courses share. `KIND`: module or course."""

    KIND: ClassVar[str]

    number = models.PositiveIntegerField()
    language = models.ForeignKey(Language, on_delete=PROTECT, related_name="+")
    title = models.CharField(max_length=160)
    short_title = models.CharField(max_length=80, default="", blank=True)  # hides the topic
    objectives = models.JSONField(default=list, blank=True)  # sentences
    state = models.CharField(
        max_length=10, choices=VersionState, default=VersionState.DRAFT, db_index=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, null=True, related_name="+"
    )
    note = models.CharField(max_length=400, default="", blank=True)  # why it was sent back
    edited = models.PositiveIntegerField(default=1)  # raised by each save, to find edit conflicts
    created = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def item(self) -> CurriculumItem:
        """Return the module or course of which this is a version."""
        item: CurriculumItem = getattr(self, self.KIND)
        return item

    @property
    def item_id(self) -> uuid.UUID:
        key: uuid.UUID = getattr(self, f"{self.KIND}_id")
        return key


class ModuleVersion(Version):
    """One version of a module in one language."""

    KIND = "module"

    module = models.ForeignKey(Module, on_delete=PROTECT, related_name="versions")
    minutes = models.PositiveIntegerField()
    licence = models.CharField(max_length=40)  # SPDX, or a short name
    content_notes = models.JSONField(default=list, blank=True)  # codes of content_notes.toml
    credits = models.CharField(max_length=400, default="", blank=True)
    files = models.JSONField(default=list, blank=True)  # name, sha256, bytes of each
    based_on = models.ForeignKey(
        "self", on_delete=PROTECT, null=True, blank=True, related_name="adaptations"
    )
    translates = models.ForeignKey(
        "self", on_delete=PROTECT, null=True, blank=True, related_name="translations"
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["module", "language", "-number"]
        constraints = [
            UniqueConstraint(
                name="trainings_module_version_once", fields=["module", "language", "number"]
            ),
            CheckConstraint(
                name="trainings_module_version_published_then",
                condition=Q(state__in=["draft", "in_review"], published_at=None)
                | Q(state__in=["published", "retired"], published_at__isnull=False),
            ),
            CheckConstraint(name="trainings_module_version_takes_time", condition=Q(minutes__gt=0)),
        ]


class CourseVersion(Version):
    """A version of a course: its modules in order, questionnaires and certificate rule."""

    KIND = "course"

    course = models.ForeignKey(Course, on_delete=PROTECT, related_name="versions")
    tier = models.PositiveSmallIntegerField(default=1)
    audience = models.CharField(max_length=200, default="", blank=True)
    forms = models.JSONField(default=dict, blank=True)  # code of a questionnaire, by enums.Phase
    # The certificate rule.
    attendance_percent = models.PositiveSmallIntegerField(default=80)
    assessment = models.CharField(max_length=8, choices=Assessment, default=Assessment.NONE)
    pass_percent = models.PositiveSmallIntegerField(default=60)
    modules: "models.ManyToManyField[ModuleVersion, CourseModule]" = models.ManyToManyField(
        ModuleVersion, through="CourseModule", related_name="courses"
    )

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["course", "language", "-number"]
        constraints = [
            UniqueConstraint(
                name="trainings_course_version_once", fields=["course", "language", "number"]
            ),
            CheckConstraint(
                name="trainings_course_version_published_then",
                condition=Q(state__in=["draft", "in_review"], published_at=None)
                | Q(state__in=["published", "retired"], published_at__isnull=False),
            ),
            CheckConstraint(name="trainings_course_version_tier", condition=Q(tier__in=TIERS)),
            CheckConstraint(
                name="trainings_course_version_percents",
                condition=Q(attendance_percent__lte=100, pass_percent__lte=100),
            ),
        ]


class CourseModule(NamelessModel):
    """A module version that a course version contains, and its position."""

    course_version = models.ForeignKey(CourseVersion, on_delete=CASCADE, related_name="pinned")
    module_version = models.ForeignKey(ModuleVersion, on_delete=PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            UniqueConstraint(
                name="trainings_course_module_once", fields=["course_version", "module_version"]
            ),
            UniqueConstraint(
                name="trainings_course_module_place", fields=["course_version", "position"]
            ),
        ]
