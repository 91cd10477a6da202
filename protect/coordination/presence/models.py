from django.conf import settings
from django.db import models
from django.db.models import CASCADE, PROTECT

from protect.coordination.presence.enums import FocalRole
from protect.directory.models import Organisation
from protect.kernel.database import UuidModel


class Presence(UuidModel):
    """What the directory does not know about an organisation that offers services: capacity, end of
    funding, focal points. One form, the rows of which are replaced together."""

    organisation = models.OneToOneField(Organisation, on_delete=PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+")


class Provision(UuidModel):
    """How many people an organisation can help with a need in a month, and until when it is
    funded. None: not known."""

    presence = models.ForeignKey(Presence, on_delete=CASCADE, related_name="provisions")
    need = models.CharField(max_length=40)
    capacity = models.PositiveIntegerField(null=True, blank=True)  # people a month
    funded_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["need", "pk"]
        constraints = [
            models.UniqueConstraint(name="coordination_provision_once", fields=["presence", "need"])
        ]


class FocalPoint(UuidModel):
    """The function in an organisation that answers for something, with its mailbox. It never names
    a person."""

    presence = models.ForeignKey(Presence, on_delete=CASCADE, related_name="focal_points")
    role = models.CharField(max_length=10, choices=FocalRole)
    position = models.CharField(max_length=120)
    mailbox = models.EmailField(max_length=254)

    class Meta:
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(name="coordination_focal_once", fields=["presence", "role"])
        ]
