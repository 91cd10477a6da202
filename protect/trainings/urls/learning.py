"""Addresses of what was learned."""

from __future__ import annotations

from django.urls import path

from protect.trainings.views import learning, learning_papers, typing_in

OF = "trainings/<uuid:pk>/learning"
urlpatterns = [
    path("trainings/practice", learning_papers.practice, name="practice"),
    path(OF, learning.learning, name="learning"),
    path(f"{OF}/results.csv", learning.learning_csv, name="learning_csv"),
    path(f"{OF}/forms", learning.learning_forms, name="learning_forms"),
    path(f"{OF}/freeze", learning.learning_freeze, name="learning_freeze"),
    path(f"{OF}/cards", learning_papers.learning_cards, name="learning_cards"),
    path(f"{OF}/slips", learning_papers.learning_slips, name="learning_slips"),
    path(f"{OF}/<str:phase>/wall", learning_papers.learning_wall, name="learning_wall"),
    path(f"{OF}/<str:phase>/paper", learning_papers.learning_paper, name="learning_paper"),
    path(f"{OF}/<str:phase>/type", typing_in.learning_type, name="learning_type"),
    path(f"{OF}/typed-back", typing_in.learning_typed_back, name="learning_typed_back"),
    path(
        "trainings/registrations/<uuid:pk>/again",
        learning.registration_again,
        name="registration_again",
    ),
]
