"""Sentences for what was done in trainings, by code of the audit: a part of `sentences`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Translators, of each below: in the history.
OF_TRAININGS: dict[str, Promise] = {
    # --- What a planner does to a training (an edition of a course) and its sessions.
    "trainings.plan": _("A training was planned."),
    "trainings.edit": _("A training was edited."),
    "trainings.open": _("Registration for a training was opened."),
    "trainings.close": _("Registration for a training was closed."),
    "trainings.finish": _("A training was marked as done."),
    "trainings.cancel": _("A training was cancelled."),
    # Translators: in the history: a dated part of a training.
    "trainings.half_day_add": _("A session was added to a training."),
    # Translators: in the history: its time, place or content.
    "trainings.half_day_move": _("A session of a training was changed."),
    "trainings.half_day_cancel": _("A session of a training was cancelled."),
    # Translators: in the history: seats that are kept for the participants of one organisation.
    "trainings.quota": _("The seats kept for an organisation were changed."),
    # Translators: in the history: tests and the evaluation.
    "assessments.choose_forms": _("The forms of a training were chosen."),
    # Translators: in the history: organisations that give a training together.
    "trainings.co_hosts": _("The co-hosts of a training were chosen."),
    "trainings.co_host_yes": _("An organisation agreed to co-host a training."),
    # Translators: in the history: also when it had agreed before.
    "trainings.co_host_no": _("An organisation declined to co-host a training."),
    # Translators: in the history: no test or evaluation of it can be answered from then on.
    "assessments.freeze": _("The tests and the evaluation of a training were closed."),
    # --- Registrations, the waiting list, and what is known of participants.
    "trainings.register": _("A person was registered for a training."),
    # Translators: in the history: the applicant opened the mailed link, or a planner did it for
    # them.
    "trainings.prove": _("The e-mail address of an application was confirmed."),
    "trainings.approve": _("An application was approved."),
    "trainings.refuse": _("An application was refused."),
    # Translators: in the history: a planner decides so and writes why.
    "trainings.confirm_over": _("A seat was given ahead of the waiting list or over the limit."),
    # Translators: in the history: a planner decides so and writes why.
    "trainings.move_up": _("A place on the waiting list was changed."),
    # Translators: in the history: the person who waited said yes.
    "trainings.accept": _("An offered seat was taken."),
    # Translators: in the history: the time for an answer is over.
    "trainings.lapse": _("The offer of a seat ended without an answer."),
    # Translators: in the history: the offer had ended, and the person wants to wait on.
    "trainings.renew": _("A registration returned to the waiting list."),
    # Translators: in the history: another person had registered them.
    "trainings.agree": _("A participant agreed to their registration."),
    "trainings.withdraw": _("A registration was withdrawn."),
    # Translators: in the history: the link to their own page.
    "trainings.link_again": _("A participant's own link was mailed again."),
    # Translators: in the history: a calendar on their own phone follows the sessions.
    "trainings.feed_give": _("A participant got a link for their calendar."),
    "trainings.feed_end": _("A participant ended the link of their calendar."),
    # Translators: in the history: by their own link.
    "trainings.say_pictures": _("A participant said whether pictures of them may be taken."),
    # Translators: in the history: name, address and the like.
    "trainings.correct_person": _("What is known of a participant was corrected."),
    "trainings.erase_person": _("What is known of a participant was erased."),
    # Translators: in the history: two entries of participants looked alike.
    "trainings.decide_same": _("Two participants were marked as one person."),
    # Translators: in the history: two entries of participants looked alike.
    "trainings.decide_different": _("Two participants were marked as different people."),
    # --- Organisations that nominate participants, and their lists.
    # Translators: in the history: an organisation that sends participants.
    "trainings.sender_add": _("A nominating organisation was added."),
    # Translators: in the history: an organisation that sends participants.
    "trainings.sender_edit": _("A nominating organisation was edited."),
    # Translators: in the history: with the link it registers participants without an account.
    "trainings.sender_link": _("A nominating organisation got a link to register participants."),
    "trainings.sender_link_end": _("The link of a nominating organisation was ended."),
    "trainings.cohort_add": _("A class of a school was added."),
    # Translators: in the history: a file with names; no person is registered yet.
    "trainings.roster_bring": _("A list of participants was uploaded."),
    "trainings.roster_confirm": _("The people on an uploaded list were registered."),
    # Translators: in the history: people who were registered by it stay registered.
    "trainings.roster_throw_away": _("An uploaded list of participants was deleted."),
    # --- What participants need, and what is arranged for it.
    # Translators: in the history: such as an interpreter or food; it is sealed.
    "trainings.say_needs": _("What a participant needs was stored."),
    "trainings.take_back_need": _("A participant took back a need."),
    # Translators: in the history: such as an interpreter.
    "trainings.need_book": _("A need of a participant was met by a booking."),
    # Translators: in the history: such as food.
    "trainings.need_order": _("What a participant needs was ordered."),
    # Translators: in the history: the participant is told.
    "trainings.need_cannot": _("A need of a participant was marked as one that cannot be met."),
    # Translators: in the history: it must be arranged once more.
    "trainings.need_reopen": _("A need of a participant was opened again."),
    # --- Trainers, interpreters, venues and other things that can be booked.
    # Translators: in the history: a trainer, an interpreter, a room.
    "trainings.resource_add": _("A person or thing that can be booked was added."),
    # Translators: in the history: a trainer, an interpreter, a room.
    "trainings.resource_edit": _("A person or thing that can be booked was edited."),
    # Translators: in the history: days on which a person is away or a venue is closed.
    "trainings.away": _("An absence was added."),
    # Translators: in the history: days on which a person is away or a venue is closed.
    "trainings.away_end": _("An absence was removed."),
    # Translators: in the history: such as an extract of the criminal record; only until when it
    # stands is kept.
    "trainings.suitable": _("A document that proves suitability was shown."),
    # Translators: in the history: minutes from one venue to another.
    "trainings.way": _("The travel time between two venues was changed."),
    # Translators: in the history: a trainer or interpreter sees and answers bookings with it.
    "trainings.link_give": _("A link to their own bookings was given to a person."),
    # Translators: in the history: a trainer or interpreter saw and answered bookings with it.
    "trainings.link_end": _("A person's link to their own bookings was ended."),
    # Translators: in the history: a trainer, an interpreter, a room.
    "trainings.book": _("A person or thing was booked for a session."),
    "trainings.booking_accept": _("A booking was accepted."),
    "trainings.booking_decline": _("A booking was declined."),
    "trainings.booking_cancel": _("A booking was cancelled."),
    # --- Who took part.
    "trainings.attendance_present": _("Attendance was noted: present."),
    "trainings.attendance_late": _("Attendance was noted: came late."),
    "trainings.attendance_left_early": _("Attendance was noted: left early."),
    "trainings.attendance_excused": _("Attendance was noted: excused."),
    "trainings.attendance_absent": _("Attendance was noted: absent."),
    # Translators: in the history: all of whom nothing was noted yet.
    "trainings.attendance_all": _("All remaining participants were noted as present."),
    # Translators: in the history: all were noted as present at a press, and that was undone.
    "trainings.attendance_take_back": _("The noting of all as present was undone."),
    "trainings.attendance_make_up": _("A missed session was made up in another training."),
    "trainings.attendance_import": _("Attendance was imported from a file."),
    # Translators: in the history: by the participant, with their own link.
    "trainings.excuse": _("A participant said that they cannot come."),
    "trainings.excuse_take_back": _("A participant said that they can come after all."),
    # Translators: in the history: participants sign it.
    "trainings.print_list": _("A list to sign was printed."),
    # Translators: in the history: it is sealed.
    "trainings.keep_scan": _("The scan of a signed list was stored."),
    # Translators: in the history: of a session; without names.
    "outreach.count": _("A head count was reported."),
    # --- Tests, evaluations and certificates.
    # Translators: in the history: each participant answers both tests with one card and without a
    # name.
    "assessments.print_cards": _("Cards for the tests of a training were printed."),
    # Translators: in the history: each opens the evaluation once.
    "assessments.print_slips": _("Slips for the evaluation of a training were printed."),
    "assessments.type_in": _("A form filled in on paper was typed in."),
    # Translators: in the history: a form that was filled in on paper.
    "assessments.take_back": _("A form that was typed in was deleted."),
    # Translators: in the history: the one test with a name, for a certificate.
    "assessments.assess": _("A participant took the assessment by name."),
    # Translators: in the history: the one test with a name, for a certificate.
    "assessments.let_try_again": _("A participant may take the assessment again."),
    # Translators: in the history: questions some months after a training.
    "assessments.follow_up_agree": _("A participant agreed to follow-up questions."),
    # Translators: in the history: questions some months after a training.
    "assessments.follow_up_decline": _("A participant no longer agrees to follow-up questions."),
    "certificates.issue": _("A certificate was issued."),
    # Translators: in the history: the one before was revoked.
    "certificates.issue_again": _("A certificate was issued after the one before was revoked."),
    "certificates.revoke": _("A certificate was revoked."),
    "certificates.replace": _("A certificate was revoked and replaced."),
    # Translators: in the history: on the page on which strangers check it.
    "certificates.show_name": _("The holder of a certificate chose to show their name."),
    # Translators: in the history: on the page on which strangers check it.
    "certificates.hide_name": _("The holder of a certificate chose to hide their name."),
    # Translators: in the history: name, emblem and address on certificates and lists.
    "trainings.save_paper_head": _("The letterhead of the organisation was changed."),
    # --- Information sessions and the ambassadors who hold them.
    # Translators: in the history: such as by a school.
    "outreach.request_ask": _("An information session was requested."),
    "outreach.request_complete": _("The details of a request for a session were completed."),
    "outreach.request_agree": _("A request for a session was accepted."),
    "outreach.request_decline": _("A request for a session was declined."),
    "outreach.request_schedule": _("A requested session was scheduled."),
    # Translators: in the history: for those who declined.
    "outreach.request_people": _("More people were asked to hold a requested session."),
    "outreach.request_move": _("The time or place of a requested session was changed."),
    "outreach.request_hold": _("A requested session was noted as held."),
    "outreach.request_close": _("A request for a session was closed."),
    # Translators: in the history: an ambassador is a migrant who speaks at information sessions.
    "outreach.ambassador_profile": _("The profile of an ambassador was changed."),
    "outreach.ambassador_agree": _(
        "An ambassador said which of their name, picture and voice may be used."
    ),
    # Translators: in the history: only the ambassador can read it.
    "outreach.ambassador_plan": _("An ambassador changed their own safety plan."),
    # Translators: in the history: how the person who held a session is afterwards.
    "outreach.debrief": _("A debriefing after a session was sent."),
    # Translators: in the history: the person who held a session had asked for a call.
    "outreach.debrief_called": _("A call after a debriefing was noted."),
    "outreach.incident": _("An incident at a session was reported."),
    # --- Courses and their modules.
    "trainings.version_draft": _("A draft of a course or module was begun."),
    "trainings.version_edit": _("A draft of a course or module was edited."),
    "trainings.version_submit": _("A draft of a course or module was handed in for review."),
    # Translators: in the history: with a reason, to its author.
    "trainings.version_return": _("A draft of a course or module was returned."),
    "trainings.version_publish": _("A version of a course or module was published."),
    # Translators: in the history: trainings that use it go on.
    "trainings.version_retire": _("A version of a course or module was retired."),
    "trainings.hand_over": _("A course or module was handed over to another organisation."),
    # --- By the clock.
    # Translators: in the history: by the clock, at night: reminders, deletions and the like.
    "trainings.keep": _("The nightly work on trainings was done."),
}
# Done without an account where the entry names no actor: by one's own link, or on a public page.
# The clock and commands do none of these.
BY_VISITORS = frozenset(
    {
        *("certificates.show_name", "certificates.hide_name", "assessments.assess"),
        *("assessments.follow_up_agree", "assessments.follow_up_decline"),
        *("outreach.request_ask", "outreach.request_complete", "outreach.count"),
        *("outreach.debrief", "outreach.incident"),
    }
) | frozenset(
    f"trainings.{action}"
    for action in (
        *("register", "prove", "agree", "accept", "renew", "say_pictures", "feed_give", "feed_end"),
        *("say_needs", "take_back_need", "excuse", "excuse_take_back", "roster_bring"),
        *("roster_confirm", "roster_throw_away"),
        *("booking_accept", "booking_decline", "link_end"),
    )
)
# What it was done to, by the word before the colon.
# Translators, of each below: what something was done to, in the history.
THINGS_OF_TRAININGS: dict[str, Promise] = {
    # Translators: what something was done to, in the history: one run of a course.
    "edition": _("Training"),
    # Translators: what something was done to, in the history: a dated part of a training, or an
    # information session.
    "session": _("Session"),
    "informationsession": _("Session"),
    # Translators: what something was done to, in the history: of a participant for a training.
    "registration": _("Registration"),
    # Translators: what something was done to, in the history: a person who takes part in
    # trainings.
    "participant": _("Participant"),
    "certificate": _("Certificate"),
    # Translators: what something was done to, in the history: of a trainer, an interpreter or a
    # room.
    "booking": _("Booking"),
    # Translators: what something was done to, in the history: such as an interpreter or food.
    "need": _("Need"),
    # Translators: what something was done to, in the history: a trainer, an interpreter or a
    # room.
    "resource": _("Person or thing to book"),
    "venue": _("Venue"),
    # Translators: what something was done to, in the history: a file with names.
    "roster": _("List of participants"),
    # Translators: what something was done to, in the history: it sends participants.
    "sender": _("Nominating organisation"),
    # Translators: what something was done to, in the history: of a school.
    "cohort": _("Class"),
    # Translators: what something was done to, in the history: two participants who may be one
    # person.
    "persondoubt": _("Possible duplicate"),
    # Translators: what something was done to, in the history: for an information session.
    "sessionrequest": _("Request for a session"),
    "signedsheet": _("Signed list"),
    # Translators: what something was done to, in the history: of certificates and lists.
    "paperhead": _("Letterhead"),
    "course": _("Course"),
    "courseversion": _("Version of a course"),
    # Translators: what something was done to, in the history: a part of a course.
    "module": _("Module"),
    # Translators: what something was done to, in the history: a module is a part of a course.
    "moduleversion": _("Version of a module"),
    # Translators: what something was done to, in the history: of a participant, by name.
    "response": _("Answered test"),
}
