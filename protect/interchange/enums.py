"""The closed sets of imports."""

from django.db.models import TextChoices


class ImportKind(TextChoices):
    CSV = "csv"
    XLSX = "xlsx"
    HSDS = "hsds"  # JSON: one service, a list, or pages of an interface
    TABULAR = "tabular"  # the tables of a HSDS data package


class ImportState(TextChoices):
    UPLOADED = "uploaded"
    MAPPED = "mapped"
    PREVIEWED = "previewed"
    APPLYING = "applying"  # some of its rows are written, the others wait
    APPLIED = "applied"
    DISCARDED = "discarded"


class RowState(TextChoices):
    """What an import would do, or did, with a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # edited or checked here since: a person decides
    ERROR = "error"
    REFERENCE = "reference"  # emergency numbers: countries.toml holds them
