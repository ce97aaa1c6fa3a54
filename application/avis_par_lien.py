"""An avis given by somebody outside, through a link that serves once and shows the pièces that were chosen, and no others."""

from dataclasses import dataclass
from typing import Any

from aggregates.dossier import Dossier
from aggregates.dossier.completude import PieceRecue
from aggregates.dossier.elements import Avis
from application.commandes import Appel, Recu
from application.declaration import DECLARES
from application.gestes.avis import DemanderAvis, RendreAvis
from application.habilitations import exiger_role
from application.masquage import est_masque
from application.services import Services
from application.site import LiensDAvis
from kernel.identifiants import derive, identifiant
from kernel.refus import Refus


class LienDAvisPerime(Refus, code="lien_perime"):
    """It served, it is too old, the avis was given or is asked no more."""

    def __init__(self) -> None:
        super().__init__("Ce lien ne sert plus : l’avis est rendu, n’est plus demandé, ou le lien est trop ancien.")


@dataclass(frozen=True, slots=True)
class AvisDemandeParLien:
    """What a link opens: a dossier, what is asked of whom, and the pièces chosen, by the version of their fact."""

    dossier: Dossier
    avis: Avis
    agent: str
    pieces: dict[int, PieceRecue]


def recues(dossier: Dossier) -> dict[int, PieceRecue]:
    """Return the pièces that were received, by the version of their fact."""
    return {i.entete.version: i.fait for i in dossier.inscriptions if isinstance(i.fait, PieceRecue)}


def donner(
    services: Services, liens: LiensDAvis, reference: str, aupres_de: str, pieces: tuple[int, ...], par: str
) -> str:
    """Return the secret of a new link for an avis that is asked, or refuse with RoleManquant, LienDAvisPerime, ReferenceInconnue.

    Whoever had the former link of that demande has nothing any more.
    """
    exiger_role(services.store, par, DECLARES[DemanderAvis].roles, services.maintenant(), "lien d’avis")
    dossier = services.trouver(Dossier, reference)
    avis = _attendu(dossier, aupres_de)
    if avis is None or not recues(dossier).keys() >= set(pieces):
        raise LienDAvisPerime
    return liens.faire(dossier.id, avis.version, aupres_de, par, pieces)


def ouvrir(services: Services, liens: LiensDAvis, secret: str) -> AvisDemandeParLien:
    """Return what a link opens, or refuse with LienDAvisPerime."""
    lien = liens.lire(secret)
    dossier = None if lien is None else services.store.charger(Dossier, lien.dossier)
    avis = None if dossier is None or lien is None else _attendu(dossier, lien.aupres_de)
    if lien is None or dossier is None or avis is None or avis.version != lien.demande:
        raise LienDAvisPerime
    montrees = {} if est_masque(services, "dossier", dossier.id) else recues(dossier)
    return AvisDemandeParLien(
        dossier, avis, lien.agent, {version: p for version, p in montrees.items() if version in lien.pieces}
    )


def rendre(services: Services, liens: LiensDAvis, secret: str, donnees: dict[str, Any]) -> Recu:
    """Record the avis, in the name of the agent who gave the link, which is said; the link is then worth nothing.

    Its id is drawn from the secret of the link, which nobody else can guess: sent twice, or stopped in the middle and sent
    again, it has one effect.

    Raises:
        LienDAvisPerime: the link is worth nothing.
        SaisieInvalide: its sense or its text is not one.
        RoleManquant: who gave it may not ask an avis any more.
    """
    ouvert = ouvrir(services, liens, secret)
    geste, seuls = DECLARES[RendreAvis], services.pour_une_commande()
    commande = geste.lire({**donnees, "dossier": ouvert.dossier.ref, "aupres_de": ouvert.avis.de})

    def decider(dossier: Dossier) -> None:
        texte = seuls.confier(commande.texte, dossier.id, "avis")
        dossier.rendre_avis(ouvert.avis.de, commande.sens, texte, par_lien=True)

    appel = Appel(acteur=ouvert.agent, commande_id=derive(identifiant("lien d’avis", secret), "rendre"))
    recu = seuls.executer(geste, Dossier, ouvert.dossier.id, decider, commande, appel)
    liens.consommer(secret)
    return recu


def _attendu(dossier: Dossier, aupres_de: str) -> Avis | None:
    """Return a demande that an answer may still come to; one réputé rendu is: late, it is kept."""
    rendu = dossier.avis_rendus.get(aupres_de)
    if not dossier.tient_encore or rendu not in {None, "repute_rendu"}:
        return None
    return next((avis for avis in dossier.avis if avis.de == aupres_de), None)


def demandes_ouvertes(dossier: Dossier) -> list[str]:
    """Return of whom an answer may still come."""
    return [avis.de for avis in dossier.avis if _attendu(dossier, avis.de) is not None]
