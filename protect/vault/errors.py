"""Refusals of the vault, with their HTTP status and the message that users read."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext_lazy as _, ngettext

from protect.kernel.errors import ProtectError, TableRefusal
from protect.kernel.ids import format_short_code, short_code
from protect.vault.enums import Kind

if TYPE_CHECKING:
    from protect.vault.models import Record


class TokenGone(ProtectError):
    """The token in a URL is too old, was not made here, or its day's salt has been deleted."""

    code = "token_gone"
    status = HTTPStatus.GONE
    # Translators: an address that held a visitor's answers for half an hour is opened later.
    message = _("This page has expired, to keep your answers private.")


class KeyNotReady(ProtectError):
    """The user has no key yet, or does not hold the team's key that is needed."""

    code = "key_not_ready"
    # Translators: shown to a new member of a team.
    message = _("You cannot open this yet. A colleague in this team must admit you first.")


class CodeWrong(ProtectError):
    """A printed code is wrong. `group`: the group with a typing mistake; 0 for the whole code."""

    code = "code_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: shown after a wrong code.
    message = _("This code is not correct. Check the paper and type the code again.")

    def __init__(self, group: int = 0) -> None:
        super().__init__(group=group)


class Throttled(ProtectError):
    """Sign-in is refused for some seconds, longer after each failure, but never for good."""

    code = "throttled"
    status = HTTPStatus.TOO_MANY_REQUESTS
    # Translators: shown where the number of seconds is not known.
    message = _("Wait a moment, then try again. Your work is safe.")

    def text(self) -> str:
        """Return the message with the seconds to wait, in the active language's plural form."""
        seconds = int(self.facts.get("seconds", 0))
        if not seconds:
            return super().text()
        sentence = ngettext(  # For translators: {seconds} is a number from 1 to 60
            "Wait {seconds} second, then try again. Your work is safe.",
            "Wait {seconds} seconds, then try again. Your work is safe.",
            seconds,
        )
        return sentence.format(seconds=seconds)


class Crowded(Throttled):
    """Too many users sign in at this moment, so this one must try again later."""

    code = "crowded"


class SessionEnded(ProtectError):
    code = "session_ended"
    status = HTTPStatus.UNAUTHORIZED
    # Translators: shown when a session has ended.
    message = _("This session has ended. Your work is safe. Sign in again.")


class FactorRefused(ProtectError):
    code = "second_factor_refused"
    status = HTTPStatus.FORBIDDEN
    # Translators: shown after a wrong code of the authenticator app, or a passkey that failed.
    message = _(
        "This second step did not work. Wait for the next code in your app, or use your passkey."
    )


class FactorMissing(ProtectError):
    """An account's second factor was deleted from the database."""

    code = "second_factor_missing"
    status = HTTPStatus.FORBIDDEN
    # Translators: at signing in. "Restart your account" is what a colleague or operator does.
    message = _(
        "The second step of your account is missing, and the passphrase alone does not "
        "open it. Tell your data protection officer. Then ask a colleague who manages "
        "your organisation, or the operator, to restart your account."
    )


class PasswordPersonal(ProtectError):
    """A new passphrase contains the user's name or e-mail address."""

    code = "password_personal"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(  # For translators: a password that holds the name or e-mail address of its owner
        "The passphrase must not contain your name or e-mail address. Choose another one, "
        "or use the six words shown."
    )


class CodeMistyped(ProtectError):
    """A recovery code has a typing mistake. `group` counts from 1; 0 means a wrong length."""

    code = "recovery_code_mistyped"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {group} is a number: which group of five letters of a printed code; 0 for all.
    message = _(
        "There is a typing mistake in group {group} of the code. Check the paper and type "
        "the code again."
    )
    unfinished = _(  # For translators: a printed code was typed with too few or too many letters
        "The code has eight groups of five characters. Check the paper and type the whole code."
    )

    def text(self) -> str:
        return super().text() if self.facts["group"] else str(self.unfinished)


class ResetLinkGone(ProtectError):
    """A reset or restart link is unknown, used, replaced or expired; the message is the same."""

    code = "reset_link_gone"
    status = HTTPStatus.GONE
    # Translators: a link from a mail was opened too late, or twice.
    message = _("This link no longer works. Nothing was changed. Ask for a new one.")


class TeamKeyMismatch(ProtectError):
    """The team key in the database is not the team's real key. Nothing is changed."""

    code = "key_mismatch"
    has_own_page = True
    # Translators: the database holds another key than the team has. The page says what to do.
    message = _(
        "The stored key does not match this team's key. Nothing was opened, saved or changed."
    )


class MemberKeyMismatch(TeamKeyMismatch):
    # Translators: shown when the database holds another key for a person than the team confirmed.
    message = _(
        "The stored key of a person in this team does not match the key that was "
        "confirmed. Nothing was opened, saved or changed."
    )


class FingerprintDiffers(ProtectError):
    code = "fingerprint_differs"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(  # For translators: two people compare six words, by phone or side by side
        "The words do not match this person's key, so this person was not admitted. "
        "Compare the words again."
    )


class OfficerWordsDiffer(FingerprintDiffers):
    # Translators: a supervisor compares six words with recovery officer {slot}, by phone.
    message = _(
        "The words do not match the stored key of officer {slot}, so the kit was not "
        "finished. Compare the words again. If they still differ, tell your data "
        "protection officer: another person may have taken that role."
    )


class PartnerKeyMismatch(TeamKeyMismatch):
    code = "partner_key_mismatch"
    # Translators: {team} is a team of another organisation. The same page says what to do.
    message = _(
        "The stored key of {team} does not match that team's key. Nothing was sent or compared."
    )


class RecordChanged(ProtectError):
    code = "record_changed"
    message = _(  # For translators: two people edited one text; both versions stand on the page
        "A colleague saved another version in the meantime. Both texts are below; nothing is lost."
    )


class ChangedBeforeErasing(RecordChanged):
    message = _(  # For translators: a member wants to erase a text that a colleague has changed
        "A colleague saved another version in the meantime, so nothing was erased. Read"
        " the newer text below first."
    )


class RecordDamaged(ProtectError):
    """Sealed bytes do not open, or the team did not write them. Nothing is changed."""

    code = "record_damaged"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    # Translators: {reference} is a code to tell to the data protection officer. The page goes on.
    message = _(
        "The stored data differs from what was last saved, so it is not shown or used. "
        "Reference: {reference}"
    )

    @classmethod
    def of(cls, record: "Record", *, reference: str = "", is_newest: bool = True) -> Self:
        """Return the refusal for a record, or for a part of it that has its own `reference`.
        The facts name the alarm's target and, for a note, its pages. With `is_newest` False the
        record is not the version that was saved last, and the page does not offer earlier ones."""
        if record.kind != Kind.NOTE:
            return cls(reference=reference or str(record.pk), target=record.audit_target)
        return cls(
            reference=reference or format_short_code(short_code(record.kind, str(record.pk))),
            target=record.audit_target,
            note=str(record.pk),
            team=str(record.owner_team_id),
            earlier=record.version - 1 if is_newest else 0,
        )


class RecordGone(ProtectError):
    code = "record_gone"
    status = HTTPStatus.GONE
    # Translators: shown when something was withdrawn or deleted.
    message = _("This no longer exists. It was withdrawn or deleted.")


class BadgeKeyMissing(ProtectError):
    code = "badge_key_missing"
    message = _(  # For translators: a coordinator wants to issue certificates of a training
        "This organisation has no certificate key yet, so nothing was issued. Ask a "
        "person who manages the organisation to make one."
    )


class BadgeKeyDamaged(ProtectError):
    code = "badge_key_damaged"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    message = _(  # For translators: the database holds a damaged key that signs certificates
        "The certificate key cannot be opened, so nothing was issued. Ask a person who manages the "
        "organisation to create a new key: certificates that the old key signed stay valid."
    )


class VaultRefusal(TableRefusal):
    """A refusal of the vault that is chosen by its code from the table `rows`."""

    rows = {
        HTTPStatus.CONFLICT: {
            "team_not_ready": _(  # For translators: a team has not finished setting up its key
                "This team cannot do that yet. Its key and recovery kit must be finished first."
            ),
            # Translators: a record other than a practice note was to be stored.
            "cases_off": _(
                "This system stores no confidential records. You can write practice notes only."
            ),
            "pin_changed": _(  # For translators: {team} is the name of a team whose key has changed
                "The key of {team} has changed. Compare the six words by phone before you send."
            ),
            # Translators: a member wants to let a person in whose account the platform has closed.
            "member_suspended": _(
                "This person's account is suspended, so they were not admitted. Ask the"
                " operator of the platform to reactivate it, then admit them."
            ),
            # Translators: a team asks for a new key while it is getting one already.
            "renewal_under_way": _(
                "The team's key is already being renewed. When the renewal is finished,"
                " check whether you still need another one."
            ),
            # Translators: recovery officers are three people who each keep a printed code.
            "officers_missing": _(
                "Three recovery officers must confirm their printed codes first."
            ),
            # These officers hold no halves of the key: one was appointed after the kit.
            # Translators: two officers want to open a team with their codes; one of them is new.
            "kit_has_gaps": _(
                "The recovery kit of this team is not complete for these two officers. "
                "Nothing was opened. Try another pair of officers."
            ),
            # Translators: two windows of one browser are at different steps of signing in.
            "session_move_not_allowed": _(
                "You have moved on in another window. Nothing was changed. Reload the page."
            ),
            # Translators: shown when a user removes the only authenticator app or passkey.
            "last_second_factor": _(
                "This is your only second factor. Nothing was removed. Add another one first."
            ),
            # This passkey holds no copy of the secret: its browser has no PRF.
            # Translators: a passkey can be used for signing in, but not for unlocking.
            "passkey_cannot_unlock": _(
                "This passkey cannot unlock your session. What you typed is kept. Use "
                "your passphrase instead."
            ),
            # Translators: a manager ends a key for certificates, and a colleague was faster.
            "badge_key_retired": _(
                "This key has already been retired. Nothing was changed. Reload the page."
            ),
        },
        HTTPStatus.FORBIDDEN: {
            # Unknown, suspended and wrong look the same, so that a guess reveals nothing.
            # Translators: shown when e-mail address and password do not belong together.
            "sign_in_refused": _(
                "The e-mail address or passphrase is not correct. Your work is safe. Try again."
            ),
            # Translators: shown when a user unlocks, or shows once more that it is them.
            "passphrase_refused": _("The passphrase is not correct. Your work is safe. Try again."),
            # Translators: shown before something important, such as letting a person into a team.
            "step_up_required": _("Confirm that it is you. Nothing has been changed yet."),
            # Recovery code or second factor is wrong; the message does not tell which.
            # Translators: shown when the recovery code or the second factor is wrong.
            "reset_refused": _(
                "The recovery code or second factor is not correct. Nothing was changed. Try again."
            ),
        },
        HTTPStatus.GONE: {
            # After five wrong codes, or after its expiry, the wrap is deleted.
            # Translators: a one-time link is opened too late, or its code was wrong five times.
            "packet_closed": _(
                "This link no longer opens. Ask the team that sent it for a new one."
            )
        },
        HTTPStatus.NOT_FOUND: {
            "badge_key_unknown": (
                "There is no such key, or no such active organisation. “protect badge-keys "
                "list” shows the keys. Nothing was changed."
            )
        },
        HTTPStatus.SERVICE_UNAVAILABLE: {
            "pepper_missing": _(  # For translators: the server lacks a secret that sign-ins need
                "Sign-in is not available now. All work is safe. Tell the people who "
                "run this system."
            ),
            "signing_key_missing": (
                "There is no signing key, so nothing was signed or checked. Remedy: name its "
                "file in PROTECT_SIGN_FILE, or hand over the systemd credential “sign” "
                "(docs/operating.md)."
            ),
            "match_key_missing": (
                "There is no match key, so people cannot be counted and no card can be read. "
                "Remedy: name its file in PROTECT_MATCH_FILE, or hand over the systemd credential "
                "“match” (docs/operating.md)."
            ),
        },
        HTTPStatus.UNAUTHORIZED: {
            "vault_locked": _(  # For translators: a user was away; what they typed is kept
                "This is locked. Unlock it with your passphrase; what you typed is kept."
            )
        },
        HTTPStatus.UNPROCESSABLE_ENTITY: {
            # Translators: a password that stands on lists of often used ones.
            "password_common": _(
                "Many people use this passphrase. Choose another one, or use the six words shown."
            ),
            "password_repeated": _(  # For translators: a password of one short text twice or more
                "This passphrase repeats one short text. Choose another one, or use the"
                " six words shown."
            ),
            # Translators: {least} is a number of characters.
            "password_short": _("Use at least {least} characters, or use the six words shown."),
            "ledger_missing": (
                "There is no ledger of that name, so no deletion was repeated. Do not start the "
                "site: fetch the ledger's copy first (docs/operating.md)."
            ),
            "signatures_broken": (
                "Keys or grants without a signature: {count}. Nothing was written. They are "
                "named by protect vault verify-keys; put them right first (docs/operating.md, "
                "“A key mismatch”)."
            ),
            "places_wrong": (
                "Memberships with a future end or an invalid end reason: {count}. Nothing was "
                "written. The rows are in orgs_membership; put them right first "
                "(docs/operating.md, “A key mismatch”)."
            ),
        },
    }
