"""Why trainings refuse. Commands say it in English; pages in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError


class VersionMoveNotAllowed(ProtectError):
    code = "trainings_version_move_not_allowed"
    # Translators: {move} and {state} are codes such as publish and draft.
    message = _(
        "“{move}” is not possible for a version that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class VersionPublished(ProtectError):
    """Published versions are what past editions were taught from."""

    code = "trainings_version_published"
    # Translators: a published version of a course never changes.
    message = _("A published version does not change. Make a new version and change that one.")


class CourseEmpty(ProtectError):
    code = "trainings_course_empty"
    # Translators: somebody wants to publish a course that has no modules.
    message = _(
        "A course without modules is not published. Nothing was changed. Send it back, choose its "
        "modules, and send it once more."
    )


class CodeTaken(ProtectError):
    code = "trainings_code_taken"
    # Translators: modules and courses have codes; somebody chose one that there is.
    message = _("There is something with this code already. Choose another code.")


class EditionMoveNotAllowed(ProtectError):
    code = "trainings_edition_move_not_allowed"
    # Translators: {move} and {state} are codes such as open and done.
    message = _(
        "“{move}” is not possible for a training that is “{state}”. Nothing was changed. Reload "
        "the page."
    )


class EditionNotEnded(ProtectError):
    """What cannot be undone waits for the end of the last half day."""

    code = "trainings_edition_not_ended"
    # Translators: somebody says that a training has taken place, or freezes its results.
    message = _(
        "This training has not ended yet. Nothing was changed. Come back after its last half day. "
        "If that one does not take place, cancel or move it first."
    )


class EditConflict(ProtectError):
    """Somebody saved between a form's opening and its sending. The page shows both."""

    code = "trainings_edit_conflict"
    # Translators: two people edited one training at once.
    message = _(
        "Somebody else saved this while you were writing. Nothing of yours was saved yet, and "
        "nothing is lost: both versions stand below. Choose, then save again."
    )


class BookingMoveNotAllowed(ProtectError):
    code = "trainings_booking_move_not_allowed"
    # Translators: {move} and {state} are codes such as accept and cancelled.
    message = _(
        "“{move}” is not possible for a booking that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class CasesNotKeptOut(ProtectError):
    """A trainer has not confirmed the rule by which nobody is told of in a role-play."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY
    code = "trainings_cases_not_kept_out"
    message = _("Nothing was noted. Tick that no real case enters role-play, and say yes again.")


class Clashing(ProtectError):
    """Something speaks against a booking: codes and ids travel, names stand at the page alone.

    `found` pairs a code of clashes.toml with the resource that it is about.
    """

    def __init__(self, found: Sequence[tuple[str, UUID]]) -> None:
        self.found = tuple(dict.fromkeys(found))
        super().__init__(findings=" ".join(dict.fromkeys(code for code, _about in self.found)))

    def saying(self, sentences: str) -> str:
        """Return the message with sentences in place of codes, in the active language."""
        return str(self.message).format(findings=sentences)


class ClashBlocks(Clashing):
    code = "trainings_clash_blocks"
    # Translators: {findings} are sentences, such as: Demo Trainer has another session then.
    message = _(
        "This cannot be booked: {findings} Nothing was changed. Choose another time or somebody "
        "else."
    )


class ClashNeedsReason(Clashing):
    code = "trainings_clash_needs_reason"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {findings} are sentences, such as: The room has fewer seats than the training.
    message = _(
        "Look at this first: {findings} If it shall be so all the same, write why, and save again."
    )


class RegistrationMoveNotAllowed(ProtectError):
    code = "trainings_registration_move_not_allowed"
    # Translators: {move} and {state} are codes such as approve and waiting.
    message = _(
        "“{move}” is not possible for a registration that is “{state}”. Nothing was changed. "
        "Reload the page."
    )


class WithdrawLate(ProtectError):
    code = "trainings_withdraw_late"
    # Translators: somebody with a seat wants to withdraw during or after the last half day.
    message = _(
        "The last half day has begun: you cannot withdraw here any more, so that nobody who was "
        "there loses the certificate. Nothing was changed. Tell whoever organises it."
    )


class AddressTaken(ProtectError):
    code = "trainings_address_taken"
    # Translators: two people of an organisation's trainings cannot have one e-mail address.
    message = _(
        "Somebody else in your trainings has this e-mail address. Nothing was changed. If both are "
        "one person, keep the other and erase this one."
    )


class WindowClosed(ProtectError):
    code = "trainings_window_closed"
    # Translators: nobody can register for this training now.
    message = _(
        "Registration for this training is not open now. Nothing was saved. Ask whoever organises "
        "it, or choose another date in the calendar."
    )


class AlreadyRegistered(ProtectError):
    """One active registration for each edition and person; the existing one is shown."""

    code = "trainings_already_registered"
    # Translators: {state} is where the registration stands, such as: confirmed.
    message = _("This person is registered already: “{state}”. Nothing was added.")


class OverbookingNeedsReason(ProtectError):
    code = "trainings_overbooking_needs_reason"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody confirms more people than there are seats.
    message = _(
        "All seats are taken. To confirm one more all the same, write why. Nothing was changed yet."
    )


class RoomFull(ProtectError):
    code = "trainings_room_full"
    # Translators: {capacity} is a number of people.
    message = _(
        "The room holds {capacity} people. Nothing was changed. Choose a larger room first, or let "
        "somebody wait."
    )


class SeatsAboveRoom(ProtectError):
    code = "trainings_seats_above_room"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a training would have more seats than its smallest room holds.
    message = _(
        "The smallest room holds {capacity} people. If there shall be more seats all the same, "
        "write why, and save again."
    )


class SeatsBelowTaken(ProtectError):
    code = "trainings_seats_below_taken"
    # Translators: {taken} is a number of seats of a training.
    message = _(
        "{taken} seats are taken already, offers among them. Nothing was changed. Choose at least "
        "that number, or withdraw registrations first."
    )


class QuotaBelowConfirmed(ProtectError):
    code = "trainings_quota_below_confirmed"
    # Translators: {taken} is a number of seats that an organisation has taken.
    message = _(
        "{taken} seats of this organisation are taken already. Nothing was changed. Choose at "
        "least that number, or withdraw registrations first."
    )


class QuotasAboveSeats(ProtectError):
    code = "trainings_quotas_above_seats"
    # Translators: {seats} is the number of seats of a training.
    message = _(
        "Together the organisations would have more seats than the training: {seats}. Nothing was "
        "changed."
    )


class ReasonMissing(ProtectError):
    code = "trainings_reason_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody must write why.
    message = _("Write why. Nothing was changed yet.")


class RequestMoveNotAllowed(ProtectError):
    code = "trainings_request_move_not_allowed"
    # Translators: {move} and {state} are codes such as schedule and received.
    message = _(
        "“{move}” is not possible for a request that is “{state}”. Nothing was changed. Reload the "
        "page."
    )


class RequestIncomplete(ProtectError):
    """What must be known before a session is scheduled is not known yet."""

    code = "trainings_request_incomplete"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {missing} are labels of fields, such as: Class level, Safeguarding lead.
    message = _(
        "Before it is scheduled this must be known: {missing}. Nothing was changed. Ask whoever "
        "asked, or write it down for them."
    )


class AmbassadorAlone(ProtectError):
    code = "trainings_ambassador_alone"
    # Translators: an ambassador is a migrant who speaks about the programme.
    message = _(
        "Nobody is alone at their first session. Nothing was changed. Add a second person, or "
        "somebody who has done this before."
    )


class SessionNotOver(ProtectError):
    code = "trainings_session_not_over"
    # Translators: somebody says that a session was held whose end is still to come.
    message = _("The session is not over yet. Nothing was changed. Come back when it has ended.")


class CountMissing(ProtectError):
    code = "trainings_count_missing"
    # Translators: whoever held a session must say how many people were there.
    message = _(
        "Nobody has said how many people were there. Nothing was changed. Enter the numbers first, "
        "0 if nobody came."
    )


class PassOver(ProtectError):
    """The page was open for more than three days, or its session is no longer this person's."""

    code = "trainings_pass_over"
    status = HTTPStatus.FORBIDDEN
    # Translators: numbers of a session are sent from a page that has been open for days.
    message = _(
        "This page is too old to be sent. The numbers stay on this phone. Sign in and open the "
        "session again: they are still there."
    )


class TallyImpossible(ProtectError):
    code = "trainings_tally_impossible"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: more people could name a service than were asked.
    message = _("More could name a service than were asked. Nothing was saved. Correct one number.")


class VersionNotPublished(ProtectError):
    code = "trainings_version_not_published"
    # Translators: a training can be planned only from a published version of a course.
    message = _(
        "Only a published version of a course can be planned. Nothing was saved. Publish it first, "
        "or choose another version."
    )


class CertificateNotDue(ProtectError):
    code = "trainings_certificate_not_due"
    # Translators: somebody wants to issue certificates of a training.
    message = _(
        "Certificates are issued once the training has taken place. Nothing was issued. Say so on "
        "its page first."
    )


class CertificateNotEarned(ProtectError):
    code = "trainings_certificate_not_earned"
    # Translators: somebody wants to issue a certificate of a training.
    message = _(
        "The rule of this training is not fulfilled, as far as is known. Nothing was changed. Look "
        "at the attendance and the result first."
    )


class CertificateStands(ProtectError):
    code = "trainings_certificate_stands"
    # Translators: somebody wants to issue a certificate of a training.
    message = _("This person has a certificate already. Nothing was issued.")


class CertificateWithdrawn(ProtectError):
    code = "trainings_certificate_withdrawn"
    # Translators: a colleague revoked or replaced the same certificate.
    message = _("This certificate does not count any more. Nothing was changed. Reload the page.")


class NameAskedTooOften(ProtectError):
    """Names are not to be guessed. Nobody learns whose certificate it is by asking many."""

    code = "trainings_name_asked_too_often"
    status = HTTPStatus.TOO_MANY_REQUESTS
    # Translators: a stranger asks whether a name belongs to a certificate.
    message = _("Too many names were tried for this certificate. Try again in an hour.")


class SenderKnown(ProtectError):
    code = "trainings_sender_known"
    # Translators: somebody adds an organisation that sends people to trainings.
    message = _("An organisation of this name in this country is there already. Nothing was added.")


class SenderWithoutAddress(ProtectError):
    code = "trainings_sender_without_address"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: the link for an organisation cannot be mailed.
    message = _("This organisation has no e-mail address. Nothing was sent. Add one, or show it.")


class RosterNoTable(ProtectError):
    code = "trainings_roster_no_table"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: somebody brought a list of names as a file.
    message = _("This is no table. Nothing was read. Save the list as CSV or XLSX.")


class RosterColumnsMissing(ProtectError):
    code = "trainings_roster_columns_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {columns} are names of columns: name, email.
    message = _(
        "The first row must say what stands in each column. These were not found: {columns}. "
        "Nothing was read."
    )


class RosterLong(ProtectError):
    code = "trainings_roster_long"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a list of names is too long. {found} and {most} are numbers.
    message = _("The list has {found} rows; {most} can be read at once. Nothing was read.")


class RosterEmpty(ProtectError):
    code = "trainings_roster_empty"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a list of names has no row.
    message = _("Nobody stands in this list. Nothing was read.")


class GroupLarge(ProtectError):
    code = "trainings_group_large"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: people who come together. {most} is a number.
    message = _("At most {most} people come together. Nothing was read. Make several lists.")
