from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from protect.coordination.groups.models import Member
from protect.coordination.meetings.models import Meeting
from protect.trainings.base import fields
from protect.ui.forms import DeskForm
from protect.vault.sign_in.posted import DraftPage


class DecisionForm(DeskForm):
    field_by_error_code = {"coordination_meeting_not_begun": "is_early"}
    # Translators: a field: what a working group has decided.
    text = fields.text_area(_("Decision"), 1000, 3, _("Its number and its words stay for good."))
    is_early = fields.checkbox(_("The group decided before the meeting, such as in writing."))

    def __init__(self, *args: Any, is_early: bool = False, **kwargs: Any) -> None:
        """Make the form. `is_early`: whether the meeting has not begun, so that the user has to
        confirm that there is a decision."""
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        if not is_early:
            del self.fields["is_early"]


class ActionForm(DeskForm):
    field_by_error_code = {"coordination_owner_left": "owner"}
    # Translators: a field: what a person has to do.
    text = fields.text_field(_("What is to be done"), 400)
    # Translators: a field: the person who has to do something.
    owner = forms.ModelChoiceField(label=_("Responsible person"), queryset=Member.objects.none())
    # Translators: a field: the day until which something has to be done.
    due_on = fields.date_field(_("Due on"))

    def __init__(self, *args: Any, members: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if members is not None:
            fields.set_choices(self, "owner", members, _member_label)


class ApprovalForm(DeskForm):
    field_by_error_code = {"coordination_not_approved_there": "approved_in"}
    # Translators: a field: the meeting at which minutes of an earlier one were approved.
    approved_in = forms.ModelChoiceField(label=_("Approved at"), queryset=Meeting.objects.none())

    def __init__(self, *args: Any, meetings: Any = None, label: Any = str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if meetings is not None:
            fields.set_choices(self, "approved_in", meetings, label)


def _member_label(member: Member) -> str:
    return f"{member.person} · {member.organisation_name}"


# Translators, of each below: title of a page of the desk.
PAGES: dict[str, DraftPage] = {  # by URL name, for `vault.sign_in.posted`
    "coordination:item_decision_new": DraftPage(_("New decision"), DecisionForm),
    "coordination:item_action_new": DraftPage(_("New action"), ActionForm),
    "coordination:point_edit": DraftPage(_("Action"), ActionForm),
    "coordination:meeting_approve": DraftPage(_("Approve the minutes"), ApprovalForm),
}
