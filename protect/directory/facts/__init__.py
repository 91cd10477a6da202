"""All facts of a service. Each fact's module holds its tables, form, labels and HSDS fields."""

from collections.abc import Mapping

from django.utils.functional import Promise

from protect.directory.enums import Fact
from protect.directory.facts.address import AddressFact
from protect.directory.facts.base.fact_type import FactType
from protect.directory.facts.base.tables import FactTable
from protect.directory.facts.capacity import CapacityFact
from protect.directory.facts.clinical import ClinicalFact
from protect.directory.facts.cost import CostFact
from protect.directory.facts.criteria import ReportingFact
from protect.directory.facts.documents import DocumentsFact
from protect.directory.facts.eligibility import EligibilityFact
from protect.directory.facts.languages import LanguageFact
from protect.directory.facts.opening_hours import PhoneHoursFact, VisitHoursFact
from protect.directory.facts.phones import PhoneFact

# In the order of enums.Fact, in which pages show them.
FACTS: Mapping[Fact, FactType] = {
    fact.code: fact
    for fact in (
        PhoneFact(),
        VisitHoursFact(),
        PhoneHoursFact(),
        LanguageFact(),
        EligibilityFact(),
        ReportingFact(),
        AddressFact(),
        CostFact(),
        DocumentsFact(),
        CapacityFact(),
        ClinicalFact(),
    )
}
FACT_LABELS: Mapping[str, Promise] = {code: fact.label for code, fact in FACTS.items()}
# Tables of facts by related name. `kinds=()`: each table with the rows of all its facts.
TABLES: Mapping[str, FactTable] = {
    table.related: table._replace(kinds=()) for fact in FACTS.values() for table in fact.tables
}
