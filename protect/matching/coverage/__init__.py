"""How far help is from each settlement, by need, language and person. docs/adr/0015-coverage.md."""

from protect.matching.coverage.atlas.atlas import Report, dependents, forget, report, slice_of
from protect.matching.coverage.atlas.slices import Gap, Slice, SliceKey

__all__ = ["Gap", "Report", "Slice", "SliceKey", "dependents", "forget", "report", "slice_of"]
