"""Addresses of imports: a file on its way into the directory."""

from __future__ import annotations

from django.urls import path

from protect.interchange.imports.views import apply, mapping, rows, runs
from protect.interchange.imports.views import mapping as views_mapping

RUN = "directory/imports/<uuid:pk>"
ROW = f"{RUN}/rows/<int:line>"

urlpatterns = [
    path("directory/imports", runs.import_list, name="import_list"),
    path("directory/imports/new", runs.import_new, name="import_new"),
    path("directory/imports/new/files", runs.import_upload, name="import_upload"),
    path(RUN, runs.import_run, name="import_run"),
    path(f"{RUN}/encoding", mapping.import_encoding, name="import_encoding"),
    path(f"{RUN}/sheet", views_mapping.import_sheet, name="import_sheet"),
    path(f"{RUN}/headings", views_mapping.import_heading, name="import_heading"),
    path(f"{RUN}/map", mapping.import_map, name="import_map"),
    path(f"{RUN}/words", mapping.import_words, name="import_words"),
    path(f"{RUN}/prepare", mapping.import_prepare, name="import_prepare"),
    path(f"{RUN}/bad-rows.csv", rows.import_bad_rows, name="import_bad_rows"),
    path(f"{RUN}/apply", apply.import_apply, name="import_apply"),
    path(f"{RUN}/discard", runs.import_discard, name="import_discard"),
    path(ROW, rows.import_row, name="import_row"),
    path(f"{ROW}/take", rows.import_row_take, name="import_row_take"),
    path(f"{ROW}/decide", rows.import_row_decide, name="import_row_decide"),
]
