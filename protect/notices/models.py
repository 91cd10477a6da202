"""The outbox: each mail is a row that its action writes in its own transaction."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from protect.kernel.database import UuidModel
from protect.notices.rules import ADDRESS_LENGTH, LINK_LENGTH


class OutgoingQuerySet(models.QuerySet["Outgoing"]):
    def waiting(self) -> Self:
        return self.filter(sent_at=None, given_up_at=None)

    def given_up(self) -> Self:
        return self.filter(given_up_at__isnull=False)

    def ready(self, at: datetime) -> Self:
        """Keep mails that are due and not leased, the longest due first."""
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.waiting().filter(free, due__lte=at).order_by("due", "pk")


ENDED = Q(sent_at__isnull=False) | Q(given_up_at__isnull=False)  # sent or given up


class Outgoing(UuidModel):
    """One mail. Its text is in letters.toml; the row has address, template and perhaps a link."""

    to = models.EmailField(max_length=ADDRESS_LENGTH, blank=True)  # erased 30 days after the end
    template = models.CharField(max_length=40)  # a code of enums.Template
    language = models.CharField(max_length=35)  # BCP 47, of the recipient
    link = models.CharField(max_length=LINK_LENGTH, default="", blank=True)  # erased at the end
    due = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)  # counted when a try starts
    leased_until = models.DateTimeField(null=True, blank=True)  # reserved for one worker
    sent_at = models.DateTimeField(null=True, blank=True)  # accepted by the mail server
    given_up_at = models.DateTimeField(null=True, blank=True)
    failed_code = models.CharField(max_length=40, default="", blank=True)  # of the last try
    created = models.DateTimeField()

    objects = OutgoingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notices_outgoing_ends_once", condition=Q(sent_at=None) | Q(given_up_at=None)
            ),
            models.CheckConstraint(
                name="notices_outgoing_address_until_the_end", condition=~Q(to="") | ENDED
            ),
            models.CheckConstraint(
                name="notices_outgoing_no_link_after_the_end", condition=Q(link="") | ~ENDED
            ),
            models.CheckConstraint(
                name="notices_outgoing_no_lease_after_the_end",
                condition=Q(leased_until=None) | ~ENDED,
            ),
            models.CheckConstraint(
                name="notices_outgoing_given_up_for_a_reason",
                condition=Q(given_up_at=None) | ~Q(failed_code=""),
            ),
            models.CheckConstraint(
                name="notices_outgoing_template_is_a_code",
                condition=Q(template__regex=r"^[a-z][a-z0-9_]*$"),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due"],
                name="notices_outgoing_waiting",
                condition=Q(sent_at=None, given_up_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"  # never the address: this string reaches logs
