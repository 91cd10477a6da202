"""Changes to the directory. Each raises its version in the same transaction."""

from __future__ import annotations

from protect.directory.actions.addresses import protect_address
from protect.directory.actions.checking import Finding, check_fact
from protect.directory.actions.imports import import_services
from protect.directory.actions.moving import Released, move, release
from protect.directory.actions.versions import touch

__all__ = [
    "Finding",
    "Released",
    "check_fact",
    "import_services",
    "move",
    "protect_address",
    "release",
    "touch",
]
