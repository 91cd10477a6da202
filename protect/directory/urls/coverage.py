"""Addresses of the coverage atlas."""

from __future__ import annotations

from django.urls import path

from protect.directory.views import coverage, coverage_reports

urlpatterns = [
    path("directory/coverage", coverage.coverage, name="coverage"),
    path("directory/coverage.csv", coverage.coverage_csv, name="coverage_csv"),
    path("directory/coverage/gaps", coverage_reports.coverage_gaps, name="coverage_gaps"),
    path(
        "directory/coverage/gaps.csv", coverage_reports.coverage_gaps_csv, name="coverage_gaps_csv"
    ),
    path("directory/coverage/changes", coverage_reports.coverage_changes, name="coverage_changes"),
    path(
        "directory/coverage/<str:country>/keep",
        coverage_reports.coverage_keep,
        name="coverage_keep",
    ),
]
