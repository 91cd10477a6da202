"""Tags and filters for pages that show results."""

from django import template

from protect.assessments.statistics import charts, limits, test_results, wording
from protect.assessments.statistics.change import Change, Spread

register = template.Library()

register.filter("bar", charts.draw_bar)
register.filter("figure", wording.figure_text)
register.filter("moved", wording.item_change_text)
register.filter("part", wording.percent_text)
register.filter("practised", wording.practice_sentence)
register.filter("share", wording.share_text)
register.filter("points", wording.signed_number_text)
register.filter("reason", wording.hidden_reason_text)


@register.filter
def is_reason(value: object) -> bool:
    """Return whether a figure is hidden: a Reason stands in its place."""
    return isinstance(value, limits.Reason)


@register.inclusion_tag("assessments/_change.html")
def measured_change(learning: test_results.PrePostResults, id: str = "change") -> dict[str, object]:  # noqa: A002 - HTML's
    """Draw the change of scores: the interval first, then the dots and their table. `id`
    prefixes the ids of the drawing's parts, so that a page can hold several drawings."""
    spread, change = learning.spread, learning.change
    return {
        "id": id,
        "summary": wording.change_sentence(learning),
        "attrition": wording.attrition_sentence(learning),
        "unpaired": wording.unpaired_rows(learning),
        "drawing": _drawing_context(spread, change) if isinstance(spread, Spread) else None,
        "sizes": wording.effect_and_gain_rows(learning),
    }


def _drawing_context(spread: Spread, change: Change | limits.Reason) -> dict[str, object]:
    drawing = charts.draw_dots(spread, change)
    return {
        "dots": drawing,
        "people": wording.dot_legend(drawing),
        "step": wording.decimal_text(drawing.step) if drawing.step else "",
    }
