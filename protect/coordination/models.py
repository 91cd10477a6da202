"""The models of coordination by subject, imported here so that Django finds them."""

from protect.coordination.adaptations import models as adaptations
from protect.coordination.groups import models as groups
from protect.coordination.mappings import models as mappings
from protect.coordination.meetings import models as meetings
from protect.coordination.minutes import models as minutes
from protect.coordination.pathways import models as pathways
from protect.coordination.polls import models as polls
from protect.coordination.presence import models as presence
from protect.coordination.procedures import models as procedures
from protect.coordination.translated_minutes import models as translated_minutes

__all__ = [
    "adaptations",
    "groups",
    "mappings",
    "meetings",
    "minutes",
    "pathways",
    "polls",
    "presence",
    "procedures",
    "translated_minutes",
]
