"""What a visitor has to ask a service: only what neither its entry nor its region answers."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import Mode
from protect.findhelp.answers.limits import accepts_all_statuses, states_papers, states_people
from protect.findhelp.answers.row_caches import cached_by_row
from protect.kernel.text import plain_isolated_name
from protect.matching import wording
from protect.matching.conditions.places import is_by_email_only
from protect.matching.questions import Match, Reason
from protect.matching.services.rows import ServiceRow
from protect.reference import formats, vocabulary
from protect.reference.catalogue import active_language
from protect.reference.lookup.fold import fold

LANGUAGES = _("Languages")  # For translators: label of a fact: which languages are spoken
OPENING_HOURS = _("Opening hours")  # For translators: label of a fact: for people who come
TELEPHONE_HOURS = _("Telephone hours")  # For translators: when staff answer the telephone
FOR_WHOM_LABEL = _("For whom")  # For translators: label of a fact: for which people the service is
ASK_THEM = _("Ask them")  # For translators: in the place of a fact that is not known
CALLS_UNKNOWN = "calls_unknown"  # code: the hours of a place are known, those of calls are not
PAPERS_CODES = frozenset({"legal_unknown", "documents_unknown"})
PEOPLE_CODES = frozenset(
    {"gender_unknown", "age_unknown", "group_unknown", "acceptance_unknown", "mode_unknown"}
)
# What a visitor has to ask, by the code of the reason: a sentence, and for calls the label of the
# hours.
ASKED_TOPICS: dict[str, Promise | str] = {
    **dict.fromkeys(
        ("language_unknown", "language_other_hours"), wording.REASONS["language_unknown"]
    ),
    "hours_unknown": wording.REASONS["hours_unknown"],
    CALLS_UNKNOWN: TELEPHONE_HOURS,
    **dict.fromkeys(PAPERS_CODES, wording.REASONS["legal_unknown"]),
    **dict.fromkeys(PEOPLE_CODES, wording.REASONS["gender_unknown"]),
}
# Reasons to ask before a visit: they do not apply to a phone line or a website.
VISIT_CODES = frozenset({"children_unknown", "sons_unknown", "place_unknown"})
# Reasons with the sentence “Takes people in your situation”.
SITUATION_CODES = frozenset(
    code for code, text in wording.REASONS.items() if text is wording.REASONS["legal_yes"]
)
LANGUAGE_WINDOW_CODE = "language_window"  # reason: the hours at which a language is spoken
# Reasons that name a language that the service speaks and the visitor, too.
SPOKEN_CODES = frozenset(
    {"language_staff", "language_on_site", "language_phone", LANGUAGE_WINDOW_CODE}
)
# Categories for which no card says to ask about papers: care after rape, which must not wait, and
# the police, whom visitors must not ask.
GO_WITHOUT_QUESTION = frozenset(
    {"sexual-violence-centre", "sexual-violence-counselling", "health", "emergency", "police"}
)
EU_CITIZEN = "eu_citizen"  # code of the legal status that needs no residence papers


def reasons_to_ask(answer: Match, legal_status: str | None = None) -> list[Reason]:
    """Return the reasons about which the visitor has to ask; about papers if nothing is said of
    them. `legal_status`: of the visitor; None: unknown."""
    answered = _answered_codes(answer)
    if legal_status == EU_CITIZEN:
        answered |= {"legal_unknown"}
    spoken = languages_of_region(answer.row)
    to_ask = [
        reason
        for reason in answer.reasons
        if reason.code in ASKED_TOPICS
        and reason.code not in answered
        and (reason.facts or {}).get("language") not in spoken
    ]
    return [*to_ask, *papers_to_ask(answer.row, legal_status)]


def _answered_codes(answer: Match) -> frozenset[str]:
    """Return the codes of reasons to ask for which the card states an answer."""
    answered = PAPERS_CODES if accepts_all_statuses(answer.row) else frozenset()
    if is_by_email_only(answer.mode, answer.row):
        answered |= {"hours_unknown"}  # an e-mail has none
    is_stated = states_people(answer.row) or any(map(_is_about_people, answer.reasons))
    return answered | PEOPLE_CODES if is_stated else answered


def _is_about_people(reason: Reason) -> bool:
    """Return whether a reason states which genders or groups a service takes."""
    is_known = reason.code not in PEOPLE_CODES and not reason.code.endswith("_no")
    return is_known and reason.code.startswith(("gender_", "acceptance_", "group_"))


def papers_to_ask(row: ServiceRow, legal_status: str | None) -> list[Reason]:
    """Return the reason to ask about papers before going to a service that says nothing of them, if
    the visitor stated no legal status; none for GO_WITHOUT_QUESTION."""
    is_asked = legal_status is None and not states_papers(row) and may_be_visited(row)
    may_ask = row.categories.isdisjoint(GO_WITHOUT_QUESTION)
    return [Reason("legal_unknown")] if is_asked and may_ask else []


def has_to_ask_whether_taken(to_ask: Iterable[Reason]) -> bool:
    """Return whether the visitor has to ask which people a service takes, or about papers: then no
    sentence may say that it takes people in the situation of the visitor."""
    return any(reason.code in PAPERS_CODES | PEOPLE_CODES for reason in to_ask)


def asks_text(to_ask: Iterable[Reason], tag: str) -> str:
    """Return what to ask about, each as a sentence in one line."""
    languages = ((reason, (reason.facts or {}).get("language", "")) for reason in to_ask)
    topics = [_topic_text(reason.code, str(language), tag) for reason, language in languages]
    return " · ".join(dict.fromkeys(topics))


@lru_cache(maxsize=4096)
def _topic_text(code: str, language: str, tag: str) -> str:
    """Return the advice to ask, such as “Ask them whether you need papers”. A language that is not
    that of the page has its name in both: “tigrigna (ትግርኛ)”."""
    with active_language(tag):
        sentence = str(ASKED_TOPICS[code])
        if code == CALLS_UNKNOWN:  # no sentence says when they answer the telephone
            return f"{ASK_THEM}{formats.colon_after('', tag)} {sentence}"
    return sentence.format(language=_named_twice(language, tag)) if language else sentence


def _named_twice(language: str, tag: str) -> str:
    name, spoken = wording.language_names(language, tag), vocabulary.languages().get(language)
    if spoken is None or language == tag or fold(spoken.endonym) in fold(name):
        return name
    return f"{name} ({plain_isolated_name(spoken.endonym)})"


def languages_all_services_speak(country: str, areas: Iterable[str]) -> tuple[str, ...]:
    """Return the languages that each service in nested areas of a country speaks; `areas`: their
    codes. The languages of the areas come first."""
    record = vocabulary.countries()[country]
    regional = (record.spoken_in.get(area, ()) for area in areas)
    return tuple(dict.fromkeys(chain(*regional, record.spoken_everywhere)))


@cached_by_row
def languages_of_region(row: ServiceRow) -> tuple[str, ...]:
    """Return the languages that each service speaks wherever this one is; without a known place,
    wherever it helps."""
    regions = [point.areas for point in row.points]
    if not regions:
        regions = [(*filter(None, [area.area]), *area.containing_areas) for area in row.areas]
    first, *others = (languages_all_services_speak(row.country, areas) for areas in regions or [()])
    return tuple(tag for tag in first if all(tag in spoken for spoken in others))


def is_spoken(matches: Iterable[Match], languages: Sequence[str]) -> bool:
    """Return whether a service says that it speaks one of the languages, or stands where all
    services speak one."""
    return any(
        says_that_it_speaks(match) or not set(languages).isdisjoint(languages_of_region(match.row))
        for match in matches
    )


def says_that_it_speaks(match: Match) -> bool:
    """Return whether a service says that it speaks a language of the visitor."""
    return spoken_reason(match) is not None


def spoken_reason(match: Match) -> Reason | None:
    """Return the reason that says that a service speaks a language of the visitor, if one does."""
    return next((reason for reason in match.reasons if reason.code in SPOKEN_CODES), None)


def may_be_visited(row: ServiceRow) -> bool:
    """Return whether people may go to a service, or sleep there after a call."""
    kinds = vocabulary.categories()
    if any(kinds[code].shelter for code in row.categories & kinds.keys()):
        return True
    return Mode.IN_PERSON in row.modes if row.modes else bool(row.points)
