"""Refusals of trainings. Commands show them in English, pages in the reader's language."""

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _

from protect.kernel.errors import ProtectError, TableRefusal


class TrainingRefusal(TableRefusal):
    rows = {
        HTTPStatus.CONFLICT: {
            # Translators: a trainer notes who is there too early, or for a cancelled session.
            "trainings_session_not_on": _(
                "Attendance can be recorded from an hour before a session begins, and not for one "
                "that is cancelled. Excuses can be recorded earlier. Nothing was saved."
            ),
            # Translators: attendance of a participant without a seat in the training.
            "trainings_not_confirmed": _(
                "Attendance is recorded for confirmed participants only. Nothing was saved. "
                "Confirm them first."
            ),
            # Translators: a participant makes up for a session that they missed.
            "trainings_make_up_elsewhere": _(
                "A missed session can be made up only in another training of the same "
                "course. Nothing was saved. Choose one of those."
            ),
            # Translators: “all present” can be undone for ten minutes.
            "trainings_taken_back_too_late": _(
                "“Mark all without a saved status as present” can be undone only for "
                "ten minutes. Nothing was changed. Correct the list by hand."
            ),
            # Translators: a participant says beforehand that they cannot come to a session.
            "trainings_excuse_late": _(
                "The session has begun. Nothing was saved. Tell the organiser."
            ),
            "trainings_edit_conflict": _(  # For translators: two people edited one training at once
                "Another user saved this while you were writing. Your changes are not saved yet, "
                "and nothing is lost: both versions are below. Choose, then save again."
            ),
            # Translators: a published version of a course never changes.
            "trainings_version_published": _(
                "This version is no longer a draft and cannot be changed. Nothing was "
                "saved. If it is published, make a new version and change that one."
            ),
            # Translators: a coordinator wants to publish a course that has no modules.
            "trainings_course_empty": _(
                "A course without modules is not published. Nothing was changed. Send it back, "
                "choose its modules, and send it once more."
            ),
            # Translators: modules and courses have codes; a coordinator chose one that is taken.
            "trainings_code_taken": _("This code is already in use. Choose another code."),
            # Translators: a training can be planned only from a published version of a course.
            "trainings_version_not_published": _(
                "Only published versions of courses and modules can be used here. "
                "Nothing was saved. Publish this one first, or choose another version."
            ),
            # Finishing cannot be undone, so it waits for the end of the last session.
            # Translators: a coordinator says that a training took place, or freezes its results.
            "trainings_edition_not_ended": _(
                "This training has not ended yet. Nothing was changed. Come back after its last "
                "session. If that one does not take place, cancel or move it first."
            ),
            # Translators: {taken} is a number of seats of a training.
            "trainings_seats_below_taken": _(
                "{taken} seats are taken already, offers among them. Nothing was changed. "
                "Choose at least that number, or withdraw registrations first."
            ),
            # Translators: {taken} is a number of seats that an organisation has taken.
            "trainings_quota_below_confirmed": _(
                "{taken} seats of this organisation are taken already. Nothing was changed. "
                "Choose at least that number, or withdraw registrations first."
            ),
            "trainings_quotas_above_seats": _(  # For translators: {seats}: a training's seat limit
                "The seats kept for organisations would be more than the seats of the training: "
                "{seats}. Nothing was changed. Keep fewer seats, or give the training more seats."
            ),
            # No team could open it, or the registration ended or is unconfirmed.
            # Translators: what a participant needs can be read by no team: none is chosen for it.
            "trainings_needs_not_asked": _(
                "This cannot be saved now: the training has no team that can open it, or the "
                "registration is not active. Nothing was saved. Call the organiser."
            ),
            # What a participant says cannot be sealed: the stored key of the team is another one.
            # Translators: a participant said what they need; it cannot be kept secret now.
            "trainings_needs_not_kept": _(
                "We cannot store this safely at the moment, so nothing was saved. Please call the "
                "organisers of the training and tell them what you need."
            ),
            # Translators: a coordinator chooses another team for needs such as food or a ramp.
            "trainings_needs_sealed": _(
                "People have told the team chosen before what they need, and no other "
                "team can read it. Nothing was saved. Choose that team again."
            ),
            # Translators: people hear before a training if what they need cannot be arranged.
            "trainings_need_told_too_late": _(
                "The training has begun, so a mail would come too late. Nothing was "
                "sent. Call the person."
            ),
            # Translators: a participant with a seat withdraws during or after the last session.
            "trainings_withdraw_late": _(
                "The last session has begun, so you cannot withdraw here any more: "
                "participants who attended could lose their certificate. Nothing was "
                "changed. Tell the organiser."
            ),
            # Translators: two people of an organisation's trainings cannot have one e-mail address.
            "trainings_address_taken": _(
                "Another person in your trainings has this e-mail address. Nothing was changed. If "
                "both are one person, keep the other and erase this one."
            ),
            "trainings_window_closed": _(  # For translators: registration is not open at this time
                "Registration for this training is not open now. Nothing was saved. Ask"
                " the organiser, or choose another date in the calendar."
            ),
            "trainings_already_registered": _(  # For translators: {state}: a word such as Confirmed
                "This person is already registered, with the status “{state}”. Nothing was added."
            ),
            "trainings_room_full": _(  # For translators: {capacity} is a number of people
                "The room holds {capacity} people. Nothing was changed. Choose a larger room "
                "first, or use the waiting list."
            ),
            # Translators: a coordinator adds an organisation that sends people to trainings.
            "trainings_sender_known": _(
                "An organisation with this name and country already exists. Nothing was added."
            ),
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Translators: {planned} is how many minutes a session lasts.
            "trainings_attendance_minutes_wrong": _(
                "A participant who came late or left early attended more than 0 and less than "
                "{planned} minutes. Nothing was saved. Write how many."
            ),
            # Translators: a coordinator must write why.
            "trainings_reason_missing": _("Give a reason. Nothing was changed yet."),
            # Translators: an office sends the picture that its donor wants; {most} kilobytes.
            "trainings_emblem_unfit": _(
                "An emblem is a PNG or JPEG of at most {most} kB. Nothing was saved."
            ),
            # Translators: an office sends the picture that its donor wants.
            "trainings_emblem_unspoken": _("Write what the emblem shows. Nothing was saved."),
            # Translators: a training would have more seats than its smallest room holds.
            "trainings_seats_above_room": _(
                "The smallest room holds {capacity} people. To offer more seats anyway,"
                " give a reason and save again."
            ),
            # Translators: a coordinator confirms more people than there are seats.
            "trainings_overbooking_needs_reason": _(
                "All seats are taken. To confirm one more person anyway, give a reason."
                " Nothing was changed yet."
            ),
            # Translators: the link for an organisation cannot be mailed.
            "trainings_sender_without_address": _(
                "This organisation has no e-mail address. Nothing was sent. Add an "
                "address, or show the link instead."
            ),
            "trainings_roster_no_table": _(  # For translators: a list of names, uploaded as a file
                "This is not a table. Nothing was read. Save the list as CSV or XLSX."
            ),
            # Translators: {columns} are names of columns: name, email.
            "trainings_roster_columns_missing": _(
                "The first row must contain the names of the columns. These are "
                "missing: {columns}. Nothing was read."
            ),
            "trainings_roster_long": _(  # For translators: list of names; {found}, {most}: numbers
                "The list has {found} rows; {most} can be read at once. Nothing was read."
            ),
            # Translators: a list of names has no row.
            "trainings_roster_empty": _("This list has no names. Nothing was read."),
            "trainings_group_large": _(  # For translators: people who come together; {most}: number
                "A group can have at most {most} people. Nothing was read. Make several lists."
            ),
            # A trainer has not confirmed the rule that no real case enters role-play.
            "trainings_cases_not_kept_out": _(
                "Nothing was saved. Tick the box that says that role-play uses no real "
                "case, then accept again."
            ),
        },
    }


class RegistrationMoveNotAllowed(ProtectError):
    code = "trainings_registration_move_not_allowed"
    message = _(  # For translators: {move} and {state} are labels such as: Refuse, Confirmed
        "“{move}” is not possible for a registration that is “{state}”. Nothing was changed. "
        "Reload the page."
    )


class NeedMoveNotAllowed(ProtectError):
    code = "trainings_need_move_not_allowed"
    message = _(  # For translators: {move} and {state} are labels such as: It is ordered, Booked
        "“{move}” is not possible for a need that is “{state}”. Nothing was changed. Reload the "
        "page."
    )
