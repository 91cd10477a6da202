"""Results as sentences. They state the change after the course, never its cause."""

from collections.abc import Mapping

from babel.numbers import format_decimal, format_percent
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _, ngettext

from protect.assessments.statistics import change, charts, codes, items, ratings, test_results
from protect.assessments.statistics.limits import Reason, limits
from protect.kernel.text import plain_isolated_number
from protect.reference.formats import cldr_locale

REASONS: Mapping[Reason, Promise] = {
    Reason.NO_ANSWERS: _("No answers yet."),  # For translators: why no result of a course is shown
    # Translators: why a result is not shown. The code is on a card and typed with both tests.
    Reason.NO_PAIRS: _("No two tests could be paired, so no change is shown."),
    # Translators: why a result is not shown. The desk marks all small numbers as "hidden".
    Reason.FEW_ANSWERS: _("Hidden: with so few answers, readers could tell who answered what."),
    Reason.TOO_EASY: _(  # For translators: why a result is not shown
        "Test too easy: many participants had nearly all points before the course, so "
        "no gain is shown."
    ),
    # Translators: why a result is not shown. A pair is two tests of one person.
    Reason.FEW_PAIRS: _("Fewer than {pairs} pairs: only the dots and the median are shown."),
    Reason.AT_MAXIMUM: _(  # For translators: why a result is not shown
        "All participants had full points before the course, so no gain was possible."
    ),
    # Translators: why a result is not shown.
    Reason.ONE_ITEM: _("The test has only one question to compare."),
    # Translators: why an interval or another result is not shown.
    Reason.ALL_ALIKE: _(
        "All scores changed by the same number of points, so there is no confidence interval."
    ),
}
CODE_MISTAKES: Mapping[codes.CodeMistake, Promise] = {
    # Translators, of each below: a participant typed the code of a card wrongly.
    codes.CodeMistake.LENGTH: _("A code has nine characters. Check it and type it again."),
    codes.CodeMistake.LETTER: _(
        "One of these characters is not used in any code. Check the code and type it again."
    ),
    codes.CodeMistake.CHECK: _("This code has a typing error. Check it and type it again."),
}
# Why tests have no pair, by field of pairs.PhaseCounts.
UNPAIRED_LABELS: Mapping[str, Promise] = {
    "alone": _("Code in this test only"),  # For translators: answers: other test lacks their code
    # Translators: what became of the answers to a test: it is not known whose they are.
    "repeated": _("Code typed more than once, so not paired"),
    "without_code": _("Without a code"),  # For translators: what became of the answers to a test
}


def hidden_reason_text(reason: Reason) -> str:
    return str(REASONS[reason]).format(pairs=plain_isolated_number(limits().fewest_pairs))


def decimal_text(value: float, cldr_pattern: str | None = None) -> str:
    """Return a number, rounded to two decimals, as the active language writes it."""
    rounded = round(value, 2) + 0.0  # adding 0.0 turns −0.0 into 0.0
    text = format_decimal(rounded, cldr_pattern, locale=cldr_locale(get_language() or "en"))
    return plain_isolated_number(text)


def signed_number_text(value: float) -> str:
    return decimal_text(value, "+#,##0.##;−#,##0.##" if round(value, 2) else "0")


def figure_text(value: float | Reason) -> str:
    """Return a number; “hidden” if it could identify people, “–” for another Reason."""
    if not isinstance(value, Reason):
        return decimal_text(value)
    # Translators: in a table, in place of a number that would be of too few people.
    return gettext("hidden") if value is Reason.FEW_ANSWERS else "–"


def share_text(estimate: ratings.Share) -> str:
    share, low, high = map(_format_percent, (estimate.value, estimate.low, estimate.high))
    # Translators: a share and its confidence interval, all in percent.
    return gettext("{share} ({low} to {high})").format(share=share, low=low, high=high)


def attrition_sentence(learning: test_results.PrePostResults) -> str:
    # Translators: how many tests there are. Paired: two tests of one person.
    return gettext("Tests before: {pre}. After: {post}. Paired: {pairs}.").format(
        pre=decimal_text(learning.pre.answers),
        post=decimal_text(learning.post.answers),
        pairs=decimal_text(learning.pair_count),
    )


def unpaired_rows(learning: test_results.PrePostResults) -> list[tuple[str, int, int]]:
    """Return the reasons why tests are unpaired, with their number before and after."""
    pre, post = learning.pre, learning.post
    labels = UNPAIRED_LABELS.items()
    rows = [(str(label), getattr(pre, name), getattr(post, name)) for name, label in labels]
    return [row for row in rows if any(row[1:])]


def change_sentence(learning: test_results.PrePostResults) -> str:
    """Return the mean change; if hidden, why, and the median change unless that is hidden too."""
    if isinstance(learning.change, change.Change):
        return gettext(  # For translators: numbers with a sign; {level} is 95 %
            "After the course the mean score had changed by {mean} points. The {level} confidence "
            "interval runs from {low} to {high}."
        ).format(
            level=_format_percent(change.CONFIDENCE),
            mean=signed_number_text(learning.change.mean),
            low=signed_number_text(learning.change.low),
            high=signed_number_text(learning.change.high),
        )
    if isinstance(learning.spread, change.Spread):
        # Translators: follows the reason why no mean is shown; {median} is a number with a sign.
        text = gettext("After the course the median score had changed by {median} points.")
        median = text.format(median=signed_number_text(learning.spread.median))
        return f"{hidden_reason_text(learning.change)} {median}"
    return hidden_reason_text(learning.spread)


def effect_and_gain_rows(learning: test_results.PrePostResults) -> list[tuple[str, str]]:
    rows = []
    if not isinstance(learning.effect_size, Reason):
        # Translators: how large a change is; g_av is the name of the measure and stays as it is.
        size = gettext("{size} standard deviations (g_av)")
        size = size.format(size=decimal_text(learning.effect_size))
        rows.append((gettext("Size of the change"), size))
    if not isinstance(learning.gain, Reason):
        # Translators: a gain as a percentage of what could still be gained.
        gain = gettext("{percent} of the points that could still be gained")
        percent = _format_percent(learning.gain)
        rows.append((gettext("Normalised gain"), gain.format(percent=percent)))
    return rows


def practice_sentence(result: ratings.PracticeShares | Reason) -> str:
    if isinstance(result, Reason):
        return hidden_reason_text(result)
    # Translators: months after a course; two shares with their intervals, in percent.
    return gettext(
        "{share} of those who answered have used something from the course. If none of "
        "the others have, that is {least} of all participants."
    ).format(share=share_text(result.of_responders), least=share_text(result.of_attendees))


def percent_text(value: float | Reason) -> str:
    """Return a share from 0 to 1 in whole percent; “hidden” or “–” for a Reason."""
    return figure_text(value) if isinstance(value, Reason) else _format_percent(value)


def item_change_text(item_change: items.ItemChange | Reason) -> str:
    """Return how many pairs gained / lost the right answer; “hidden” or “–” for a Reason."""
    if isinstance(item_change, Reason):
        return figure_text(item_change)
    return f"{decimal_text(item_change.gained)} / {decimal_text(item_change.lost)}"


def dot_legend(drawing: charts.DotPlot) -> str:
    # Translators: beside a drawing of dots. A pair is two tests of one person.
    legend = ngettext("A dot: {count} pair", "A dot: up to {count} pairs", drawing.pairs_per_dot)
    return legend.format(count=decimal_text(drawing.pairs_per_dot))


def _format_percent(value: float) -> str:
    locale = cldr_locale(get_language() or "en")
    return plain_isolated_number(format_percent(round(value, 2) + 0.0, locale=locale))
