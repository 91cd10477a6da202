"""Models of the directory. A missing row always means unknown: never "all", never "women only".
Modules in `facts` define the tables of each fact; this module imports them for Django."""

from protect.directory.facts.address import Location, ServiceAtLocation
from protect.directory.facts.capacity import ServiceCapacity, Unit
from protect.directory.facts.clinical import ClinicalOffer
from protect.directory.facts.cost import CostOption
from protect.directory.facts.criteria import Criterion
from protect.directory.facts.documents import RequiredDocument
from protect.directory.facts.eligibility import Accessibility, ServiceArea
from protect.directory.facts.languages import LanguageOffered
from protect.directory.facts.opening_hours import Schedule
from protect.directory.facts.phones import Phone
from protect.directory.service_models import (
    DirectoryVersion,
    FactCheck,
    Organisation,
    Service,
    ServiceText,
)

__all__ = [
    "Accessibility", "ClinicalOffer", "CostOption", "Criterion", "DirectoryVersion", "FactCheck",
    "LanguageOffered", "Location", "Organisation", "Phone", "RequiredDocument", "Schedule",
    "Service", "ServiceArea", "ServiceAtLocation", "ServiceCapacity", "ServiceText", "Unit",
]  # fmt: skip
