"""The models of coordination by subject, imported here so that Django finds them."""

from protect.coordination.groups import models as groups
from protect.coordination.mappings import models as mappings
from protect.coordination.meetings import models as meetings
from protect.coordination.minutes import models as minutes
from protect.coordination.presence import models as presence

__all__ = ["groups", "mappings", "meetings", "minutes", "presence"]
