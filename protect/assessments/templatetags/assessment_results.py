"""Tags and filters for pages that show results."""

from django import template

from protect.assessments.statistics import limits, test_results, wording
from protect.assessments.statistics.change import Change, Spread
from protect.assessments.statistics.charts import bar, dots

register = template.Library()

register.filter("bar", bar)
register.filter("figure", wording.figure)
register.filter("moved", wording.moved)
register.filter("part", wording.part)
register.filter("practised", wording.practice)
register.filter("share", wording.share)
register.filter("points", wording.points)
register.filter("reason", wording.reason)


@register.filter
def is_reason(value: object) -> bool:
    return isinstance(value, limits.Reason)


@register.inclusion_tag("assessments/_change.html")
def measured_change(learning: test_results.Learning, id: str = "change") -> dict[str, object]:  # noqa: A002 - HTML's
    """Draw the change of scores: interval first, then the dots and their table. id: begins those of
    the drawing's parts; a page with several drawings gives each its own."""
    spread, change = learning.spread, learning.change
    return {
        "id": id,
        "summary": wording.change(learning),
        "attrition": wording.attrition(learning),
        "unpaired": wording.unpaired(learning),
        "drawing": _drawn(spread, change) if isinstance(spread, Spread) else None,
        "sizes": wording.sizes(learning),
    }


def _drawn(spread: Spread, change: Change | limits.Reason) -> dict[str, object]:
    drawing = dots(spread, change)
    return {
        "dots": drawing,
        "people": wording.people(drawing),
        "step": wording.decimal(drawing.step) if drawing.step else "",
    }
