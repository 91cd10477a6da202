"""The request for a file, and the head of the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from protect.directory.enums import Readers

# In English, as everything in a file that no reader wrote.
DEMONSTRATION = (
    "DEMONSTRATION - nothing here was checked, and some of it is invented. Nobody may rely on it."
)
FOR_MEMBERS = "For members of the platform: not to be published."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which services. Blank is no condition; conditions hold together.

    Units: ISO 3166-1 alpha-2, the code of an area, of a category, BCP 47.
    """

    readers: Readers = Readers.PUBLIC
    countries: tuple[str, ...] = ()
    area: str = ""
    category: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a file."""

    at: datetime
    readers: Readers
    is_demo: bool

    @property
    def notice(self) -> str:
        """Return what a reader must know first; blank for a public file of a live system."""
        notices = (
            DEMONSTRATION if self.is_demo else "",
            FOR_MEMBERS if self.readers == Readers.MEMBERS else "",
        )
        return " ".join(filter(None, notices))


def file_name(head: Head, wanted: Wanted, suffix: str) -> str:
    """Return a descriptive file name: `demo-services-public-mt-2026-11-24.csv`."""
    parts = [
        "demo" if head.is_demo else "",
        "services",
        head.readers.value,
        *(country.lower() for country in wanted.countries),
        wanted.area.lower(),
        wanted.category,
        wanted.language.lower(),
        f"{head.at:%Y-%m-%d}",
    ]
    return "-".join(filter(None, parts)) + suffix
