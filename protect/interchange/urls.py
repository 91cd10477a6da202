from django.urls import path

from protect.interchange.exports import views
from protect.interchange.imports.views import mapping, rows, runs

app_name = "interchange"
RUN = "directory/imports/<uuid:pk>"
ROW = f"{RUN}/rows/<int:line>"
SERVICE = "directory/services/<uuid:pk>"
VCARD, CALENDAR = {"format_code": "vcard"}, {"format_code": "ical"}

urlpatterns = [
    path("directory/imports", runs.import_list, name="import_list"),
    path("directory/imports/new", runs.import_upload_form, name="import_new"),
    path("directory/imports/new/files", runs.import_upload, name="import_upload"),
    path(RUN, runs.show_import, name="import_run"),
    path(f"{RUN}/encoding", mapping.choose_import_encoding, name="import_encoding"),
    path(f"{RUN}/sheet", mapping.choose_import_sheet, name="import_sheet"),
    path(f"{RUN}/headings", mapping.choose_heading_row, name="import_heading"),
    path(f"{RUN}/map", mapping.map_import_columns, name="import_map"),
    path(f"{RUN}/words", mapping.map_import_words, name="import_words"),
    path(f"{RUN}/prepare", mapping.import_prepare, name="import_prepare"),
    path(f"{RUN}/bad-rows.csv", rows.download_bad_rows, name="import_bad_rows"),
    path(f"{RUN}/apply", runs.import_apply, name="import_apply"),
    path(f"{RUN}/discard", runs.import_discard, name="import_discard"),
    path(ROW, rows.edit_import_row, name="import_row"),
    path(f"{ROW}/take", rows.apply_row_suggestion, name="import_row_take"),
    path(f"{ROW}/decide", rows.decide_row_conflict, name="import_row_decide"),
    path("directory/export", views.export, name="export"),
    path("directory/export/file", views.export_file, name="export_file"),
    path(f"{SERVICE}/card.vcf", views.download_service, VCARD, name="service_vcard"),
    path(f"{SERVICE}/hours.ics", views.download_service, CALENDAR, name="service_calendar"),
]
