"""Whether something waits for somebody who is locked: said where they unlock."""

from __future__ import annotations

from django import template

from protect.kernel import clock
from protect.orgs.models import User
from protect.vault.actions import drafts

register = template.Library()


@register.simple_tag
def is_kept(person: User) -> bool:
    """Return whether what this person typed and could not send waits for them. Opens nothing."""
    return drafts.is_waiting(person.pk, at=clock.now())
