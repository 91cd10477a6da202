"""Called beside a server: plants a training and its coordinator, and lets its days pass."""

import json
from datetime import timedelta

TITLE = "Demo course"
FORMS = {"pre": "knowledge-a", "post": "knowledge-a", "evaluation": "evaluation"}
# Where each session begins, seen from now. Units: hours.
DAYS = {"planned": (48, 72), "first": (-1, 24), "last": (-24, -1), "over": (-72, -48)}
LENGTH = timedelta(hours=3)


def plan(email: str, language: str) -> dict[str, str]:
    """Make an open training of two sessions, a sender's link and a key; invite a coordinator."""
    from protect.kernel import clock
    from protect.kernel.ids import hash_token
    from protect.orgs import actions as orgs
    from protect.trainings.curricula.models import Course
    from protect.trainings.scheduling.enums import Approval
    from protect.vault.server_keys import badge_keys
    from tests.trainings.planning import make_course, make_edition, make_sender
    from tests.vault.signing import make_team

    at, name = clock.now(), email.partition("@")[0]
    token = f"sender-of-{name}"
    host = make_team(f"Demo {name}").organisation
    badge_keys.make_key_as_operator(host, at=at)
    course = Course.objects.create(code=name, owner=host)
    version = make_course(host, course=course, title=TITLE, short_title="Demo", forms=FORMS)
    edition = make_edition(host, course_version=version, approval=Approval.OWNER, code=name.upper())
    make_sender(host, language_id=language, token_hash=hash_token(token))
    place = orgs.OfferedRole(host, None, "coordinator")
    orgs.invitations.create_and_send(place, by=None, email=email, language=language, at=at)
    let_pass(str(edition.pk), "planned")
    return {"edition": str(edition.pk), "code": edition.code, "sender": token}


def let_pass(edition: str, when: str) -> dict[str, str]:
    """Put the sessions where they are on the first day, on the last, or when all is over."""
    from protect.kernel import clock
    from protect.trainings.scheduling.models import Session

    for row in Session.objects.filter(edition=edition).order_by("number"):
        row.starts_at = clock.now() + timedelta(hours=DAYS[when][row.number - 1])
        row.ends_at = row.starts_at + LENGTH
        row.save(update_fields=["starts_at", "ends_at"])
    return {}


def seat(edition: str) -> dict[str, str]:
    """Confirm somebody; return the first session and the code of their own page."""
    from protect.trainings.scheduling.enums import Approval
    from protect.trainings.scheduling.models import Edition
    from tests.trainings.registrations.test_decisions import fill

    found = Edition.objects.get(pk=edition)
    found.approval = Approval.AUTO
    found.save(update_fields=["approval"])
    (row,) = fill(found, 1)
    return {"session": str(found.sessions.get(number=1).pk), "code": str(row.pk)}


def seen(edition: str) -> dict[str, str]:
    """Return how each person was there."""
    from protect.trainings.attendance.models import Attendance

    rows = Attendance.objects.filter(session__edition=edition).order_by("pk")
    return {str(row.registration_id): f"{row.method} {row.state}" for row in rows}


def main(verb: str, *arguments: str) -> str:
    verbs = {"plan": plan, "pass": let_pass, "seat": seat, "seen": seen}
    return json.dumps(verbs[verb](*arguments))
