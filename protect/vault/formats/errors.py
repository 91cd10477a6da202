"""Errors of stored bytes. Actions translate them into refusals that users understand.
No text here names a secret, a person or a value, because it may reach a log."""


class Damaged(ValueError):
    """The bytes are not the ones that this system once wrote."""


class Malformed(Damaged):
    """The bytes, or what they decrypt to, have a format that this version does not know."""


class Forged(Damaged):
    """The format is right, but key, context or bytes differ from those at sealing."""


class NotCanonical(ValueError):
    """A document or file cannot be sealed or signed: a value has several JSON spellings, such as a
    fraction, or the file has another size than its metadata says. This is a programming error:
    forms have validated the values before."""


class ContextChanged(LookupError):
    """The library's copy of a JSON-LD context differs from the one that signatures rely on."""


class PepperMissing(LookupError):
    """The server was not given the pepper with which a bundle or a seed was sealed."""


class Mistyped(ValueError):
    """A printed code was copied wrongly. `group` counts from 1; 0 for a wrong length."""

    def __init__(self, group: int) -> None:
        self.group = group
        super().__init__(f"group {group}")
