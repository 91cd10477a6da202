"""Addresses of services: found, read, changed, moved, translated."""

from django.urls import path

from protect.directory.services.views import edits, services, translations

SERVICE = "directory/services/<uuid:pk>"
TRANSLATION = f"{SERVICE}/translations/<str:language>/<str:field>"

app_name = "directory"
urlpatterns = [
    path("directory", services.service_list, name="service_list"),
    path("directory/services/new", edits.service_new, name="service_new"),
    path(SERVICE, services.service, name="service"),
    path(f"{SERVICE}/history", services.service_history, name="service_history"),
    path(f"{SERVICE}/texts", edits.service_texts, name="service_texts"),
    path(f"{SERVICE}/facts/<str:fact>", edits.service_fact, name="service_fact"),
    path(f"{SERVICE}/protect", edits.service_protect, name="service_protect"),
    path(f"{SERVICE}/undo", services.service_undo, name="service_undo"),
    path(f"{SERVICE}/move/<str:move>", services.service_move, name="service_move"),
    path(f"{SERVICE}/translations", translations.service_translations, name="service_translations"),
    path(TRANSLATION, translations.service_translation, name="service_translation"),
    path(
        f"{TRANSLATION}/review",
        translations.service_translation_review,
        name="service_translation_review",
    ),
]
