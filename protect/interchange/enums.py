from django.db.models import TextChoices


class ImportKind(TextChoices):
    CSV = "csv"
    XLSX = "xlsx"
    HSDS = "hsds"  # JSON: one service, a list of services, or pages of an API
    TABULAR = "tabular"  # the tables of an HSDS data package


class ImportState(TextChoices):
    UPLOADED = "uploaded"
    MAPPED = "mapped"
    PREVIEWED = "previewed"
    APPLYING = "applying"  # some of its rows are in the directory, others not yet
    APPLIED = "applied"
    DISCARDED = "discarded"


class RowState(TextChoices):
    """The effect that a row of an import has, or would have, on the directory."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"  # the service was edited or checked here: a user decides
    ERROR = "error"
    REFERENCE = "reference"  # emergency numbers, which come from countries.toml instead
