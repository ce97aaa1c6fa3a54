"""The client of Démarche Numérique: one question, one bounded answer, tried again when only the moment was wrong.

The token goes to the API alone, and to no log. A file is taken from the hosts that are configured, and nowhere else.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx

from adapters.autorites import autorites
from adapters.demarche_numerique.reponses import lire_dossier, lire_suppressions
from adapters.demarche_numerique.requetes import DEFINITIVES, DOSSIERS, EN_ATTENTE, UN_DOSSIER
from application.teleservice.distant import (
    DossierDistant,
    DossierIllisible,
    FichierDistant,
    FichierRefuse,
    PageDeDossiers,
    PageDeSuppressions,
    TeleserviceInjoignable,
    TeleserviceRefuse,
)
from kernel.instants import Instant, rfc3339
from kernel.refus import SaisieInvalide

PAR_PAGE: Final = 50
"""Requests asked at once; Démarche Numérique gives 100 at most, and answers in 30 seconds or not at all."""
REPONSE_MAX: Final = 32 * 1024 * 1024
"""Bytes of an answer: a hundred times what fifty long forms take."""
DELAI: Final = httpx.Timeout(10.0, read=40.0)
"""Seconds."""
DUREE_MAX_S: Final = 120.0
"""Seconds of one answer or one file, however slowly it comes."""
ESSAIS: Final = 4
PAUSES_S: Final = (1.0, 3.0, 9.0)
ATTENTE_MAX_S: Final = 60.0
"""How long « Retry-After » is obeyed."""
T = TypeVar("T")
_ICI: Final = frozenset({"127.0.0.1", "localhost"})


class _AReessayer(Exception):
    """Only the moment was wrong; its text is French. `attente` seconds are asked for, when they are."""

    def __init__(self, raison: str, attente: float | None = None) -> None:
        super().__init__(raison)
        self.raison, self.attente = raison, attente


@dataclass
class DemarcheNumerique:
    """Implements `application.teleservice.distant.Teleservice`."""

    adresse: str
    jeton: str = field(repr=False)
    hotes: frozenset[str] = frozenset()
    """Hosts of the files, besides that of the API."""
    dormir: Callable[[float], None] = time.sleep

    def __post_init__(self) -> None:
        if not _permise(self.adresse):
            raise SaisieInvalide("DILIGENCE_DN_ADRESSE doit être une adresse https.", adresse=self.adresse)
        # an answer comes as it is: what is compressed says nothing of its size
        self._http = httpx.Client(
            timeout=DELAI, follow_redirects=False, headers={"Accept-Encoding": "identity"}, verify=autorites()
        )

    def fermer(self) -> None:
        """Close its connections."""
        self._http.close()

    def page(self, demarche: int, depuis: Instant | None, apres: str | None) -> PageDeDossiers:
        """Return a page; the nodes that an error left blank are told as such."""
        liste = _objet(self._demarche(DOSSIERS, demarche, depuis, apres), "dossiers")
        return PageDeDossiers([lire_dossier(noeud) for noeud in _noeuds(liste)], _suite(liste))

    def supprimes(
        self, demarche: int, depuis: Instant | None, apres: str | None, *, definitifs: bool
    ) -> PageDeSuppressions:
        """Return a page of deletions."""
        liste = _objet(
            self._demarche(DEFINITIVES if definitifs else EN_ATTENTE, demarche, depuis, apres), "suppressions"
        )
        return PageDeSuppressions(list(lire_suppressions(_noeuds(liste))), _suite(liste))

    def dossier(self, numero: int) -> DossierDistant | DossierIllisible:
        """Return one request; one that is not given any more is told as such."""
        try:
            return lire_dossier(self._demander(UN_DOSSIER, {"numero": numero}).get("dossier"))
        except TeleserviceRefuse as refus:
            if refus.champs.get("code") == "unauthorized":
                raise
            return DossierIllisible(numero, "Démarche Numérique ne donne plus ce dossier")

    def telecharger(self, fichier: FichierDistant, taille_max: int) -> bytes:
        """Return its bytes: of the size and the MD5 that were said, from a host that is known."""
        connus = {urlsplit(self.adresse).hostname, *self.hotes}
        if not _permise(fichier.url) or urlsplit(fichier.url).hostname not in connus:
            raise FichierRefuse("l’adresse de ce fichier n’est pas celle d’un hôte connu (DILIGENCE_DN_HOTES)")
        if fichier.octets > taille_max:
            raise FichierRefuse(f"ce fichier pèse {fichier.octets} octets, plus que les {taille_max} permis")
        try:
            contenu = self._reessayer(lambda: self._recevoir("GET", fichier.url, taille_max))
        except TeleserviceInjoignable as arret:
            raise FichierRefuse(f"ce fichier ne se télécharge pas ({arret.champs['raison']})") from arret
        except httpx.HTTPStatusError as erreur:
            raise FichierRefuse(f"ce fichier ne se télécharge pas (réponse {erreur.response.status_code})") from erreur
        md5 = base64.b64encode(hashlib.md5(contenu, usedforsecurity=False).digest()).decode()
        if len(contenu) != fichier.octets or md5 != fichier.md5:
            raise FichierRefuse(
                "ce fichier n’est pas celui qui est annoncé : sa taille ou sa somme de contrôle diffère"
            )
        return contenu

    def _demarche(self, requete: str, demarche: int, depuis: Instant | None, apres: str | None) -> dict[str, Any]:
        dits: dict[str, Any] = {"demarche": demarche, "premiers": PAR_PAGE, "apres": apres}
        dits["depuis"] = None if depuis is None else rfc3339(depuis)
        return _objet(self._demander(requete, dits), "demarche")

    def _demander(self, requete: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Return the data of an answer; errors beside data leave holes in it, which who reads it tells."""
        corps = json.dumps({"query": requete, "variables": variables}).encode()
        entetes = {"Authorization": f"Bearer {self.jeton}", "Content-Type": "application/json"}

        def essayer() -> dict[str, Any]:
            return _donnees(self._recevoir("POST", self.adresse, REPONSE_MAX, corps, entetes))

        try:
            return self._reessayer(essayer)
        except httpx.HTTPStatusError as erreur:
            statut = erreur.response.status_code
            if statut in {401, 403}:
                raise _refus_du_jeton() from None
            raise _injoignable(f"réponse {statut}") from None

    def _reessayer(self, faire: Callable[[], T]) -> T:
        for essai in range(ESSAIS):
            try:
                return faire()
            except _AReessayer as faute:
                if essai == ESSAIS - 1:
                    raise _injoignable(faute.raison) from None
                pause = PAUSES_S[essai] if faute.attente is None else faute.attente
                self.dormir(min(pause, ATTENTE_MAX_S))
        raise AssertionError

    def _recevoir(
        self,
        methode: str,
        adresse: str,
        taille_max: int,
        corps: bytes | None = None,
        entetes: Mapping[str, str] | None = None,
    ) -> bytes:
        """Return a body, read as it comes and never beyond its bounds."""
        fin, recus = time.monotonic() + DUREE_MAX_S, bytearray()
        with _dites(), self._http.stream(methode, adresse, content=corps, headers=entetes) as reponse:
            if reponse.status_code == 429 or reponse.status_code >= 500:
                raise _AReessayer(f"réponse {reponse.status_code}", _attente(reponse))
            reponse.raise_for_status()
            if reponse.headers.get("content-encoding", "identity") != "identity":
                raise _AReessayer("réponse compressée, qui n’est pas demandée")
            for bloc in reponse.iter_raw():
                recus += bloc
                if len(recus) > taille_max:
                    raise _injoignable(f"réponse de plus de {taille_max} octets")
                if time.monotonic() > fin:
                    raise _AReessayer(f"réponse de plus de {DUREE_MAX_S:.0f} secondes")
        return bytes(recus)


@contextmanager
def _dites() -> Iterator[None]:
    try:
        yield
    except httpx.HTTPStatusError:
        raise
    except httpx.TimeoutException:
        raise _AReessayer("pas de réponse à temps") from None
    except (httpx.HTTPError, httpx.InvalidURL) as erreur:
        raise _AReessayer(f"connexion impossible ou coupée ({type(erreur).__name__})") from None


def _donnees(corps: bytes) -> dict[str, Any]:
    try:
        lu = json.loads(corps)
    except (ValueError, RecursionError):
        raise _AReessayer("réponse tronquée ou illisible") from None
    if not isinstance(lu, dict):
        raise _AReessayer("réponse illisible")
    donnees, erreurs = lu.get("data"), lu.get("errors")
    if isinstance(donnees, dict) and any(valeur is not None for valeur in donnees.values()):
        return donnees
    raise _refus_de(erreurs if isinstance(erreurs, list) else [])


def _refus_de(erreurs: Sequence[Any]) -> Exception:
    """Return what an answer without data says."""
    premiere = next((e for e in erreurs if isinstance(e, dict)), {})
    extensions = premiere.get("extensions")
    code = str(extensions.get("code")) if isinstance(extensions, dict) else ""
    if code == "timeout":
        return _AReessayer("il n’a pas fini à temps")
    if code == "unauthorized":
        return _refus_du_jeton()
    if code == "not_found" or erreurs:
        return TeleserviceRefuse(
            "Démarche Numérique ne donne pas ce qui lui est demandé"
            + (" : ce numéro n’y est pas, ou ce jeton n’y donne pas droit." if code == "not_found" else f" ({code})."),
            code=code,
        )
    return _AReessayer("réponse sans données")


def _refus_du_jeton() -> TeleserviceRefuse:
    return TeleserviceRefuse(
        "Démarche Numérique refuse le jeton : il est expiré, révoqué, ou n’a pas cette démarche (DILIGENCE_DN_JETON).",
        code="unauthorized",
    )


def _injoignable(raison: str) -> TeleserviceInjoignable:
    return TeleserviceInjoignable(
        f"Démarche Numérique ne répond pas comme il faut ({raison}). Rien n’est perdu : la prochaine passe reprend là.",
        raison=raison,
    )


def _attente(reponse: httpx.Response) -> float | None:
    lue = reponse.headers.get("retry-after", "")
    return float(lue) if lue.isascii() and lue.isdigit() else None


def _permise(adresse: str) -> bool:
    """Tell whether an address is one to speak to: https, or this machine."""
    try:
        lue = urlsplit(adresse)
    except ValueError:
        return False
    return bool(lue.hostname) and (lue.scheme == "https" or (lue.scheme == "http" and lue.hostname in _ICI))


def _objet(lu: Mapping[str, Any], nom: str) -> dict[str, Any]:
    valeur = lu.get(nom)
    if not isinstance(valeur, dict):
        raise _injoignable(f"réponse sans « {nom} »")
    return valeur


def _noeuds(liste: Mapping[str, Any]) -> list[Any]:
    noeuds = liste.get("nodes")
    if not isinstance(noeuds, list):
        raise _injoignable("page sans ses dossiers")
    return noeuds


def _suite(liste: Mapping[str, Any]) -> str | None:
    page = _objet(liste, "pageInfo")
    curseur = page.get("endCursor")
    if page.get("hasNextPage") is not True:
        return None
    if not isinstance(curseur, str) or not curseur:
        raise _injoignable("page dont la suite n’est pas dite")
    return curseur
