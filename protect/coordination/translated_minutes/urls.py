from django.urls import path

from protect.coordination.translated_minutes import views

MINUTES = "groups/meetings/<uuid:pk>/minutes"

urlpatterns = [
    path(f"{MINUTES}/print", views.minutes_paper, name="minutes_paper"),
    path(f"{MINUTES}/languages", views.minutes_languages, name="minutes_languages"),
    path(
        f"{MINUTES}/languages/<str:language>",
        views.minutes_translation,
        name="minutes_translation",
    ),
]
