"""The emergency number of a page: reference data, always at the top, never ranked."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.reference import vocabulary

WRITTEN_KINDS = {"text", "relay", "app"}  # of emergency numbers for people who cannot speak
# Translators: about the people who answer the emergency number.
LANGUAGE_NOTE = _("They may not speak your language.")
# Translators: about the emergency number. "Papers" are residence papers.
PAPERS_CHECK = _("Police may come and ask for papers.")


@dataclass(frozen=True, slots=True)
class EmergencyNumbers:
    """A country's general number, police and ambulance, and numbers reached in writing."""

    number: str
    others: tuple[vocabulary.EmergencyNumber, ...] = ()
    written: tuple[vocabulary.EmergencyNumber, ...] = ()


def emergency_of(country: str | None) -> EmergencyNumbers:
    """Return the emergency numbers of a country; without a country, the European number."""
    if country is None:
        return EmergencyNumbers(vocabulary.EUROPEAN_NUMBER)
    row = vocabulary.countries()[country]
    numbers = row.emergency
    return EmergencyNumbers(
        number=row.emergency_number,
        others=tuple(entry for entry in numbers if entry.kind in {"police", "ambulance"}),
        written=tuple(entry for entry in numbers if entry.kind in WRITTEN_KINDS),
    )


def caller_notes(tag: str, country: str | None) -> Iterator[Promise]:
    """Yield what a caller of the emergency number who reads this language must know."""
    if country is None or tag not in vocabulary.countries()[country].languages:
        yield LANGUAGE_NOTE
    yield PAPERS_CHECK
