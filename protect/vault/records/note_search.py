"""Search words of a member, sealed so that no URL, log or session contains them in clear. The token
is in the URL, so that the back button returns to the results. Its key derives from the member's
secret: a reader of URLs learns nothing, even with the database and the site's secret key."""

from datetime import datetime
from uuid import UUID

from protect.kernel.items import encode_items
from protect.reference.lookup.fold import fold
from protect.vault.errors import TokenGone
from protect.vault.formats import errors, secrets, token as token_format
from protect.vault.server_keys.tokens import TOKEN_MINUTES
from protect.vault.sessions.unlocked import Unlocked


def seal_search_words(unlocked: Unlocked, team: UUID, words: str, *, at: datetime) -> str:
    """Return the token for the URL of a search; it opens in this session for half an hour."""
    token_content = token_format.TokenContent(issued=int(at.timestamp()), document={"words": words})
    return token_format.seal(_token_key(unlocked), f"vault.search {team}", at.date(), token_content)


def open_search_words(unlocked: Unlocked, team: UUID, token: str, *, at: datetime) -> str:
    """Return a token's search words. Errors: TokenGone if old, forged or of another session."""
    try:
        token_content = token_format.unseal(_token_key(unlocked), f"vault.search {team}", token)
    except errors.Damaged:
        raise TokenGone from None
    age = at.timestamp() - token_content.issued
    if not -60 <= age <= TOKEN_MINUTES * 60:  # a minute for clocks that differ
        raise TokenGone
    return str(token_content.document["words"])


def contains_all_words(words: str, *texts: str) -> bool:
    """Return whether the texts contain every word, also within longer words. Ignored are case,
    accents, letter variants and gaps between digits, as phone numbers are grouped in many ways."""
    folded = fold(" ".join(texts))
    squeezed = folded.replace(" ", "")
    return all(word in (squeezed if word.isdigit() else folded) for word in fold(words).split())


def _token_key(unlocked: Unlocked) -> bytes:
    purpose = encode_items("protect", "search", 1, unlocked.user_id, unlocked.session)
    return secrets.derive(unlocked.secret.reveal(), info=purpose)
