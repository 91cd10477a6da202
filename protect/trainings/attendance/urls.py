"""Addresses of attendance."""

from __future__ import annotations

from django.urls import path

from protect.trainings.attendance.views import attendance, scans

EDITION, DAY = "trainings/<uuid:pk>", "trainings/half-days/<uuid:pk>"
MAKE_UP = "trainings/registrations/<uuid:pk>/make-up"
TABLE, CSV, XLSX = attendance.edition_table, {"kind": "csv"}, {"kind": "xlsx"}
urlpatterns = [
    path(f"{EDITION}/attendance", attendance.edition_attended, name="edition_attended"),
    path(f"{EDITION}/attendance.csv", TABLE, CSV, name="attended_csv"),
    path(f"{EDITION}/attendance.xlsx", TABLE, XLSX, name="attended_xlsx"),
    path(MAKE_UP, attendance.registration_make_up, name="registration_make_up"),
    path(f"{DAY}/attendance", attendance.attendance, name="attendance"),
    path(f"{DAY}/attendance/all", attendance.attendance_all, name="attendance_all"),
    path(f"{DAY}/attendance/back", attendance.attendance_back, name="attendance_back"),
    path(f"{DAY}/attendance/excuses", attendance.excuses_confirm, name="attendance_excuses"),
    path(f"{DAY}/scan", scans.scan, name="attendance_scan"),
    path(f"{DAY}/scan/copy", scans.scan_copy, name="attendance_scan_copy"),
    path(f"{DAY}/attendance/files", scans.sheets, name="attendance_sheets"),
    path("trainings/sheets/<uuid:pk>", scans.sheet, name="sheet"),
    path(f"{DAY}/list", attendance.list_print, name="list_print"),
    path("trainings/lists/<uuid:pk>.pdf", attendance.list_pdf, name="list_pdf"),
]
