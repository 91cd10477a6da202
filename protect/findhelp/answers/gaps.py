"""Sentences about what no service on a page of answers states: the visitor's language, ages of
sons."""

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import get_language, gettext_lazy as _

from protect.findhelp.answers import contacts, limits, order, topics
from protect.matching import wording
from protect.matching.questions import Answers, Match, Question

# Translators: above a list; {language} is that of the reader, the need is the one she chose.
NO_LANGUAGE = _(
    "No service within reach for this need says that it speaks {language}. Ask for an interpreter."
)
# Translators: above a list of services; some take mothers with sons up to some age only.
NO_SONS = _("No service on this page says up to which age it takes sons. Ask before you go.")
SONS_CODES = {"sons_to", "children_yes"}


def gap_texts(answers: Answers, question: Question, *, has_speaker: bool = False) -> Iterator[str]:
    """Yield, in the active language, a sentence if no service speaks the visitor's first language,
    and one if no service states an age limit for sons. A page without services has none.
    `has_speaker`: whether the page shows a service for another need that speaks it."""
    if not has_speaker and lacks_language(answers, question):
        tag = get_language() or "en"
        yield str(NO_LANGUAGE).format(language=wording.language_names(question.languages[0], tag))
    on_page = _matches_on_page(answers)
    has_sons = any(child.gender == "m" for child in question.person.children or ())
    if on_page and has_sons and not any(map(_takes_sons, on_page)):
        yield str(NO_SONS)


def lacks_language(answers: Answers, question: Question) -> bool:
    """Return whether a page has services, but none within reach for the visitor and the need speaks
    a language of the visitor. Services for others, such as children, and those out of reach do not
    count."""
    if not _matches_on_page(answers) or not question.languages:
        return False
    reached = (*answers.within_reach, *answers.national)
    return not topics.is_spoken(_services_for_visitor(reached, question), question.languages)


def find_speaker(
    shown: Sequence[Match], folded: Sequence[Match], question: Question
) -> Match | None:
    """Return the first service, shown or folded, that speaks a language of the visitor, if none of
    those shown for the need does: it may help to reach the others, whatever it is for. It must have
    a number, unless the visitor cannot speak and writes."""
    if topics.is_spoken(_services_for_visitor(shown, question), question.languages):
        return None
    for match in (*shown, *folded):
        has_number = any(map(contacts.is_shown_number, match.contacts))
        is_reached = has_number or question.wishes.cannot_speak
        is_for_visitor = is_reached and not limits.is_for_others(match.row, question)
        if is_for_visitor and topics.spoken_reason(match):
            return match
    return None


def _matches_on_page(answers: Answers) -> tuple[Match, ...]:
    return (*answers.answers, *answers.national, *answers.near_misses)


def _services_for_visitor(matches: Iterable[Match], question: Question) -> Iterator[Match]:
    """Yield the services that answer the need and are not made for others than the visitor."""
    wanted = order.wanted_categories(question)
    for match in matches:
        is_wanted = not wanted.isdisjoint(match.row.categories)
        if is_wanted and not limits.is_for_others(match.row, question):
            yield match


def _takes_sons(match: Match) -> bool:
    return any(reason.code in SONS_CODES for reason in match.reasons)
