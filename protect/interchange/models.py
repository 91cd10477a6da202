"""Imported files, their rows and mappings. No row holds the location of a shelter."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from protect.directory.service_models import Service
from protect.interchange.enums import ImportKind, ImportState, RowState
from protect.kernel.database import UuidModel
from protect.orgs.models import Organisation


class SourceMapping(UuidModel):
    """An organisation's mapping of a source's columns and words to ours, for its next file."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60)
    columns = models.JSONField()  # storable name → our column, "*place", or "" = left out
    values = models.JSONField(default=dict, blank=True)  # our column → {their word: our code}
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="interchange_mapping_once", fields=["organisation", "source"]
            )
        ]


class ImportRun(UuidModel):
    """The import of one file, which is uploaded, mapped, previewed and applied in batches."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=ImportKind)
    name = models.CharField(max_length=120)  # file name
    encoding = models.CharField(max_length=40, default="", blank=True)  # "" UTF-8, "?" unclear
    # The chosen sheet of a workbook, from 1, empty ones not counted; None until the user chooses.
    sheet = models.PositiveSmallIntegerField(null=True, blank=True, default=1)
    heading = models.PositiveIntegerField(default=0)  # row of the headings, 0 = detected
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    columns = models.JSONField(default=list)  # storable names in the file, in order
    mapping = models.JSONField(default=dict, blank=True)  # as SourceMapping.columns
    values = models.JSONField(default=dict, blank=True)  # as SourceMapping.values
    total = models.PositiveIntegerField(default=0)  # rows of the file
    prepared = models.PositiveIntegerField(default=0)  # rows already processed in this state
    counts = models.JSONField(default=dict, blank=True)  # by enums.RowState
    # The file, sealed to its user until its rows are staged: it may hold addresses of shelters,
    # and only the mapping tells in which columns they are.
    sealed = models.BinaryField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created = models.DateTimeField()
    expires = models.DateTimeField()  # an import not applied by then is discarded
    applied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created", "pk"]
        constraints = [
            models.CheckConstraint(
                name="interchange_import_sealed_only_until_mapped",
                condition=Q(sealed=None) | Q(state=ImportState.UPLOADED),
            ),
            models.CheckConstraint(
                name="interchange_import_applied_has_a_date",
                condition=Q(state=ImportState.APPLIED, applied_at__isnull=False)
                | (~Q(state=ImportState.APPLIED) & Q(applied_at=None)),
            ),
        ]


class ImportRow(models.Model):
    """One staged row of a file, with its errors and warnings."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()  # in the file, from 1; in a feed, of the record
    source_id = models.CharField(max_length=120)
    cells = models.JSONField()  # our columns → text, without the location of a shelter
    state = models.CharField(max_length=10, choices=RowState)
    # [code, column, message, advice, refuses, fillers]: RowProblem.to_list
    troubles = models.JSONField(default=list, blank=True)
    service = models.ForeignKey(
        Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # For a conflict: True takes the file's values, False keeps ours, None: undecided, no change.
    takes_file = models.BooleanField(null=True, blank=True)
    # The version of the service that the decision is about; a later edit makes it void.
    decided_version = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["line", "pk"]
        constraints = [
            models.UniqueConstraint(name="interchange_row_once_in_a_run", fields=["run", "line"]),
            models.CheckConstraint(
                name="interchange_row_only_conflicts_are_decided",
                condition=Q(takes_file=None) | Q(state=RowState.CONFLICT),
            ),
            models.CheckConstraint(
                name="interchange_row_decided_about_a_version",
                condition=Q(takes_file=None, decided_version=None)
                | Q(takes_file__isnull=False, decided_version__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "line"], name="interchange_row_state")]

    def __str__(self) -> str:
        return f"row {self.line} of import {self.run_id}"
