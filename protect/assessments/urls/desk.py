"""Addresses of assessments at the desk."""

from django.urls import path

from protect.assessments.views import papers, results

OF, AGAIN = "trainings/<uuid:pk>/learning", "trainings/registrations/<uuid:pk>/again"
app_name = "assessments"
urlpatterns = [
    path("trainings/practice", papers.practice, name="practice"),
    path(OF, results.learning, name="learning"),
    path(f"{OF}/results.csv", results.learning_csv, name="learning_csv"),
    path(f"{OF}/forms", results.learning_forms, name="learning_forms"),
    path(f"{OF}/freeze", results.learning_freeze, name="learning_freeze"),
    path(f"{OF}/cards", papers.learning_cards, name="learning_cards"),
    path(f"{OF}/slips", papers.learning_slips, name="learning_slips"),
    path(f"{OF}/<str:phase>/wall", papers.learning_wall, name="learning_wall"),
    path(f"{OF}/<str:phase>/paper", papers.learning_paper, name="learning_paper"),
    path(f"{OF}/<str:phase>/type", papers.learning_type, name="learning_type"),
    path(f"{OF}/typed-back", papers.learning_typed_back, name="learning_typed_back"),
    path(AGAIN, results.registration_again, name="registration_again"),
]
