"""Refusals of requests, information sessions and head counts."""

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


class CountedMeanwhile(ProtectError):
    """Another count was saved after the page was opened. `stands` is its revision."""

    code = "outreach_counted_meanwhile"
    # Translators: {theirs} and {yours} are numbers of people at an information session.
    message = _(
        "Another person counted meanwhile: {theirs}. Yours: {yours}. Nothing of yours was saved. "
        "Which is right? Send yours once more, and it replaces theirs."
    )

    def __init__(self, *, theirs: int, yours: int, stands: int) -> None:
        self.stands = stands
        super().__init__(theirs=theirs, yours=yours)


class OutreachRefusal(TableRefusal):
    rows = {
        HTTPStatus.FORBIDDEN: {
            # Translators: numbers of a session are sent from a page that has been open for days.
            "outreach_pass_over": _(
                "This page is too old to be sent. The numbers stay on this phone. Sign in and open "
                "the session again: they are still there."
            ),
            # Translators: numbers of a session were sent by something else than our page for them.
            "outreach_pass_bad": _(
                "These numbers do not come from the page of a session. Nothing was saved. Sign in, "
                "open the session and send them from there."
            ),
            # Translators: the account of an ambassador or coordinator was closed meanwhile.
            "outreach_pass_account_closed": _(
                "Your account is closed. Nothing was saved. Give the numbers to the organisation "
                "that plans the session."
            ),
            # Translators: another person plans or holds the information session now.
            "outreach_pass_not_yours": _(
                "You no longer plan or hold this session. Nothing was saved. Give the numbers to "
                "the organisation that plans it."
            ),
        },
        HTTPStatus.CONFLICT: {
            # Translators: an ambassador is a migrant who speaks about the programme.
            "outreach_ambassador_alone": _(
                "No ambassador is alone at their first session. Nothing was changed. Add a second "
                "person, or one who has held a session before."
            ),
            # Translators: a planner says that a session was held whose end is still to come.
            "outreach_session_not_over": _(
                "The session is not over yet. Nothing was changed. Come back when it has ended."
            ),
            # Translators: the holder of a session must say how many people were there.
            "outreach_count_missing": _(
                "The number of people is missing. Nothing was changed. Enter the numbers first, 0 "
                "if no one came."
            ),
            # People at an information session are counted once it has begun.
            # Translators: an ambassador counts people at an information session too early, or it is
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
                "Before you schedule it, these answers are needed: {missing}. Nothing was changed. "
                "Ask the requester, or enter the answers for them."
            ),
            # Translators: more people could name a service than were asked.
            "outreach_tally_impossible": _(
                "More people could name a service than answered. Nothing was saved. Correct one "
                "number."
            ),
        },
    }
