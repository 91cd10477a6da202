from __future__ import annotations

from django.apps import AppConfig


class FindhelpConfig(AppConfig):
    name = "protect.findhelp"
    label = "findhelp"
