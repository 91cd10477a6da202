"""The models of coordination by subject, imported here so that Django finds them."""

from protect.coordination.groups import models as groups
from protect.coordination.meetings import models as meetings
from protect.coordination.minutes import models as minutes
from protect.coordination.pathways import models as pathways

__all__ = ["groups", "meetings", "minutes", "pathways"]
