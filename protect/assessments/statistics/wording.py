"""Results in words: what was found after the course. Why it was found, no number here knows."""

from collections.abc import Mapping

from babel.numbers import format_decimal, format_percent
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _, ngettext

from protect.assessments.statistics import charts, codes, items, ratings, test_results
from protect.assessments.statistics.change import CONFIDENCE, Change, Spread
from protect.assessments.statistics.limits import Reason, limits
from protect.kernel.text import plain_number
from protect.reference.formats import locale_of

REASONS: Mapping[Reason, Promise] = {
    # Translators: why a result of a course is not shown.
    Reason.NO_ANSWERS: _("No answers yet."),
    # Translators: why a result is not shown. The code is on a card and typed with both tests.
    Reason.NO_PAIRS: _("No two tests could be paired. No change is shown."),
    # Translators: why a result is not shown. "Hidden" is the mark of all small numbers.
    Reason.FEW_ANSWERS: _("Hidden: with so few answers one could tell who said what."),
    # Translators: why a result is not shown.
    Reason.TOO_EASY: _(
        "Test too easy: many had nearly all points before the course. No gain is claimed."
    ),
    # Translators: why a result is not shown. A pair is two tests of one person.
    Reason.FEW_PAIRS: _("Fewer than {pairs} pairs: only dots and median are shown."),
    # Translators: why a result is not shown.
    Reason.AT_MAXIMUM: _("All had every point before the course: nothing was left to gain."),
    # Translators: why a result is not shown.
    Reason.ONE_ITEM: _("The test has only one question to compare."),
    # Translators: why an interval or another result is not shown.
    Reason.ALL_ALIKE: _("All results are alike, so this cannot be worked out."),
}
MISTAKES: Mapping[codes.Mistake, Promise] = {
    # Translators, of each below: a participant typed the code of a card wrongly.
    codes.Mistake.LENGTH: _("A code has nine characters. Type it as it stands on your card."),
    codes.Mistake.LETTER: _("No card has one of these characters. Look at your card again."),
    codes.Mistake.CHECK: _(
        "This is not quite a code. Compare it with your card, then type it again."
    ),
}
# What became of answers that have no pair, by field of pairs.Side.
UNPAIRED: Mapping[str, Promise] = {
    # Translators: what became of the answers to a test: the other test does not have their code.
    "alone": _("Code in this test only"),
    # Translators: what became of the answers to a test: it is not known whose they are.
    "repeated": _("Code typed more than once, so not paired"),
    # Translators: what became of the answers to a test.
    "without_code": _("Without a code"),
}


def reason(why: Reason) -> str:
    return str(REASONS[why]).format(pairs=plain_number(limits().fewest_pairs))


def decimal(value: float, pattern: str | None = None) -> str:
    near = round(value, 2) + 0.0  # never a nought with a minus
    return plain_number(format_decimal(near, pattern, locale=locale_of(get_language() or "en")))


def points(value: float) -> str:
    return decimal(value, "+#,##0.##;−#,##0.##" if round(value, 2) else "0")


def figure(value: float | Reason) -> str:
    if not isinstance(value, Reason):
        return decimal(value)
    # Translators: in a table, in place of a number that would be of too few people.
    return gettext("hidden") if value is Reason.FEW_ANSWERS else "–"


def share(estimate: ratings.Share) -> str:
    # Translators: a share and its confidence interval, all in percent.
    return gettext("{share} ({low} to {high})").format(
        share=_percent(estimate.value), low=_percent(estimate.low), high=_percent(estimate.high)
    )


def attrition(learning: test_results.Learning) -> str:
    # Translators: how many tests there are. Paired: two tests of one person.
    return gettext("Tests before: {pre}. After: {post}. Paired: {pairs}.").format(
        pre=decimal(learning.pre.answers),
        post=decimal(learning.post.answers),
        pairs=decimal(learning.paired),
    )


def unpaired(learning: test_results.Learning) -> list[tuple[str, int, int]]:
    pre, post = learning.pre, learning.post
    rows = [(str(word), getattr(pre, name), getattr(post, name)) for name, word in UNPAIRED.items()]
    return [row for row in rows if any(row[1:])]


def change(learning: test_results.Learning) -> str:
    if isinstance(learning.change, Change):
        # Translators: numbers with a sign; {level} is 95 %.
        return gettext(
            "After the course the mean score had changed by {mean} points. The {level} confidence "
            "interval runs from {low} to {high}."
        ).format(
            level=_percent(CONFIDENCE),
            mean=points(learning.change.mean),
            low=points(learning.change.low),
            high=points(learning.change.high),
        )
    if isinstance(learning.spread, Spread):
        # Translators: after the reason why no mean is said; a number with a sign.
        median = gettext("After the course the median score had changed by {median} points.")
        return f"{reason(learning.change)} {median.format(median=points(learning.spread.median))}"
    return reason(learning.spread)


def sizes(learning: test_results.Learning) -> list[tuple[str, str]]:
    lines = []
    if not isinstance(learning.size, Reason):
        # Translators: how large a change is; g_av is the name of the measure and stays as it is.
        size = gettext("{size} standard deviations (g_av)").format(size=decimal(learning.size))
        lines.append((gettext("Size of the change"), size))
    if not isinstance(learning.gain, Reason):
        # Translators: a gain as a percentage of what could still be gained.
        gain = gettext("{percent} of the points that were left")
        lines.append((gettext("Normalised gain"), gain.format(percent=_percent(learning.gain))))
    return lines


def practice(result: ratings.Practice | Reason) -> str:
    if isinstance(result, Reason):
        return reason(result)
    # Translators: months after a course; two shares with their intervals, in percent.
    return gettext(
        "Used by {share} of those who answered. Of all who took part, at least {least}: as if none "
        "of the others had used it."
    ).format(share=share(result.of_responders), least=share(result.of_attendees))


def part(value: float | Reason) -> str:
    return figure(value) if isinstance(value, Reason) else _percent(value)


def moved(move: items.Move | Reason) -> str:
    if isinstance(move, Reason):
        return figure(move)
    return f"{decimal(move.gained)} / {decimal(move.lost)}"


def people(drawing: charts.Dots) -> str:
    # Translators: beside a drawing of dots. A pair is two tests of one person.
    one = ngettext("A dot: {count} pair", "A dot: up to {count} pairs", drawing.people)
    return one.format(count=decimal(drawing.people))


def _percent(value: float) -> str:
    locale = locale_of(get_language() or "en")
    return plain_number(format_percent(round(value, 2) + 0.0, locale=locale))
