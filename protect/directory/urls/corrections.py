"""Addresses of reports, and of entries that may be one."""

from __future__ import annotations

from django.urls import path

from protect.directory.views import corrections, pairs

urlpatterns = [
    path("directory/services/<uuid:pk>/report", corrections.correction_new, name="correction_new"),
    path("directory/reports", corrections.correction_list, name="correction_list"),
    path("directory/reports/<uuid:pk>", corrections.correction, name="correction"),
    path("directory/services/<uuid:pk>/double", pairs.pair_new, name="pair_new"),
    path("directory/doubles", pairs.pair_list, name="pair_list"),
    path("directory/doubles/<uuid:pk>", pairs.pair, name="pair"),
    path("directory/doubles/<uuid:pk>/different", pairs.pair_different, name="pair_different"),
    path("directory/doubles/<uuid:pk>/undo", pairs.pair_undo, name="pair_undo"),
]
