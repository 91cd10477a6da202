from django.urls import path

from protect.matching.coverage import views

app_name = "matching"
urlpatterns = [
    path("directory/coverage", views.coverage_page, name="coverage"),
    path("directory/coverage.csv", views.coverage_csv, name="coverage_csv"),
    path("directory/coverage/gaps", views.gaps_page, name="coverage_gaps"),
    path("directory/coverage/gaps.csv", views.gaps_csv, name="coverage_gaps_csv"),
    path("directory/coverage/changes", views.changes_page, name="coverage_changes"),
    path("directory/coverage/<str:country>/keep", views.save_figures, name="coverage_keep"),
]
