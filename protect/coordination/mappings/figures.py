"""What a round has counted: conversations by method, people by group, answers by code; and the
comparison with an earlier round. Small numbers of people are hidden."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from protect.coordination.mappings.enums import Method, PeopleGroup
from protect.coordination.mappings.models import (
    Finding,
    Interview,
    MappingRound,
    Passage,
    Recommendation,
)
from protect.coordination.minutes.enums import ActionState
from protect.coordination.presence import axes
from protect.kernel.small_numbers import Shown, hide_small_parts
from protect.matching import coverage
from protect.matching.coverage import SliceKey
from protect.reference.lookup import store as lookup


class RoundFigures(NamedTuple):
    """Counts of a round. Numbers of people are None where they are hidden."""

    methods: dict[Method, int]
    people: Shown[PeopleGroup]
    regions: int
    languages: list[str]  # BCP 47, the most frequent first
    with_interpreter: int
    answers: int
    coded: int

    @property
    def interviews(self) -> int:
        return sum(self.methods.values())


class Gap(NamedTuple):
    """Settlements of some regions, and how many have no service within reach for a need."""

    settlements: int
    without: int
    ask_first: int

    @property
    def is_gap(self) -> bool:
        return self.without > 0


class NeedComparison(NamedTuple):
    """One need in two rounds: coded answers and findings."""

    need: str
    answers_then: int
    answers_now: int
    findings_then: list[Finding]
    findings_now: list[Finding]


class Comparison(NamedTuple):
    methods: list[tuple[Method, int, int]]  # then, now
    needs: list[NeedComparison]
    recommendations: list[Recommendation]  # of the earlier round

    @property
    def done(self) -> int:
        return sum(row.state == ActionState.DONE for row in self.recommendations)


def round_figures(row: MappingRound) -> RoundFigures:
    """Return the counts of a round."""
    interviews = list(row.interviews.select_related("place"))
    passages = list(Passage.objects.filter(interview__round=row).only("coded_at", "position"))
    people: Counter[PeopleGroup] = Counter()
    for interview in interviews:
        for code, number in interview.people.items():
            if code in PeopleGroup.values:
                people[PeopleGroup(code)] += number
    methods = Counter(Method(interview.method) for interview in interviews)
    languages = Counter(interview.language_id for interview in interviews)
    return RoundFigures(
        {method: methods[method] for method in Method},
        hide_small_parts({group: people[group] for group in PeopleGroup if people[group]}),
        len({region for each in interviews if (region := region_of_interview(each))}),
        [tag for tag, _count in sorted(languages.items(), key=lambda pair: (-pair[1], pair[0]))],
        sum(interview.has_interpreter for interview in interviews),
        len(passages),
        sum(passage.is_coded for passage in passages),
    )


def region_of_interview(interview: Interview) -> str | None:
    """Return the code of the region in which an interview was held."""
    area = interview.place.area_id if interview.place else interview.area_id
    return axes.region_of(area)


def count_needs(row: MappingRound) -> dict[str, int]:
    """Return the number of coded answers by need, the most frequent first; needs without any are
    left out."""
    passages = Passage.objects.filter(interview__round=row, coded_at__isnull=False)
    counts = Counter(need for passage in passages for need in passage.needs)
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def coverage_gap(country: str, need: str, areas: Iterable[str]) -> Gap | None:
    """Return the coverage of a need now, in some regions or (without any) in the whole country;
    None for a need that the atlas does not know."""
    try:
        found = coverage.slice_of(SliceKey(country, need))
    except KeyError:
        return None
    chosen = set(areas)
    counts: Counter[coverage.Gap] = Counter()
    for settlement, gap in enumerate(found.gaps):
        chain = found.settlements.chains[found.settlements.area[settlement]]
        if not chosen or chain[-1] in chosen:
            counts[coverage.Gap(gap)] += 1
    without = counts[coverage.Gap.BEYOND] + counts[coverage.Gap.NOTHING]
    return Gap(counts.total(), without, counts[coverage.Gap.ASK]) if counts else None


def compare(then: MappingRound, now: MappingRound) -> Comparison:
    """Compare a round with an earlier one: methods, needs, and what was done since."""
    counts = count_needs(then), count_needs(now)
    findings = [list(row.findings.all()) for row in (then, now)]
    named = {finding.need for rows in findings for finding in rows}
    needs = [
        NeedComparison(
            need,
            counts[0].get(need, 0),
            counts[1].get(need, 0),
            *([finding for finding in rows if finding.need == need] for rows in findings),
        )
        for need in axes.needs()
        if need in named or need in counts[0] or need in counts[1]
    ]
    methods = [round_figures(row).methods for row in (then, now)]
    rows = Recommendation.objects.filter(finding__round=then)
    related = rows.select_related("member__user", "finding").order_by("finding__number", "due_on")
    return Comparison(
        [(method, methods[0][method], methods[1][method]) for method in Method],
        needs,
        list(related),
    )


def region_label(interview: Interview) -> str:
    """Return the town or region in which an interview was held."""
    if interview.place:
        return interview.place.name
    area = lookup.areas().get(interview.area_id or "")
    return area.name if area else ""
