"""Addresses of modules and courses."""

from __future__ import annotations

from django.urls import URLPattern, path

from protect.trainings.curricula import views


def of(kind: str) -> list[URLPattern]:
    base, arguments = f"trainings/{kind}s", {"kind": kind}
    return [
        path(f"{base}/new", views.version_new, arguments, name=f"{kind}_new"),
        path(f"{base}/<uuid:pk>", views.version, arguments, name=kind),
        path(f"{base}/<uuid:pk>/edit", views.version_edit, arguments, name=f"{kind}_edit"),
        path(f"{base}/<uuid:pk>/draft", views.version_draft, arguments, name=f"{kind}_draft"),
        path(
            f"{base}/<uuid:pk>/move/<str:move>", views.version_move, arguments, name=f"{kind}_move"
        ),
    ]


urlpatterns = [
    path("trainings/curriculum", views.curriculum, name="curriculum"),
    *of("module"),
    *of("course"),
]
