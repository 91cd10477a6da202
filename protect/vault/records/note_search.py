"""Words that a member searches for: never in an address, a log or a session as they are.
They travel in the address, so that “back” leads to what was found, sealed under a key that comes
from the secret of the person who asks. An attacker who reads addresses sees noise, even with the
database and the site's own secret."""

from datetime import datetime
from uuid import UUID

from protect.kernel.items import items
from protect.reference.lookup.fold import fold
from protect.vault.errors import TokenGone
from protect.vault.formats import errors, secrets, token as token_format
from protect.vault.server_keys.tokens import TOKEN_MINUTES
from protect.vault.sessions.unlocked import Unlocked


def seal_words(unlocked: Unlocked, team: UUID, words: str, *, at: datetime) -> str:
    """Return what stands in the address of a search. Opens in this session, for half an hour."""
    opened = token_format.OpenedToken(issued=int(at.timestamp()), document={"words": words})
    return token_format.seal(_key(unlocked), f"vault.search {team}", at.date(), opened)


def open_words(unlocked: Unlocked, team: UUID, token: str, *, at: datetime) -> str:
    """Return what is searched for.
    Errors: TokenGone when it is too old, forged, of another team, person or session."""
    try:
        opened = token_format.unseal(_key(unlocked), f"vault.search {team}", token)
    except errors.Damaged:
        raise TokenGone from None
    age = at.timestamp() - opened.issued
    if not -60 <= age <= TOKEN_MINUTES * 60:  # a minute for clocks that differ
        raise TokenGone
    return str(opened.document["words"])


def is_found(words: str, *texts: str) -> bool:
    """Return whether every word stands somewhere in the texts, however it is spelt.
    Case, accents and letter variants count for nothing; neither do gaps between digits, since
    numbers of telephones are grouped by taste."""
    folded = fold(" ".join(texts))
    squeezed = folded.replace(" ", "")
    return all(word in (squeezed if word.isdigit() else folded) for word in fold(words).split())


def _key(unlocked: Unlocked) -> bytes:
    bound = items("protect", "search", 1, unlocked.user_id, unlocked.session)
    return secrets.derive(unlocked.secret.reveal(), info=bound)
