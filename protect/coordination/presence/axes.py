"""The axes of the matrix, and of the codes of mappings: needs, regions and target groups."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from protect.directory.facts.criteria import GENDER_LABELS
from protect.directory.facts.sentences import area_name
from protect.matching.coverage.wording import need_name
from protect.reference import vocabulary
from protect.reference.lookup import store as lookup
from protect.reference.wording import GROUP_NAMES, STATUS_NAMES

WHOLE_COUNTRY = ""  # in place of the code of a region
NO_NEED_OF_ITS_OWN = "not-sure"  # a choice of the public site, and nothing that is provided
# Kinds of help that professionals ask for and the public site does not offer as a need.
PROFESSIONAL_NEEDS = ("interpretation", "case-management", "livelihoods")
UNDOCUMENTED, CHILDREN = "undocumented", "children"


def needs() -> dict[str, Promise | str]:
    """Return the needs of the matrix by code, with their names."""
    public = (
        need.code
        for need in vocabulary.needs().values()
        if need.public and need.categories and need.code != NO_NEED_OF_ITS_OWN
    )
    return {code: need_name(code) for code in (*public, *PROFESSIONAL_NEEDS)}


def regions(country: str) -> dict[str, str]:
    """Return the largest areas of a country by code, with their names, sorted by name."""
    parents = lookup.parent_codes()
    return {
        code: area.name
        for code, area in lookup.areas().items()
        if area.country_id == country and parents[code] is None
    }


def region_of(area: str | None) -> str | None:
    """Return the largest area around an area; None for no area."""
    chain = lookup.area_chain(area)
    return chain[-1] if chain else None


def region_name(code: str) -> Promise | str:
    # Translators: in place of a region: the organisation works everywhere in the country.
    return area_name(code) if code else _("Whole country")


def target_groups() -> Mapping[str, Promise | str]:
    """Return the target groups by code, with their names."""
    groups = {code: GROUP_NAMES.get(code, row.name) for code, row in vocabulary.groups().items()}
    return {
        **GENDER_LABELS,
        CHILDREN: _("children under 18"),  # For translators: people that a service is for
        UNDOCUMENTED: STATUS_NAMES[UNDOCUMENTED],
        **groups,
    }
