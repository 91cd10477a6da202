"""The models of campaigns by subject, imported here so that Django finds them."""

from protect.campaigns.distribution import models as distribution
from protect.campaigns.films import models as films
from protect.campaigns.materials import models as materials
from protect.campaigns.plans import models as plans
from protect.campaigns.press import models as press

__all__ = ["distribution", "films", "materials", "plans", "press"]
