"""What a team writes down, sealed."""

from __future__ import annotations

from django.urls import URLPattern, path

from protect.vault.views import files, notes, versions

urlpatterns: list[URLPattern] = [
    path("teams/<uuid:pk>/notes", notes.note_list, name="note_list"),
    path("teams/<uuid:pk>/notes/new", notes.note_new, name="note_new"),
    path("notes/<uuid:pk>", notes.note, name="note"),
    path("notes/<uuid:pk>/edit", notes.note_edit, name="note_edit"),
    path("notes/<uuid:pk>/versions", versions.note_versions, name="note_versions"),
    path("notes/<uuid:pk>/erase", notes.note_erase, name="note_erase"),
    path("notes/<uuid:pk>/files", files.note_file_add, name="note_file_add"),
    path("notes/<uuid:pk>/files/<uuid:file>", files.note_file, name="note_file"),
    path(
        "notes/<uuid:pk>/files/<uuid:file>/remove", files.note_file_remove, name="note_file_remove"
    ),
]
