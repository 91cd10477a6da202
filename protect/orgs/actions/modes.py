"""Keep demo and live databases apart, because the passphrase of demo accounts is public."""

from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from protect.audit.context import AuditContext
from protect.audit.models import Checkpoint, Entry
from protect.audit.rules import PLATFORM
from protect.orgs import errors, rules
from protect.orgs.models import User

# Audit actions: the database was marked as live; the demo was built in it.
GO_LIVE_ACTION, BUILD_DEMO_ACTION = "orgs.go_live", "orgs.build_demo"


def must_allow_demo_data() -> None:
    """Refuse to build demo data outside the demo. Errors: demo_only; database_was_live."""
    if not settings.IS_DEMO:
        raise errors.OrganisationRefusal("demo_only")
    if was_ever_live():
        raise errors.OrganisationRefusal("database_was_live")


def must_match_mode() -> None:
    """Refuse a live database in a demo, or reverse. Errors: database_was_live; database_of_demo."""
    if settings.IS_DEMO:
        must_allow_demo_data()
    elif is_demo_database():
        raise errors.OrganisationRefusal("database_of_demo")


@transaction.atomic
def mark_as_live(*, at: datetime) -> None:
    """Mark the database as live in the append-only audit; a demo gets no mark."""
    if not settings.IS_DEMO and not was_ever_live():
        AuditContext(at=at, actor=None, organisation=None).record(GO_LIVE_ACTION)


def was_ever_live() -> bool:
    """Return whether a live system ever used this database: it leaves a mark or a checkpoint."""
    if Entry._meta.db_table not in connection.introspection.table_names():
        return False
    marks = Entry.objects.of_chain(PLATFORM).filter(action=GO_LIVE_ACTION)
    return marks.exists() or Checkpoint.objects.filter(chain=PLATFORM).exists()


def is_demo_database() -> bool:
    """Return whether the demo was built in this database, or a demo account exists."""
    marks = Entry.objects.of_chain(PLATFORM).filter(action=BUILD_DEMO_ACTION)
    return marks.exists() or User.objects.filter(email__endswith=f"@{rules.DEMO_DOMAIN}").exists()
