"""Somebody as an OpenID provider knows them, and when its word is enough."""

from dataclasses import dataclass
from datetime import timedelta

ROUND_TRIP = timedelta(minutes=15)  # from our button to the provider and back


@dataclass(frozen=True)
class Vouched:
    """What a provider says of somebody: who they are there, their address if it was verified, how they proved it."""

    issuer: str
    subject: str
    email: str = ""
    is_proven_twice: bool = False
    id_token: str = ""
