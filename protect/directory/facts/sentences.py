"""Facts as sentences of the desk, for pages that show and compare them.

Values are those of `actions.editing.facts_of`. A missing value is shown as unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from protect.directory import labels
from protect.directory.enums import Audience, Fact, Kind, Operator
from protect.directory.hours import weekly
from protect.directory.hours.errors import BadHours
from protect.kernel.text import plain_name
from protect.reference import formats, vocabulary
from protect.reference.lookup import store as lookup
from protect.reference.wording import DOCUMENT_NAMES, GROUP_NAMES, STATUS_NAMES
from protect.ui import moments

type Values = Mapping[str, Any]

CODES: Mapping[str, Mapping[str, Promise]] = {
    Kind.GENDER: labels.GENDERS,
    Kind.LEGAL_STATUS: STATUS_NAMES,
    Kind.DOCUMENTS: DOCUMENT_NAMES,
    Kind.GROUP: GROUP_NAMES,
}


def words_of(fact: Fact, values: Values) -> list[str]:
    """Return a fact as lines, one for each part; none where no value is recorded."""
    return list(SAYING[fact](values))


def language_name(tag: str) -> str:
    """Return the name of a language in the language of the page, else its own."""
    languages = vocabulary.languages()
    locale = formats.locale_of(get_language() or "en")
    name = locale.languages.get(tag.replace("-", "_"))
    return str(name or (languages[tag].english if tag in languages else tag))


def place_name(key: int | None) -> str:
    """Return the name of a settlement."""
    row = lookup.rows().get(key) if key else None
    return row.name if row else ""


def area_name(code: str | None) -> str:
    """Return the name of a region, with its main town where users may look for that."""
    area = lookup.areas().get(code) if code else None
    return area.name if area else ""


def hours_words(expression: str) -> list[str]:
    """Return hours by day if they form a plain week, else the expression itself."""
    if expression == weekly.ALWAYS:
        return [_("Day and night")]
    try:
        week = weekly.week_of(expression)
    except BadHours:
        week = None
    if week is None:
        return [plain_name(expression)]
    return list(_days(week))


def _days(week: weekly.Week) -> Iterator[str]:
    """Yield a line for each run of days with equal hours."""
    stated_days = [day for day in labels.DAYS if day in week]
    for spans, run in groupby(stated_days, key=lambda day: (week[day], day == weekly.HOLIDAY)):
        days = list(run)
        name = str(labels.DAYS[days[0]])
        if len(days) > 1 and _are_in_a_row(days):
            # Translators: days of the week, for example "Monday – Friday".
            name = _("{first} – {last}").format(first=name, last=labels.DAYS[days[-1]])
        elif len(days) > 1:
            name = ", ".join(str(labels.DAYS[day]) for day in days)
        hours = plain_name(weekly.typed_of(spans[0])) if spans[0] else _("closed")
        yield f"{name}: {hours}"


def _are_in_a_row(days: Sequence[str]) -> bool:
    places = [list(labels.DAYS).index(day) for day in days]
    return places[-1] - places[0] == len(days) - 1


def _phones(values: Values) -> Iterator[str]:
    for phone in values["phones"]:
        parts = [plain_name(phone["number"]), labels.PHONE_KINDS[phone["kind"]]]
        parts += [labels.COSTS[phone["cost"]]] if phone["cost"] else []
        parts += _answer(_("on the bill: {answer}"), phone["shown_on_bill"])
        parts += _answer(_("without credit: {answer}"), phone["works_without_credit"])
        yield _line(parts)


def _hours(values: Values) -> Iterator[str]:
    if values["expression"]:
        yield from hours_words(values["expression"])
    if values["by_appointment"]:
        # Translators: people must arrange a time before they come or call.
        yield _("By appointment")
    if values["note"]:
        yield plain_name(values["note"])


def _languages(values: Values) -> Iterator[str]:
    for language in values["languages"]:
        parts = [language_name(language["language"]), labels.HOW[language["how"]]]
        parts += [plain_name(language["window"])] if language["window"] else []
        if language["lead_minutes"]:
            # Translators: how long before an interpreter must be asked for.
            parts.append(_("{minutes} minutes before").format(minutes=language["lead_minutes"]))
        if language["interpreter_gender"]:
            parts.append(labels.INTERPRETERS[language["interpreter_gender"]])
        if language["from_outside"]:
            # Translators: an interpreter who does not belong to the person's own community.
            parts.append(_("from outside the community"))
        parts += [plain_name(language["note"])] if language["note"] else []
        yield _line(parts)


def _eligibility(values: Values) -> Iterator[str]:
    yield from map(_criterion, values["criteria"])
    for area in values["areas"]:
        # Translators: where people must live or be to be helped; {area} is a name.
        yield _("Area: {area}").format(area=_area(area))
    for access in values["accessibility"]:
        parts = [labels.ACCESS[access["kind"]], labels.ANSWERS[access["answer"]], access["note"]]
        yield f"{parts[0]}: {_line(parts[1:])}"


def _criteria(values: Values) -> Iterator[str]:
    yield from map(_criterion, values["criteria"])


def _criterion(each: Values) -> str:
    parts = [*_condition(each)]
    parts += [plain_name(each["note"])] if each["note"] else []
    return f"{labels.KINDS[each['kind']]}: {_line(parts)}"


def _condition(each: Values) -> Iterator[str | Promise]:
    operator = each["operator"]
    if operator == Operator.RANGE:
        yield _years(each["minimum"], each["maximum"])
    elif operator == Operator.ANSWER:
        yield labels.ANSWERS[each["answer"] or "unknown"]
    else:
        yield labels.OPERATORS[operator]
        names = CODES.get(each["kind"], {})
        if each["values"]:
            yield ", ".join(str(names.get(code, code)) for code in each["values"])


def _years(minimum: int | None, maximum: int | None) -> str:
    if minimum is None:
        # Translators: ages; {maximum} is a number of years, included.
        return _("up to {maximum} years").format(maximum=maximum)
    if maximum is None:
        # Translators: ages; {minimum} is a number of years, included.
        return _("from {minimum} years").format(minimum=minimum)
    # Translators: ages; both are numbers of years, included.
    return _("{minimum} to {maximum} years").format(minimum=minimum, maximum=maximum)


def _area(area: Values) -> str:
    if area["place"]:
        name = plain_name(place_name(area["place"]))
        if not area["radius_km"]:
            return name
        # Translators: a circle round a town; {km} is a number of kilometres.
        return _("{place}, {km} km around").format(place=name, km=area["radius_km"])
    if area["area"]:
        return plain_name(area_name(area["area"]))
    return formats.country_name(area["country"], get_language() or "en")


def _address(values: Values) -> Iterator[str]:
    if values["audience"] != Audience.PUBLIC:
        yield str(labels.AUDIENCES[values["audience"]])
    if values["coarse_area"]:
        # Translators: what the public is told instead of an address; {area} is a region.
        yield _("Shown instead: {area}").format(area=plain_name(area_name(values["coarse_area"])))
    for location in values["locations"]:
        town = location["city"] or place_name(location["place"])
        parts = [location["address"], f"{location['postal_code']} {town}".strip()]
        yield _line([plain_name(part) for part in parts if part])


def _costs(values: Values) -> Iterator[str]:
    for cost in values["costs"]:
        kind = [labels.COSTS[cost["kind"]]] if cost["kind"] else []
        yield _line([*kind, *([plain_name(cost["note"])] if cost["note"] else [])])


def _documents(values: Values) -> Iterator[str]:
    for each in values["criteria"]:
        is_none = each["operator"] == Operator.ALL
        # Translators: the service wants to see no document at all.
        yield _("Asks for no documents") if is_none else _line([*_condition(each)][1:])
    for each in values["documents"]:
        name = DOCUMENT_NAMES.get(each["document"], each["document"])
        yield _line([name, *([plain_name(each["note"])] if each["note"] else [])])


def _capacity(values: Values) -> Iterator[str]:
    if values["available"] is not None:
        yield _free(values["available"], values["maximum"])
        # Translators: until when the number of free places counts; {moment} is date and time.
        yield _("Counts until {moment}").format(moment=_moment(values["expires_at"]))
    for unit in values["units"]:
        yield _unit(unit)


def _free(available: int, maximum: int | None) -> str:
    if maximum is None:
        # Translators: free places in a shelter.
        return _("{available} free").format(available=available)
    # Translators: free places in a shelter.
    return _("{available} of {maximum} free").format(available=available, maximum=maximum)


def _unit(each: Values) -> str:
    parts: list[str | Promise] = [labels.ADULTS[each["adult_gender"]]]
    if each["children"]:
        parts.append(labels.CHILDREN[each["children"]])
    if each["oldest_boy"] is not None:
        # Translators: a room for a family; {age} is the age in years of the oldest son.
        parts.append(_("sons up to {age}").format(age=each["oldest_boy"]))
    return f"{_line(parts)}: {labels.ANSWERS[each['answer']]}"


def _clinical(values: Values) -> Iterator[str]:
    for offer in values["offers"]:
        act = labels.ACTS.get(offer["act"], offer["act"])
        # Translators: a medicine that helps only within some hours of what happened.
        within = _("within {hours} hours").format(hours=offer["window_hours"])
        if offer["checked"]:
            day = moments.exact(date.fromisoformat(offer["checked"]))
            # Translators: {day} is a date.
            sure = _("confirmed {day}").format(day=day)
        else:
            # Translators: nobody has confirmed this number of hours.
            sure = _("not confirmed yet")
        yield _line([act, within, sure, plain_name(offer["source"])])


def _answer(sentence: str, answer: str) -> list[str]:
    return [] if answer == "unknown" else [sentence.format(answer=labels.ANSWERS[answer])]


def _moment(text: str) -> str:
    return moments.exact(datetime.fromisoformat(text))


def _line(parts: list[Any]) -> str:
    return " · ".join(str(part) for part in parts if part)


SAYING: Mapping[Fact, Callable[[Values], Iterator[str]]] = {
    Fact.PHONE: _phones,
    Fact.VISIT_HOURS: _hours,
    Fact.PHONE_HOURS: _hours,
    Fact.LANGUAGES: _languages,
    Fact.ELIGIBILITY: _eligibility,
    Fact.REPORTING: _criteria,
    Fact.ADDRESS: _address,
    Fact.COST: _costs,
    Fact.DOCUMENTS: _documents,
    Fact.CAPACITY: _capacity,
    Fact.CLINICAL: _clinical,
}
