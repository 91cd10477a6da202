"""Sentences for the codes of the audit. A test finds a code without one.

The vault's codes stand here too: a history shows both, and the vault is a higher layer.
"""

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from protect.audit.rules import ANSWER
from protect.kernel.ids import grouped
from protect.orgs import alarms, roles
from protect.orgs.history.directory_sentences import OF_DIRECTORY
from protect.orgs.history.training_sentences import (
    BY_VISITORS as TRAININGS_BY_VISITORS,
    OF_TRAININGS,
    THINGS_OF_TRAININGS,
)

# Why it was refused, by the code of the refusal.
# Translators, of each below: why something was refused, in the history.
REFUSALS: dict[str, Promise] = {
    "account_suspended": _("The account is closed."),
    "code_wrong": _("A printed code was another one."),  # a printed code, of paper or a link
    "fingerprint_differs": _("The six words were not those of the key."),  # two people compare
    "from_elsewhere": _("Another site sent the form."),
    "key_not_ready": _("They hold no key of the team."),
    "key_mismatch": _("The stored key was not the key of the team."),  # the database has another
    "partner_key_mismatch": _("The stored key of a partner was not the key of that team."),
    "not_allowed": _("Their role does not allow it."),
    "not_found": _("There is nothing there, or it is not for them."),
    "packet_closed": _("The link no longer opens."),
    "passphrase_refused": _("It was not their passphrase."),
    "pin_changed": _("The key is not the one that was compared."),  # a partner's key
    "record_damaged": _("It does not open as it was written."),  # damaged, or written by others
    "reset_refused": _("Recovery code and second step did not fit."),  # of a user who forgot theirs
    "second_factor_missing": _("The second step had disappeared."),
    "second_factor_refused": _("The second step did not work."),
    "sign_in_refused": _("E-mail address and passphrase did not fit."),
    "step_up_required": _("They had not shown once more who they are."),
    "throttled": _("Too many tries in a short time."),
}


# What was done, by code of the audit, in the groups in which people look for it.
# Translators, of each below: in the history.
OF_FILES: dict[str, Promise] = {
    # Translators: in the history: the system found a note that is not as it was saved.
    **dict.fromkeys(
        map("audit.compare.{}".format, ("other_state", "saved_twice", "missing", "unknown")),
        _("The stored notes were compared with the history."),
    ),
    "audit.compare.not_moved": _("A record was left behind when the team's key was renewed."),
    # Translators: in the history: a note that was not as it was saved is again as it was saved.
    "audit.compare.whole": _("A stored note is again as the history says."),
    # Translators: in the history: months of it are removed; what still counts is written again.
    "audit.carry": _("The state of a record was carried over from a month that was removed."),
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
    "vault.withdraw": _("A packet was taken back."),  # by the team that sent it
    "vault.withdrawn": _("A packet was taken back by the team that sent it."),  # as its receiver
    "vault.erase_retention": _("A record was erased: its time was over."),  # by the clock
    "vault.erase_person": _("A record was erased on request."),  # because its person asked
}
# Translators, of each below: in the history.
OF_PEOPLE: dict[str, Promise] = {
    "orgs.invite": _("A person was invited."),
    "orgs.revoke_invitation": _("An invitation was taken back."),
    "orgs.accept_invitation": _("An invitation was accepted."),
    "orgs.membership_ready": _("A person has finished signing up."),  # the account is complete
    "orgs.membership_admit": _("A place became active."),  # a place in a team now counts
    "orgs.membership_lose_keys": _("A member lost the team's key and waits to be let in again."),
    "orgs.end_membership": _("A place was ended."),
    "vault.admit": _("A member was let in to a team."),  # six words compared, key given
    "vault.take_grants": _("A team's key was taken from a member."),  # it opens no file now
    "orgs.suspend_user": _("An account was closed for a while."),
    "orgs.reactivate_user": _("An account was opened again."),
    "vault.restart": _("A link for beginning anew was sent."),  # everything was forgotten
}
# Translators, of each below: in the history.
OF_TEAMS: dict[str, Promise] = {
    "orgs.found_team": _("A team was founded."),
    "orgs.rename_team": _("A team was renamed."),  # name or purpose
    "orgs.retire_team": _("A team was ended."),
    "orgs.team_make_key": _("A team can begin: it has its first key."),  # the team has a key now
    "orgs.team_confirm_recovery": _("A team works: its recovery kit is complete."),
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
    "vault.recovery_drill": _("Two recovery officers tried their codes."),  # do they still work?
    "vault.restore": _("A team was restored with two officers' codes."),  # printed codes
}
# Translators, of each below: in the history.
OF_ORGANISATIONS: dict[str, Promise] = {
    "orgs.propose_organisation": _("The organisation was proposed."),
    "orgs.vouch": _("Another organisation vouched for it."),  # that it may be trusted
    "orgs.activate_organisation": _("The organisation became active."),
    "orgs.suspend_organisation": _("The organisation was suspended."),
    "orgs.reactivate_organisation": _("The organisation was opened again."),
    "orgs.leave_organisation": _("The organisation left."),
    "orgs.begin": _("The installation began with this organisation."),  # the very first one
    "orgs.build_demo": _("The demo was built."),
    "vault.export_history": _("The history was exported."),  # entries were saved as a file
    "vault.sign_heads": _("The ends of all histories were signed."),  # each history's newest entry
    # Translators: in the history: the file that knows which keys are real had been lost.
    "vault.rebuild_ledger": _("The register of keys had been lost. It was rebuilt."),
    "vault.replay_ledger": _("After a restore, what had been deleted was deleted again."),
    "vault.make_badge_key": _("A key for certificates was made."),  # it signs certificates
    "vault.confirm_badge_key": _("A key for certificates was confirmed."),  # after a loss
    "vault.retire_badge_key": _("A key for certificates was retired."),  # what it signed is valid
    # Translators: in the history: the key may have been stolen.
    "vault.distrust_badge_key": _("A key for certificates is no longer trusted."),
    "orgs.go_live": _("The system went live."),
}
# Translators, of each below: in the history.
OF_ACCOUNTS: dict[str, Promise] = {
    # Translators: in the history: name or language, by the person.
    "orgs.change_profile": _("A user changed their own name or language."),
    # Translators: in the history: three years after a user left.
    "orgs.forget_user": _("An account was emptied: its time was over."),
    "vault.enrol": _("An account was made."),
    "vault.begin_again": _("An account began anew with new keys."),  # all was forgotten
    "vault.build_demo": _("Keys for the demo were made."),  # the keys of the demo's people
    "vault.sign_in": _("A passphrase was given."),  # the passphrase was right
    "vault.unlock": _("A user signed in."),  # signed in completely
    "vault.resume": _("A locked session was unlocked."),  # after a break
    "vault.step_up": _("A user showed once more who they are."),  # before something important
    "vault.second_factor": _("A second step was tried."),
    "vault.show_password": _("A passphrase was asked for once more."),  # to unlock, or to go on
    "vault.session_lock": _("A session was locked."),
    "vault.session_idle": _("A session was locked: its user was away."),
    "vault.session_misses": _("A session ended: too many wrong codes."),
    "vault.session_end": _("A session ended."),
    "vault.forgot": _("A link for a new passphrase was asked for."),  # by the person who forgot it
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
# What was tried and refused, by the beginning of a page's name; the longest that fits says it.
TRIED_AT = "desk."
TRIED: dict[str, Promise] = {
    # Translators: in the history; what and why stand beside it.
    "": _("Something was tried."),
    # Translators: in the history: to close or open the account of a user.
    "account_": _("A user tried to close or open an account."),
    "history_export": _("A user tried to read the history."),
    "invitation": _("A user tried to invite."),
    # Translators: in the history: addresses of the desk that lead to nothing, for this person.
    "missing": _("A user opened many addresses at which there is nothing for them."),
    "note": _("A user tried to work with notes."),
    "officer": _("A user tried to change recovery officers."),
    "organisation": _("A user tried to change the organisation."),
    "organisation_history": _("A user tried to read the history."),
    "partner": _("A user tried to compare a partner's key."),
    "place": _("A user tried to change a place."),  # a member's place in a team
    # Translators: in the history: by a user who had been away for a while.
    "unlock": _("A person tried to unlock a session."),
    "team": _("A user tried to change a team or its key."),
    # Translators: in the history: of a recovery kit, with the codes or words of its officers.
    "team_kit": _("A user tried to finish a recovery kit, or to try its codes."),
    # Translators: in the history: to compare six words and give a team's key.
    "team_admit": _("A user tried to let a person in to a team."),
    "team_invitation": _("A user tried to invite."),
    "team_restore": _("A user tried to restore a team."),  # with the codes of two officers
}
# What is said of a refusal where the usual sentence would tell of a success.
TRIED_IN_VAIN: dict[str, Promise] = {
    "vault.sign_in": _("A person tried to sign in."),  # the passphrase was wrong
    # Translators: in the history: the old passphrase was wrong.
    "vault.change_password": _("A user tried to change a passphrase."),
    # Translators: in the history: recovery code or second step were wrong.
    "vault.reset": _("A person tried to set a new passphrase."),
}
# What was tried, where code of the page and of the refusal together tell it.
TRIED_SO: dict[tuple[str, str], Promise] = {
    # Translators: in the history: a member let two recovery officers try their printed codes.
    ("desk.team_kit", "code_wrong"): _("Recovery codes were tried, and one was wrong."),
    # Translators: in the history: a supervisor compared six words with a recovery officer.
    ("desk.team_kit", "fingerprint_differs"): _(
        "The six words of a recovery officer were compared, and differed."
    ),
}
# What is done with one file of a record: the code ends in a dot and the number of the file.
WITH_FILE = frozenset({"vault.open_file", "vault.add_file", "vault.remove_file"})
PROMOTED, UNCOMPARED = "orgs.promote_", "vault.send_uncompared_"
EDITED_FACT = "directory.edit_"
# Codes that end in what was chosen: a role, a reason, an alarm.
FAMILIES: dict[str, Promise] = {
    # Translators: in the history: what was noticed of a key or a note; an officer says so.
    ANSWER: _("An alarm was cleared up."),
    PROMOTED: _("A person was given another role."),
    # Translators: in the history: six words had not been compared by phone.
    UNCOMPARED: _("A packet was sent although the receiver's key was not compared."),
    EDITED_FACT: _("A fact of a service was edited."),  # one without a sentence of its own
}
# What is looked for by how it ended, or in another chain.
REFUSED, SIGN_INS, ALARMS = "refused", "sign-ins", alarms.FILTER
# Translators, of each below: what a reader looks for in the history.
OUTCOMES: dict[str, Promise] = {
    ALARMS: _("Alarms: a key or a note is not as it was stored"),
    REFUSED: _("Everything that was refused"),
    SIGN_INS: _("Sign-ins"),
}
# What people look for in an organisation's own history, by group.
# Translators, of each below: a group of things that were done, in a list to choose from.
GROUPS: tuple[tuple[Promise, dict[str, Promise]], ...] = (
    (_("Files"), OF_FILES | {UNCOMPARED: FAMILIES[UNCOMPARED]}),
    (_("People"), OF_PEOPLE | {PROMOTED: FAMILIES[PROMOTED]}),
    (_("Teams and keys"), OF_TEAMS | {ANSWER: FAMILIES[ANSWER]}),
    (_("Directory"), OF_DIRECTORY),
    (_("Trainings"), OF_TRAININGS),
    (_("Refusals and sign-ins"), OUTCOMES),
)
ACTIONS = (
    OF_FILES | OF_PEOPLE | OF_TEAMS | OF_ORGANISATIONS | OF_ACCOUNTS | OF_DIRECTORY | OF_TRAININGS
)
# Where the entry names no actor a person without an account did it, and not the system.
BY_VISITORS = TRAININGS_BY_VISITORS | {"vault.seal_of_visitor", "vault.open_link"}
# What it was done to, by the word before the colon.
# Translators, of each below: what something was done to, in the history.
THINGS: dict[str, Promise] = {
    "team": _("Team"),
    "membership": _("Place"),  # a member's place in a team
    "invitation": _("Invitation"),
    "vouch": _("Vouch"),  # one organisation's word
    "organisation": _("Organisation"),
    "user": _("Account"),
    "teamkey": _("Key of a team"),
    "officer": _("Recovery officer"),
    "packet": _("Packet"),  # what one team sent to another
    "note": _("Note"),
    "pins": _("List of compared keys"),  # which partners' keys were compared
    "inbound": _("Incoming message"),  # a message from the public
    "file": _("File"),  # a document
    "case": _("Case"),  # the file of one person
    "importrun": _("Import"),  # a file with services
    "badgekey": _("Key for certificates"),  # certificates are signed with it
    "service": _("Service"),  # an entry of the directory
    "queueitem": _("Check of a service"),  # of one that waits to be checked, or waited
    "coveragesnapshot": _("Reach of help"),  # how far services reach, on one day
    "paper": _("Printed paper"),  # a poster, or a printed directory
    "correction": _("Report about a service"),  # the public or a member wrote it
    "duplicatepair": _("Possible duplicate"),  # two entries that may be one
    **THINGS_OF_TRAININGS,
}


def sentence(action: str) -> Promise | str:
    """Return the sentence for a code of the audit; an unknown code itself."""
    if action.startswith(PROMOTED):
        role = roles.role_name(action.removeprefix(PROMOTED))
        # Translators: in the history; {role} is the name of a role.
        return format_lazy(_("A person was given the role {role}."), role=role)
    if action.startswith(ANSWER):
        return FAMILIES[ANSWER]
    if action.startswith(UNCOMPARED):
        reason = action.removeprefix(UNCOMPARED).replace("_", " ")
        # Translators: in the history; {what} is a sentence, {reason} a code.
        return format_lazy(_("{what} Reason: {reason}."), what=FAMILIES[UNCOMPARED], reason=reason)
    if action.startswith(TRIED_AT):
        page = action.removeprefix(TRIED_AT)
        return TRIED[max((each for each in TRIED if page.startswith(each)), key=len)]
    code, number = without_file(action)
    if number:
        # Translators: in the history; {what} is a sentence, {number} six letters: of which file.
        return format_lazy(_("{what} File {number}."), what=ACTIONS[code], number=grouped(number))
    if action.startswith(EDITED_FACT):
        return ACTIONS.get(action, FAMILIES[EDITED_FACT])
    return ACTIONS.get(action, action)


def without_file(action: str) -> tuple[str, str]:
    """Return a code without its file suffix, and the number of that file, "" for most codes."""
    code, _dot, number = action.rpartition(".")
    return (code, number) if code in WITH_FILE else (action, "")


def tried(action: str, outcome: str = "") -> Promise | str:
    """Return the sentence for a refused action; `outcome` is the code of the refusal."""
    return TRIED_SO.get((action, outcome)) or TRIED_IN_VAIN.get(action) or sentence(action)


def why(code: str) -> Promise | str:
    """Return the sentence for the code of a refusal; "" for an unknown code."""
    return REFUSALS.get(code, "")


def thing(kind: str) -> Promise | str:
    return THINGS.get(kind, kind)
