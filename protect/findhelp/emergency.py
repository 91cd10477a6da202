"""The emergency number of a page: reference data, always at the top, never ranked."""

from dataclasses import dataclass

from protect.reference import vocabulary

EUROPEAN_NUMBER = "112"  # in every EU state. Source: Directive (EU) 2018/1972, article 109
WRITTEN_KINDS = {"text", "relay", "app"}  # of emergency numbers for people who cannot speak


@dataclass(frozen=True, slots=True)
class EmergencyNumbers:
    """A country's general number, police and ambulance, and numbers reached in writing."""

    number: str
    others: tuple[vocabulary.EmergencyNumber, ...] = ()
    written: tuple[vocabulary.EmergencyNumber, ...] = ()


def emergency_of(country: str | None) -> EmergencyNumbers:
    """Return the emergency numbers of a country; without a country, the European number."""
    if country is None:
        return EmergencyNumbers(EUROPEAN_NUMBER)
    numbers = vocabulary.countries()[country].emergency
    general = [entry.number for entry in numbers if entry.kind == "general" and entry.number]
    return EmergencyNumbers(
        number=general[0] if general else EUROPEAN_NUMBER,
        others=tuple(entry for entry in numbers if entry.kind in {"police", "ambulance"}),
        written=tuple(entry for entry in numbers if entry.kind in WRITTEN_KINDS),
    )
