"""Numbers, mail and web addresses."""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_noop as _
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from protect.directory.enums import PhoneKind
from protect.directory.facts.base.cells import Cells, Code
from protect.kernel.text import plain_number

LONGEST_SHORT_NUMBER = 6  # digits; 116 000 and the like
SHORTEST_NUMBER = 2
INTERNATIONAL = PhoneNumberFormat.INTERNATIONAL
LANDLINES = {PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
ORDINARY = LANDLINES | {PhoneNumberType.MOBILE}
# What people write within a number, and the marks of direction that a copied one brings along.
WITHIN = frozenset(" \u00a0-./()\u200e\u202a\u202c\u2066\u2068\u2069")
# Between two numbers of one cell. A slash without blanks may also stand within a number.
CUTS = (re.compile(r"[\n,]|\s[/–-]\s"), re.compile(r"[\n,/]"))
SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)
HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?")
FORM = _(
    "write + and the whole number, or a short number as dialled, then |voice, |whatsapp or |text."
)


class Number(NamedTuple):
    """E.164, or a national number as dialled."""

    number: str
    kind: PhoneKind


def numbers(cells: Cells, country: str) -> tuple[Number, ...]:
    """Return the numbers of a row, each once, in their order."""
    phones: list[Number] = []
    for part in cells.parts("phones"):
        text, _, kind = part.partition("|")
        if kind and kind not in PhoneKind.values:
            cells.unknown("phones", kind, {each: each for each in PhoneKind.values})
        else:
            spoken = PhoneKind(kind or PhoneKind.VOICE)
            phones += [Number(each, spoken) for each in _numbers(cells, text.strip(), country)]
    return tuple(dict.fromkeys(phones))


def _numbers(cells: Cells, text: str, country: str) -> list[str]:
    """Return the numbers that one part of a cell holds: several only where all of them are sure.
    A short number is never sure to be one: “02 123 45 67 / 68” is a number and its neighbour."""
    parts = [text] if _is_valid(_dialled(text), country) else _split(text, country)
    read = [number for part in parts if (number := _number(cells, part, country))]
    if len(parts) > 1 and len(read) == len(parts):
        message = _("This cell holds several numbers; it was read as {numbers}.")
        advice = _("look whether they are right; write ; between numbers.")
        numbers = ", ".join(map(plain_number, read))
        cells.warn(Code.PHONES_SPLIT, "phones", message, advice, numbers=numbers)
    return read


def _split(text: str, country: str) -> list[str]:
    """Return the parts of a text that is cut between numbers, whole where one is not sure."""
    for cut in CUTS:
        parts = [part.strip() for part in cut.split(text) if part.strip()]
        if len(parts) > 1 and all(_is_whole(_dialled(part), country) for part in parts):
            return parts
    return [text]


def _is_whole(dialled: str, country: str) -> bool:
    is_long = len(dialled.removeprefix("+")) > LONGEST_SHORT_NUMBER
    parsed = _parsed(dialled, country) if is_long and _has_digits(dialled) else None
    return parsed is not None and phonenumbers.is_possible_number(parsed)


def _has_digits(dialled: str) -> bool:
    digits = dialled.removeprefix("+")
    return digits.isascii() and digits.isdigit()


def _dialled(text: str) -> str:
    return "".join(char for char in text if char not in WITHIN)


def warn_of_landlines(cells: Cells, phones: tuple[Number, ...], country: str) -> None:
    """Warn of a shelter's number that betrays its district."""
    for phone in phones:
        parsed = _parsed(phone.number, country)
        if parsed and phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE:
            message = _("{number} is a landline: its prefix tells the district.")
            advice = _("ask the shelter whether it may be shown.")
            cells.warn(Code.SHELTER_LANDLINE, "phones", message, advice, number=phone.number)


def email(cells: Cells) -> str:
    """Return the mail address, blank for none or a bad one."""
    value = cells["email"]
    try:
        if value:
            validate_email(value)
    except ValidationError:
        message, advice = _("{text} is no mail address."), _("correct it or leave blank.")
        cells.refuse(Code.EMAIL_BAD, "email", message, advice, text=value)
        return ""
    return value


def web(cells: Cells, column: str) -> str:
    """Return a web address, blank for none or a bad one. One without a scheme gets https://."""
    value = cells[column]
    if not SCHEME.match(value) and HOST.fullmatch(value):
        value = f"https://{value}"
        message = _("https:// was put in front of this web address.")
        advice = _("look whether it opens; write web addresses whole.")
        cells.warn(Code.WEBSITE_SCHEME, column, message, advice)
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
    except ValueError:
        is_good = False
    if value and (not is_good or any(char.isspace() for char in value)):
        message = _("{text} is no web address.")
        advice = _("write it whole, from https:// on, or leave blank.")
        cells.refuse(Code.WEBSITE_BAD, column, message, advice, text=value)
        return ""
    return value


def _number(cells: Cells, text: str, country: str) -> str:
    dialled = _dialled(text)
    if not _has_digits(dialled) or len(dialled.removeprefix("+")) < SHORTEST_NUMBER:
        cells.refuse(Code.PHONE_BAD, "phones", _("{text} is no phone number."), FORM, text=text)
        return ""
    if meant := _with_or_without_zero(dialled, country):
        # Translators: {text} is a phone number; spreadsheets drop the zero that it begins with.
        message = _("{text} may have lost its first zero.")
        # Translators: {proposal} and {other} are phone numbers with + and the country.
        advice = _("is it {proposal}? If it is right as it stands, write {other}.")
        written = (phonenumbers.format_number(each, INTERNATIONAL) for each in meant)
        proposal, other = map(plain_number, written)
        facts = {"text": text, "proposal": proposal, "other": other}
        cells.refuse(Code.PHONE_LEADING_ZERO, "phones", message, advice, **facts)
        return ""
    if _is_valid(dialled, country):
        # As one calls it from abroad, where that can be done.
        parsed = _parsed(dialled, country)
        is_ordinary = parsed and phonenumbers.number_type(parsed) in ORDINARY
        return _e164(dialled, country) if is_ordinary else dialled
    _refuse(cells, text, dialled, country)
    return ""


def _refuse(cells: Cells, text: str, dialled: str, country: str) -> None:
    digits = dialled.removeprefix("+")
    proposals = [
        (Code.PHONE_LEADING_ZERO, _e164(f"0{digits}", country)),
        # As one dials it from abroad: without the zero that stands in (0) behind the country.
        (Code.PHONE_BAD, _e164(f"+{digits.removeprefix('00')}", country)),
        # Where something else is dialled first: 06 in Hungary.
        (Code.PHONE_LEADING_ZERO, _e164(digits, country)),
    ]
    for code, proposal in () if dialled.startswith("+") else proposals:
        if proposal and _is_valid(proposal, country):
            message = _("{text} cannot be dialled.")
            # Translators: {proposal} is a phone number.
            advice = _("is it {proposal}?")
            cells.refuse(code, "phones", message, advice, text=text, proposal=proposal)
            return
    message = _("{text} is no number of {country}.")
    cells.refuse(Code.PHONE_BAD, "phones", message, FORM, text=text, country=country)


def _with_or_without_zero(
    dialled: str, country: str
) -> tuple[phonenumbers.PhoneNumber, phonenumbers.PhoneNumber] | None:
    """Return the landline that a number is if it lost a zero, and what it is else.
    None where it can only be one of both. Where the zero belongs to the number, “362 621494” may be
    0362 621494 out of a spreadsheet, or an old mobile number. A number that is as long as those of
    its kind are is taken as it stands; so is one with +, where the zero would have been written."""
    calling_code = str(phonenumbers.country_code_for_region(country))
    digits = dialled if _is_valid(dialled, country) else dialled.removeprefix(calling_code)
    number, whole = _parsed(digits, country), _parsed(f"0{digits}", country)
    is_plain = digits.isdigit() and len(digits) > LONGEST_SHORT_NUMBER
    if not (is_plain and number and whole and whole != number and _is_valid(digits, country)):
        return None
    usual = phonenumbers.example_number_for_type(country, _kind(number))
    is_usual = usual is not None and _length(usual) == _length(number)
    return None if is_usual or _kind(whole) not in LANDLINES else (whole, number)


def _kind(number: phonenumbers.PhoneNumber) -> int:
    return int(phonenumbers.number_type(number))  # UNKNOWN for an unassigned number


def _length(number: phonenumbers.PhoneNumber) -> int:
    return len(phonenumbers.national_significant_number(number))


def _is_valid(number: str, country: str) -> bool:
    if not number.startswith("+") and len(number) <= LONGEST_SHORT_NUMBER:
        return True  # no table of short numbers is complete: 1056 and 15900 of Greece are missing
    parsed = _parsed(number, country)
    if not parsed or not phonenumbers.is_valid_number(parsed):
        return False
    # The library adds a lost zero by itself; a person who dials what is written would not.
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return number.startswith("+") or "".join(filter(str.isdigit, national)) == number


def _e164(number: str, country: str) -> str:
    parsed = _parsed(number, country)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if parsed else ""


@lru_cache(maxsize=4096)  # one number is looked at from several sides
def _parsed(number: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, country)
    except NumberParseException:
        return None
