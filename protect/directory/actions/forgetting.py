"""Forgetting where a service is: for whoever changes a service at the desk."""

from __future__ import annotations

from protect.directory.importing.store.forgetting import forget_addresses

__all__ = ["forget_addresses"]
