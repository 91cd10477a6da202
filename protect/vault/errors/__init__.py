"""Why the vault refuses."""

from __future__ import annotations

from http import HTTPStatus

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from protect.kernel.errors import ProtectError
from protect.vault.errors.certificates import BadgeKeyDamaged as BadgeKeyDamaged
from protect.vault.errors.certificates import BadgeKeyMissing as BadgeKeyMissing
from protect.vault.errors.certificates import BadgeKeyRetired as BadgeKeyRetired
from protect.vault.errors.certificates import BadgeKeyUnknown as BadgeKeyUnknown
from protect.vault.errors.keys import FingerprintDiffers as FingerprintDiffers
from protect.vault.errors.keys import MemberKeyMismatch as MemberKeyMismatch
from protect.vault.errors.keys import OfficerWordsDiffer as OfficerWordsDiffer
from protect.vault.errors.keys import PartnerKeyMismatch as PartnerKeyMismatch
from protect.vault.errors.keys import PlacesWrong as PlacesWrong
from protect.vault.errors.keys import SignaturesBroken as SignaturesBroken
from protect.vault.errors.keys import TeamKeyMismatch as TeamKeyMismatch
from protect.vault.errors.records import ChangedBeforeErasing as ChangedBeforeErasing
from protect.vault.errors.records import RecordChanged as RecordChanged
from protect.vault.errors.records import RecordDamaged as RecordDamaged
from protect.vault.errors.records import RecordGone as RecordGone


class TokenGone(ProtectError):
    """A token is too old, was never ours, or its day's key has been destroyed."""

    code = "token_gone"
    status = HTTPStatus.GONE
    # Translators: an address that held somebody's answers for half an hour is opened later.
    message = _("This page has closed. That keeps your answers private.")


class VaultLocked(ProtectError):
    """No secret is open in this session."""

    code = "vault_locked"
    status = HTTPStatus.UNAUTHORIZED
    # Translators: shown when somebody was away for a while; what they typed is kept.
    message = _("This is locked. Unlock it with your passphrase; what you typed is kept.")


class KeyNotReady(ProtectError):
    """This person has no key of the team: a colleague must let them in."""

    code = "key_not_ready"
    # Translators: shown to a new member of a team.
    message = _("You cannot open this yet. A colleague of this team must let you in first.")


class TeamNotReady(ProtectError):
    """The team has no key yet, or only practises."""

    code = "team_not_ready"
    # Translators: shown when a team has not finished setting up its key.
    message = _("This team cannot do that yet. Its key and recovery kit must be finished first.")


class CasesOff(ProtectError):
    """This installation may not keep sealed records: PROTECT_CASES=off."""

    code = "cases_off"
    # Translators: shown where an installation keeps no confidential files.
    message = _("Confidential files are switched off on this system.")


class PinChanged(ProtectError):
    """The receiver's key is not the one that was compared."""

    code = "pin_changed"
    # Translators: {team} is the name of a team whose key has changed.
    message = _("The key of {team} has changed. Compare the six words by phone before you send.")


class OutsideConsent(ProtectError):
    """A packet holds what its consent does not list."""

    code = "outside_consent"
    status = HTTPStatus.FORBIDDEN
    # Translators: {fields} lists names of fields, separated by commas.
    message = _("The consent does not include: {fields}. Nothing was sent.")


class PacketClosed(ProtectError):
    """Five wrong codes, or too late: the wrap is gone."""

    code = "packet_closed"
    status = HTTPStatus.GONE
    # Translators: shown to somebody who opens a one-time link too late or typed wrong codes.
    message = _("This link no longer opens. Ask the team that sent it for a new one.")


class CodeWrong(ProtectError):
    """The code that belongs to a link or a recovery kit is another one."""

    code = "code_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: shown after a wrong code.
    message = _("This code does not open it. Look at the paper again and type it once more.")

    def __init__(self, group: int = 0) -> None:
        super().__init__(group=group)  # where a slip was seen; 0 when the whole code is another


class MemberSuspended(ProtectError):
    """Whose account is closed gets no key, though their place stays."""

    code = "member_suspended"
    # Translators: somebody wants to let a person in whose account the platform has closed.
    message = _(
        "This person's account is closed. Nobody was let in. Whoever runs the platform can open it "
        "again; then let them in."
    )


class RenewalUnderWay(ProtectError):
    """A team gets no second new key while one is under way or due."""

    code = "renewal_under_way"
    # Translators: somebody asks for a new key of their team while it is getting one already.
    message = _(
        "The team is getting a new key already. When everything is moved, see whether you still "
        "need another one."
    )


class OfficersMissing(ProtectError):
    """Recovery needs three officers who have typed their printed codes back."""

    code = "officers_missing"
    # Translators: recovery officers are three people who each keep a printed code.
    message = _("Three recovery officers must confirm their printed codes first.")


class KitHasGaps(ProtectError):
    """These two officers hold no halves of the key: one came after the kit was finished."""

    code = "kit_has_gaps"
    # Translators: two officers want to open a team with their codes; one of them is new since.
    message = _(
        "The recovery kit of this team was not finished for these two officers. Nothing was "
        "opened. Try another pair of the three."
    )


class SignInRefused(ProtectError):
    """Unknown, closed and wrong look the same: a guess learns nothing."""

    code = "sign_in_refused"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown when e-mail address and password do not belong together.
    message = _("E-mail address and passphrase do not fit. Your work is safe. Try again.")


class Throttled(ProtectError):
    """Signing in gets slower with every failure, and is never impossible."""

    code = "throttled"
    status = HTTPStatus.TOO_MANY_REQUESTS
    # Translators: shown where the number of seconds is not known.
    message = _("Wait a little, then try again. Your work is safe.")

    def text(self) -> str:
        """Return the message with its number, in the plural form of the active language."""
        seconds = int(self.facts.get("seconds", 0))
        if not seconds:
            return super().text()
        # Translators: {seconds} is a number from 1 to 60.
        sentence = ngettext(
            "Wait {seconds} second, then try again. Your work is safe.",
            "Wait {seconds} seconds, then try again. Your work is safe.",
            seconds,
        )
        return sentence.format(seconds=seconds)


class Crowded(Throttled):
    """So many sign in at this moment that the next ones come again. No user did anything wrong."""

    code = "crowded"


class PassphraseRefused(SignInRefused):
    """A signed-in or locked user typed another passphrase than their own."""

    code = "passphrase_refused"
    # Translators: shown when somebody unlocks, or shows once more that it is them.
    message = _("This is not your passphrase. Your work is safe. Try again.")


class PepperMissing(ProtectError):
    """The server was not given what a password was joined with. Nothing is recreated."""

    code = "pepper_missing"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    # Translators: shown when the server lacks a secret that every sign-in needs.
    message = _("Nobody can sign in now. All work is safe. Tell the people who run this system.")


class SessionEnded(ProtectError):
    """Too many wrong codes, or the session was ended elsewhere."""

    code = "session_ended"
    status = HTTPStatus.UNAUTHORIZED
    # Translators: shown when a session has ended.
    message = _("This session has ended. Your work is safe. Sign in again.")


class SessionMoveNotAllowed(ProtectError):
    """The session has moved on, in another window perhaps."""

    code = "session_move_not_allowed"
    # Translators: two windows of one browser are at different steps of signing in.
    message = _("You have moved on in another window. Nothing was changed. Reload the page.")


class StepUpRequired(ProtectError):
    """The password or second factor is asked for again before this."""

    code = "step_up_required"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown before something important, such as letting somebody into a team.
    message = _("Show once more that it is you. Nothing was changed yet.")


class FactorRefused(ProtectError):
    """A code of the authenticator app, or a passkey, is wrong, old or used."""

    code = "second_factor_refused"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown after a wrong code of the authenticator app, or a passkey that failed.
    message = _(
        "This second step did not work. Wait for the next code in your app, or use your passkey."
    )


class LastFactor(ProtectError):
    """An account keeps one second factor at least."""

    code = "last_second_factor"
    # Translators: shown when somebody removes the only authenticator app or passkey.
    message = _("This is your only second factor. Nothing was removed. Add another one first.")


class FactorMissing(ProtectError):
    """An account had a second factor and has none: it was deleted from the database."""

    code = "second_factor_missing"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown at signing in. "Let you begin anew" is what a colleague or operator does.
    message = _(
        "The second step of your account has disappeared. The passphrase alone does not open it. "
        "Tell your data protection officer, and ask a colleague who manages your organisation, or "
        "the operator, to let you begin anew."
    )


class PasskeyCannotUnlock(ProtectError):
    """This passkey holds no copy of the secret: its browser has no PRF."""

    code = "passkey_cannot_unlock"
    # Translators: a passkey can be used for signing in, but not for unlocking.
    message = _("This passkey cannot unlock. What you typed is kept. Use your passphrase.")


class PasswordShort(ProtectError):
    code = "password_short"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {least} is a number of characters.
    message = _("Use {least} characters or more, or take the six words that are offered.")


class PasswordCommon(ProtectError):
    code = "password_common"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a password that stands on lists of often used ones.
    message = _("Many people use this one. Take another, or the six words that are offered.")


class PasswordRepeated(PasswordCommon):
    code = "password_repeated"
    # Translators: a password that is the same short text, twice or more.
    message = _("This repeats one short text. Take another, or the six words that are offered.")


class PasswordPersonal(ProtectError):
    code = "password_personal"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: a password that holds the name or e-mail address of its owner.
    message = _("Leave your name and e-mail address out of it, or take the six words offered.")


class CodeMistyped(ProtectError):
    """`group` counts from 1; 0 when the length is wrong."""

    code = "recovery_code_mistyped"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {group} is a number: which group of five letters of a printed code; 0 for all.
    message = _("The code has a slip in group {group}. Look at the paper and type it once more.")
    # Translators: a printed code was typed with too few or too many letters.
    unfinished = _("The code has eight groups of five. Look at the paper and type all of it.")

    def text(self) -> str:
        return super().text() if self.facts["group"] else str(self.unfinished)


class ResetLinkGone(ProtectError):
    """Unknown, used and expired look the same."""

    code = "reset_link_gone"
    status = HTTPStatus.GONE
    # Translators: a link from a mail was opened too late, or twice.
    message = _("This link no longer works. Nothing was changed. Ask for a new one.")


class ResetRefused(ProtectError):
    """Recovery code or second factor is wrong. Which, is not told."""

    code = "reset_refused"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown when the recovery code or the second factor is wrong.
    message = _("Recovery code and second factor do not fit. Nothing was changed. Try again.")


class SigningKeyMissing(ProtectError):
    """The server was not given what it signs with. Nothing is made anew."""

    code = "signing_key_missing"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = (
        "There is no signing key, so nothing was signed or checked. Remedy: name its file in "
        "PROTECT_SIGN_FILE, or hand over the systemd credential “sign” (docs/operating.md)."
    )


class MatchKeyMissing(ProtectError):
    """The server was not given what keyed hashes are made with. Nothing is made anew."""

    code = "match_key_missing"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    message = (
        "There is no match key, so nobody can be counted once and no card read. Remedy: name its "
        "file in PROTECT_MATCH_FILE, or hand over the systemd credential “match” "
        "(docs/operating.md)."
    )


class LedgerMissing(ProtectError):
    """There is no ledger under that name. Nothing was replayed: the site must not start yet."""

    code = "ledger_missing"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = (
        "There is no ledger of that name. Nothing was deleted again. Do not start the site: fetch "
        "the ledger's copy first (docs/operating.md)."
    )
