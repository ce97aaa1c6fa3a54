"""The credits of a dispositif: opened, voted, kept for a rapport, engaged, released."""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BeforeValidator, Field

from aggregates.deliberation import Deliberation
from aggregates.dossier.etat import id_subvention_du
from aggregates.enveloppe import Enveloppe, LigneEngagee, Section, reference_enveloppe
from aggregates.subvention import Subvention
from application.commandes import Commande, Entier, Montant, Saisie
from application.declaration import Choix, Cible, Position, Reference, geste
from application.gestes.cibles import Motif
from application.numeros import id_de
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import SYSTEME
from kernel.refus import Refus, SaisieInvalide

ENVELOPPE: Final = Cible(Enveloppe, chaud=True)
RefEnveloppe = Annotated[
    Reference, Position("REF"), Field(title="Enveloppe", description="par exemple nqe-2026-fonctionnement")
]
Rapport = Annotated[
    Reference, Choix("deliberation", libre=True), Field(title="Rapport", description="référence du rapport")
]


class EngagementInexact(Refus, code="engagement_inexact"):
    """What is engaged is what was voted: every line of the rapport on that enveloppe, at its voted amount."""


_CENTIMES: Final = re.compile(r"[0-9]{1,14}")


@geste("ouvrir", "Ouvrir une enveloppe", Role.FINANCE, sur=ENVELOPPE, decide=Enveloppe.ouvrir)
class OuvrirEnveloppe(Commande):
    """Ouvrir l’enveloppe d’un dispositif, pour un exercice et une section."""

    dispositif: Annotated[str, Choix("dispositifs", libre=True)] = Field(
        pattern=r"^[a-z][a-z0-9_]{0,59}$", title="Dispositif", description="code du dispositif, par exemple nqe"
    )
    exercice: Entier = Field(ge=2000, le=2100, title="Exercice", description="année du budget")
    section: Section = Field(title="Section", description="fonctionnement ou investissement")

    def id_cree(self) -> UUID:
        """Return the id of its reference, which is drawn from its content."""
        return id_de("enveloppe", reference_enveloppe(self.dispositif, self.exercice, self.section))


@geste("voter-budget", "Voter le budget", Role.FINANCE, sur=ENVELOPPE)
class VoterBudget(Commande):
    """Enregistrer les crédits votés ; un vote suivant ajoute son montant, ou en reprend s’il est négatif."""

    enveloppe: RefEnveloppe
    montant_centimes: Montant = Field(title="Crédits votés", description="crédits votés, en centimes")
    source: str = Field(
        min_length=1, max_length=300, title="Acte budgétaire", description="acte budgétaire qui vote ces crédits"
    )

    def decider(self, enveloppe: Enveloppe, services: Services) -> None:
        """Record a vote of the budget: its amount and its act."""
        source = services.confier_exige(" ".join(self.source.split()), enveloppe.id, "source")
        enveloppe.voter_budget(self.montant_centimes, source)


@geste("reserver", "Réserver des crédits", Role.FINANCE, sur=ENVELOPPE)
class ReserverCredits(Commande):
    """Réserver des crédits pour un rapport, avant son vote."""

    enveloppe: RefEnveloppe
    rapport: Rapport
    montant_centimes: Montant = Field(gt=0, title="Montant réservé", description="montant réservé, en centimes")

    def decider(self, enveloppe: Enveloppe, services: Services) -> None:
        """Keep credits for a rapport, never more than what is free."""
        enveloppe.reserver(services.trouver(Deliberation, self.rapport).id, self.montant_centimes)


@geste("liberer", "Libérer une réservation", Role.FINANCE, sur=ENVELOPPE)
class LibererCredits(Commande):
    """Libérer les crédits réservés pour un rapport."""

    enveloppe: RefEnveloppe
    rapport: Rapport

    def decider(self, enveloppe: Enveloppe, services: Services) -> None:
        """Give back what was kept for a rapport that will not use it."""
        enveloppe.liberer(services.trouver(Deliberation, self.rapport).id)


class LigneAEngager(Saisie):
    """What one dossier of a rapport engages."""

    dossier: Annotated[Reference, Choix("lignes_votees")] = Field(title="Dossier", description="numéro du dossier")
    montant_centimes: Montant = Field(title="Montant", description="montant engagé, en centimes")


def _lire_lignes(valeur: Any) -> Any:
    """Read "REF=1200000,REF=450000" as a person types it."""
    if not isinstance(valeur, str):
        return valeur
    lignes = []
    for partie in valeur.split(","):
        dossier, _, montant = partie.partition("=")
        if not _CENTIMES.fullmatch(montant.strip()):
            raise SaisieInvalide(f"« {partie.strip()} » n’est pas une ligne : écrire DOSSIER=CENTIMES.", lignes=valeur)
        lignes.append({"dossier": dossier, "montant_centimes": int(montant)})
    return tuple(lignes)


@geste("engager", "Engager les crédits", Role.FINANCE, sur=ENVELOPPE)
class EngagerEnveloppe(Commande):
    """Engager les lignes d’un rapport voté ; sans crédits suffisants, l’engagement attend."""

    enveloppe: RefEnveloppe
    deliberation: Annotated[Rapport, Choix("deliberation", libre=True, recharge=True)]
    lignes: Annotated[
        tuple[LigneAEngager, ...], BeforeValidator(_lire_lignes), Choix("lignes_votees", cle="dossier")
    ] = Field(title="Lignes", description="DOSSIER=CENTIMES, séparées par des virgules")

    def decider(self, enveloppe: Enveloppe, services: Services) -> None:
        """Engage a rapport, or make it wait for credits; of people, what it voted for this enveloppe and nothing else."""
        rapport = services.trouver(Deliberation, self.deliberation)
        lignes = [
            LigneEngagee(dossier=id_de("dossier", ligne.dossier), montant_centimes=ligne.montant_centimes)
            for ligne in self.lignes
        ]
        if enveloppe.contexte.acteur != SYSTEME:
            _exiger_le_vote(rapport, enveloppe.ref, lignes)
        enveloppe.exiger_apres("le vote du rapport", rapport.vote_le)
        enveloppe.engager(rapport.id, lignes)


def _exiger_le_vote(rapport: Deliberation, enveloppe: str, lignes: Sequence[LigneEngagee]) -> None:
    """Refuse with GesteImpossible before every decision is carried, EngagementInexact for other lines than those voted."""
    votees = rapport.attributions.get(enveloppe, [])
    if not votees:
        raise rapport.impossible("engager", f"le rapport {rapport.ref} n’a rien attribué, en vigueur, sur {enveloppe}")
    attendues = {ligne.rapport.dossier: ligne.vote_centimes for ligne in votees}
    if len(lignes) != len(attendues) or {x.dossier: x.montant_centimes for x in lignes} != attendues:
        dites = ",".join(f"{ligne.rapport.ref}={ligne.vote_centimes}" for ligne in votees)
        raise EngagementInexact(f"Le rapport {rapport.ref} a voté sur {enveloppe} : {dites}.", rapport=rapport.ref)


@geste("degager", "Dégager l’engagement", Role.FINANCE, sur=ENVELOPPE)
class DegagerEngagement(Commande):
    """Dégager les crédits engagés pour un dossier qui ne sera pas payé."""

    enveloppe: RefEnveloppe
    dossier: Annotated[Reference, Choix("dossiers_engages")] = Field(
        title="Dossier", description="référence du dossier"
    )
    motif: Motif

    def decider(self, enveloppe: Enveloppe, services: Services) -> None:
        """Release a line; a subvention that may still be paid keeps its credits."""
        dossier = id_de("dossier", self.dossier)
        vivante = services.store.charger(Subvention, id_subvention_du(dossier)).vivante
        motif = services.confier_exige(self.motif, dossier, "motif")
        enveloppe.degager(dossier, motif, subvention_vivante=vivante)


@geste("relancer", "Porter de nouveau l’engagement", Role.FINANCE, sur=ENVELOPPE)
class RelancerEngagement(Commande):
    """Porter de nouveau l’engagement d’un rapport aux subventions qui l’ont refusé."""

    enveloppe: RefEnveloppe
    rapport: Rapport

    def decider(self, enveloppe: Enveloppe, services: Services) -> None:
        """Put the refused lines of an engagement back among those to carry."""
        enveloppe.relancer(services.trouver(Deliberation, self.rapport).id)
