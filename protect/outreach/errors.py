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


class HeadCountConflict(ProtectError):
    """Another count, of `current_revision`, was saved after this page was opened."""

    code = "outreach_counted_meanwhile"
    # Translators: {theirs} and {yours} are numbers of people at an information session.
    message = _(
        "Another person has saved a count of {theirs} since you opened this page. Your count of "
        "{yours} was not saved. If yours is right, send it again to replace theirs."
    )

    def __init__(self, *, theirs: int, yours: int, current_revision: int) -> None:
        self.current_revision = current_revision
        super().__init__(theirs=theirs, yours=yours)


class OutreachRefusal(TableRefusal):
    rows = {
        HTTPStatus.FORBIDDEN: {
            # Translators: numbers of a session are sent from a page that has been open for days.
            "outreach_pass_over": _(
                "This page is too old to be sent. Nothing was saved, but the numbers "
                "stay on this phone. Sign in and open the session again to send them."
            ),
            # Translators: numbers of a session were sent by something else than our page for them.
            "outreach_pass_bad": _(
                "These numbers were not sent from the page of a session. Nothing was "
                "saved. Sign in, open the session and send them from there."
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
                "An ambassador must not be alone at their first session. Nothing was changed. Add "
                "a second person, or choose an ambassador who has held a session before."
            ),
            # Translators: a planner says that a session was held whose end is still to come.
            "outreach_session_not_over": _(
                "The session is not over yet. Nothing was changed. Come back when it has ended."
            ),
            # Translators: the holder of a session must say how many people were there.
            "outreach_count_missing": _(
                "The head count of the session is missing. Nothing was changed. Enter "
                "it on the page of the session first: 0 if no one came."
            ),
            # People can be counted only after an information session has begun.
            # Translators: an ambassador counts people at an information session too early, or it is
            # cancelled.
            "outreach_count_not_on": _(
                "You can count people only after a session has begun, and not at a cancelled "
                "session. Nothing was saved. The numbers are still below: send them later."
            ),
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # A field that scheduling needs is still empty.
            # Translators: {missing} are labels of fields, such as: Class level, Safeguarding lead.
            "outreach_request_incomplete": _(
                "The session cannot be scheduled while these answers are missing or are no: "
                "{missing}. Nothing was changed. Ask the requester, or enter the answers for them."
            ),
            # Translators: more people could name a service than were asked.
            "outreach_tally_impossible": _(
                "The number of people who could name a service is larger than the "
                "number who answered. Nothing was saved. Correct one of the numbers."
            ),
        },
    }
