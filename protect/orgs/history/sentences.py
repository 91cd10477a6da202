"""Sentences for all codes of the audit. A test reports codes without a sentence. The vault's codes
are here too, because a history also shows its actions and the vault is a higher layer."""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from protect.audit.rules import ALARM_ANSWER_PREFIX
from protect.kernel.ids import format_short_code
from protect.orgs import alarms, roles
from protect.orgs.history import training_sentences as trainings
from protect.orgs.history.directory_sentences import DIRECTORY_SENTENCES

# Reasons for refusals, by the code of the refusal.
# Translators, of each below: why something was refused, in the history.
REFUSAL_SENTENCES: dict[str, Promise] = {
    "account_suspended": _("The account is suspended."),
    "code_wrong": _("A printed code was wrong."),  # a printed code, of paper or a link
    "fingerprint_differs": _("The six words did not match the key."),  # two people compare
    "from_elsewhere": _("The form was sent from another website."),
    "key_not_ready": _("They do not have the team's key."),
    "key_mismatch": _(
        "The key in the database was not the team's real key."
    ),  # the database has another
    "partner_key_mismatch": _(
        "The key of a partner team in the database was not that team's real key."
    ),
    **dict.fromkeys(
        ("not_allowed", "coordination_may_not_sign"), _("Their role does not allow it.")
    ),
    "not_found": _("The page does not exist, or they have no access to it."),
    "packet_closed": _("The link no longer opens."),
    "passphrase_refused": _("The passphrase was wrong."),
    "pin_changed": _("The key has changed since it was compared."),  # a partner's key
    "record_damaged": _("A record differs from what was saved."),  # damaged, or written by others
    "reset_refused": _("The recovery code or second step was wrong."),  # passphrase forgotten
    "second_factor_missing": _("The account's second step was missing."),
    "second_factor_refused": _("The second step did not work."),
    "sign_in_refused": _("The e-mail address or passphrase was wrong."),
    "step_up_required": _("They had not confirmed their identity again."),
    "throttled": _("There were too many attempts in a short time."),
}


COMPARISON_FAULTS = ("other_state", "saved_twice", "missing", "unknown")  # of a stored note
NOTE_COMPARISON_ACTIONS = [f"audit.compare.{fault}" for fault in COMPARISON_FAULTS]
# Completed actions, by audit code, in the groups of the action filter.
# Translators, of each below: in the history.
RECORD_SENTENCES: dict[str, Promise] = {
    # Translators: in the history: the system found a note that is not as it was saved.
    **dict.fromkeys(NOTE_COMPARISON_ACTIONS, _("The stored notes were compared with the history.")),
    "audit.compare.not_moved": _("A record could not be moved when the team's key was renewed."),
    # Translators: in the history: a note that was not as it was saved is again as it was saved.
    "audit.compare.whole": _("A stored note matches the history again."),
    # Translators: in the history: months of it are removed; what still counts is written again.
    "audit.carry": _("The state of a record was copied from a deleted month of the history."),
    "vault.seal": _("A record was written."),  # a file, a note or the like
    "vault.save": _("A record was changed."),
    "vault.open": _("A record was opened."),  # a member read it
    "vault.open_version": _("An earlier version of a record was opened."),  # before a change
    "vault.open_file": _("A file was opened."),  # attached to a record
    "vault.add_file": _("A file was added."),  # a member attached a file to a record
    "vault.remove_file": _("A file was removed."),  # attached to a record
    "vault.scan": _("The team's records were listed or searched."),  # a team's list, or a search
    "vault.send": _("A packet was sent."),  # a part of a file goes to another team
    "vault.read": _("A packet was read by the team that received it."),  # seen by the sender
    "vault.open_link": _("A packet was read through its link."),  # with a code, without an account
    "vault.withdraw": _("A packet was withdrawn."),  # by the team that sent it
    "vault.withdrawn": _("A packet was withdrawn by the team that sent it."),  # as its receiver
    "vault.erase_retention": _("A record was erased at the end of its retention."),  # by the clock
    "vault.erase_person": _("A record was erased before the end of its retention."),  # not by age
}
# Translators, of each below: in the history.
PEOPLE_SENTENCES: dict[str, Promise] = {
    "orgs.invite": _("A person was invited."),
    "orgs.revoke_invitation": _("An invitation was withdrawn."),
    "orgs.accept_invitation": _("An invitation was accepted."),
    "orgs.membership_ready": _("A person has finished signing up."),  # the account is complete
    "orgs.membership_admit": _("A membership became active."),  # a place in a team now counts
    "orgs.membership_lose_keys": _(
        "A member lost the team's key and is waiting to be admitted again."
    ),
    "orgs.end_membership": _("A membership was ended."),
    "vault.admit": _("A member was admitted to a team."),  # six words compared, key given
    "vault.take_grants": _("A member's access to a team's key was removed."),  # no file opens
    "orgs.suspend_user": _("An account was suspended."),
    "orgs.reactivate_user": _("An account was reactivated."),
    "vault.restart": _("A link to restart an account was sent."),  # everything was forgotten
}
# Translators, of each below: in the history.
TEAM_SENTENCES: dict[str, Promise] = {
    "orgs.create_team": _("A team was founded."),
    "orgs.rename_team": _("The name or purpose of a team was changed."),  # name or purpose
    "orgs.retire_team": _("A team was ended."),
    "orgs.team_make_key": _("A team got its first key and can write practice notes."),
    "orgs.team_confirm_recovery": _("A team became active: its recovery kit is complete."),
    "orgs.team_ask_rotation": _("A team's key became due for renewal."),  # because a member left
    "orgs.team_rotate": _("The renewal of a team's key was finished."),
    "vault.make_key": _("The first key of a team was made."),
    "vault.rotate": _("The renewal of a team's key began."),
    "vault.retire_key": _("An old key of a team was destroyed."),  # nothing opens with it any more
    "vault.end_keys": _("All keys of a team were destroyed."),  # the team has ended
    # Translators: in the history: such as what a participant of a training needs.
    "vault.seal_of_visitor": _("A person without an account wrote to a team."),
    "vault.compare_pin": _("The key of a partner team was compared."),  # six words, by phone
    "vault.appoint": _("A recovery officer was appointed."),  # three people who keep printed codes
    "vault.confirm_officer": _("A recovery officer confirmed the printed code."),
    "vault.recovery_kit": _("A team's recovery kit was finished."),  # it can be restored now
    "vault.recovery_drill": _("Two recovery officers tested their codes."),  # do they still work?
    "vault.restore": _("A team was restored with two officers' codes."),  # printed codes
}
# Translators, of each below: in the history.
ORGANISATION_SENTENCES: dict[str, Promise] = {
    "orgs.propose_organisation": _("The organisation was proposed."),
    "orgs.vouch": _("Another organisation vouched for it."),  # that it may be trusted
    "orgs.activate_organisation": _("The organisation became active."),
    "orgs.suspend_organisation": _("The organisation was suspended."),
    "orgs.reactivate_organisation": _("The organisation was reactivated."),
    "orgs.leave_organisation": _("The organisation left."),
    "orgs.begin": _("The installation began with this organisation."),  # the very first one
    "orgs.build_demo": _("The demo was built."),
    "vault.export_history": _("The history was exported."),  # entries were saved as a file
    "vault.sign_heads": _("The last entries of all histories were signed."),  # newest entries
    # Translators: in the history: the file that knows which keys are real had been lost.
    "vault.rebuild_ledger": _("The register of keys was rebuilt after a loss."),
    "vault.replay_ledger": _("After a backup was restored, earlier deletions were repeated."),
    "vault.make_badge_key": _("A key for certificates was made."),  # it signs certificates
    "vault.confirm_badge_key": _("A key for certificates was confirmed."),  # after a loss
    "vault.retire_badge_key": _("A key for certificates was retired."),  # what it signed is valid
    # Translators: in the history: the key may have been stolen.
    "vault.distrust_badge_key": _("A key for certificates is no longer trusted."),
    "orgs.go_live": _("The system went live."),
}
# Translators, of each below: in the history.
ACCOUNT_SENTENCES: dict[str, Promise] = {
    # Translators: in the history: name or language, by the person.
    "orgs.change_profile": _("A user changed their own name or language."),
    # Translators: in the history: three years after a user left.
    "orgs.forget_user": _("An account was emptied at the end of its retention."),
    "vault.enrol": _("An account was created."),
    "vault.begin_again": _("An account was restarted with new keys."),  # all was forgotten
    "vault.build_demo": _("Keys for the demo were made."),  # the keys of the demo's people
    "vault.sign_in": _("A passphrase was entered correctly."),  # the passphrase was right
    "vault.unlock": _("A user signed in."),  # signed in completely
    "vault.resume": _("A locked session was unlocked."),  # after a break
    "vault.step_up": _("A user confirmed their identity again."),  # before something important
    "vault.second_factor": _("A second step was attempted."),
    "vault.show_password": _("A passphrase was entered again."),  # while signed in
    "vault.session_lock": _("A session was locked."),
    "vault.session_idle": _("A session was locked because its user was inactive."),
    "vault.session_misses": _("A session ended after too many wrong codes or passphrases."),
    "vault.session_end": _("A session ended."),
    "vault.forgot": _("A link for a new passphrase was requested."),  # by the person who forgot it
    "vault.reset": _("A new passphrase was set with the recovery code."),
    "vault.change_password": _("A passphrase was changed."),
    # Translators: in the history: the same passphrase, protected better.
    "vault.renew_password": _("The protection of a passphrase was renewed."),
    "vault.offer_code": _("A new recovery code was shown."),
    "vault.confirm_code": _("A recovery code was confirmed."),
    "vault.add_totp": _("An authenticator app was added."),
    "vault.remove_totp": _("An authenticator app was removed."),
    "vault.add_passkey": _("A passkey was added."),
    "vault.remove_passkey": _("A passkey was removed."),
}
PAGE_ACTION_PREFIX = "desk."  # of a refusal at the desk; the name of the page's URL follows
# Refused requests, by the beginning of the page's name; the longest match applies.
PAGE_SENTENCES: dict[str, Promise] = {
    "": _("An action was attempted."),  # For translators: in the history, beside what and why
    # Translators: in the history: to close or open the account of a user.
    "account_": _("A user tried to suspend or reactivate an account."),
    "history_export": _("A user tried to read the history."),
    "invitation": _("A user tried to work with invitations."),
    # Translators: in the history: addresses of the desk that lead to nothing, for this person.
    "missing": _("A user opened many pages that do not exist or to which they have no access."),
    "note": _("A user tried to work with notes."),
    "officer": _("A user tried to change recovery officers."),
    "organisation": _("A user tried to propose, open or change an organisation."),
    "organisation_history": _("A user tried to read the history."),
    "partner": _("A user tried to compare a partner's key."),
    "place": _("A user tried to change a membership."),  # a member's place in a team
    "unlock": _("A person tried to unlock a session."),  # For translators: history: after a break
    "team": _("A user tried to change a team or its key."),
    # Translators: in the history: of a recovery kit, with the codes or words of its officers.
    "team_kit": _("A user tried to finish a recovery kit or to test its codes."),
    # Translators: in the history: to compare six words and give a team's key.
    "team_admit": _("A user tried to admit a person to a team."),
    "team_invitation": _("A user tried to work with invitations."),
    "team_restore": _("A user tried to restore a team."),  # with the codes of two officers
}
# Sentences for refusals of actions whose usual sentence reports a success.
REFUSED_ACTION_SENTENCES: dict[str, Promise] = {
    "vault.sign_in": _("A person tried to sign in."),  # the passphrase was wrong
    # Translators: in the history: the old passphrase was wrong.
    "vault.change_password": _("A user tried to change a passphrase."),
    "vault.reset": _("A person tried to set a new passphrase."),  # For translators: in the history
}
# Sentences for refusals by the codes of page and refusal together.
PAGE_REFUSAL_SENTENCES: dict[tuple[str, str], Promise] = {
    # Translators: in the history: a member let two recovery officers try their printed codes.
    ("desk.team_kit", "code_wrong"): _("Recovery codes were tested, and one was wrong."),
    # Translators: in the history: a supervisor compared six words with a recovery officer.
    ("desk.team_kit", "fingerprint_differs"): _(
        "The six words of a recovery officer did not match."
    ),
}
# Actions on one file of a record: the code ends in a dot and the number of the file.
ACTIONS_WITH_FILE_NUMBER = frozenset({"vault.open_file", "vault.add_file", "vault.remove_file"})
ROLE_CHANGE_PREFIX, UNCOMPARED_PREFIX = "orgs.promote_", "vault.send_uncompared_"
EDITED_FACT_PREFIX = "directory.edit_"  # of an action; the kind of fact follows
ALARM_RESOLVED = _("An alarm was resolved.")  # For translators: in the history: of a key or a note
# Sentences by code prefix, which a role, a reason, an alarm or a kind of fact follows.
PREFIX_SENTENCES: dict[str, Promise] = {
    ALARM_ANSWER_PREFIX: ALARM_RESOLVED,
    ROLE_CHANGE_PREFIX: _("A person was given another role."),
    # Translators: in the history: six words had not been compared by phone.
    UNCOMPARED_PREFIX: _("A packet was sent although the receiver's key was not compared."),
    EDITED_FACT_PREFIX: _("A fact of a service was edited."),  # one without a sentence of its own
}
# Filters by outcome or for another chain, instead of an action.
REFUSED_FILTER, SIGN_INS_FILTER, ALARMS_FILTER = "refused", "sign-ins", alarms.ALARMS_FILTER
# Translators, of each below: what a reader looks for in the history.
OUTCOME_FILTERS: dict[str, Promise] = {
    ALARMS_FILTER: _("Alarms: a key or a note differs from what was stored"),
    REFUSED_FILTER: _("All refused actions"),
    SIGN_INS_FILTER: _("Sign-ins"),
}
# The choices of the action filter, by group.
# Translators, of each below: a group of things that were done, in a list to choose from.
ACTION_GROUPS: tuple[tuple[Promise, dict[str, Promise]], ...] = (
    (_("Files"), RECORD_SENTENCES | {UNCOMPARED_PREFIX: PREFIX_SENTENCES[UNCOMPARED_PREFIX]}),
    (_("People"), PEOPLE_SENTENCES | {ROLE_CHANGE_PREFIX: PREFIX_SENTENCES[ROLE_CHANGE_PREFIX]}),
    (_("Teams and keys"), TEAM_SENTENCES | {ALARM_ANSWER_PREFIX: ALARM_RESOLVED}),
    (_("Directory"), DIRECTORY_SENTENCES),
    (_("Trainings"), trainings.TRAINING_SENTENCES),
    (_("Refusals and sign-ins"), OUTCOME_FILTERS),
)
ACTION_SENTENCES = RECORD_SENTENCES | PEOPLE_SENTENCES | TEAM_SENTENCES | ORGANISATION_SENTENCES
ACTION_SENTENCES |= ACCOUNT_SENTENCES | DIRECTORY_SENTENCES | trainings.TRAINING_SENTENCES
# If an entry of these actions has no actor, a person without an account acted, not the system.
VISITOR_ACTIONS = trainings.VISITOR_ACTIONS | {"vault.seal_of_visitor", "vault.open_link"}
# Labels of audit targets, by the kind before the colon.
# Translators, of each below: what something was done to, in the history.
TARGET_LABELS: dict[str, Promise] = {
    "team": _("Team"),
    "membership": _("Membership"),  # a member's place in a team
    "invitation": _("Invitation"),
    "vouch": _("Vouch"),  # one organisation's word
    "organisation": _("Organisation"),
    "user": _("Account"),
    "teamkey": _("Key of a team"),
    "officer": _("Recovery officer"),
    "packet": _("Packet"),  # what one team sent to another
    "note": _("Note"),
    "pins": _("List of compared keys"),  # which partners' keys were compared
    "inbound": _("Need or signed list"),  # what a participant needs, or a scan
    "file": _("File"),  # a document
    "case": _("Case"),  # the file of one person
    "importrun": _("Import"),  # a file with services
    "badgekey": _("Key for certificates"),  # certificates are signed with it
    "service": _("Service"),  # an entry of the directory
    "queueitem": _("Check of a service"),  # of one that waits to be checked, or waited
    "coveragesnapshot": _("Coverage figures"),  # how far services reach, on one day
    "paper": _("Printed paper"),  # a poster, or a printed directory
    "correction": _("Report about a service"),  # the public or a member wrote it
    "duplicatepair": _("Possible duplicate"),  # two entries that may be one
    **trainings.TRAINING_TARGET_LABELS,
}


def action_sentence(action: str) -> Promise | str:
    """Return the sentence for an audit code; an unknown code is returned unchanged."""
    if action.startswith(ROLE_CHANGE_PREFIX):
        role = roles.role_name(action.removeprefix(ROLE_CHANGE_PREFIX))
        # Translators: in the history; {role} is the name of a role.
        return format_lazy(_("A person was given the role {role}."), role=role)
    if action.startswith(ALARM_ANSWER_PREFIX):
        return PREFIX_SENTENCES[ALARM_ANSWER_PREFIX]
    if action.startswith(UNCOMPARED_PREFIX):
        reason = action.removeprefix(UNCOMPARED_PREFIX).replace("_", " ")
        sentence = PREFIX_SENTENCES[UNCOMPARED_PREFIX]
        # Translators: in the history; {what} is a sentence, {reason} a code.
        return format_lazy(_("{what} Reason: {reason}."), what=sentence, reason=reason)
    if action.startswith(PAGE_ACTION_PREFIX):
        page = action.removeprefix(PAGE_ACTION_PREFIX)
        return PAGE_SENTENCES[max(filter(page.startswith, PAGE_SENTENCES), key=len)]
    code, number = split_file_number(action)
    if number:
        sentence, number = ACTION_SENTENCES[code], format_short_code(number)
        # Translators: in the history; {what} is a sentence, {number} six letters: of which file.
        return format_lazy(_("{what} File {number}."), what=sentence, number=number)
    if action.startswith(EDITED_FACT_PREFIX):
        return ACTION_SENTENCES.get(action, PREFIX_SENTENCES[EDITED_FACT_PREFIX])
    return ACTION_SENTENCES.get(action, action)


def split_file_number(action: str) -> tuple[str, str]:
    """Split an audit code into the action and the number of a file; "" for other actions."""
    code, _dot, number = action.rpartition(".")
    return (code, number) if code in ACTIONS_WITH_FILE_NUMBER else (action, "")


def refused_action_sentence(action: str, outcome: str = "") -> Promise | str:
    """Return the sentence for a refused action; `outcome` is the code of the refusal."""
    sentence = PAGE_REFUSAL_SENTENCES.get((action, outcome))
    return sentence or REFUSED_ACTION_SENTENCES.get(action) or action_sentence(action)


def refusal_sentence(code: str) -> Promise | str:
    """Return the sentence for the code of a refusal; "" for an unknown code."""
    return REFUSAL_SENTENCES.get(code, "")


def target_label(kind: str) -> Promise | str:
    return TARGET_LABELS.get(kind, kind)
