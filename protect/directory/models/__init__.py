"""What a directory holds. Absence always means unknown: never "all", never "women only"."""

from __future__ import annotations

from protect.directory.models.checks import FactCheck
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
from protect.directory.models.imports import ImportRow, ImportRun, SourceMapping
from protect.directory.models.reach import (
    LanguageOffered,
    Location,
    Phone,
    Schedule,
    ServiceAtLocation,
)
from protect.directory.models.reports import Correction, DuplicatePair
from protect.directory.models.services import (
    DirectoryVersion,
    Organisation,
    Service,
    ServiceText,
)
from protect.directory.models.verifying import (
    CallTest,
    CoverageSnapshot,
    HealthSnapshot,
    ProviderLink,
    QueueItem,
    Reminder,
)

__all__ = [
    "Accessibility",
    "CallTest",
    "ClinicalOffer",
    "Correction",
    "CostOption",
    "CoverageSnapshot",
    "Criterion",
    "DirectoryVersion",
    "DuplicatePair",
    "FactCheck",
    "HealthSnapshot",
    "ImportRow",
    "ImportRun",
    "LanguageOffered",
    "Location",
    "Organisation",
    "Phone",
    "ProviderLink",
    "QueueItem",
    "Reminder",
    "RequiredDocument",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceCapacity",
    "ServiceText",
    "SourceMapping",
    "Unit",
]
