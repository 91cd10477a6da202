"""Addresses of interchange: files of services, in and out."""

from django.urls import path

from protect.interchange.exports import views
from protect.interchange.imports.views import mapping, rows, runs

app_name = "interchange"
RUN = "directory/imports/<uuid:pk>"
ROW = f"{RUN}/rows/<int:line>"
SERVICE = "directory/services/<uuid:pk>"

urlpatterns = [
    path("directory/imports", runs.import_list, name="import_list"),
    path("directory/imports/new", runs.import_new, name="import_new"),
    path("directory/imports/new/files", runs.import_upload, name="import_upload"),
    path(RUN, runs.import_run, name="import_run"),
    path(f"{RUN}/encoding", mapping.import_encoding, name="import_encoding"),
    path(f"{RUN}/sheet", mapping.import_sheet, name="import_sheet"),
    path(f"{RUN}/headings", mapping.import_heading, name="import_heading"),
    path(f"{RUN}/map", mapping.import_map, name="import_map"),
    path(f"{RUN}/words", mapping.import_words, name="import_words"),
    path(f"{RUN}/prepare", mapping.import_prepare, name="import_prepare"),
    path(f"{RUN}/bad-rows.csv", rows.import_bad_rows, name="import_bad_rows"),
    path(f"{RUN}/apply", runs.import_apply, name="import_apply"),
    path(f"{RUN}/discard", runs.import_discard, name="import_discard"),
    path(ROW, rows.import_row, name="import_row"),
    path(f"{ROW}/take", rows.import_row_take, name="import_row_take"),
    path(f"{ROW}/decide", rows.import_row_decide, name="import_row_decide"),
    path("directory/export", views.export, name="export"),
    path("directory/export/file", views.export_file, name="export_file"),
    path(f"{SERVICE}/card.vcf", views.service_vcard, name="service_vcard"),
    path(f"{SERVICE}/hours.ics", views.service_calendar, name="service_calendar"),
]
