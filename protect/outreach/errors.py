"""Refusals of requests, information sessions and head counts."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class RequestMoveNotAllowed(ProtectError):
    code = "outreach_request_move_not_allowed"
    # Translators: {move} and {state} are labels such as: Schedule the session, Received.
    message = _(
        "“{move}” is not possible for a request that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class PassOver(ProtectError):
    """The page was open for more than three days, or its session is no longer this user's."""

    code = "outreach_pass_over"
    status = HTTPStatus.FORBIDDEN
    # Translators: numbers of a session are sent from a page that has been open for days.
    message = _(
        "This page is too old to be sent. The numbers stay on this phone. Sign in and open the "
        "session again: they are still there."
    )


class CountedMeanwhile(ProtectError):
    """Another count was saved after the page was opened. `stands` is its revision."""

    code = "outreach_counted_meanwhile"
    # Translators: {theirs} and {yours} are numbers of people at an information session.
    message = _(
        "Somebody else counted meanwhile: {theirs}. Yours: {yours}. Nothing of yours was saved. "
        "Which is right? Send yours once more, and it replaces theirs."
    )

    def __init__(self, *, theirs: int, yours: int, stands: int) -> None:
        self.stands = stands
        super().__init__(theirs=theirs, yours=yours)


class OutreachRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: an ambassador is a migrant who speaks about the programme.
            "outreach_ambassador_alone": _(
                "Nobody is alone at their first session. Nothing was changed. Add a second "
                "person, or somebody who has done this before."
            ),
            # Translators: somebody says that a session was held whose end is still to come.
            "outreach_session_not_over": _(
                "The session is not over yet. Nothing was changed. Come back when it has ended."
            ),
            # Translators: whoever held a session must say how many people were there.
            "outreach_count_missing": _(
                "Nobody has said how many people were there. Nothing was changed. Enter the "
                "numbers first, 0 if nobody came."
            ),
            # People at an information session are counted once it has begun.
            # Translators: somebody counts people at an information session too early, or it is
            # cancelled.
            "outreach_count_not_on": _(
                "People are counted once a session has begun, and not at one that is cancelled. "
                "Nothing was saved: the numbers stand below. Send them later."
            ),
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # A field that scheduling needs is still empty.
            # Translators: {missing} are labels of fields, such as: Class level, Safeguarding lead.
            "outreach_request_incomplete": _(
                "Before it is scheduled this must be known: {missing}. Nothing was changed. Ask "
                "whoever asked, or write it down for them."
            ),
            # Translators: more people could name a service than were asked.
            "outreach_tally_impossible": _(
                "More could name a service than were asked. Nothing was saved. Correct one number."
            ),
        },
    }
