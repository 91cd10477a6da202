"""The models of coordination by subject, imported here so that Django finds them."""

from protect.coordination.groups import models as groups

__all__ = ["groups"]
