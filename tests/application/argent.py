"""What follows a vote, on the same Région: bank details, liquidation, mandat, bordereau, payment."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from aggregates.bordereau import Bordereau
from aggregates.dossier import Dossier, Etat
from aggregates.dossier.etat import id_subvention_du
from aggregates.enveloppe import Enveloppe
from aggregates.registre import ESPECES
from aggregates.subvention import Subvention
from application.automatisme import Automatisme, Ordre
from application.automatismes import executer
from application.commandes import Appel, Commande
from application.numeros import id_de
from application.sans_moteur import ce_qui_est_du
from application.services import Services
from kernel.agregat import Agregat
from kernel.identifiants import SYSTEME, identifiant, numero
from scenarios.institution import NATURE
from tests.aggregates.dossier.fabrique import repris
from tests.aggregates.subvention.fabrique import reprise
from tests.application.seance import ENVELOPPE, UNANIME, Region

A = TypeVar("A", bound=Agregat)
IBANS = ("FR7630001007941234567890185", "FR1420041010050500013M02606")
DEUX_PARTS = "avance:70%,solde:30%"


def attribuer(region: Region, nombre: int = 1, *, budget: int | None = 100_000_000) -> list[str]:
    """Bring new dossiers to an award, carried and engaged when a budget is voted."""
    region.faire("agent enregistrer", "admin", identifiant="olga", roles="ordonnateur")
    region.faire("enveloppe ouvrir", "fanny", dispositif="nqe", exercice=2026, section="fonctionnement")
    if budget is not None:
        voter_budget(region, budget)
    region.instruire(nombre)
    region.tenir_seance()
    ref = region.preparer(region.dossiers)
    region.voter(ref, UNANIME)
    region.rendre_executoire(ref)
    region.moteur()
    return region.dossiers


def reprendre(region: Region) -> tuple[str, UUID]:
    """Take over an award decided elsewhere, of which the file does not say how it is paid."""
    ref = numero("REPRISE", UUID(int=1))
    dossier_id, tiers_id = identifiant("dossier", ref), identifiant("tiers", "00000001800002")
    region.faire("tiers enregistrer", "fanny", siret="00000001800002", denomination="Les Passerelles (exemple)")
    dossier = repris(ref=ref, campagne="REPRISE", etat=Etat.DECIDE, tiers=tiers_id)
    attribuee = reprise(ref=f"SUB-{ref}", dossier=dossier_id, dossier_ref=ref, montant_centimes=600_000, echeances=None)
    _reprendre(region, Dossier, dossier_id, lambda d: d.reprendre(dossier))
    _reprendre(region, Subvention, id_subvention_du(dossier_id), lambda s: s.reprendre(attribuee))
    return ref, dossier_id


def _reprendre(region: Region, classe: type[A], agregat_id: UUID, decider: Callable[[A], object]) -> None:
    appel = Appel(acteur=SYSTEME, commande_id=agregat_id)
    region.services.executer(
        Automatisme(classe.nom, "reprendre", executer), classe, agregat_id, decider, Commande(), appel
    )


def voter_budget(region: Region, centimes: int, source: str = "exemple fictif") -> None:
    region.faire("enveloppe voter-budget", "fanny", enveloppe=ENVELOPPE, montant_centimes=centimes, source=source)


def valider_iban(region: Region, dossier: str, rang: int = 0) -> None:
    """Declare bank details of the tiers and have another person validate them."""
    tiers = str(region.dossier(dossier).tiers_id)
    region.faire("tiers declarer-nature", "fanny", tiers=tiers, **NATURE)
    region.faire("tiers declarer-coordonnees", "fanny", tiers=tiers, iban=IBANS[rang], titulaire="Exemple fictif")
    region.faire("tiers valider-coordonnees", "farid", tiers=tiers, derniers_chiffres=IBANS[rang][-4:])


def fixer(region: Region, dossier: str, echeances: str = DEUX_PARTS) -> None:
    region.faire("subvention fixer-echeancier", "fanny", subvention=dossier, echeances=echeances)


def mandater(region: Region, dossier: str, rang: int = 1) -> None:
    """Liquidate and order an échéance."""
    region.faire("subvention liquider", "fanny", subvention=dossier, echeance=rang)
    region.faire("subvention mandater", "olga", subvention=dossier, echeance=rang)


def ref_bordereau(region: Region, dossier: str, rang: int = 1) -> str:
    """Return the bordereau of an échéance."""
    connu = subvention(region, dossier).paiements[rang].bordereau
    assert connu is not None
    return region.services.store.charger(Bordereau, connu).ref


def signer(region: Region, ref: str) -> None:
    """Sign a bordereau at its total, and let the engine tell the subventions."""
    total = bordereau(region, ref).total_centimes
    region.faire("bordereau signer", "olga", bordereau=ref, total_centimes=total)
    region.moteur()


def payer(region: Region, dossier: str, rang: int = 1) -> None:
    """Bring an échéance from its liquidation to its payment."""
    mandater(region, dossier, rang)
    region.moteur()
    signer(region, ref_bordereau(region, dossier, rang))
    region.faire("subvention constater-paiement", "farid", subvention=dossier, echeance=rang)


def subvention(region: Region, dossier: str) -> Subvention:
    return region.services.store.charger(Subvention, id_de("subvention", dossier))


def enveloppe(region: Region) -> Enveloppe:
    return region.services.store.charger(Enveloppe, id_de("enveloppe", ENVELOPPE))


def bordereau(region: Region, ref: str) -> Bordereau:
    return region.services.store.charger(Bordereau, id_de("bordereau", ref))


def un_du(services: Services, espece: str, identifiant: UUID) -> bool:
    """Carry out the first thing the engine must do on an aggregate; tell whether there was one."""
    suivi = (ESPECES[espece].nom, identifiant)
    _, dus = ce_qui_est_du(services, suivi)
    if dus:
        executer(Ordre(*suivi, dus[0], services.maintenant(), "workflow"), services)
    return bool(dus)
