"""The page “If it just happened”: what matters in the first hours after sexual violence."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from protect.findhelp.answers import country_lines, names, page_blocks, topics
from protect.findhelp.answers.country_lines import CountryLines
from protect.findhelp.answers.limits import is_for_others
from protect.findhelp.answers.service_texts import Quote, quote_of
from protect.matching import published
from protect.matching.questions import Answers, Match, PersonLocation, Question
from protect.reference import country_facts, vocabulary
from protect.reference.country_facts import LIMIT_KEYS

PAGE = "first-hours"  # code of the page
MALE = "m"  # a gender
CENTRES_TO_SEARCH = 8  # nearest centres, of which some are for other people, such as children
# Texts of the page that papers print, too.
PRINTED = ("neck", "go_now", "hiv", "pill", "any_time", "examination_right")


class Urgency(NamedTuple):
    """The hours in which each medicine helps, by when the violence happened. Both are shown until
    the longer limit has passed, so that a visitor can see whether one is too late."""

    hiv: int | None  # None: both limits have passed
    pill: int | None  # None: as for `hiv`, or the person is a man
    is_long_ago: bool  # whether the time of every medicine has passed
    may_be_pregnant: bool = True


def find_urgency(
    gender: str | None = None, hours_ago: int | None = None, *, may_be_trans: bool = False
) -> Urgency:
    """Return what can still help a person. `hours_ago`: since it happened; None: not known.
    `may_be_trans`: whether a man chose LGBTQI+: he may become pregnant."""
    hiv, pill, _examination = (int(country_facts.limit(key).value) for key in LIMIT_KEYS)
    hours_passed = hours_ago or 0
    is_long_ago, may_be_pregnant = hours_passed > max(hiv, pill), gender != MALE or may_be_trans
    return Urgency(
        hiv=None if is_long_ago else hiv,
        pill=pill if may_be_pregnant and not is_long_ago else None,
        is_long_ago=is_long_ago,
        may_be_pregnant=may_be_pregnant,
    )


def urgency_of(question: Question | None) -> Urgency:
    """Return what can still help the person of a question; None: nothing was said."""
    if question is None:
        return find_urgency()
    person, hours_ago = question.person, question.hours_since_event
    may_be_trans = "lgbtqi" in (person.groups or ())
    return find_urgency(person.gender, hours_ago, may_be_trans=may_be_trans)


def printed_sentences(tag: str, country: str | None) -> tuple[str, ...]:
    """Return the most urgent sentences in a language, as plain text for papers."""
    texts = (page_blocks.urgent_text(PAGE, key, tag, country) for key in PRINTED)
    return tuple(page_blocks.plain_text(text) for text in texts if text)


def readers_of(urgency: Urgency, centre: Mapping[str, object]) -> frozenset[str]:
    """Return of `references.READERS` those that a visitor is one of. `centre`: what
    `centre_context` returns; empty if it is not known."""
    is_sent, has_town = (
        centre.get("has_centre") or centre.get("lacks_centre"),
        centre.get("has_town"),
    )
    told = {
        "recent": not urgency.is_long_ago,
        "may-be-pregnant": urgency.may_be_pregnant,
        "not-pregnant": not urgency.may_be_pregnant,
        "no-town": not is_sent and not has_town,
        "town-without-centre": not is_sent and has_town and not urgency.is_long_ago,
    }
    return frozenset(name for name, is_met in told.items() if is_met)


def urgent_context(
    country: str | None, today: date, urgency: Urgency | None = None
) -> dict[str, object]:
    """Return what the template `_urgent_hours.html` needs. `urgency`: None if the visitor said
    nothing."""
    lines = country_lines.lines_on_answers(country, today) if country else CountryLines()
    return {"urgency": urgency or find_urgency(), "urgent_lines": lines}


def nearest_centre(question: Question, shown: Answers | None = None) -> Match | None:
    """Return the first centre for care after sexual violence: of the answers that a page shows,
    else of all within reach of the visitor's place, for a need with `first_hours`."""
    centre = _first_centre(shown, question) if shown else None
    has_first_hours = any(vocabulary.needs()[code].first_hours for code in question.needs)
    if centre is None and has_first_hours and question.where and question.where.point:
        wishes = replace(question.wishes, cannot_speak=False)  # the visitor goes there
        centre_question = replace(
            question, needs=(names.CENTRE,), wishes=wishes, limit=CENTRES_TO_SEARCH
        )
        centre = _first_centre(published.match(centre_question), question)
    return centre


def _first_centre(answers: Answers, question: Question) -> Match | None:
    """Return the first centre within reach that is not made for other people than the visitor."""
    near = (match for match in answers.within_reach if not match.key.is_beyond)
    centres = (match for match in near if names.CENTRE in match.row.categories)
    return next((match for match in centres if not is_for_others(match.row, question)), None)


def centre_context(question: Question, centre: Match | None, tag: str) -> dict[str, object]:
    """Return what templates need to send a visitor to `centre`, or to an emergency department.
    For a need of care without a centre near the place, the page says so beside the first answer,
    unless it shows ways of writing, or care is no longer urgent."""
    where = question.where
    has_town = where is not None and where.point is not None
    is_for_care = any(vocabulary.needs()[code].go_there for code in question.needs)
    is_urgent = is_for_care and not urgency_of(question).is_long_ago
    lacks_centre = has_town and is_urgent and centre is None
    return {
        "has_centre": centre is not None,
        "has_town": has_town,
        "lacks_centre": lacks_centre and not question.wishes.cannot_speak,
        "signs": _signs(where, tag),
    }


def _signs(where: PersonLocation | None, tag: str) -> tuple[Quote, ...]:
    """Return what signs of hospitals call the emergency department, in the languages of a place;
    none in the language that the visitor reads."""
    if where is None or where.country is None:
        return ()
    by_language = vocabulary.countries()[where.country].emergency_department
    spoken = topics.languages_all_services_speak(where.country, where.areas)
    shown = [key for key in by_language if key in spoken] or [*by_language]
    return tuple(quote_of(by_language[key], key) for key in shown if key != tag)
