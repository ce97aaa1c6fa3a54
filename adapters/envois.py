"""Sending to an address that somebody else chose: where it may lead, and nowhere else."""

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Mapping
from contextlib import closing
from typing import Final
from urllib.parse import urlsplit

DELAI_S: Final = 10.0
_PORTS: Final = {"https": 443, "http": 80}


class _AdressePrivee(Exception):
    """The name leads inside."""


_RAISONS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (_AdressePrivee, "adresse_privee"),
    (socket.gaierror, "nom_inconnu"),
    (UnicodeError, "nom_inconnu"),
    (TimeoutError, "sans_reponse"),
    (ssl.SSLError, "certificat"),
    (Exception, "injoignable"),
)


class EnvoiHttp:
    """Implements `application.livraisons.Envoi`.

    `ici`: addresses of this machine and of its networks too, and http: on a rehearsal only.
    """

    def __init__(self, *, ici: bool, contexte: ssl.SSLContext | None = None) -> None:
        self._ici, self._contexte = ici, contexte

    def __call__(self, url: str, corps: bytes, entetes: Mapping[str, str]) -> str:
        """Post it; return the status of the answer, or why there was none. A redirection is an answer, and not followed."""
        parties = urlsplit(url)
        if parties.scheme != "https" and not self._ici:
            return "sans_tls"
        hote, port = parties.hostname or "", parties.port or _PORTS.get(parties.scheme, 0)
        try:
            adresse = self._resoudre(hote, port)
            connexion = _Connexion(hote, port, adresse, self._tls() if parties.scheme == "https" else None)
            with closing(connexion):
                chemin = f"{parties.path or '/'}{'?' if parties.query else ''}{parties.query}"
                connexion.request("POST", chemin, corps, dict(entetes))
                return str(connexion.getresponse().status)
        except (_AdressePrivee, OSError, UnicodeError, http.client.HTTPException) as erreur:
            return next(code for genre, code in _RAISONS if isinstance(erreur, genre))

    def _resoudre(self, hote: str, port: int) -> str:
        """Return where a name leads; one that leads to a private address too leads nowhere."""
        adresses = [str(ligne[4][0]) for ligne in socket.getaddrinfo(hote, port, type=socket.SOCK_STREAM)]
        if not self._ici and not all(map(_publique, adresses)):
            raise _AdressePrivee
        return adresses[0]

    def _tls(self) -> ssl.SSLContext:
        return self._contexte or ssl.create_default_context()


class _Connexion(http.client.HTTPConnection):
    """Goes to the address that was checked: the name is not resolved again, which may lead elsewhere."""

    def __init__(self, hote: str, port: int, adresse: str, contexte: ssl.SSLContext | None) -> None:
        super().__init__(hote, port, timeout=DELAI_S)
        self._adresse, self._contexte = adresse, contexte

    def connect(self) -> None:
        """Connect, and check the certificate of the name."""
        self.sock = socket.create_connection((self._adresse, self.port), DELAI_S)
        if self._contexte is not None:
            self.sock = self._contexte.wrap_socket(self.sock, server_hostname=self.host)


def _publique(adresse: str) -> bool:
    lue = ipaddress.ip_address(adresse.partition("%")[0])
    if isinstance(lue, ipaddress.IPv6Address):
        lue = lue.ipv4_mapped or lue.sixtofour or lue
    return lue.is_global and not lue.is_multicast
