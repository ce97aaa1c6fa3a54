"""Who reaches the site: this machine alone, or others, by names that are declared and through proxies that are believed."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from application.site import Site
from bootstrap.reglages import Reglages
from kernel.refus import Refus, SaisieInvalide

HOTES_LOCAUX: Final = ("127.0.0.1", "localhost")
Reseaux = tuple[IPv4Network | IPv6Network, ...]


class ExpositionRefusee(Refus, code="exposition_refusee"):
    """The site is not ready for others than this machine."""

    def __init__(self, manques: Sequence[str]) -> None:
        super().__init__(
            f"Le site ne se sert pas au-delà de cette machine : {' ; '.join(manques)}.", manques=list(manques)
        )


@dataclass(frozen=True)
class Exposition:
    """The names it answers to, the proxies it believes, and whether only this machine reaches it."""

    hotes: tuple[str, ...] = HOTES_LOCAUX
    mandataires: Reseaux = ()
    locale: bool = True


LOCALE: Final = Exposition()


def exposer(reglages: Reglages, site: Site, hote: str, noms: Sequence[str] = ()) -> Exposition:
    """Return how the site may be served on an address, `noms` being added to its declared names.

    Raises:
        ExpositionRefusee: beyond this machine, it has no name, no proxy that carries TLS, or nobody can sign in.
        SaisieInvalide: a proxy is no address nor network.
    """
    publics, mandataires = (*reglages.noms_publics, *noms), lire_reseaux(reglages.mandataires)
    if hote in HOTES_LOCAUX and not publics:
        return LOCALE
    besoins = {
        "son nom n’est pas déclaré (DILIGENCE_HOTES)": publics,
        "aucun mandataire n’est déclaré, qui porte TLS devant lui (DILIGENCE_MANDATAIRES)": mandataires,
        "personne n’a de compte (diligence agent inviter)": site.comptes.tous(),
    }
    if manques := [manque for manque, la in besoins.items() if not la]:
        raise ExpositionRefusee(manques)
    return Exposition(publics, mandataires, locale=False)


def lire_reseaux(texte: str) -> Reseaux:
    """Read addresses and networks separated by commas, or refuse with SaisieInvalide."""
    try:
        return tuple(ip_network(morceau) for morceau in re.split(r"[,\s]+", texte) if morceau)
    except ValueError as erreur:
        raise SaisieInvalide(
            f"DILIGENCE_MANDATAIRES : « {texte} » n’est pas une suite d’adresses ou de réseaux.", mandataires=texte
        ) from erreur


class Mandataires:
    """Believes, of the proxies that are declared and of nobody else, whom they speak for and whether TLS was used."""

    def __init__(self, application: ASGIApp, reseaux: Reseaux) -> None:
        self._application, self._reseaux = application, reseaux

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put in the request who really asks."""
        if scope["type"] == "http" and scope.get("client") and self._croit(scope["client"][0]):
            entetes = {nom.lower(): valeur.decode("latin-1") for nom, valeur in scope["headers"]}
            protocole = entetes.get(b"x-forwarded-proto", "").rpartition(",")[2].strip().lower()
            # what stands at the left was said by whoever asks: from the right, the first that is no proxy of ours
            suite = [adresse.strip() for adresse in entetes.get(b"x-forwarded-for", "").split(",") if adresse.strip()]
            loin = next((adresse for adresse in reversed(suite) if not self._croit(adresse)), scope["client"][0])
            scope = {**scope, "client": (loin, 0), "scheme": "https" if protocole == "https" else "http"}
        await self._application(scope, receive, send)

    def _croit(self, adresse: str) -> bool:
        try:
            lue = ip_address(adresse)
        except ValueError:
            return False
        return any(lue in reseau for reseau in self._reseaux)
