"""What columns, rows and effects of an import are called on screens."""

from collections.abc import Callable, Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _, ngettext

from protect.directory import labels
from protect.directory.facts import FACTS
from protect.directory.facts.sentences import language_name
from protect.interchange.enums import ImportKind, ImportState, RowState
from protect.interchange.imports.files.columns import OURS
from protect.reference import formats, vocabulary, wording

# Our columns in the order in which a person meets them.
LABELS: dict[str, Promise] = {
    # Translators, of each below: a column of a table of services.
    "service": _("Name of the service"),
    "organisation": _("Organisation that runs it"),  # who runs it
    "categories": _("Kinds of help"),  # shelter, legal, psychosocial …
    "country": _("Country"),
    "source_id": _("Its id at the source"),  # by which its source knows a service
    "description": _("Description"),
    "phones": _("Phone numbers"),
    "email": _("E-mail address"),
    "website": _("Website"),
    "city": _("Town"),
    "address": _("Street and number"),  # street and number
    "postal_code": _("Postcode"),
    "latitude": _("Latitude"),  # a coordinate
    "longitude": _("Longitude"),  # a coordinate
    "location_precision": _("How exact the point is"),  # how exact the coordinates are
    "languages": _("Languages spoken"),
    "opening_hours": _("Opening hours"),
    "genders_served": _("Genders it takes"),  # all, women, men
    "minimum_age": _("From which age"),
    "maximum_age": _("Up to which age"),
    "audience": _("Whom it says it is for"),  # in the service's own words
    "legal_status": _("Legal status it takes"),  # people with which papers it takes
    **{column: fact.label for fact in FACTS.values() for column in fact.columns},
    "how_to_access": _("How to get in"),
    "area_served": _("Area it serves"),
    "tells_police": _("Tells the police"),  # yes, no, in-these-cases, unknown
    # Translators: a column of a table of services: yes, no, in-these-cases, unknown.
    "tells_migration_authority": _("Tells the migration authority"),
    "restrictions": _("Conditions"),  # what one must know before going there
    "professionals_only": _("For professionals only"),  # yes or no
    "source_url": _("Page of the source"),  # the page that it was taken from
    "source_date": _("Date of the source"),  # of the page that it was taken from
    "confidence": _("How sure the source is"),  # high, medium, low
    "notes": _("Notes for the desk"),
}
assert LABELS.keys() == {*OURS}  # noqa: S101 - a column without a word stops the start

KINDS: dict[str, Promise] = {
    # Translators, of each below: a kind of file.
    ImportKind.CSV: _("CSV"),
    ImportKind.XLSX: _("Spreadsheet"),  # of a spreadsheet program
    ImportKind.HSDS: _("HSDS feed"),  # HSDS is the name of a standard
    ImportKind.TABULAR: _("HSDS data package"),  # HSDS is the name of a standard
}
# How an import stands: the shape of its chip, and a word.
STATES: dict[str, tuple[str, Promise]] = {
    # Translators, of each below: how the import of a file stands.
    ImportState.UPLOADED: ("open", _("Columns to map")),
    ImportState.MAPPED: ("open", _("Being read")),
    ImportState.PREVIEWED: ("caution", _("Ready to review")),
    ImportState.APPLYING: ("open", _("Being applied")),  # some of its rows are written, others wait
    ImportState.APPLIED: ("good", _("Applied")),
    ImportState.DISCARDED: ("ended", _("Discarded")),
}
# What becomes of a row: the shape of its chip, and a word.
ROWS: dict[str, tuple[str, Promise]] = {
    # Translators, of each below: what becomes of a row of a file.
    RowState.CREATE: ("good", _("New")),  # a service that is not in the directory yet
    RowState.UPDATE: ("open", _("Changed")),  # a service that it brings up to date
    RowState.UNCHANGED: ("plain", _("Unchanged")),  # it says what the directory says
    RowState.CONFLICT: ("caution", _("Conflict")),  # it says something else than an edit of ours
    RowState.ERROR: ("alarm", _("Mistake")),  # it is not imported
    RowState.REFERENCE: ("plain", _("Emergency number")),  # emergency numbers are kept elsewhere
}
STEPS = (
    # Translators, of each below: a step of an import of services.
    _("Choose a file"),
    _("Map"),  # which column means what
    _("Preview"),  # looking at what would happen
    _("Apply"),  # it is written into the directory
    _("Done"),  # the last one
)

ANSWERS = {answer.replace("_", "-"): word for answer, word in labels.ANSWERS.items()}
# What the codes of closed sets mean, by column.
CODES: dict[str, dict[str, Promise]] = {
    "genders_served": {
        # Translators, of each below: whom a service takes.
        "all": _("People of every gender"),
        "women": _("Only women"),
        "men": _("Only men"),
    },
    "audience": {
        # Translators, of each below: whom a service says it is for.
        "everyone": _("Everyone"),
        "women": _("Women"),
        "men": _("Men"),
        "girls": _("Girls"),
        "boys": _("Boys"),
        "lgbtqi": _("LGBTQI+ people"),  # keep the letters
        "refugees": _("Refugees"),
        "asylum-seekers": _("People who asked for asylum"),
    },
    "legal_status": {
        # Translators, of each below: people with which papers a service takes.
        "unknown": ANSWERS["unknown"],
        "any": _("Whatever their papers"),
        "undocumented-accepted": _("People without papers as well"),
        "temporary-protection": _("Only people with temporary protection"),  # an EU status
    },
    "tells_police": ANSWERS,
    "tells_migration_authority": ANSWERS,
    "professionals_only": ANSWERS,
    "confidence": {
        # Translators, of each below: how sure the source of an entry is.
        "high": _("High"),
        "medium": _("Medium"),
        "low": _("Low"),
    },
}
EFFECTS: dict[str, Callable[[int], str]] = {
    "created": lambda count: ngettext(
        "{count} new service is written. It waits for review and is not shown.",
        "{count} new services are written. They wait for review and are not shown.",
        count,
    ),
    "updated": lambda count: ngettext(
        "{count} service that was neither edited nor checked here is updated.",
        "{count} services that were neither edited nor checked here are updated.",
        count,
    ),
    "taken": lambda count: ngettext(
        "{count} service is overwritten by the file, as was decided. What changes by it "
        "counts as not checked.",
        "{count} services are overwritten by the file, as was decided. What changes by it "
        "counts as not checked.",
        count,
    ),
    "kept": lambda count: ngettext(
        "{count} service stays as it is here, as was decided.",
        "{count} services stay as they are here, as was decided.",
        count,
    ),
    "undecided": lambda count: ngettext(
        "{count} conflict is not decided: the service stays as it is and goes to the queue.",
        "{count} conflicts are not decided: the services stay as they are and go to the queue.",
        count,
    ),
    "missing": lambda count: ngettext(
        "{count} service of this source is not in the file: it stays, and goes to the queue.",
        "{count} services of this source are not in the file: they stay, and go to the queue.",
        count,
    ),
    "left_out": lambda count: ngettext(
        "{count} row with a mistake is left out.",
        "{count} rows with a mistake are left out.",
        count,
    ),
}


def meaning(column: str, code: str) -> str:
    """Return what a code of a column means, in the language of the page."""
    if column == "languages":
        return language_name(code)
    if column == "country":
        return formats.country_name(code, get_language() or "en")
    if column == "categories":
        return str(wording.name_of(wording.CATEGORY_NAMES, vocabulary.categories()[code]))
    return str(CODES[column][code])


def effect_sentences(effects: Mapping[str, int]) -> Iterator[str]:
    """Yield what happens to how many; nothing that happens to none."""
    for name, sentence in EFFECTS.items():
        if count := effects[name]:
            yield sentence(count).format(count=count)
    if not (effects["created"] or effects["updated"] or effects["taken"]):
        yield gettext("Nothing in the directory changes.")
