"""What a délibération awaits of the engine elsewhere: dossiers on the agenda, a number, decisions carried, credits engaged."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from aggregates.chrono import Chrono
from aggregates.deliberation import Deliberation
from aggregates.deliberation.acte import SERIE
from aggregates.deliberation.etat import EtatLigne, LigneRefusee, Resultat
from aggregates.deliberation.execution import EngagementAccorde, EngagementRefuse
from aggregates.dossier import Dossier
from application.automatisme import Ordre, par_lignes, reaction
from application.commandes import Commande
from application.declaration import Cible, envoyer, geste
from application.gestes.cibles import DOSSIER, RefDossier
from application.gestes.dossier import Ajourner, Inscrire
from application.gestes.enveloppe import EngagerEnveloppe, LigneAEngager
from application.gestes.subvention import OuvrirSubvention
from application.services import Services
from kernel.attentes import Role
from kernel.faits import Jalon
from kernel.identifiants import identifiant
from kernel.pannes import passer

CHRONO: Final = Cible(Chrono, chaud=True)


@geste("decider", "Porter la décision au dossier", Role.SYSTEME, sur=DOSSIER, decide=Dossier.decider)
class Decider(Commande):
    """Porter à un dossier la décision de l’assemblée."""

    dossier: RefDossier
    deliberation: UUID
    favorable: bool
    montant_vote_centimes: int
    vote_le: date
    adopte: bool = True


@geste("annoncer-vote", "Annoncer le vote au dossier", Role.SYSTEME, sur=DOSSIER, decide=Dossier.annoncer_vote)
class AnnoncerVote(Decider):
    """Annoncer à un dossier le vote de sa ligne, avant que l’acte soit exécutoire."""


@geste("attribuer", "Attribuer un numéro", Role.SYSTEME, sur=CHRONO, decide=Chrono.attribuer)
class AttribuerRang(Commande):
    """Attribuer à un acte le numéro suivant d’une série."""

    serie: str
    annee: int
    pour: UUID

    @property
    def id_cree(self) -> UUID:
        """Return the series of the year, which its first number opens."""
        return identifiant("chrono", self.serie, self.annee)


@reaction("deliberation", "inscrire_lignes", Deliberation)
def inscrire_lignes(deliberation: Deliberation, ordre: Ordre, services: Services) -> Callable[[Deliberation], object]:
    """A rapport was prepared: tell each dossier that it is on the agenda."""

    def inscrire(ligne: EtatLigne) -> None:
        numero = ligne.rapport.ligne
        commande = Inscrire(dossier=str(ligne.rapport.dossier), deliberation=str(ordre.id), ligne=numero)
        envoyer(commande, ordre.sous_appel("inscrire", numero), services)

    lignes = deliberation.a_inscrire if _courante(deliberation.passe_inscription, ordre) else []
    inscrites, refusees = par_lignes(lignes, inscrire)
    return lambda d: d.constater_inscription(
        ordre.du.ouverte_par, inscrites=_numeros(inscrites), refusees=_refusees(refusees)
    )


@reaction("deliberation", "attribuer_numero", Deliberation)
def attribuer_numero(deliberation: Deliberation, ordre: Ordre, services: Services) -> Callable[[Deliberation], object]:
    """A number was asked for: take the next one of the series, without hole or double."""
    commande = AttribuerRang(serie=SERIE, annee=deliberation.annee, pour=ordre.id)
    envoyer(commande, ordre.sous_appel("numero"), services)
    numero = services.store.charger_existant(Chrono, commande.id_cree).numero(ordre.id)
    return lambda d: d.recevoir_numero(numero)


@reaction("deliberation", "porter_decisions", Deliberation)
def porter_decisions(deliberation: Deliberation, ordre: Ordre, services: Services) -> Callable[[Deliberation], object]:
    """Tell each dossier the vote of its line; once the act has legal force, carry the decision and open the awards.

    Adjourned lines wait for neither.
    """
    executoire = deliberation.executoire is not None

    def porter(ligne: EtatLigne) -> None:
        _porter(ligne, ordre, services, executoire=executoire)
        passer("porter_decisions.apres_ligne")

    lignes = deliberation.a_porter if _courante(deliberation.passe_decisions, ordre) else []
    faites, refusees = par_lignes(lignes, porter)
    portees = [ligne for ligne in faites if executoire or not ligne.votee]
    return lambda d: d.constater_decisions(
        ordre.du.ouverte_par,
        portees=_numeros(portees),
        annoncees=_numeros([ligne for ligne in faites if ligne not in portees]),
        refusees=_refusees(refusees),
    )


@reaction("deliberation", "engager_credits", Deliberation)
def engager_credits(deliberation: Deliberation, ordre: Ordre, services: Services) -> Callable[[Deliberation], object]:
    """Every decision was carried: engage the awards of the rapport, once per enveloppe with all its lines."""
    a_engager = deliberation.a_engager if _courante(deliberation.passe_credits, ordre) else {}
    engages: list[EngagementAccorde] = []
    _, refusees = par_lignes(a_engager, lambda e: engages.append(_engager(e, a_engager[e], ordre, services)))
    refuses = [EngagementRefuse(enveloppe=enveloppe, code=code) for enveloppe, code in refusees]
    return lambda d: d.constater_engagements(ordre.du.ouverte_par, engages=engages, refuses=refuses)


def _courante(passe: Jalon | None, ordre: Ordre) -> bool:
    """Tell whether an order is of the pass now open: another driver may have done it."""
    return passe is not None and passe.version == ordre.du.ouverte_par


def _numeros(lignes: Sequence[EtatLigne]) -> list[int]:
    return [ligne.rapport.ligne for ligne in lignes]


def _refusees(refusees: Sequence[tuple[EtatLigne, str]]) -> list[LigneRefusee]:
    return [LigneRefusee(ligne=ligne.rapport.ligne, code=code) for ligne, code in refusees]


def _porter(ligne: EtatLigne, ordre: Ordre, services: Services, *, executoire: bool) -> None:
    rapport = ligne.rapport
    if ligne.resultat is Resultat.AJOURNEE or ligne.vote_le is None:
        commande = Ajourner(dossier=str(rapport.dossier), deliberation=str(ordre.id))
        envoyer(commande, ordre.sous_appel("ajourner", rapport.ligne, ligne.vote), services)
        return
    vote: dict[str, Any] = {
        "dossier": str(rapport.dossier),
        "deliberation": ordre.id,
        "favorable": ligne.attribue,
        "montant_vote_centimes": ligne.vote_centimes,
        "vote_le": ligne.vote_le,
        "adopte": ligne.resultat is Resultat.ADOPTEE,
    }
    if not executoire:
        envoyer(AnnoncerVote(**vote), ordre.sous_appel("annoncer", rapport.ligne, ligne.vote), services)
        return
    envoyer(Decider(**vote), ordre.sous_appel("decider", rapport.ligne, ligne.vote), services)
    if ligne.attribue:
        subvention = OuvrirSubvention(
            dossier=str(rapport.dossier),
            deliberation=str(ordre.id),
            tiers=None if rapport.tiers is None else str(rapport.tiers),
            montant_centimes=ligne.vote_centimes,
            vote_le=ligne.vote_le,
            campagne=rapport.campagne,
            objet=rapport.objet,
            enveloppe=rapport.enveloppe,
        )
        envoyer(subvention, ordre.sous_appel("subvention", rapport.ligne, ligne.vote), services)


def _engager(enveloppe: str, lignes: list[EtatLigne], ordre: Ordre, services: Services) -> EngagementAccorde:
    engagees = tuple(
        LigneAEngager(dossier=str(ligne.rapport.dossier), montant_centimes=ligne.vote_centimes) for ligne in lignes
    )
    commande = EngagerEnveloppe(enveloppe=enveloppe, deliberation=str(ordre.id), lignes=engagees)
    envoyer(commande, ordre.sous_appel("engager", enveloppe), services)
    return EngagementAccorde(enveloppe=enveloppe, montant_centimes=sum(ligne.montant_centimes for ligne in engagees))
