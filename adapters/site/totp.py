"""One-time codes (RFC 6238): six digits of an HMAC-SHA-1 of the half minute, as every application of codes does."""

import base64
import hmac
import secrets
import struct
from typing import Final

from kernel.instants import Instant

PAS_S: Final = 30
CHIFFRES: Final = 6
TOLERANCE: Final = 1
"""Half minutes before and after this one: clocks of telephones differ, and a person types."""
_OCTETS: Final = 20


def nouveau_secret() -> str:
    """Return a secret, in base 32."""
    return base64.b32encode(secrets.token_bytes(_OCTETS)).decode()


def code(secret: str, du_pas: int) -> str:
    """Return the code of a half minute."""
    condense = hmac.digest(base64.b32decode(secret), struct.pack(">Q", du_pas), "sha1")
    debut = condense[-1] & 0xF
    return f"{(int.from_bytes(condense[debut : debut + 4], 'big') & 0x7FFFFFFF) % 10**CHIFFRES:0{CHIFFRES}}"


def pas_du_code(secret: str, donne: str, instant: Instant) -> int | None:
    """Return the half minute whose code was given, None when it is none of those around this instant."""
    voulu, actuel = "".join(donne.split()).encode(), int(instant.timestamp()) // PAS_S
    proches = range(actuel - TOLERANCE, actuel + TOLERANCE + 1)
    try:
        return next((pas for pas in proches if hmac.compare_digest(code(secret, pas).encode(), voulu)), None)
    except ValueError:  # the secret is no base 32: it came back changed from the page that showed it
        return None
