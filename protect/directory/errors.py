"""Refusals of the directory, in English for commands and translated for the desk."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class ServiceMoveNotAllowed(ProtectError):
    code = "service_move_not_allowed"
    # Translators: {move} and {status} are codes such as publish and draft.
    message = _(
        "“{move}” is not possible for a service that is “{status}”. Nothing was changed. Reload "
        "the page."
    )


class EditConflict(ProtectError):
    """Another user saved while the form was open. The page shows both texts."""

    code = "directory_edit_conflict"
    # Translators: two people edited one entry of the directory at once.
    message = _(
        "Somebody else saved this entry while you were writing. Nothing of yours was saved yet, "
        "and nothing is lost: both texts stand below. Choose, then save again."
    )


class ReaderNeeded(ProtectError):
    """A translation must be confirmed by a user who did not write it."""

    code = "directory_reader_needed"
    # Translators: a translated text is confirmed by a second person.
    message = _(
        "You wrote this translation yourself. Nothing was changed. Somebody else who reads the "
        "language has to confirm it."
    )


class TellsWhere(ProtectError):
    """A text about a service with a never stored address resembles an address. It is not saved."""

    code = "directory_tells_where"
    # Translators: a text about a shelter, typed by somebody, is refused.
    message = _(
        "Something you wrote looks like an address or a map link. Where this service is, is never "
        "stored. Nothing was saved. Take it out, then save again."
    )


class NoWayToReach(ProtectError):
    code = "directory_service_not_reachable"
    # Translators: it keeps a service from being shown.
    message = _(
        "This service has no number, e-mail address, website or public address: whoever found it "
        "could do nothing. Nothing was changed. Add a way to reach it; then it can be shown."
    )


class NumberNotTested(ProtectError):
    code = "service_number_not_tested"
    # Translators: it keeps a service from being shown.
    message = _(
        "This service has a phone number that two people have not confirmed yet. Nothing was "
        "changed. One has to call it, another has to confirm what was heard; then it can be shown."
    )
