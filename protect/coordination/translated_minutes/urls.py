from django.urls import path

from protect.coordination.translated_minutes import views

MINUTES = "groups/meetings/<uuid:pk>/minutes"

urlpatterns = [
    path(f"{MINUTES}/print", views.minutes_paper, name="meeting_paper"),
    path(f"{MINUTES}/languages", views.minutes_languages, name="meeting_languages"),
    path(
        f"{MINUTES}/languages/<str:language>",
        views.minutes_translation,
        name="meeting_translation",
    ),
]
