"""Addresses of tests, evaluations and follow-ups without an account."""

from django.urls import path

from protect.assessments.views import answers

OWN = "trainings/<tag:tag>/own/<str:token>"

app_name = "open_assessments"
urlpatterns = [
    path(f"{OWN}/learning", answers.own_learning, name="own_learning"),
    path(f"{OWN}/assessment", answers.own_assessment, name="own_assessment"),
    path("trainings/<tag:tag>/t/<str:code>", answers.inquiry, name="inquiry"),
    path("trainings/<tag:tag>/s/<str:token>", answers.slip, name="slip"),
]
