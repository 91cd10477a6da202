"""What the pages of a pathway show: its parts with live services, changes, tests and agreements."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext as _

from protect.coordination.pathways import access, agreed, rules
from protect.coordination.pathways.actions import entries_of
from protect.coordination.pathways.enums import Branch, Outcome
from protect.coordination.pathways.flow_charts import Chart, build_chart
from protect.coordination.pathways.live_services import (
    ServiceWords,
    describe,
    general_question,
    read_services,
)
from protect.coordination.pathways.models import Pathway, PathwayEdition, PathwayTest
from protect.coordination.pathways.place_names import pathway_name
from protect.matching.questions import Question


@dataclass(frozen=True, slots=True)
class ShownService:
    words: ServiceWords
    entry: UUID | None  # of an arrangement
    is_changed: bool  # since it was agreed
    outcome: Outcome | None  # of the latest test


@dataclass(frozen=True, slots=True)
class ShownStep:
    key: UUID | None  # of an arrangement
    number: int
    note: str
    services: tuple[ShownService, ...]


@dataclass(frozen=True, slots=True)
class ShownPart:
    branch: Branch
    steps: tuple[ShownStep, ...]


@dataclass(frozen=True, slots=True)
class TestState:
    """The latest test of a pathway, and whether it is too old. `test` None: never tested."""

    __test__ = False  # no test case of pytest

    test: PathwayTest | None
    is_old: bool
    counts: tuple[tuple[Outcome, int], ...]


def words_of(
    keys: Iterable[UUID], question: Question, tag: str | None = None, *, is_adult: bool = False
) -> dict[UUID, ServiceWords]:
    """Return services as they are now, in words for the person of a question. `is_adult`: as in
    `describe`."""
    language = tag or get_language() or "en"
    return {
        key: describe(service, question, language, is_adult=is_adult)
        for key, service in read_services(keys).items()
    }


def edition_words(edition: PathwayEdition, at: datetime) -> dict[UUID, ServiceWords]:
    return words_of(edition_keys(edition), general_question(edition.pathway, at))


def edition_keys(edition: PathwayEdition) -> list[UUID]:
    return [UUID(key) for step in edition.steps for key in step["services"]]


def edition_parts(
    edition: PathwayEdition, words: Mapping[UUID, ServiceWords], changed: Iterable[UUID] = ()
) -> list[ShownPart]:
    """Return the parts of an edition with what its latest test found."""
    touched, outcomes = set(changed), latest_outcomes(edition)
    parts: dict[str, list[ShownStep]] = {branch: [] for branch in Branch}
    for step in edition.steps:
        services = tuple(
            ShownService(words[key], None, key in touched, outcomes.get(key))
            for key in map(UUID, step["services"])
        )
        own = parts[step["branch"]]
        own.append(ShownStep(None, len(own) + 1, step["note"], services))
    return [ShownPart(Branch(code), tuple(steps)) for code, steps in parts.items() if steps]


def arrangement_parts(pathway: Pathway, at: datetime) -> list[ShownPart]:
    """Return the parts of an arrangement, also its steps without a service."""
    entries, steps = entries_of(pathway), list(pathway.steps.all())
    words = words_of((each.service_id for each in entries), general_question(pathway, at))
    services: dict[UUID, list[ShownService]] = {step.pk: [] for step in steps}
    for each in entries:
        shown = ShownService(words[each.service_id], each.pk, is_changed=False, outcome=None)
        services[each.step_id].append(shown)
    parts = []
    for branch in Branch:
        own = [step for step in steps if step.branch == branch]
        shown_steps = tuple(
            ShownStep(step.pk, number, step.note, tuple(services[step.pk]))
            for number, step in enumerate(own, 1)
        )
        parts += [ShownPart(branch, shown_steps)] if shown_steps else []
    return parts


def edition_chart(edition: PathwayEdition, words: Mapping[UUID, ServiceWords]) -> Chart:
    """Return an edition as nodes and arrows, in the language of the desk."""
    labels = {branch.value: str(branch.label) for branch in Branch}
    # Translators: on an arrow picture: a step of a pathway; {number}: 1, 2, …
    labels |= {"step": _("Step {number}"), "away": _("Not available now")}
    return build_chart(pathway_name(edition.pathway), edition.steps, words, labels)


def latest_test(pathway: Pathway) -> PathwayTest | None:
    rows = PathwayTest.objects.filter(edition__pathway=pathway)
    return rows.order_by("-tested_on", "-recorded_at", "pk").first()


def latest_outcomes(edition: PathwayEdition) -> dict[UUID, Outcome]:
    """Return what the latest test of a pathway found, by service."""
    test = latest_test(edition.pathway)
    if test is None:
        return {}
    rows = test.findings.order_by("pk").values_list("service", "outcome")
    return {key: Outcome(outcome) for key, outcome in rows}


def test_state(pathway: Pathway, today: date) -> TestState:
    test = latest_test(pathway)
    if test is None:
        return TestState(None, is_old=False, counts=())
    outcomes = list(test.findings.order_by("pk").values_list("outcome", flat=True))
    counts = tuple((each, outcomes.count(each)) for each in Outcome if each in outcomes)
    return TestState(test, rules.is_test_old(test.tested_on, today), counts)


def agreement_rows(pathway: Pathway) -> list[dict[str, Any]]:
    """Return each member organisation with the moment of its agreement, if it has agreed, and
    whether only guests speak for it."""
    guests = access.guest_organisations(pathway.group)
    rows = pathway.agreements.filter(version=pathway.version)
    moments = {row.organisation_name: row.agreed_at for row in rows if row.is_sealed()}
    return [
        {"name": name, "at": moments.get(name), "by_guest": name in guests}
        for name in access.agreeing_organisations(pathway.group)
    ]


def edition_agreements(edition: PathwayEdition) -> list[tuple[str, datetime]]:
    return [(name, datetime.fromisoformat(moment)) for name, moment in edition.agreements]


def changes_of(edition: PathwayEdition) -> list[agreed.ServiceChange]:
    return agreed.changed_services(edition)
