"""Rules between records and between files of the vocabularies. Each problem has its remedy."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError

from protect.kernel.tables import bad_row_error
from protect.reference.vocabulary.schemas import Category, Country, ExitTarget, Language, Need

# ISO 15924 codes of the scripts that are written from right to left.
RTL_SCRIPTS = frozenset({"Adlm", "Arab", "Aran", "Hebr", "Mand", "Nkoo", "Rohg", "Syrc", "Thaa"})
MAX_EXIT_BYTES = 100_000  # the exit page must load fast on a slow phone

type Languages = Mapping[str, Language]  # by tag
type Categories = Mapping[str, Category]  # by code


class Problem(NamedTuple):
    """What is wrong with the record of a code, and how its editor can correct it."""

    code: str
    text: str
    remedy: str


def refuse_first_problem(kind: str, problems: Iterable[Problem]) -> None:
    """Raise the first problem as a DataError that names the file, the line and the remedy."""
    for code, text, remedy in problems:
        raise bad_row_error("reference", kind, code, problem=text, remedy=remedy)


def exit_problems(exits: Mapping[str, ExitTarget]) -> Iterator[Problem]:
    """Yield problems of exit targets that leave a trace, load slowly or lack their check."""
    for code, target in exits.items():
        address = urlsplit(target.url)
        if address.scheme != "https" or not address.hostname:
            yield Problem(code, "The address is not HTTPS.", "use https://, or another target.")
        if address.query or address.fragment or "@" in address.netloc:
            yield Problem(code, "The address says more than a page.", "drop all after ? or #.")
        if (target.bytes or 0) > MAX_EXIT_BYTES:
            yield Problem(code, "The page is over 100 kB.", "choose a lighter page.")
        yield from _status_date_problems(code, target.status, target.checked_on)


def language_problems(languages: Languages, exits: Mapping[str, ExitTarget]) -> Iterator[Problem]:
    """Yield problems of languages without a usable direction, fallback, exit page or locale."""
    for tag, language in languages.items():
        if (language.script in RTL_SCRIPTS) != (language.direction == "rtl"):
            text = f"direction {language.direction} does not go with script {language.script}."
            yield Problem(tag, text, "correct the one that is wrong.")
        yield from _fallback_problems(language, languages)
        yield from _exit_list_problems(language, exits)
        if language.has_text and not _can_read(Locale.parse, language.cldr):
            remedy = "set cldr to the nearest locale that it knows, such as fa_AF for prs."
            yield Problem(tag, f"Babel knows no locale {language.cldr}.", remedy)


def country_problems(countries: Mapping[str, Country], languages: Languages) -> Iterator[Problem]:
    """Yield problems: unknown languages or zones, shared aliases, wrong emergency numbers."""
    country_by_alias = {code: code for code in countries}
    for code, country in countries.items():
        regional = {tag for tags in country.spoken_in.values() for tag in tags}
        for tag in sorted({*country.languages, *country.endonyms, *regional} - set(languages)):
            yield _unknown_code_problem(code, "language", tag, "languages.toml")
        for alias in country.aliases:
            if (owner := country_by_alias.setdefault(alias, code)) != code:
                yield Problem(code, f"{alias} is {owner} already.", "remove it from one of them.")
        if not _can_read(ZoneInfo, country.zone):
            yield Problem(code, f"{country.zone} is no IANA time zone.", "correct the spelling.")
        yield from _emergency_problems(country)


def need_problems(needs: Mapping[str, Need], categories: Categories) -> Iterator[Problem]:
    """Yield problems: needs missing or incomplete, unknown categories, shared short codes."""
    need_by_short_code: dict[str, str] = {}
    for code, need in needs.items():
        yield from _category_problems(need, categories)
        if need.short and (owner := need_by_short_code.setdefault(need.short, code)) != code:
            yield Problem(code, f"{need.short} is {owner} already.", "choose another short.")
        if need.public:
            yield from _public_need_problems(need)
    for code in categories:
        if code not in needs:
            remedy = f"add [{code}] to needs.toml."
            yield Problem(code, "This category has no need of its code.", remedy)


def _fallback_problems(language: Language, languages: Languages) -> Iterator[Problem]:
    for tag in language.fallback:
        if tag not in languages:
            yield _unknown_code_problem(language.code, "fallback", tag, "languages.toml")
        elif not languages[tag].has_text:
            text = f"fallback {tag} is only spoken."
            yield Problem(language.code, text, "name one that is written here.")
    if language.code in _reachable_fallbacks(language, languages):
        text = "Its fallback leads back to it."
        yield Problem(language.code, text, "break the circle in fallback.")


def _reachable_fallbacks(language: Language, languages: Languages) -> set[str]:
    reached: set[str] = set()
    tags_to_visit = list(language.fallback)
    while tags_to_visit:
        tag = tags_to_visit.pop()
        if tag in languages and tag not in reached:
            reached.add(tag)
            tags_to_visit.extend(languages[tag].fallback)
    return reached


def _exit_list_problems(language: Language, exits: Mapping[str, ExitTarget]) -> Iterator[Problem]:
    """Yield problems: an unknown exit; for a written language, no encyclopaedia as the last."""
    for code in language.exits:
        if code not in exits:
            yield _unknown_code_problem(language.code, "exit", code, "exits.toml")
    targets = [exits[code] for code in language.exits if code in exits]
    if language.has_text and not (targets and targets[-1].kind == "encyclopaedia"):
        remedy = "end exits with the front page of an encyclopaedia: the last resort."
        yield Problem(language.code, "Its exits do not end with an encyclopaedia.", remedy)


def _emergency_problems(country: Country) -> Iterator[Problem]:
    """Yield problems: no general number first, an entry without contact, a wrong date."""
    if not country.emergency or country.emergency[0].kind != "general":
        text = "No general emergency number comes first."
        yield Problem(country.code, text, "put that number first.")
    for entry in country.emergency:
        if not (entry.label if entry.kind == "app" else entry.number):
            text = f"An emergency entry of kind {entry.kind} cannot be reached."
            yield Problem(country.code, text, "give an app its label, anything else its number.")
        yield from _status_date_problems(country.code, entry.status, entry.checked)


def _status_date_problems(code: str, status: str, day: date | None) -> Iterator[Problem]:
    if (status == "confirmed") != (day is not None):
        text = f"status {status} does not go with its date of checking."
        yield Problem(code, text, "confirmed needs the day of the check; unconfirmed has none.")


def _category_problems(need: Need, categories: Categories) -> Iterator[Problem]:
    orders = (need.first, need.first_of_all, need.day_and_night_first, need.later)
    for code in (*need.categories, *need.last, *need.never, *chain.from_iterable(orders)):
        if code not in categories:
            yield _unknown_code_problem(need.code, "category", code, "categories.toml")
        elif code in need.categories and categories[code].never_an_answer:
            yield Problem(need.code, f"{code} is never an answer.", "remove it from categories.")
    if not set(need.last) <= set(need.categories):
        yield Problem(need.code, "last names more than categories does.", "add it there too.")


def _public_need_problems(need: Need) -> Iterator[Problem]:
    if not (need.name and need.hint and need.short and need.icon):
        text = "A public need lacks its words, icon or short code."
        yield Problem(need.code, text, "give name, hint, short and icon.")
    if not (need.categories or need.page):
        yield Problem(need.code, "A public need leads nowhere.", "give categories or a page.")


def _unknown_code_problem(record_code: str, vocabulary: str, unknown: str, file: str) -> Problem:
    remedy = f"correct the spelling or add it to {file}."
    return Problem(record_code, f"{vocabulary} {unknown} is not known.", remedy)


def _can_read(reader: Callable[[str], object], name: str) -> bool:
    """Return whether `reader`, which loads a locale or time zone, accepts a name."""
    try:
        reader(name)
    except (UnknownLocaleError, ZoneInfoNotFoundError, ValueError):
        return False
    return True
