"""Screen texts for columns, states, codes and effects of an import."""

from collections.abc import Callable, Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy as _, ngettext

from protect.directory import facts, labels
from protect.directory.facts.sentences import language_name
from protect.interchange.enums import ImportKind, ImportState, RowState
from protect.interchange.imports.files.columns import OUR_COLUMNS
from protect.reference import formats, vocabulary, wording

COLUMN_LABELS: dict[str, Promise] = {  # of our columns, in the order of the forms
    # Translators, of each below: a column of a table of services.
    "service": _("Name of the service"),
    "organisation": _("Organisation that runs it"),  # who runs it
    "service_local": _("Official name of the service, in its own language"),
    "organisation_local": _("Official name of the organisation, in its own language"),
    "local_language": _("Language of the official names"),
    "categories": _("Kinds of help"),  # shelter, legal, psychosocial …
    "country": _("Country"),
    "source_id": _("ID at the source"),  # by which its source knows a service
    "description": _("Description"),
    "phones": _("Phone numbers"),
    "email": _("E-mail address"),
    "website": _("Website"),
    "city": _("Town"),
    "address": _("Street and number"),  # street and number
    "postal_code": _("Postcode"),
    "latitude": _("Latitude"),  # a coordinate
    "longitude": _("Longitude"),  # a coordinate
    "location_precision": _("Precision of the coordinates"),  # how exact the coordinates are
    "languages": _("Languages spoken"),
    "opening_hours": _("Opening hours"),
    "genders_served": _("Genders accepted"),  # all, women, men
    "minimum_age": _("Minimum age"),
    "maximum_age": _("Maximum age"),
    "audience": _("Target group, as the service states it"),  # in the service's own words
    "legal_status": _("Legal statuses accepted"),  # people with which papers it takes
    **{column: fact.label for fact in facts.FACTS.values() for column in fact.columns},
    "how_to_access": _("How to get help from the service"),
    "area_served": _("Area it serves"),
    "tells_police": _("Tells the police"),  # yes, no, in-these-cases, unknown
    "tells_migration_authority": _("Tells the migration authority"),  # yes, no, in-these-cases
    "restrictions": _("Conditions"),  # what one must know before going there
    "professionals_only": _("For professionals only"),  # yes or no
    "source_url": _("Web page of the source"),  # the page that it was taken from
    "source_date": _("Date of the source"),  # of the page that it was taken from
    "confidence": _("Confidence of the source"),  # high, medium, low
    "notes": _("Notes for the desk"),
    "fact_sources": _("Sources of single columns"),  # of cells that another page said
}
assert COLUMN_LABELS.keys() == {*OUR_COLUMNS}  # noqa: S101 - a column without a label stops the start

KIND_LABELS: dict[str, Promise] = {
    # Translators, of each below: a kind of file.
    ImportKind.CSV: _("CSV"),
    ImportKind.XLSX: _("Spreadsheet"),  # of a spreadsheet program
    ImportKind.HSDS: _("HSDS feed"),  # HSDS is the name of a standard
    ImportKind.TABULAR: _("HSDS data package"),  # HSDS is the name of a standard
}
STATE_LABELS: dict[str, tuple[str, Promise]] = {  # of an import: shape of its chip, and label
    # Translators, of each below: how the import of a file stands.
    ImportState.UPLOADED: ("open", _("Not mapped")),
    ImportState.MAPPED: ("open", _("Being read")),
    ImportState.PREVIEWED: ("caution", _("Ready to review")),
    ImportState.APPLYING: ("open", _("Being applied")),  # some of its rows are written, others wait
    ImportState.APPLIED: ("good", _("Applied")),
    ImportState.DISCARDED: ("ended", _("Discarded")),
}
ROW_STATE_LABELS: dict[str, tuple[str, Promise]] = {  # shape of its chip, and label
    # Translators, of each below: what becomes of a row of a file.
    RowState.CREATE: ("good", _("New")),  # a service that is not in the directory yet
    RowState.UPDATE: ("open", _("Changed")),  # a service that it brings up to date
    RowState.UNCHANGED: ("plain", _("Unchanged")),  # it says what the directory says
    RowState.CONFLICT: ("caution", _("Conflict")),  # it says something else than an edit of ours
    RowState.ERROR: ("alarm", _("Not importable")),  # it is not imported
    RowState.REFERENCE: ("plain", _("Emergency number")),  # emergency numbers are kept elsewhere
}
STEPS = (
    # Translators, of each below: a step of an import of services.
    _("Choose a file"),
    _("Map columns"),  # which column means what
    _("Preview"),  # looking at what would happen
    _("Apply"),  # it is written into the directory
    _("Done"),  # the last one
)

ANSWER_LABELS = {answer.replace("_", "-"): word for answer, word in labels.ANSWERS.items()}
CODE_LABELS: dict[str, dict[str, Promise]] = {  # by our columns with a fixed set of codes
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
        "unknown": ANSWER_LABELS["unknown"],
        "any": _("Whatever their papers"),
        "undocumented-accepted": _("People without papers as well"),
        "temporary-protection": _("Only people with temporary protection"),  # an EU status
    },
    "tells_police": ANSWER_LABELS,
    "tells_migration_authority": ANSWER_LABELS,
    "professionals_only": ANSWER_LABELS,
    "confidence": {
        # Translators, of each below: how sure the source of an entry is.
        "high": _("High"),
        "medium": _("Medium"),
        "low": _("Low"),
    },
}
EFFECT_SENTENCES: dict[str, Callable[[int], str]] = {
    "created": lambda count: ngettext(
        "{count} new service will be added. It will not be published before it is reviewed.",
        "{count} new services will be added. They will not be published before they are reviewed.",
        count,
    ),
    "updated": lambda count: ngettext(
        "{count} service that was neither edited nor checked here will be updated.",
        "{count} services that were neither edited nor checked here will be updated.",
        count,
    ),
    "taken": lambda count: ngettext(
        "{count} service will be overwritten by the file, as decided. The parts that "
        "change will count as not checked.",
        "{count} services will be overwritten by the file, as decided. The parts that "
        "change will count as not checked.",
        count,
    ),
    "kept": lambda count: ngettext(
        "{count} service will not be changed, as decided.",
        "{count} services will not be changed, as decided.",
        count,
    ),
    "undecided": lambda count: ngettext(
        "{count} conflict is not decided: the service will not be changed and will be "
        "added to the queue of checks.",
        "{count} conflicts are not decided: the services will not be changed and will "
        "be added to the queue of checks.",
        count,
    ),
    "missing": lambda count: ngettext(
        "{count} service of this source is not in the file: it will stay and be added "
        "to the queue of checks.",
        "{count} services of this source are not in the file: they will stay and be "
        "added to the queue of checks.",
        count,
    ),
    "left_out": lambda count: ngettext(
        "{count} row with an error will be left out.",
        "{count} rows with errors will be left out.",
        count,
    ),
}


def code_meaning(column: str, code: str) -> str:
    """Return the meaning of a code in a column, in the language of the page."""
    if column == "languages":
        return language_name(code)
    if column == "country":
        return formats.country_name(code, get_language() or "en")
    if column == "categories":
        return str(wording.display_name(wording.CATEGORY_NAMES, vocabulary.categories()[code]))
    return str(CODE_LABELS[column][code])


def effect_sentences(effects: Mapping[str, int]) -> Iterator[str]:
    """Yield a sentence for each effect that occurs, and one if the directory will not change."""
    for name, sentence in EFFECT_SENTENCES.items():
        if count := effects[name]:
            yield sentence(count).format(count=count)
    if not (effects["created"] or effects["updated"] or effects["taken"]):
        yield gettext("The directory will not change.")
