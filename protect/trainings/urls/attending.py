"""Addresses of who was there."""

from __future__ import annotations

from django.urls import path

from protect.trainings.views import attended, attending, scanning

DAY = "trainings/half-days/<uuid:pk>"
urlpatterns = [
    path("trainings/<uuid:pk>/attendance", attended.edition_attended, name="edition_attended"),
    path(
        "trainings/<uuid:pk>/attendance.csv",
        attended.edition_table,
        {"kind": "csv"},
        name="attended_csv",
    ),
    path(
        "trainings/<uuid:pk>/attendance.xlsx",
        attended.edition_table,
        {"kind": "xlsx"},
        name="attended_xlsx",
    ),
    path(
        "trainings/registrations/<uuid:pk>/make-up",
        attended.registration_make_up,
        name="registration_make_up",
    ),
    path(f"{DAY}/attendance", attending.attendance, name="attendance"),
    path(f"{DAY}/attendance/all", attending.attendance_all, name="attendance_all"),
    path(f"{DAY}/attendance/back", attending.attendance_back, name="attendance_back"),
    path(f"{DAY}/attendance/claims", attending.claims_confirm, name="attendance_claims"),
    path(f"{DAY}/wall.pdf", attending.wall_pdf, name="attendance_wall"),
    path(f"{DAY}/scan", scanning.scan, name="attendance_scan"),
    path(f"{DAY}/scan/copy", scanning.scan_copy, name="attendance_scan_copy"),
    path(f"{DAY}/attendance/files", scanning.sheets, name="attendance_sheets"),
    path("trainings/sheets/<uuid:pk>", scanning.sheet, name="sheet"),
    path(f"{DAY}/list", attending.list_print, name="list_print"),
    path("trainings/lists/<uuid:pk>.pdf", attending.list_pdf, name="list_pdf"),
]
