from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class PresenceRefusal(TableRefusal):
    rows = {
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            "coordination_mailbox_of_person": _(
                "This address is the account of a person. Nothing was saved. Type a mailbox of the "
                "function, which stays when people change."
            ),
        },
    }


class PresenceChanged(ProtectError):
    """Another coordinator saved the form of this organisation since it was opened."""

    code = "coordination_presence_changed"
    status = HTTPStatus.CONFLICT
    message = _(
        "A colleague changed this organisation while you were writing. Nothing was overwritten. "
        "Your entries are still here: compare them with the matrix and save again."
    )
