"""The content of a mapping report: the numbers and findings of a round as plain values, as an
issued version keeps them. Names of codes are not in it, so that it can be read in each language."""

from typing import Any

from protect.coordination.mappings import figures
from protect.coordination.mappings.models import (
    Finding,
    MappingReport,
    MappingRound,
    Recommendation,
)

PARTS = ("introduction", "method", "findings", "gaps", "recommendations")


def build_content(row: MappingRound) -> dict[str, Any]:
    """Return what the data say of a round now. Small numbers of people are hidden in it."""
    findings = row.findings.prefetch_related("passages", "services").order_by("number")
    recommendations = Recommendation.objects.filter(finding__round=row)
    related = recommendations.select_related("member", "finding")
    return {
        "round": {
            "title": row.title,
            "purpose": row.purpose,
            "country": row.country_id,
            "organisation": row.organisation.name,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
        },
        "figures": _figures(row),
        "needs": figures.count_needs(row),
        "findings": [_finding(finding) for finding in findings],
        "recommendations": [
            _recommendation(each) for each in related.order_by("finding__number", "due_on", "pk")
        ],
    }


def report_content(report: MappingReport) -> dict[str, Any]:
    """Return the frozen content of an issued version, or that of a draft as it is now."""
    content: dict[str, Any] = report.content or build_content(report.round)
    return content


def _figures(row: MappingRound) -> dict[str, Any]:
    found = figures.round_figures(row)
    return {
        "methods": {method.value: number for method, number in found.methods.items()},
        "people": {group.value: number for group, number in found.people.parts.items()},
        "people_total": found.people.total,
        "regions": found.regions,
        "languages": found.languages,
        "with_interpreter": found.with_interpreter,
        "answers": found.answers,
        "coded": found.coded,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    gap = figures.coverage_gap(finding.round.country_id, finding.need, finding.areas)
    return {
        "number": finding.number,
        "title": finding.title,
        "text": finding.text,
        "need": finding.need,
        "groups": finding.groups,
        "areas": finding.areas,
        "answers": len(finding.passages.all()),
        "services": sorted(service.name for service in finding.services.all()),
        "gap": gap._asdict() if gap else None,
    }


def _recommendation(row: Recommendation) -> dict[str, Any]:
    return {
        "finding": row.finding.number,
        "text": row.text,
        "owner": row.function,
        "due_on": row.due_on.isoformat(),
        "state": row.state,
    }
