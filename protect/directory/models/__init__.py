"""What a directory holds. Absence always means unknown: never "all", never "women only"."""

from __future__ import annotations

from protect.directory.models.checks import FactCheck
from protect.directory.models.contacts import (
    LanguageOffered,
    Location,
    Phone,
    Schedule,
    ServiceAtLocation,
)
from protect.directory.models.eligibility import (
    Accessibility,
    ClinicalOffer,
    CostOption,
    Criterion,
    RequiredDocument,
    ServiceArea,
    ServiceCapacity,
    Unit,
)
from protect.directory.models.services import DirectoryVersion, Organisation, Service, ServiceText

__all__ = [
    "Accessibility",
    "ClinicalOffer",
    "CostOption",
    "Criterion",
    "DirectoryVersion",
    "FactCheck",
    "LanguageOffered",
    "Location",
    "Organisation",
    "Phone",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "ServiceText",
    "Unit",
]
