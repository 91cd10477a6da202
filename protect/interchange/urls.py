"""Addresses of interchange: files of services, in and out."""

from __future__ import annotations

from protect.interchange.exports import urls as exports
from protect.interchange.imports import urls as imports

app_name = "interchange"
urlpatterns = [*imports.urlpatterns, *exports.urlpatterns]
