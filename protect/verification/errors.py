"""Refusals of verification: English text for commands, translated text for pages."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class LinkGone(ProtectError):
    """An unknown, revoked, expired or used-up link, or one of a draft or hidden service."""

    code = "verification_link_gone"
    status = HTTPStatus.GONE
    message = _(  # For translators: a service opened a link from a mail too late, or once more
        "This link no longer works. Nothing was changed. We will send you a new one in time."
    )


class ReportNotSafe(ProtectError):
    """A report or the reason of a decision has unsafe text, such as a shelter's address."""

    code = "verification_report_not_safe"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(  # For translators: a visitor reports that something about a service is wrong
        "Your text looks like an address, a map link or something else that a report "
        "must not contain. Nothing was saved. Remove it and say only what is wrong."
    )


class ReportIncomplete(ProtectError):
    code = "verification_report_incomplete"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a user of the desk reports a problem without saying what is wrong.
    message = _(
        "Choose at least one thing that is wrong. If you choose “Something else”, describe "
        "it. Nothing was saved."
    )


class VerificationRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: a colleague took or finished a service in the queue of checks.
            "verification_queue_move_not_allowed": _(
                "A colleague has taken or finished this in the meantime, or your half "
                "hour is over. Nothing was changed. Open the queue and take this "
                "service again, or the next one."
            ),
            # Translators, of each below: two people must call a number, one after the other.
            "verification_call_not_possible": _(
                "Nothing was saved: the service has no number, it is a draft or "
                "withdrawn, a colleague's call is already waiting, or a colleague was "
                "faster. Open “Calls by two people” to see the current state."
            ),
            "verification_second_person_needed": _(
                "You made the first call yourself. Nothing was changed. A colleague has"
                " to make the second call and compare both."
            ),
            # Translators, of each below: a link is mailed to a service, which confirms its entry.
            "verification_link_not_possible": _(
                "No link can be sent to this service: it has no e-mail address, or it "
                "is not in review or published. Nothing was sent. Add the e-mail "
                "address of the service, never that of one person."
            ),
            "verification_link_only_in_demo": _(
                "This is a demonstration: no e-mail is sent to real services. Nothing was sent. "
                "Try it with one of the invented services, whose names begin with “Demo”."
            ),
            # Translators: a report about a service was judged by a colleague at the same time.
            "verification_correction_judged": _(
                "A colleague has decided on this report in the meantime. Nothing was "
                "changed. Open the list again."
            ),
            # Translators, of each below: two entries that may be one service are merged, or not.
            "verification_pair_not_possible": _(
                "These two entries cannot be compared: they belong to two countries, one of them "
                "is withdrawn, or both are the same entry. Choose another entry."
            ),
            "verification_pair_decided": _(
                "This pair has been decided on in the meantime, or one of its entries "
                "has been merged with another one. Nothing was changed. Open the pair "
                "again to see its current state."
            ),
            "verification_merge_hides_published": _(
                "The public sees the other entry, and not this one. Nothing was changed. Keep "
                "the entry that the public sees."
            ),
            # Translators: a merging is to be undone. {facts}: for example “Telephone, Cost”.
            "verification_merge_edited": _(
                "These facts were changed after the merge: {facts}. The merge was not undone, and "
                "nothing is lost: both entries still exist. Correct the remaining entry by hand."
            ),
            "verification_merge_too_old": _(
                "A merge can be undone for 30 days only, and they have passed. Nothing "
                "was changed. If there are two services after all, add a new entry."
            ),
        }
    }
