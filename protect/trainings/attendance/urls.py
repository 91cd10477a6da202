"""Addresses of attendance."""

from __future__ import annotations

from django.urls import path

from protect.trainings.attendance.views import attendance, scans, shares

DAY = "trainings/half-days/<uuid:pk>"
urlpatterns = [
    path("trainings/<uuid:pk>/attendance", shares.edition_attended, name="edition_attended"),
    path(
        "trainings/<uuid:pk>/attendance.csv",
        shares.edition_table,
        {"kind": "csv"},
        name="attended_csv",
    ),
    path(
        "trainings/<uuid:pk>/attendance.xlsx",
        shares.edition_table,
        {"kind": "xlsx"},
        name="attended_xlsx",
    ),
    path(
        "trainings/registrations/<uuid:pk>/make-up",
        shares.registration_make_up,
        name="registration_make_up",
    ),
    path(f"{DAY}/attendance", attendance.attendance, name="attendance"),
    path(f"{DAY}/attendance/all", attendance.attendance_all, name="attendance_all"),
    path(f"{DAY}/attendance/back", attendance.attendance_back, name="attendance_back"),
    path(f"{DAY}/attendance/claims", attendance.claims_confirm, name="attendance_claims"),
    path(f"{DAY}/wall.pdf", attendance.wall_pdf, name="attendance_wall"),
    path(f"{DAY}/scan", scans.scan, name="attendance_scan"),
    path(f"{DAY}/scan/copy", scans.scan_copy, name="attendance_scan_copy"),
    path(f"{DAY}/attendance/files", scans.sheets, name="attendance_sheets"),
    path("trainings/sheets/<uuid:pk>", scans.sheet, name="sheet"),
    path(f"{DAY}/list", attendance.list_print, name="list_print"),
    path("trainings/lists/<uuid:pk>.pdf", attendance.list_pdf, name="list_pdf"),
]
