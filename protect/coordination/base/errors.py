from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import TableRefusal


class CoordinationRefusal(TableRefusal):
    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "coordination_group_elsewhere": _(
                "Your organisation works in another country. Nothing was saved. Choose its own "
                "country, or the whole region."
            ),
            "coordination_member_twice": _(
                "This address belongs to a member of the group already. Nothing was saved. Change "
                "that entry instead."
            ),
            "coordination_date_past": _(
                "This date lies in the past. Nothing was saved. Choose a date that is still to "
                "come."
            ),
            "coordination_guest_unnamed": _(
                "No account here has this address. Nothing was saved. Type the organisation and "
                "the function of the guest, or correct the address."
            ),
        },
        HTTPStatus.CONFLICT: {
            "coordination_group_closed": _(
                "This group is closed. Nothing was saved. Reopen it first."
            ),
            "coordination_meeting_cancelled": _(
                "This meeting was cancelled. Nothing was saved. Plan another one."
            ),
            "coordination_meeting_not_begun": _(
                "This meeting has not begun. Nothing was saved. Record the decision once it has, "
                "or confirm that the group decided before."
            ),
            "coordination_minutes_approved": _(
                "The minutes of this meeting are approved and do not change. Nothing was saved. "
                "Correct them in a new version."
            ),
            "coordination_not_approved_there": _(
                "Minutes are approved at a later meeting that has begun. Nothing was saved. Choose "
                "another meeting."
            ),
            "coordination_poll_ended": _(
                "This poll has ended. Nothing was saved. The page of the group shows the meeting, "
                "if a date was chosen."
            ),
            "coordination_owner_left": _(
                "This person has left the group. Nothing was saved. Choose another owner."
            ),
        },
    }
