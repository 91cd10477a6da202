"""URLs of the desk: pages about rights and safety, their translations and releases."""

from django.urls import path

from protect.content import views
from protect.content.exchange import views as exchange
from protect.content.readers import views as readers
from protect.content.recordings import views as recordings
from protect.content.releases import views as releases
from protect.content.segments import views as segments
from protect.content.sign_off import views as sign_off

app_name = "content"

urlpatterns = [
    path("texts", views.page_list, name="page_list"),
    path("texts/new", views.page_new, name="page_new"),
    path("texts/queue", views.queue, name="queue"),
    path("texts/glossary", views.glossary_page, name="glossary"),
    path("texts/files", exchange.translation_files, name="translation_files"),
    path(
        "texts/files/<slug:language>/<slug:file_format>",
        exchange.translation_file,
        name="translation_file",
    ),
    path("texts/countries", sign_off.country_list, name="country_list"),
    path("texts/countries/<slug:country>", sign_off.country_page, name="country"),
    path("texts/releases", releases.release_list, name="release_list"),
    path("texts/releases/preview", releases.release_preview, name="release_preview"),
    path("texts/releases/<slug:language>/<int:number>", releases.release_page, name="release"),
    path("texts/recordings/<uuid:pk>", recordings.recording_file, name="recording_file"),
    path("texts/readers", readers.reader_list, name="reader_list"),
    path("texts/readers/<uuid:pk>", readers.reader_page, name="reader"),
    path("texts/<slug:page_code>", views.source_page, name="source"),
    path("texts/<slug:page_code>/confirm", segments.changes_confirm, name="confirm"),
    path("texts/<slug:page_code>/new-text", segments.text_new, name="text_new"),
    path("texts/<slug:page_code>/removals/<slug:key>", segments.text_remove, name="text_remove"),
    path(
        "texts/<slug:page_code>/removals/<slug:key>/<slug:move>",
        segments.removal_move,
        name="removal_move",
    ),
    path("texts/<slug:page_code>/<slug:language>", views.translation_page, name="translation"),
    path("texts/<slug:page_code>/<slug:language>/read", views.texts_read, name="read"),
    path(
        "texts/<slug:page_code>/<slug:language>/<slug:key>/take-back",
        views.translation_take_back,
        name="take_back",
    ),
    path(
        "texts/<slug:page_code>/<slug:language>/<slug:key>/restore",
        views.translation_restore,
        name="restore",
    ),
    path(
        "texts/<slug:page_code>/<slug:language>/recordings",
        recordings.recording_list,
        name="recording_list",
    ),
    path(
        "texts/<slug:page_code>/<slug:language>/recordings/<slug:key>/files",
        recordings.recording_add,
        name="recording_add",
    ),
    path(
        "texts/<slug:page_code>/<slug:language>/recordings/<slug:key>/remove",
        recordings.recording_remove,
        name="recording_remove",
    ),
    path(
        "texts/<slug:page_code>/<slug:language>/recordings/<slug:key>/heard",
        recordings.recording_heard,
        name="recording_heard",
    ),
]
