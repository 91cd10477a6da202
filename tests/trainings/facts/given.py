"""What was held in these tests: two editions and three sessions, counted by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from protect.orgs.models import Organisation, User
from protect.reference.models import Place
from protect.trainings.enums import (
    AttendanceMethod,
    AttendanceState,
    CountMode,
    RegistrationState,
    RequestState,
    SessionKind,
    Setting,
    Source,
)
from protect.trainings.facts import Asked
from protect.trainings.models import (
    Attendance,
    Certificate,
    Edition,
    HeadCount,
    Participant,
    Registration,
    Session,
    SessionRequest,
)
from tests.trainings.planning import AT, FIRST_DAY, make_edition, make_participant

AFTER = FIRST_DAY + timedelta(days=90)  # when everything is over
YEAR = Asked(date(2027, 1, 1), date(2028, 1, 1), AFTER)


def seated(edition: Edition, **given) -> Registration:
    """Return a confirmed registration of somebody new."""
    return seat(edition, make_participant(edition.host, **given))


def seat(edition: Edition, person: Participant) -> Registration:
    return Registration.objects.create(
        edition=edition,
        participant=person,
        source=Source.APPLIED,
        applied_at=AT,
        state=RegistrationState.CONFIRMED,
        sent_key=uuid4(),
        token_hash=uuid4().hex,
    )


def attend(row: Registration, by: User, number: int, minutes: int = 180) -> Attendance:
    """Note how long somebody was at a half day; 0: absent."""
    state = AttendanceState.PRESENT if minutes == 180 else AttendanceState.LATE
    return Attendance.objects.create(
        session=row.edition.sessions.get(number=number),
        registration=row,
        state=state if minutes else AttendanceState.ABSENT,
        minutes=minutes,
        method=AttendanceMethod.LIST,
        confirmed_by=by,
        confirmed_at=AFTER,
        nonce=uuid4(),
    )


def certify(row: Registration) -> Certificate:
    """Return a certificate, by hand: what it says is tested elsewhere."""
    return Certificate.objects.create(
        edition=row.edition,
        registration=row,
        issuer=row.edition.host,
        rule={},
        facts={},
        document={},
        status_index=Certificate.objects.count(),
        issued_at=AFTER,
    )


def held_session(
    host: Organisation,
    setting: Setting,
    when: datetime = FIRST_DAY,
    state: RequestState = RequestState.HELD,
) -> Session:
    """Return an information session that a request led to."""
    request = SessionRequest.objects.create(
        code=f"S-{uuid4().hex[:8]}",
        country_id="BE",
        organisation=host,
        setting=setting,
        asker="Demo asker",
        contact_language_id="fr",
        place=Place.objects.filter(country="BE").order_by("pk")[0],
        state=state,
        received_at=datetime(2027, 1, 4, 9, tzinfo=UTC),
        moved_at=datetime(2027, 1, 4, 9, tzinfo=UTC),
        sent_key=uuid4(),
        token_hash=uuid4().hex,
    )
    return Session.objects.create(
        request=request,
        number=1,
        kind=SessionKind.SCHOOL if setting is Setting.SCHOOL else SessionKind.COMMUNITY,
        count_mode=CountMode.HEADCOUNT,
        starts_at=when,
        ends_at=when + timedelta(hours=2),
        zone="Europe/Brussels",
    )


def count_heads(session: Session, by: User, revision: int, **cells: int) -> None:
    """Declare a count: `f_12=7` is seven girls of band 12."""
    nonce = uuid4()
    HeadCount.objects.bulk_create(
        HeadCount(
            session=session,
            revision=revision,
            sex=name.partition("_")[0],
            band=name.partition("_")[2],
            n=number,
            nonce=nonce,
            declared_by=by,
            declared_at=AFTER,
        )
        for name, number in cells.items()
    )


def numbers(figure) -> dict[tuple[str, ...], float]:
    """Return the cells of a figure without the organisation, as plain numbers."""
    at = figure.axes.index("organisation") if "organisation" in figure.axes else None
    return {
        tuple(each for n, each in enumerate(cell) if n != at): value.numerator / value.denominator
        for cell, value in figure.cells.items()
    }


def make_one(host: Organisation, **given) -> Edition:
    return make_edition(host, seat_limit=None, **given)
