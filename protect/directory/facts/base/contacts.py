"""Reads phone numbers, e-mail addresses and web addresses from cells of a row."""

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
from protect.directory.facts.base.cells import Cells, ProblemCode
from protect.kernel.text import plain_isolated_number

LONGEST_SHORT_NUMBER = 6  # digits; 116 000 and the like
SHORTEST_NUMBER = 2  # digits
INTERNATIONAL = PhoneNumberFormat.INTERNATIONAL
LANDLINES = {PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE}  # may lose a 0
ORDINARY_TYPES = LANDLINES | {PhoneNumberType.MOBILE}  # others (toll-free …) stay as dialled
# Characters that people write within a number, and invisible marks of text direction.
IGNORED_CHARACTERS = frozenset(" \u00a0-./()\u200e\u202a\u202c\u2066\u2068\u2069")
# Separators of numbers, tried in order: a slash without blanks may be part of a number.
NUMBER_SEPARATORS = (re.compile(r"[\n,]|\s[/–-]\s"), re.compile(r"[\n,/]"))
SCHEME = re.compile(r"[a-z][a-z0-9+-]*:", re.IGNORECASE)  # of a URL
BARE_WEB_ADDRESS = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}(?::\d+)?(?:[/?#]\S*)?")
NUMBER_HINT = _(
    "write + and the full number, or a short number as dialled, followed by |voice, "
    "|whatsapp or |text."
)


class DialledNumber(NamedTuple):
    """A phone number in E.164, or a national number as dialled."""

    number: str
    kind: PhoneKind


def read_phone_numbers(cells: Cells, country: str) -> tuple[DialledNumber, ...]:
    """Return the valid phone numbers of a row in order, each once; refuse the other ones."""
    phones: list[DialledNumber] = []
    for part in cells.split_list("phones"):
        text, _, kind = part.partition("|")
        if kind and kind not in PhoneKind.values:
            cells.refuse_unknown_code("phones", kind, {value: value for value in PhoneKind.values})
        else:
            phone_kind = PhoneKind(kind or PhoneKind.VOICE)
            numbers = _read_numbers(cells, text.strip(), country)
            phones += [DialledNumber(number, phone_kind) for number in numbers]
    return tuple(dict.fromkeys(phones))


def _read_numbers(cells: Cells, text: str, country: str) -> list[str]:
    """Return the numbers in one part of a cell. A text is split only if every piece is a complete
    number. Short pieces are doubtful: “02 123 45 67 / 68” is a number and an extension."""
    parts = [text] if _is_valid(_strip_separators(text), country) else _split_numbers(text, country)
    read_numbers = [number for part in parts if (number := _read_number(cells, part, country))]
    if len(parts) > 1 and len(read_numbers) == len(parts):
        message = _("This cell contains several numbers. They were read as {numbers}.")
        advice = _("check that they are right, and separate numbers with a semicolon (;).")
        numbers = ", ".join(map(plain_isolated_number, read_numbers))
        cells.warn(ProblemCode.PHONES_SPLIT, "phones", message, advice, numbers=numbers)
    return read_numbers


def _split_numbers(text: str, country: str) -> list[str]:
    """Split a text between numbers; return it whole where one part cannot be a number."""
    for cut in NUMBER_SEPARATORS:
        parts = [part.strip() for part in cut.split(text) if part.strip()]
        if len(parts) > 1 and all(_is_possible_long_number(part, country) for part in parts):
            return parts
    return [text]


def _is_possible_long_number(text: str, country: str) -> bool:
    """Return whether a text can be a phone number, with or without country code, and is longer
    than a short number such as 116 000."""
    dialled = _strip_separators(text)
    is_long = len(dialled.removeprefix("+")) > LONGEST_SHORT_NUMBER
    parsed = _parse_number(dialled, country) if is_long and _has_only_digits(dialled) else None
    return parsed is not None and phonenumbers.is_possible_number(parsed)


def _has_only_digits(dialled: str) -> bool:
    digits = dialled.removeprefix("+")
    return digits.isascii() and digits.isdigit()


def _strip_separators(text: str) -> str:
    return "".join(char for char in text if char not in IGNORED_CHARACTERS)


def warn_about_shelter_landlines(
    cells: Cells, phones: tuple[DialledNumber, ...], country: str
) -> None:
    """Warn about each landline in the row of a shelter: its prefix reveals the district."""
    for phone in phones:
        parsed = _parse_number(phone.number, country)
        if parsed and phonenumbers.number_type(parsed) == PhoneNumberType.FIXED_LINE:
            message = _("{number} is a landline: its prefix reveals the district.")
            advice = _("ask the shelter whether it may be shown.")
            cells.warn(ProblemCode.SHELTER_LANDLINE, "phones", message, advice, number=phone.number)


def read_email(cells: Cells) -> str:
    """Return the e-mail address of a row; "" if it is missing, or invalid and so refused."""
    value = cells["email"]
    try:
        if value:
            validate_email(value)
    except ValidationError:
        message, advice = _("{text} is not an e-mail address."), _("correct it or leave it blank.")
        cells.refuse(ProblemCode.EMAIL_BAD, "email", message, advice, text=value)
        return ""
    return value


def read_web_address(cells: Cells, column: str) -> str:
    """Return a web address of a row, with https:// if need be; "" if missing or refused."""
    value = cells[column]
    if not SCHEME.match(value) and BARE_WEB_ADDRESS.fullmatch(value):
        value = f"https://{value}"
        message = _("https:// was added in front of this web address.")
        advice = _("check that it opens, and write web addresses in full.")
        cells.warn(ProblemCode.WEBSITE_SCHEME, column, message, advice)
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in {"http", "https"} and "." in (parts.hostname or "")
    except ValueError:
        is_good = False
    if value and (not is_good or any(char.isspace() for char in value)):
        message = _("{text} is not a web address.")
        advice = _("write it in full, starting with https://, or leave it blank.")
        cells.refuse(ProblemCode.WEBSITE_BAD, column, message, advice, text=value)
        return ""
    return value


def _read_number(cells: Cells, text: str, country: str) -> str:
    """Return a number in E.164 or as dialled; "" after refusing it."""
    dialled = _strip_separators(text)
    if not _has_only_digits(dialled) or len(dialled.removeprefix("+")) < SHORTEST_NUMBER:
        message = _("{text} is not a phone number.")
        cells.refuse(ProblemCode.PHONE_BAD, "phones", message, NUMBER_HINT, text=text)
        return ""
    if readings := _readings_of_lost_zero(dialled, country):
        # Translators: {text} is a phone number; spreadsheets drop the zero that it begins with.
        message = _("{text} may have lost its leading zero.")
        # Translators: {proposal} and {other} are phone numbers with + and the country.
        advice = _(
            "if {proposal} is meant, write that. If the number is right as written, write {other}."
        )
        written = (phonenumbers.format_number(reading, INTERNATIONAL) for reading in readings)
        proposal, other = map(plain_isolated_number, written)
        fillers = {"text": text, "proposal": proposal, "other": other}
        cells.refuse(ProblemCode.PHONE_LEADING_ZERO, "phones", message, advice, **fillers)
        return ""
    if _is_valid(dialled, country):
        # In E.164, unless the number can only be called within the country.
        parsed = _parse_number(dialled, country)
        is_ordinary = parsed and phonenumbers.number_type(parsed) in ORDINARY_TYPES
        return _format_e164(dialled, country) if is_ordinary else dialled
    _refuse_number(cells, text, dialled, country)
    return ""


def _refuse_number(cells: Cells, text: str, dialled: str, country: str) -> None:
    """Refuse a number, and suggest the valid number that was probably meant."""
    digits = dialled.removeprefix("+")
    proposals = [
        (ProblemCode.PHONE_LEADING_ZERO, _format_e164(f"0{digits}", country)),
        # In international form, without the zero that “+32 (0)2” shows in brackets.
        (ProblemCode.PHONE_BAD, _format_e164(f"+{digits.removeprefix('00')}", country)),
        # With another national prefix, such as 06 in Hungary.
        (ProblemCode.PHONE_LEADING_ZERO, _format_e164(digits, country)),
    ]
    for code, proposal in () if dialled.startswith("+") else proposals:
        if proposal and _is_valid(proposal, country):
            message = _("{text} cannot be dialled.")
            advice = _(
                "if {proposal} is meant, write that."
            )  # For translators: {proposal} is a phone number
            cells.refuse(code, "phones", message, advice, text=text, proposal=proposal)
            return
    message = _("{text} is not a phone number of {country}.")
    cells.refuse(ProblemCode.PHONE_BAD, "phones", message, NUMBER_HINT, text=text, country=country)


def _readings_of_lost_zero(
    dialled: str, country: str
) -> tuple[phonenumbers.PhoneNumber, phonenumbers.PhoneNumber] | None:
    """Return both readings of a number that may have lost a leading zero; None if it is clear.
    The first reading is the landline with the zero, the second the number as written: “362
    621494” may be 0362 621494 out of a spreadsheet, or an old mobile number. A number of
    the usual length of its kind, or with +, is taken as written."""
    calling_code = str(phonenumbers.country_code_for_region(country))
    digits = dialled if _is_valid(dialled, country) else dialled.removeprefix(calling_code)
    number, whole = _parse_number(digits, country), _parse_number(f"0{digits}", country)
    is_plain = digits.isdigit() and len(digits) > LONGEST_SHORT_NUMBER
    if not (is_plain and number and whole and whole != number and _is_valid(digits, country)):
        return None
    usual = phonenumbers.example_number_for_type(country, _number_type(number))
    is_usual = usual is not None and _national_length(usual) == _national_length(number)
    return None if is_usual or _number_type(whole) not in LANDLINES else (whole, number)


def _number_type(number: phonenumbers.PhoneNumber) -> int:
    return int(phonenumbers.number_type(number))  # UNKNOWN for an unassigned number


def _national_length(number: phonenumbers.PhoneNumber) -> int:
    return len(phonenumbers.national_significant_number(number))


def _is_valid(number: str, country: str) -> bool:
    """Return whether a number can be dialled as written. Every short number counts as valid."""
    if not number.startswith("+") and len(number) <= LONGEST_SHORT_NUMBER:
        return True  # no table of short numbers is complete: 1056 and 15900 of Greece are missing
    parsed = _parse_number(number, country)
    if not parsed or not phonenumbers.is_valid_number(parsed):
        return False
    # The library restores a lost zero; a person who dials the number as written does not.
    national = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    return number.startswith("+") or "".join(filter(str.isdigit, national)) == number


def _format_e164(number: str, country: str) -> str:
    """Return a number in E.164; "" if it cannot be parsed."""
    parsed = _parse_number(number, country)
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164) if parsed else ""


@lru_cache(maxsize=4096)  # several functions parse the same number
def _parse_number(number: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(number, country)
    except NumberParseException:
        return None
