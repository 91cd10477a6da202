"""Where help is missing: how far it is from every settlement, by need, language and person.

Asks the engine of `matching` for all settlements at once. Source: docs/adr/0015-coverage.md.
"""

from __future__ import annotations

from protect.directory.coverage.atlas import dependents, forget, slice_of

__all__ = ["dependents", "forget", "slice_of"]
