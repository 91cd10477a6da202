"""Addresses of modules and courses."""

from __future__ import annotations

from django.urls import URLPattern, path

from protect.trainings.views import curricula


def of(kind: str) -> list[URLPattern]:
    """Return the addresses of one kind: "module" or "course"."""
    base, given = f"trainings/{kind}s", {"kind": kind}
    return [
        path(f"{base}/new", curricula.version_new, given, name=f"{kind}_new"),
        path(f"{base}/<uuid:pk>", curricula.version, given, name=kind),
        path(f"{base}/<uuid:pk>/edit", curricula.version_edit, given, name=f"{kind}_edit"),
        path(f"{base}/<uuid:pk>/draft", curricula.version_draft, given, name=f"{kind}_draft"),
        path(
            f"{base}/<uuid:pk>/move/<str:move>",
            curricula.version_move,
            given,
            name=f"{kind}_move",
        ),
    ]


urlpatterns = [
    path("trainings/curriculum", curricula.curriculum, name="curriculum"),
    *of("module"),
    *of("course"),
]
