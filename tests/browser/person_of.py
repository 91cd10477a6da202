"""Called beside a server: the id of a person."""


def main(email: str) -> str:
    """Return the id of the account with this mail."""
    from protect.orgs.models import User

    return str(User.objects.get(email=email).pk)
