"""Why needs are not stored, arranged or opened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class NeedMoveNotAllowed(ProtectError):
    code = "trainings_need_move_not_allowed"
    # Translators: {move} and {state} are codes such as order and booked.
    message = _(
        "“{move}” is not possible for a need that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class NeedsNotAsked(ProtectError):
    """No team could open what a participant says, or the registration ended or is unconfirmed."""

    code = "trainings_needs_not_asked"
    # Translators: nobody can read what a participant needs: no team is chosen for it.
    message = _("Nothing can be said here now. Nothing was saved. Call whoever organises it.")


class NeedsNotKept(ProtectError):
    """What a participant says cannot be sealed: the stored key of the team is another one."""

    code = "trainings_needs_not_kept"
    # Translators: a participant said what they need; the platform cannot keep it secret now.
    message = _(
        "This cannot be kept safely at the moment, so nothing was saved. Please call the people "
        "who organise the training and tell them what you need."
    )


class NeedsSealed(ProtectError):
    """Another team could not open what was sealed to the one that was chosen."""

    code = "trainings_needs_sealed"
    # Translators: somebody chooses another team for what participants need, such as food or a ramp.
    message = _(
        "People have told this team what they need, and no other team can read it. Nothing was "
        "saved. Choose the same team."
    )


class NeedToldTooLate(ProtectError):
    code = "trainings_need_told_too_late"
    # Translators: people hear before a training if what they need cannot be arranged.
    message = _("The training has begun: a mail comes too late. Nothing was sent. Call the person.")
