"""What the site keeps beside a store, opened."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from adapters.entrees import ouvert
from adapters.envois import EnvoiHttp
from adapters.site.base import ouvrir, preparer
from adapters.site.brouillons import BrouillonsDuSite
from adapters.site.comptes import ComptesDuSite
from adapters.site.demandes import DemandesDuSite
from adapters.site.echecs import EchecsDuSite
from adapters.site.jetons import JetonsDuSite
from adapters.site.lectures import LecturesDuSite
from adapters.site.liens import LiensDuSite
from adapters.site.liens_d_avis import LiensDAvisDuSite
from adapters.site.livraisons import LivraisonsDuSite
from adapters.site.lots import LotsDuSite
from adapters.site.sessions import SessionsDuSite
from adapters.site.teleservices import ReperesDuSite
from adapters.site.vues import VuesDuSite
from application.ports import Coffre
from application.services import Services
from application.site import Fournisseur, Site
from bootstrap.reglages import Reglages
from kernel.refus import SaisieInvalide


@contextmanager
def site(reglages: Reglages, coffre: Coffre, *, a_preparer: bool = False) -> Iterator[Site]:
    """Open it beside its store, whose coffre seals what is personal; its tables being made first when `a_preparer`.

    Raises:
        StoreAMigrer: it was not prepared.
        SiteEtranger: it is another store's.
    """
    if a_preparer:
        preparer(reglages.base)
    base = ouvrir(reglages.base, coffre)
    try:
        yield Site(
            base.store_id,
            sessions=SessionsDuSite(base),
            comptes=ComptesDuSite(base),
            liens=LiensDuSite(base),
            liens_d_avis=LiensDAvisDuSite(base),
            echecs=EchecsDuSite(base),
            demandes=DemandesDuSite(base),
            jetons=JetonsDuSite(base),
            livraisons=LivraisonsDuSite(base),
            reperes=ReperesDuSite(base),
            brouillons=BrouillonsDuSite(base),
            lectures=LecturesDuSite(base, timedelta(days=reglages.conservation_lectures)),
            lots=LotsDuSite(base),
            vues=VuesDuSite(base),
            maintenant=base.maintenant,
        )
    finally:
        base.moteur.dispose()


def envoi(services: Services) -> EnvoiHttp:
    """Return what posts to a webhook: out of this machine and its networks, save on a rehearsal."""
    return EnvoiHttp(ici=services.store.enregistreur.est_repetition())


def fournisseur(reglages: Reglages) -> Fournisseur | None:
    """Return the identity provider of the settings, None without one; refuse with SaisieInvalide half a one."""
    if not reglages.oidc_emetteur:
        return None
    if not reglages.oidc_client or reglages.oidc_secret is None:
        raise SaisieInvalide(
            "Avec DILIGENCE_OIDC_EMETTEUR, DILIGENCE_OIDC_CLIENT nomme ce service, et DILIGENCE_OIDC_SECRET le fichier de son secret."
        )
    with ouvert(reglages.oidc_secret) as flux:
        secret = flux.read().decode().strip()
    # only here: most sites have none, and it brings a client of HTTP
    from adapters.oidc import FournisseurOidc

    acr = tuple(filter(None, re.split(r"[,\s]+", reglages.oidc_acr)))
    return FournisseurOidc(
        reglages.oidc_emetteur, reglages.oidc_client, secret, reglages.oidc_siret, acr, reglages.oidc_algorithme
    )


__all__ = ["envoi", "fournisseur", "preparer", "site"]
