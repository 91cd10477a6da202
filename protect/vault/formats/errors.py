"""What can be wrong with bytes. The actions above turn these into refusals that people understand.
No text here names a secret, a person or a value: it may reach a log."""


class Damaged(ValueError):
    """These bytes are not what was once written here."""


class Malformed(Damaged):
    """The bytes have no shape that this version knows. No key was tried."""


class Forged(Damaged):
    """The shape is right, but the key, the context or a byte is not the one it was made with."""


class NotCanonical(ValueError):
    """A document holds what has no single spelling: a fraction, a key that is no text.
    A programming fault: forms have checked before."""


class ContextChanged(LookupError):
    """A context that certificates were signed under says something else in this installation."""


class PepperMissing(LookupError):
    """The pepper that a bundle was made with is not among those that this server was given."""


class Mistyped(ValueError):
    """A printed code was copied wrongly. `group` counts from 1; 0 when the length is wrong."""

    def __init__(self, group: int) -> None:
        self.group = group
        super().__init__(f"group {group}")
