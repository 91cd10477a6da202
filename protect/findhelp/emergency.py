"""The emergency number of a page: reference data, always on top, never ranked."""

from dataclasses import dataclass

from protect.reference import vocabulary

EVERYWHERE = "112"  # in every EU state. Source: Directive (EU) 2018/1972, article 109
WRITTEN = {"text", "relay", "app"}


@dataclass(frozen=True, slots=True)
class Emergency:
    number: str
    others: tuple[vocabulary.EmergencyNumber, ...] = ()
    written: tuple[vocabulary.EmergencyNumber, ...] = ()


def emergency_of(country: str | None) -> Emergency:
    """Return the emergency numbers of a country, or the European one."""
    if country is None:
        return Emergency(EVERYWHERE)
    numbers = vocabulary.countries()[country].emergency
    general = [each.number for each in numbers if each.kind == "general" and each.number]
    return Emergency(
        number=general[0] if general else EVERYWHERE,
        others=tuple(n for n in numbers if n.kind in {"police", "ambulance"}),
        written=tuple(n for n in numbers if n.kind in WRITTEN),
    )
