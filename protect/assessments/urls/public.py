"""URLs of tests, evaluations and follow-ups for participants without an account."""

from django.urls import path

from protect.assessments.views import answers

OWN_PAGE_PATH = "trainings/<tag:tag>/own/<str:token>"

app_name = "open_assessments"
urlpatterns = [
    path(f"{OWN_PAGE_PATH}/learning", answers.own_forms_page, name="own_learning"),
    path(f"{OWN_PAGE_PATH}/assessment", answers.own_assessment_page, name="own_assessment"),
    path("trainings/<tag:tag>/t/<str:code>", answers.test_by_code, name="inquiry"),
    path("trainings/<tag:tag>/s/<str:token>", answers.form_by_slip, name="slip"),
]
