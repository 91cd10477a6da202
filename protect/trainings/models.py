"""The models of trainings by subject, imported here so that Django finds them."""

from protect.trainings.attendance import models as attendance
from protect.trainings.curricula import models as curricula
from protect.trainings.documents import models as documents
from protect.trainings.needs import models as needs
from protect.trainings.registrations import models as registrations
from protect.trainings.scheduling import models as scheduling

__all__ = ["attendance", "curricula", "documents", "needs", "registrations", "scheduling"]
