from django.utils.translation import gettext, gettext_lazy as _

from protect.certificates import eligibility, models
from protect.certificates.badges.verification import State
from protect.certificates.rules import CertificateRule, KeyAdvice, MissingRequirement
from protect.trainings.base.enums import Assessment
from protect.trainings.base.labels import StateLabel, make_state_labeller
from protect.vault.models import BadgeKey

verdict_state = make_state_labeller(
    {  # shape of the chip for each state
        State.VALID: "good",
        State.REVOKED: "alarm",
        State.REPLACED: "ended",
        State.ALTERED: "alarm",
        State.FOREIGN: "info",
        State.UNKNOWN_ISSUER: "caution",
        State.UNDECIDED: "caution",
    }
)
# Translators, of each below: why a participant gets no certificate of a training.
MISSING_SENTENCES = {
    MissingRequirement.NOTHING_PLANNED: _("The training has no session."),
    MissingRequirement.MINUTES: _("{missing} minutes are missing."),  # {missing} is a number
    MissingRequirement.NO_RESULT: _("There is no result of the test yet."),
    MissingRequirement.NOT_PASSED: _("The test was not passed."),
}
# The next step with the keys with which an organisation signs certificates.
KEY_ADVICE_TEXTS = {
    KeyAdvice.NO_KEY: _("No certificate can be issued yet. Create a key."),
    KeyAdvice.LISTS_END: _(
        "The lists of revoked certificates are no longer signed. 31 days after the last"
        " signature, certificates can no longer be relied on. Create a key."
    ),
    KeyAdvice.MOVED: _(
        "The address of the public site is not the one in this key. Create a new key: "
        "certificates are signed again overnight."
    ),
    KeyAdvice.OLD: _(
        "The key is two years old. Create a new one: certificates that it signed stay valid."
    ),
    KeyAdvice.SIGNED_TONIGHT: _("Certificates of the previous key are signed again in the night."),
}


def certificate_state(row: models.Certificate) -> StateLabel:
    return verdict_state(eligibility.invalid_state(row) or State.VALID)


def eligibility_status(line: eligibility.Eligibility) -> StateLabel:
    """Return the label of a participant's certificate, or of why there is none."""
    if line.is_outdated:
        # Translators: a participant's attendance or result was corrected after the certificate.
        return StateLabel(_("Outdated"), "caution")
    if line.certificate is not None:
        return StateLabel(_("Issued"), "good")  # For translators: a participant has a certificate
    if line.was_revoked:
        return verdict_state(State.REVOKED)
    if line.is_due:
        return StateLabel(_("To be issued"), "open")  # For translators: state of a certificate
    return StateLabel(_("Requirements not met"), "plain")  # For translators: for a certificate


def key_state(key: BadgeKey) -> StateLabel:
    if key.distrusted_at is not None:
        # Translators, of each below: of a key.
        return StateLabel(_("No longer trusted"), "alarm")  # it may have been stolen
    if key.retired_at is not None:
        return StateLabel(_("Retired"), "ended")  # nothing new is signed with it
    return StateLabel(_("In use"), "good")


def rule_sentences(rule: CertificateRule) -> str:
    # Translators: on a certificate: what its holder did to get it. {percent} is a number.
    attended = gettext("At least {percent} % of the planned time.")
    sentences = [attended.format(percent=rule.attendance_percent)]
    if rule.assessment is not Assessment.NONE:
        # Translators: on a certificate: what its holder did to get it. {percent} is a number.
        passed = gettext("A test with at least {percent} % of the points.")
        sentences.append(passed.format(percent=rule.pass_percent))
    return " ".join(sentences)
