from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class MappingRefusal(TableRefusal):
    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "coordination_round_elsewhere": _(
                "Your organisation or this group works in another country. Nothing was saved. "
                "Choose a group of the country."
            ),
            "coordination_text_names_person": _(
                "A text has a phone number, an e-mail address or the name of a person. Nothing was "
                "saved. Take it out: a mapping keeps no personal data."
            ),
            "coordination_code_unknown": _(
                "A need, group or region does not exist here. Nothing was saved. Choose again."
            ),
            "coordination_finding_without_answers": _(
                "A finding rests on coded answers. Nothing was saved. Choose at least one."
            ),
        },
        HTTPStatus.CONFLICT: {
            "coordination_round_closed": _(
                "The round was closed. Nothing was saved, and your text is still here. Reopen the "
                "round, or save it as a late entry with a reason."
            ),
            "coordination_report_issued": _(
                "This version was issued and does not change. Nothing was saved. Begin the next "
                "version."
            ),
            "coordination_report_newer": _(
                "A colleague changed the texts since you opened the report. Nothing was issued. "
                "Read them, then issue the version."
            ),
            "coordination_report_empty": _(
                "The round has no interviews yet. Nothing was issued. Add what was asked first."
            ),
        },
    }


class CodingChanged(ProtectError):
    """Another coordinator coded this answer since it was opened."""

    code = "coordination_coding_changed"
    status = HTTPStatus.CONFLICT
    message = _(
        "A colleague coded this answer while you were choosing. Nothing was overwritten. Compare "
        "both choices and save again."
    )


class ReportChanged(ProtectError):
    """Another coordinator saved the texts of this report since they were opened."""

    code = "coordination_report_changed"
    status = HTTPStatus.CONFLICT
    message = _(
        "A colleague changed the report while you were writing. Nothing was overwritten. Your text "
        "is still here: compare it and save again."
    )
