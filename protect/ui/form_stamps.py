"""Signed stamps in forms of pages without cookies: they prove which form was opened, and when."""

from django.core import signing

from protect.kernel import clock

VALID_SECONDS = 24 * 3600  # seconds that a form may stay open before it is sent


class FormStamps:
    """Stamps of one kind of form. `salt`: the name of the kind, which stamps of others lack."""

    def __init__(self, salt: str) -> None:
        self._signer = signing.Signer(salt=salt)

    def make(self, code: str) -> str:
        """Return a stamp for the form about `code`, opened now."""
        return self._signer.sign(f"{code}{int(clock.now().timestamp()):x}")

    def is_valid(self, stamp: str, code: str) -> bool:
        """Return whether a stamp is of the form about `code` and was made within a day."""
        try:
            value = self._signer.unsign(stamp)
            age = clock.now().timestamp() - int(value.removeprefix(code), 16)
        except (signing.BadSignature, ValueError):
            return False
        return value.startswith(code) and -1 < age < VALID_SECONDS
