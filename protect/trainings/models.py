"""What trainings keep, by subject. Names stand where a grant wants them, and nowhere else."""

from protect.trainings.attendance import models as attendance
from protect.trainings.curricula import models as curricula
from protect.trainings.documents import models as documents
from protect.trainings.needs import models as needs
from protect.trainings.registrations import models as registrations
from protect.trainings.scheduling import models as scheduling

__all__ = ["attendance", "curricula", "documents", "needs", "registrations", "scheduling"]
