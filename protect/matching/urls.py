"""Addresses of the coverage atlas."""

from django.urls import path

from protect.matching.coverage import views

app_name = "matching"
urlpatterns = [
    path("directory/coverage", views.coverage, name="coverage"),
    path("directory/coverage.csv", views.coverage_csv, name="coverage_csv"),
    path("directory/coverage/gaps", views.coverage_gaps, name="coverage_gaps"),
    path("directory/coverage/gaps.csv", views.coverage_gaps_csv, name="coverage_gaps_csv"),
    path("directory/coverage/changes", views.coverage_changes, name="coverage_changes"),
    path("directory/coverage/<str:country>/keep", views.coverage_keep, name="coverage_keep"),
]
