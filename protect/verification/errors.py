"""Refusals of verification, in English for commands and translated for pages."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class LinkGone(ProtectError):
    """Unknown, used, ended and expired look the same."""

    code = "verification_link_gone"
    status = HTTPStatus.GONE
    # Translators: a service opened a link from a mail too late, or once more.
    message = _("This link no longer works. Nothing was changed. We send you a new one in time.")


class ReportNotSafe(ProtectError):
    """A report holds text that must not be stored: it may reveal the address of a shelter."""

    code = "verification_report_not_safe"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a visitor reports that something about a service is wrong.
    message = _(
        "Your text looks like an address, a map link or another thing that reports must not hold. "
        "Nothing was kept. Take it out and say only what is wrong."
    )


class ReportIncomplete(ProtectError):
    code = "verification_report_incomplete"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a visitor or moderator sends a report without saying what it is about.
    message = _("Choose at least one thing that is wrong. Nothing was kept.")


class VerificationRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: a colleague took or finished a service in the queue of checks.
            "verification_queue_move_not_allowed": _(
                "A colleague has taken or finished this meanwhile, or your half hour is over. "
                "Nothing was changed. Open the queue and take it, or the next one."
            ),
            # Translators, of each below: two people must call a number, one after the other.
            "verification_call_not_possible": _(
                "This is not possible now: the service has no number, another person's call waits "
                "already, or a colleague was faster. Nothing was changed. Open the list of calls "
                "to see how it stands."
            ),
            "verification_second_person_needed": _(
                "You made the first call yourself. Nothing was changed. A colleague has to call, "
                "and to compare both calls."
            ),
            # Translators, of each below: a link is mailed to a service, which confirms its entry.
            "verification_link_not_possible": _(
                "No link can be sent to this service: it has no e-mail address, or is not to be "
                "shown. Nothing was sent. Add the address of the service, never of one person."
            ),
            "verification_link_only_in_demo": _(
                "This is a demonstration: real services are never written to. Nothing was sent. "
                "Try it with one of the invented services, whose names begin with “Demo”."
            ),
            # Translators: a report about a service was judged by a colleague at the same time.
            "verification_correction_judged": _(
                "A colleague has judged this report meanwhile. Nothing was changed. Open the "
                "list again."
            ),
            # Translators, of each below: two entries that may be one service are merged, or not.
            "verification_pair_not_possible": _(
                "These two cannot be compared: they are of two countries, or one of them is "
                "gone, or both are the same entry. Choose another."
            ),
            "verification_pair_decided": _(
                "A colleague has decided about this pair meanwhile. Nothing was changed. Open "
                "it again to see how it stands."
            ),
            "verification_merge_hides_published": _(
                "The public sees the other entry, and not this one. Nothing was changed. Keep "
                "the entry that the public sees."
            ),
            # Translators: a merging is to be undone. {facts}: for example “Telephone, Cost”.
            "verification_merge_edited": _(
                "This was changed after the merging: {facts}. Nothing was taken back, and "
                "nothing is lost: both entries are still there. Mend the entry that remained by "
                "hand."
            ),
            "verification_merge_too_old": _(
                "A merging can be taken back for 30 days, and these are over. Nothing was "
                "changed. Begin a new entry if there are two services after all."
            ),
        },
    }
