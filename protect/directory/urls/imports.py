"""Addresses of imports: a file on its way into the directory."""

from __future__ import annotations

from django.urls import path

from protect.directory.views import (
    import_applying,
    import_mapping,
    import_rows,
    import_tables,
    imports,
)

RUN = "directory/imports/<uuid:pk>"
ROW = f"{RUN}/rows/<int:line>"

urlpatterns = [
    path("directory/imports", imports.import_list, name="import_list"),
    path("directory/imports/new", imports.import_new, name="import_new"),
    path("directory/imports/new/files", imports.import_upload, name="import_upload"),
    path(RUN, imports.import_run, name="import_run"),
    path(f"{RUN}/encoding", import_mapping.import_encoding, name="import_encoding"),
    path(f"{RUN}/sheet", import_tables.import_sheet, name="import_sheet"),
    path(f"{RUN}/headings", import_tables.import_heading, name="import_heading"),
    path(f"{RUN}/map", import_mapping.import_map, name="import_map"),
    path(f"{RUN}/words", import_mapping.import_words, name="import_words"),
    path(f"{RUN}/prepare", import_mapping.import_prepare, name="import_prepare"),
    path(f"{RUN}/bad-rows.csv", import_rows.import_bad_rows, name="import_bad_rows"),
    path(f"{RUN}/apply", import_applying.import_apply, name="import_apply"),
    path(f"{RUN}/discard", imports.import_discard, name="import_discard"),
    path(ROW, import_rows.import_row, name="import_row"),
    path(f"{ROW}/take", import_rows.import_row_take, name="import_row_take"),
    path(f"{ROW}/decide", import_rows.import_row_decide, name="import_row_decide"),
]
