from django.urls import path

from protect.directory.services.views import edits, services, translations

SERVICE = "directory/services/<uuid:pk>"
TRANSLATION = f"{SERVICE}/translations/<str:language>/<str:field>"

app_name = "directory"
urlpatterns = [
    path("directory", services.service_list, name="service_list"),
    path("directory/services/new", edits.add_service, name="service_new"),
    path(SERVICE, services.show_service, name="service"),
    path(f"{SERVICE}/history", services.service_history, name="service_history"),
    path(f"{SERVICE}/texts", edits.edit_service_texts, name="service_texts"),
    path(f"{SERVICE}/facts/<str:fact>", edits.edit_service_fact, name="service_fact"),
    path(f"{SERVICE}/protect", edits.protect_service_address, name="service_protect"),
    path(f"{SERVICE}/undo", services.undo_status_change, name="service_undo"),
    path(f"{SERVICE}/move/<str:move>", services.change_service_status, name="service_move"),
    path(f"{SERVICE}/translations", translations.service_translations, name="service_translations"),
    path(TRANSLATION, translations.edit_translation, name="service_translation"),
    path(
        f"{TRANSLATION}/review", translations.review_translation, name="service_translation_review"
    ),
]
