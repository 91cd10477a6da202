"""What a coordinator of a country has to know on one screen, and what the coordination brief is
made from. The number of queries does not grow with the rows, except for pathways whose services
changed since they were agreed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Self
from uuid import UUID

import numpy as np
from django.db.models import Count, Min, Prefetch, Q, QuerySet

from protect.coordination.groups.access import visible_groups
from protect.coordination.groups.models import Group
from protect.coordination.mappings.access import visible_rounds
from protect.coordination.mappings.models import MappingReport, MappingRound
from protect.coordination.meetings.models import Meeting
from protect.coordination.minutes.models import ActionPoint, ActionPointQuerySet
from protect.coordination.pathways import agreed, rules
from protect.coordination.pathways.access import visible_pathways
from protect.coordination.pathways.models import Pathway, PathwayEdition, PathwayTest
from protect.coordination.pathways.pathway_pages import edition_keys
from protect.coordination.procedures.models import Procedure
from protect.coordination.procedures.procedure_links import (
    ProcedureLink,
    procedure_links,
    readable_procedures,
)
from protect.directory.models import Service
from protect.matching.coverage.atlas import atlas
from protect.matching.coverage.atlas.slices import Gap, SliceKey
from protect.orgs.scope import Scope
from protect.trainings.base.access import visible_hosts
from protect.trainings.scheduling.enums import EditionState
from protect.trainings.scheduling.models import Edition
from protect.verification.models import QueueItem, QueueQuerySet

COMING_STATES = (EditionState.PLANNED, EditionState.OPEN, EditionState.CLOSED)


class PathwayState(NamedTuple):
    """A pathway, what is in force of it, and when it was tested last."""

    pathway: Pathway
    edition: PathwayEdition | None
    is_changed: bool  # since it was agreed
    tested_on: date | None
    is_test_old: bool

    @property
    def rank(self) -> int:
        """Return the place in a list, the most urgent first."""
        order = [self.is_changed, self.is_test_old, self.edition is None, self.tested_on is None]
        return order.index(True) if True in order else len(order)


class NeedGap(NamedTuple):
    """How many settlements have no service for a need within reach, or only ones to ask first."""

    need: str
    settlements: int
    without: int
    ask_first: int


class ComingTraining(NamedTuple):
    """A training that has not ended, and when its next session begins; None without sessions."""

    edition: Edition
    begins: datetime | None


@dataclass(frozen=True, slots=True)
class Readable:
    """The rows of a country that a content is built from."""

    groups: QuerySet[Group]
    rounds: QuerySet[MappingRound]
    procedures: QuerySet[Procedure]
    pathways: QuerySet[Pathway]
    hosts: frozenset[UUID] | None  # whose trainings are read also if they are not listed; None: all

    @classmethod
    def by(cls, scope: Scope, country: str) -> Self:
        """Return what a user may read about a country."""
        of_country = Q(group__country=country) | Q(group__country=None)
        return cls(
            visible_groups(scope).filter(Q(country=country) | Q(country=None)),
            visible_rounds(scope).filter(country=country),
            readable_procedures(scope).filter(of_country),
            visible_pathways(scope).filter(country=country),
            visible_hosts(scope),
        )

    @classmethod
    def whole(cls, country: str) -> Self:
        """Return all rows of a country and of nothing else, for who runs the platform."""
        return cls(
            Group.objects.filter(country=country),
            MappingRound.objects.filter(country=country),
            Procedure.objects.filter(group__country=country)
            .select_related("group__organisation")
            .prefetch_related("versions"),
            Pathway.objects.filter(country=country).select_related("group"),
            None,
        )


@dataclass(frozen=True, slots=True)
class CountryContent:
    """Each list has the most urgent first."""

    country: str
    at: datetime
    mapping: MappingRound | None  # the last one
    interviews: int  # of that round
    report: MappingReport | None  # the newest issued one of that round
    procedures: list[ProcedureLink]
    pathways: list[PathwayState]
    gaps: list[NeedGap]
    overdue: list[ActionPoint]
    open_actions: int
    to_check: list[QueueItem]  # of the services to check only the first ones
    to_check_count: int
    trainings: list[ComingTraining]
    meetings: list[Meeting]  # still to come


def country_content(readable: Readable, country: str, *, at: datetime, rows: int) -> CountryContent:
    """Return the content of a country at an instant. `rows`: of the services to check."""
    day = at.date()
    mapping = readable.rounds.order_by("-starts_on").first()
    reports = MappingReport.objects.filter(round=mapping, issued_at__isnull=False)
    actions = _open_actions(readable)
    related = actions.select_related("owner", "meeting__group")
    queue = queue_of(country)
    return CountryContent(
        country,
        at,
        mapping,
        mapping.interviews.count() if mapping else 0,
        reports.defer("content").first() if mapping else None,
        procedure_links(readable.procedures, day),
        pathway_states(readable.pathways.filter(ended_at=None), day),
        need_gaps(country),
        list(related.filter(due_on__lt=day).order_by("due_on", "pk")),
        actions.count(),
        list(queue.select_related("service")[:rows]),
        queue.count(),
        _trainings(readable, country, at),
        list(_meetings(readable, at)),
    )


def queue_of(country: str) -> QueueQuerySet:
    """Return the services of a country that wait for a check, the most urgent first."""
    rows = QueueItem.objects.filter(country=country).waiting()
    ordered: QueueQuerySet = rows.order_by("-priority", "opened_at", "pk")
    return ordered


def pathway_states(pathways: QuerySet[Pathway], day: date) -> list[PathwayState]:
    """Return pathways that were not taken down, with their states on a day."""
    rows = list(pathways.prefetch_related(Prefetch("editions", PathwayEdition.objects.all())))
    in_force = {row.pk: row.editions.all()[0] for row in rows if row.editions.all()}
    changed = _changed_editions(in_force.values())
    tests = PathwayTest.objects.filter(edition__pathway__in=rows).order_by("tested_on", "pk")
    tested = dict(tests.values_list("edition__pathway", "tested_on"))
    states = []
    for row in rows:
        edition, tested_on = in_force.get(row.pk), tested.get(row.pk)
        is_old = tested_on is not None and rules.is_test_old(tested_on, day)
        is_changed = edition is not None and edition.pk in changed
        states.append(PathwayState(row, edition, is_changed, tested_on, is_old))
    return sorted(states, key=lambda state: state.rank)


def need_gaps(country: str) -> list[NeedGap]:
    """Return the needs of which a settlement has no certain service within reach, those with most
    settlements without any first. For a person without details, in any language."""
    found = []
    for need in atlas.report_needs():
        gaps = np.bincount(atlas.slice_of(SliceKey(country, need)).gaps, minlength=len(Gap))
        without = int(gaps[Gap.BEYOND] + gaps[Gap.NOTHING])
        found.append(NeedGap(need, int(gaps.sum()), without, int(gaps[Gap.ASK])))
    with_gap = [each for each in found if each.without or each.ask_first]
    return sorted(with_gap, key=lambda each: (-each.without, -each.ask_first))


def _changed_editions(editions: Iterable[PathwayEdition]) -> set[UUID]:
    """Return the editions that were changed in the database, or that the directory has changed.
    Only editions with a service that an action of the directory touched are compared."""
    rows = list(editions)
    values = agreed.agreed_values(rows)
    keys = {key for row in rows for key in edition_keys(row)}
    services = Service.objects.filter(pk__in=keys).values_list("pk", "version", "status")
    stamps = {key: [version, status] for key, version, status in services}

    def is_touched(row: PathwayEdition) -> bool:
        own = values[row.pk]
        return any(
            own.get(key, {}).get("stamp") != stamps.get(key, []) for key in edition_keys(row)
        )

    return {
        row.pk
        for row in rows
        if not row.is_sealed() or (is_touched(row) and agreed.changed_services(row, is_quick=True))
    }


def _open_actions(readable: Readable) -> ActionPointQuerySet:
    rows: ActionPointQuerySet = ActionPoint.objects.open().filter(
        meeting__group__in=readable.groups
    )
    return rows


def _meetings(readable: Readable, at: datetime) -> QuerySet[Meeting]:
    rows = Meeting.objects.filter(group__in=readable.groups, cancelled_at=None, ends_at__gt=at)
    return rows.select_related("group").order_by("starts_at", "pk")


def _trainings(readable: Readable, country: str, at: datetime) -> list[ComingTraining]:
    """Return trainings to come: those of the readable hosts, and those in the public calendar."""
    own = Q() if readable.hosts is None else Q(host__in=readable.hosts) | Q(is_listed=True)
    is_coming = Q(sessions__cancelled_at=None, sessions__ends_at__gt=at)
    is_session = Q(sessions__cancelled_at=None)
    rows = Edition.objects.of_active_hosts().filter(own, country=country, state__in=COMING_STATES)
    counted = rows.annotate(
        begins=Min("sessions__starts_at", filter=is_coming),
        planned=Count("sessions", filter=is_session),
    ).filter(Q(begins__isnull=False) | Q(planned=0))
    begins = dict(counted.values_list("pk", "begins").order_by("begins", "pk"))
    loaded = rows.select_related("host", "course_version__course").in_bulk(list(begins))
    return [ComingTraining(loaded[key], instant) for key, instant in begins.items()]
