from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class ProcedureRefusal(TableRefusal):
    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "coordination_section_too_long": _(
                "A section has at most {most} characters, this one has {length}. Nothing was "
                "saved. Divide it into two sections."
            ),
            "coordination_too_many_sections": _(
                "A version has at most {most} sections. Nothing was saved. Join two of them, or "
                "write a second document."
            ),
            "coordination_signatory_without_role": _(
                "A signature needs the function of the person who signs, such as director. "
                "Nothing was saved. Type it."
            ),
            "coordination_signatory_unnamed": _(
                "Nothing was saved. Choose the organisation that signs, or type its name."
            ),
            "coordination_signed_in_future": _(
                "This day is in the future. Nothing was saved. Type the day on the signed page."
            ),
            "coordination_review_before_start": _(
                "The review must come after the day from which the version is in force. Nothing "
                "was saved."
            ),
        },
        HTTPStatus.FORBIDDEN: {
            "coordination_may_not_sign": _(
                "Your account may not sign for this organisation. Nothing was signed. Its "
                "administrator or coordinator can sign, or a signed page can be added."
            ),
        },
        HTTPStatus.CONFLICT: {
            "coordination_version_closed": _(
                "This version came into force and does not change. Nothing was saved. Begin the "
                "next version."
            ),
            "coordination_section_agreed": _(
                "This section is agreed. Nothing was saved. Reopen it first."
            ),
            "coordination_section_empty": _(
                "This section is empty. Nothing was changed. Write it, or leave it out."
            ),
            "coordination_section_not_empty": _(
                "This section has text. Nothing was changed. Delete its text first."
            ),
            "coordination_comments_open": _(
                "Comments or proposals are not answered. Nothing was changed. Answer them first."
            ),
            "coordination_comment_closed": _(
                "This comment was answered already. Nothing was saved. Reload the page."
            ),
            "coordination_proposal_outdated": _(
                "The section changed since this proposal was written. Nothing was saved. Put the "
                "proposed words into the section yourself, then mark the proposal as resolved."
            ),
            "coordination_version_not_agreed": _(
                "Not every section is agreed. Nothing was changed. Agree on them, or leave out "
                "those that are empty."
            ),
            "coordination_version_changed": _(
                "The text changed since you opened it. Nothing was signed. Read it again, then "
                "sign."
            ),
            "coordination_version_open": _(
                "There is a draft of the next version already. Nothing was changed. Continue it."
            ),
            "coordination_starts_before_last": _(
                "The version before is in force from a later day. Nothing was saved. Choose a "
                "later day."
            ),
            "coordination_signed_already": _(
                "This organisation has signed this text. Nothing was changed."
            ),
            "coordination_version_not_in_force": _(
                "This version is not in force. Nothing was saved. Review the one that is."
            ),
        },
    }
