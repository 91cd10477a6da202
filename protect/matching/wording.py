"""The sentences of answers: reasons, cautions and how far a fact can be trusted. Unicode isolation
characters enclose every number, time and foreign name, so that one sentence suits a page, JSON, the
command line and paper. Keep to at most 70 sentences: each is translated into thirty languages."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from babel.dates import format_date
from babel.numbers import format_decimal
from babel.units import format_unit
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.enums import Freshness, Method
from protect.directory.facts import FACTS, clinical
from protect.kernel.text import plain_isolated_name, plain_isolated_number
from protect.matching.questions import Reason
from protect.matching.services.rows import LastCheck
from protect.reference import catalogue, formats
from protect.reference.wording import DOCUMENT_NAMES, GENDER_NAMES, GROUP_NAMES, STATUS_NAMES

DAYS_IN_WEEK = 7  # days; a nearer day is shown as a weekday
METRES_PER_KILOMETRE = 1000  # metres

_SPEAKS = _("Speaks {language}")  # For translators: a service; {language} is one name or several
_ASK_LANGUAGE = _("Ask them whether they speak {language}")  # For translators: advice on a service
_EVERYONE = _("Takes everyone")  # For translators: a service helps people of every gender and group
# Translators, of each below: advice.
_ASK_WHOM = _("Ask them whom they take")  # not known: which people (gender, age) it helps
_ASK_CAN_HELP = _("Ask them whether they can help you")  # For translators: advice on a service
# Translators: a service helps people like the reader (papers, pregnancy and so on).
_YOUR_SITUATION = _("Takes people in your situation")
# Translators: a service is for others (other papers, other age, another group), without blame.
_OTHER_SITUATION = _("For people in another situation")
_ASKS_FOR = _("Asks for: {documents}")  # For translators: to bring; {documents} is a list of names
_YOUR_AREA = _("Helps people where you are")  # For translators: a service, in the reader's area
_OTHER_AREA = _("Says it works in another area")  # For translators: a service, not in the reader's
# Translators: a service is not as the reader asked: not in a town to avoid, or only in writing.
_OTHER_WISH = _("Does not help in the way you asked for")
_ASK_WHERE = _("Ask them where they are")  # not known or not public: where a service is
# Translators: advice: the reader wants to talk to a woman, or to have a woman interpret.
_ASK_WOMAN = _("Ask them whether a woman can help you")
_ASK_MAN = _("Ask them whether a man can help you")  # For translators: who talks or interprets
# Translators: a caution: in some cases the service must tell the police or another authority.
_TELLS_SOMETIMES = _("Tells the authorities in some cases")
_NOT_CHECKED = _("Not checked yet")  # For translators: this information has not been checked
# Translators: the service itself said so; {date} is for example "3 Nov 2026".
_CHECKED_WITH_SERVICE = _("Checked with them, {date}")
_CHECKED_ONLINE = _("Checked online, {date}")  # For translators: {date}: 3 Nov 2026; on a website

REASONS: Mapping[str, Promise | str] = {
    # --- language
    "language_staff": _SPEAKS,
    # Translators: an interpreter stands beside; {language} is the name of a language.
    "language_on_site": _("{language} with an interpreter there"),
    # Translators: an interpreter helps over the phone; {language} is the name of a language.
    "language_phone": _("{language} by phone interpreter"),
    # Translators: when a language is spoken, for example "Tigrinya: Monday 09:00–11:00".
    "language_window": _("{language}: {day} {from}–{to}"),
    "language_other_hours": _ASK_LANGUAGE,
    "language_unknown": _ASK_LANGUAGE,
    # Translators: the service names only {languages}; others may be spoken, but it does not say so.
    "language_unlisted": _("Lists only {languages}"),
    # --- hours
    "open_now": _("Open now"),  # For translators: a service or a phone line, at this moment
    "open_until": _("Open now, until {time}"),  # For translators: {time}: within 24 hours, 18:00
    "opens_today": _("Opens at {time}"),  # For translators: later today; {time}: clock time, 09:00
    "opens_day": _("Opens {day} {time}"),  # For translators: {day}: weekday or date; {time}: 09:00
    "closed": _("Closed now"),  # For translators: service or phone line; opening time is unknown
    "by_appointment": _("By appointment"),  # For translators: first arrange a time to come or call
    "answerphone": _("Answering machine now"),  # For translators: a recording answers, no person
    "hours_unknown": _("Ask them when they are open"),  # For translators: advice on a service
    # --- way
    # Translators: estimate, for example "3.2 km, about 34 min"; "min" is short for minutes.
    "distance": _("{distance}, about {minutes} min"),
    "distance_far": "{distance}",  # only the kilometres
    # Translators: the address is kept secret for safety; {place} is a town.
    "distance_around": _("In and around {place}"),
    "place_unknown": _ASK_WHERE,
    # --- people
    "gender_everyone": _EVERYONE,
    "gender_f": _("Says it is for women"),  # For translators: takes women, perhaps others first
    "gender_m": _("Says it is for men"),  # For translators: takes men, perhaps others first
    # Translators: people who are neither only men nor only women; use the words they prefer.
    "gender_x": _("Takes non-binary people"),
    "gender_unknown": _ASK_WHOM,
    # Translators: a service helps only people of another gender than the reader's; no blame.
    "gender_no": _("For another gender"),
    "age_yes": _("Takes people of your age"),  # For translators: a service; the age fits
    "age_unknown": _ASK_WHOM,
    "age_no": _OTHER_SITUATION,
    "sons_to": _("Takes sons up to {age}"),  # For translators: with a parent; {age} is in years
    "children_yes": _("Takes children"),  # For translators: a mother or father may bring them
    # Translators: advice to a mother or father.
    "children_unknown": _("Ask them whether your children can come"),
    # Translators: advice to a mother or father: shelters often take sons only up to some age.
    "sons_unknown": _("Ask them up to which age sons can come"),
    "children_no": _("Does not take your children"),  # For translators: a parent cannot bring them
    # Translators: papers are residence papers; the service does not mind whether a person has any.
    "legal_everyone": _("Takes people with or without papers"),
    "legal_yes": _YOUR_SITUATION,
    "legal_unknown": _("Ask them whether you need papers"),  # For translators: residence papers
    "legal_no": _OTHER_SITUATION,
    "documents_none": _("Asks for no documents"),  # For translators: a service wants to see none
    "documents_yes": _ASKS_FOR,
    # Translators: advice: which documents the service wants to see is not known.
    "documents_unknown": _("Ask them which documents to bring"),
    "documents_no": _ASKS_FOR,
    "group_yes": _YOUR_SITUATION,
    "group_unknown": _ASK_CAN_HELP,
    "group_no": _OTHER_SITUATION,
    "acceptance_everyone": _EVERYONE,
    "acceptance_included": _YOUR_SITUATION,
    # Translators: what the service says of itself; {group} is for example "LGBTQI+", "Pregnant".
    "acceptance_specialised": _("Says it is for: {group}"),
    "acceptance_unknown": _ASK_CAN_HELP,
    # Translators: the service helps other people before the reader; it may take longer.
    "acceptance_others_first": _("Other people are helped first"),
    # --- where and how
    "area_yes": _YOUR_AREA,
    # Translators: advice: which towns or regions a service is for is not known.
    "area_unknown": _("Ask them whether they help people where you are"),
    "area_no": _OTHER_AREA,
    "country_no": _OTHER_AREA,
    "access_yes": _("Accessible for you"),  # For translators: who does not walk, hear or see well
    # Translators: advice to a visitor who does not walk, hear or see well.
    "access_unknown": _("Ask them about accessibility"),
    "access_no": _("Not accessible for you"),  # For translators: who does not walk, hear, see well
    "avoid_unknown": _ASK_WHERE,
    "avoid_no": _("Places where you do not want to go"),  # For translators: label; towns, villages
    "mode_unknown": _ASK_CAN_HELP,
    "mode_no": _OTHER_WISH,
    # --- people and numbers
    "worker_f": _("A woman can interpret"),  # For translators: a woman translates what is spoken
    "worker_m": _("A man can interpret"),  # For translators: a man translates what is spoken
    "worker_x": _YOUR_SITUATION,
    "worker_ask_f": _ASK_WOMAN,
    "worker_ask_m": _ASK_MAN,
    "worker_ask_x": _ASK_CAN_HELP,
    "phone_yes": _("Answers the phone"),  # For translators: its number was checked
    "phone_unknown": _NOT_CHECKED,
    "phone_no": _("Nobody answered our calls"),  # For translators: our staff called more than once
    # --- money and medicine
    **{code: text for fact in FACTS.values() for code, text in fact.reasons.items()},
    # Translators: {act} is a medicine that helps only within {hours} hours of what happened.
    "clinical_in_time": _("{act}: within {hours} hours, so go now"),
    # --- cautions
    "tells_police": _("Tells the police"),  # For translators: a caution: about people who come
    # Translators: a caution: this service tells the office for residence papers and deportation.
    "tells_migration": _("Tells the migration office"),
    "tells_sometimes": _TELLS_SOMETIMES,
    # Translators: advice; "they" is the service; some staff have a duty by law.
    "tells_unknown": _("Ask them first whether they must tell the police"),
    "tells_nobody": _("Does not tell the police"),  # For translators: a service says so of itself
    # Translators: a caution: people who hurt others get help there too, so one may meet them.
    "violence_programme": _("Also works with people who use violence"),
    # Translators: a caution for a visitor under 18: parents or guardians may have to say yes.
    "guardian": _("Ask them first whether your parents must agree"),
}


CHECKED_SENTENCES: Mapping[Method, Promise] = {
    Method.PROVIDER: _CHECKED_WITH_SERVICE,
    Method.CALL: _("Checked by phone, {date}"),  # For translators: {date}: 3 Nov 2026; by staff
    Method.VISIT: _CHECKED_WITH_SERVICE,
    Method.REGISTER: _CHECKED_ONLINE,
    Method.WEB: _CHECKED_ONLINE,
}
STALE_SENTENCES: Mapping[Freshness, Promise] = {
    Freshness.UNVERIFIED: _NOT_CHECKED,
    Freshness.OVERDUE: _("Checked {date}. Call first"),  # For translators: old check; "3 Nov 2026"
    Freshness.EXPIRED: _("Last known {date}"),  # For translators: too old; {date}: 3 Nov 2026
    Freshness.DISPUTED: _("Being checked"),  # For translators: a report says it is wrong; we check
}


def reason_text(reason: Reason, tag: str) -> str:
    """Return the sentence of a reason in a language. Errors: KeyError for an unknown code."""
    facts = reason.facts or {}
    with catalogue.active_language(tag):
        values = {key: PLACEHOLDER_FORMATTERS[key](value, tag) for key, value in facts.items()}
        return str(REASONS[reason.code]).format_map(values)


def freshness_text(freshness: Freshness, tag: str, last_check: LastCheck | None = None) -> str:
    """Return a sentence on the last check of a fact; `last_check` None: no check confirmed it."""
    sentence = STALE_SENTENCES.get(freshness)
    if sentence is None:  # fresh or due
        sentence = CHECKED_SENTENCES[last_check.method] if last_check else _NOT_CHECKED
    elif last_check is None and freshness != Freshness.DISPUTED:
        sentence = _NOT_CHECKED
    with catalogue.active_language(tag):
        if last_check is None:
            return str(sentence).format(date="")
        day = format_date(last_check.at.date(), locale=formats.cldr_locale(tag))
        return str(sentence).format(date=plain_isolated_name(day))


def reason_sentences(reasons: Iterable[Reason], tag: str) -> list[tuple[str, Reason]]:
    """Return each sentence once, with its reason; equal sentences add up their minutes."""
    sentences: dict[str, Reason] = {}
    for reason in reasons:
        text = reason_text(reason, tag)
        minutes = reason.minutes + (sentences[text].minutes if text in sentences else 0)
        sentences[text] = sentences.get(text, reason)._replace(minutes=minutes)
    return list(sentences.items())


def language_names(codes: str | int, tag: str) -> str:
    """Return the names in language `tag` of languages from a comma-separated list of codes."""
    names = (formats.language_name(code, tag) for code in str(codes).split(","))
    return ", ".join(map(plain_isolated_name, names))


def _format_clock(iso_instant: str | int, tag: str) -> str:
    wall = datetime.fromisoformat(str(iso_instant)).time()
    return plain_isolated_number(formats.time_text(wall, tag))


def _format_day(value: str | int, tag: str) -> str:
    """Return a weekday, or a full date from a week ahead on. `value`: "ISO date/days ahead"."""
    day, days_ahead = str(value).split("/")
    style = "EEEE" if int(days_ahead) < DAYS_IN_WEEK else "long"
    locale = formats.cldr_locale(tag)
    return plain_isolated_name(format_date(date.fromisoformat(day), style, locale=locale))


def _format_distance(value: str | int, tag: str) -> str:
    metres, locale = int(value), formats.cldr_locale(tag)
    if metres < METRES_PER_KILOMETRE:
        return plain_isolated_name(format_unit(metres, "length-meter", "short", locale=locale))
    digits = "#,##0" if metres >= 10 * METRES_PER_KILOMETRE else "#,##0.#"
    number = format_decimal(metres / METRES_PER_KILOMETRE, digits, locale=locale)
    return plain_isolated_name(format_unit(number, "length-kilometer", "short", locale=locale))


def _name_formatter(names: Mapping[str, Promise]) -> Callable[[str | int, str], str]:
    """Return a formatter of comma-separated codes as names; a code without a name stays."""
    return lambda value, _tag: " · ".join(
        str(names.get(code, code)) for code in str(value).split(",")
    )


# The function that formats the value of each placeholder.
PLACEHOLDER_FORMATTERS: Mapping[str, Callable[[str | int, str], str]] = {
    **dict.fromkeys(("language", "languages"), language_names),
    **dict.fromkeys(("from", "to", "time"), _format_clock),
    "day": _format_day,
    "distance": _format_distance,
    "documents": _name_formatter(DOCUMENT_NAMES),
    "group": _name_formatter({**GROUP_NAMES, **STATUS_NAMES, **GENDER_NAMES}),
    "act": _name_formatter(clinical.TREATMENT_LABELS),
    **dict.fromkeys(("minutes", "age", "hours"), lambda value, _tag: plain_isolated_number(value)),
    **dict.fromkeys(("place", "metres"), lambda value, _tag: plain_isolated_name(value)),
}
