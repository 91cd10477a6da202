"""Append-only chains of audit entries. Codes only: no names, no content, no addresses. One column
holds free text: the reason with which an officer answers an alarm. Its form asks for no names. No
row has an id of its own: each column of an entry is part of its hash or of its position."""

from django.conf import settings
from django.db import models
from django.db.models import PROTECT, CheckConstraint, Index, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from protect.audit import queries, rules

UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def _is_hash(name: str) -> Exact:
    return Exact(Length(name), len(rules.GENESIS.hash))


class Chain(models.Model):
    """A chain of audit entries, with number and hash of its last entry. The number only rises."""

    name = models.CharField(primary_key=True, max_length=40)
    last_n = models.PositiveBigIntegerField(default=0)
    last_hash = models.BinaryField(max_length=32, default=rules.GENESIS.hash)

    class Meta:
        constraints = [
            CheckConstraint(
                name="audit_chain_name_known",
                condition=Q(name__regex=f"^({rules.PLATFORM}|{rules.SIGN_IN}|org:{UUID_PATTERN})$"),
            ),
            CheckConstraint(name="audit_chain_hash_32_bytes", condition=_is_hash("last_hash")),
        ]

    def __str__(self) -> str:
        return self.name


class Entry(models.Model):
    """An audited action or refusal. Database triggers reject changes and premature removal."""

    pk = models.CompositePrimaryKey("chain", "n")
    chain = models.ForeignKey(Chain, on_delete=PROTECT, related_name="entries", db_index=False)
    n = models.PositiveBigIntegerField()  # from 1, without a gap
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=PROTECT, related_name="+", null=True, blank=True
    )
    organisation = models.UUIDField(null=True, blank=True)  # no key: `orgs` is a higher layer
    action = models.CharField(max_length=64)  # a code: "orgs.invite"
    target = models.CharField(max_length=80, default="", blank=True)  # "team:<uuid>"
    consent = models.UUIDField(null=True, blank=True)
    outcome = models.CharField(max_length=64, default=rules.DONE)  # or the code of a refusal
    # State of the target after the action: version and SHA-256 of its sealed bytes, or
    # ERASED_STATE. None: unchanged.
    state = models.CharField(max_length=80, null=True, blank=True)  # noqa: DJ001 - an index skips it
    # The officer's reason for the answer to an alarm. None for all other entries.
    reason = models.CharField(  # noqa: DJ001 - the hash of an entry without one has no such item
        max_length=rules.REASON_LENGTH, null=True, blank=True
    )
    prev_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = queries.EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(name="audit_entry_n_from_one", condition=Q(n__gte=1)),
            CheckConstraint(
                name="audit_entry_action_is_a_code", condition=Q(action__regex=r"^[a-z0-9_.-]+$")
            ),
            CheckConstraint(
                name="audit_entry_outcome_is_a_code", condition=Q(outcome__regex=r"^[a-z0-9_.-]+$")
            ),
            CheckConstraint(
                name="audit_entry_target_is_kind_and_id",
                condition=Q(target="") | Q(target__regex=f"^[a-z_]+:{UUID_PATTERN}$"),
            ),
            CheckConstraint(
                name="audit_entry_state_is_a_version_and_a_hash",
                condition=Q(state__isnull=True) | Q(state__regex=rules.STATE_PATTERN),
            ),
            CheckConstraint(
                name="audit_entry_reason_of_an_answer",
                condition=Q(reason__isnull=True) | Q(action__startswith=rules.ALARM_ANSWER_PREFIX),
            ),
            CheckConstraint(
                name="audit_entry_hash_32_bytes",
                condition=_is_hash("prev_hash") & _is_hash("hash"),
            ),
        ]
        indexes = [
            Index(
                fields=["target", "chain", "-n"], condition=~Q(target=""), name="audit_entry_about"
            ),
            Index(
                fields=["chain", "actor", "at"],
                condition=~Q(outcome=rules.DONE),
                name="audit_entry_refused",
            ),
            Index(
                fields=["target", "state"],
                condition=Q(state__isnull=False),
                name="audit_entry_state",
            ),
        ]

    def __str__(self) -> str:
        return f"entry {self.n} of {self.chain_id}"


class Checkpoint(models.Model):
    """The last entry of a removed month, kept for ever to verify the entries that follow it."""

    pk = models.CompositePrimaryKey("chain", "n")
    chain = models.ForeignKey(Chain, on_delete=PROTECT, related_name="checkpoints", db_index=False)
    n = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)
    month = models.DateField()  # its first day, UTC

    class Meta:
        constraints = [
            CheckConstraint(name="audit_checkpoint_month_begins", condition=Q(month__day=1)),
            CheckConstraint(name="audit_checkpoint_hash_32_bytes", condition=_is_hash("hash")),
        ]

    def __str__(self) -> str:
        return f"checkpoint {self.n} of {self.chain_id}"
