"""Keeps demo and live databases apart: demo accounts have a published passphrase."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from protect.audit.context import AuditContext
from protect.audit.models import Checkpoint, Entry
from protect.audit.rules import PLATFORM
from protect.orgs import errors, rules
from protect.orgs.models import User

WENT_LIVE, BUILT_DEMO = "orgs.go_live", "orgs.build_demo"


def must_be_for_demo() -> None:
    """Refuse to build demo data outside the demo. Errors: demo_only; database_was_live."""
    if not settings.IS_DEMO:
        raise errors.OrganisationRefusal("demo_only")
    if was_ever_live():
        raise errors.OrganisationRefusal("database_was_live")


def must_suit_mode() -> None:
    """Refuse to serve a database of the other mode. Errors: database_was_live; database_of_demo."""
    if settings.IS_DEMO:
        must_be_for_demo()
    elif is_of_demo():
        raise errors.OrganisationRefusal("database_of_demo")


@transaction.atomic
def note_live(*, at: datetime) -> None:
    """Mark the database as live in the append-only audit; a demo gets no mark."""
    if not settings.IS_DEMO and not was_ever_live():
        AuditContext(at=at, actor=None, organisation=None).record(WENT_LIVE)


def was_ever_live() -> bool:
    """Return whether a live system worked here. A mark is pruned, but leaves a checkpoint."""
    if Entry._meta.db_table not in connection.introspection.table_names():
        return False
    marks = Entry.objects.of_chain(PLATFORM).filter(action=WENT_LIVE)
    return marks.exists() or Checkpoint.objects.filter(chain=PLATFORM).exists()


def is_of_demo() -> bool:
    """Return whether the demo was built in this database, or a demo account exists."""
    marks = Entry.objects.of_chain(PLATFORM).filter(action=BUILT_DEMO)
    return marks.exists() or User.objects.filter(email__endswith=f"@{rules.DEMO_DOMAIN}").exists()
