"""Create held information sessions and head counts for tests."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from protect.orgs.models import Organisation, User
from protect.outreach.enums import RequestState, Setting
from protect.outreach.models import HeadCount, InformationSession, SessionRequest
from protect.reference.models import Place
from protect.trainings.scheduling.enums import CountMode, SessionKind
from protect.trainings.scheduling.models import Session
from tests.trainings.facts.given import AFTER
from tests.trainings.planning import FIRST_DAY


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
    return InformationSession.objects.create(
        request=request,
        numbered_in=request.pk,
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
