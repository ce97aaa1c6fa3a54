"""Prepare a rapport for a sitting, one line per dossier."""

from typing import Any, Literal

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.deliberation import Deliberation
from aggregates.deliberation.etat import LigneRapport
from aggregates.deliberation.preparation import DeliberationPreparee, NumeroPris
from aggregates.dossier import Dossier, Etat
from aggregates.seance import Seance
from application.commandes import Commande, Demande, Recu
from application.geste import Geste, Liste, Reference, resoudre, resoudre_dossier
from application.services import Services
from dispositifs.catalogue import DISPOSITIFS
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue, identifiant, numero
from kernel.refus import GesteImpossible, Refus

Section = Literal["fonctionnement", "investissement"]
SECTIONS: tuple[Section, ...] = ("fonctionnement", "investissement")


class DossiersNonPrets(Refus):
    """Some dossiers are not proposed and approved: `champs.dossiers` lists them, nothing is written."""

    code = "dossiers_non_prets"


class SectionInconnue(Refus):
    """No text says on which section of the budget this dispositif is paid, and no open enveloppe tells it."""

    code = "section_inconnue"


class PreparerDeliberation(Commande):
    """Préparer un rapport : les dossiers proposés et visés soumis à une séance."""

    seance: Reference = Field(description="référence de la séance")
    dossiers: Liste = Field(min_length=1, description="numéros des dossiers, séparés par des virgules")
    section: Section | None = Field(default=None, description="section du budget, si le dispositif ne la donne pas")


def preparer_deliberation(commande: PreparerDeliberation, demande: Demande, services: Services) -> Recu:
    """Read every dossier, then prepare the rapport; its reference is drawn from the command id."""
    seance_id = resoudre("seance", commande.seance)
    seance = services.store.charger_existant(Seance, seance_id, commande.seance)
    if seance.jour is None:
        raise ReferenceInconnue(f"Aucune séance « {commande.seance} ».", reference=commande.seance)
    jour, essai = seance.jour, 0
    while True:
        ref = numero(f"DEL-{jour.year}", demande.commande_id, essai)

        def decider(deliberation: Deliberation, ref: str = ref) -> None:
            if seance.clos:
                raise GesteImpossible(f"La séance {seance.ref} est levée.", geste="preparer", etat=seance.etat.value)
            lignes = _Lecture(commande, services).lignes()
            deliberation.preparer(DeliberationPreparee(ref=ref, seance=seance_id, jour=jour, lignes=lignes))

        try:
            return services.executer(GESTE, Deliberation, identifiant("deliberation", ref), decider, commande, demande)
        except NumeroPris:
            essai += 1


class _Lecture:
    """One reading of the dossiers of a rapport: each campagne is read once."""

    def __init__(self, commande: PreparerDeliberation, services: Services) -> None:
        self.commande = commande
        self.store = services.store
        self.enveloppes: dict[str, str] = {}

    def lignes(self) -> tuple[LigneRapport, ...]:
        """Return the lines, or refuse with ReferenceInconnue, DossiersNonPrets or SectionInconnue."""
        dossiers = [self.store.charger_existant(Dossier, resoudre_dossier(r), r) for r in self.commande.dossiers]
        defauts = [_defaut(dossier) for dossier in dossiers]
        if any(defauts):
            listes: list[dict[str, Any]] = [
                {"ref": dossier.ref, "etat": dossier.etat.value, "raison": raison}
                for dossier, raison in zip(dossiers, defauts, strict=True)
                if raison
            ]
            phrases = " ; ".join(f"{d['ref']} ({d['raison']})" for d in listes)
            raise DossiersNonPrets(f"Ces dossiers ne sont pas prêts pour la séance : {phrases}.", dossiers=listes)
        return tuple(self._ligne(rang, dossier) for rang, dossier in enumerate(dossiers, 1))

    def _ligne(self, rang: int, dossier: Dossier) -> LigneRapport:
        proposition = dossier.proposition
        return LigneRapport(
            ligne=rang,
            dossier=dossier.id,
            ref=dossier.ref,
            denomination=dossier.denomination,
            objet=dossier.objet,
            tiers=dossier.tiers_id,
            campagne=dossier.campagne,
            enveloppe=self._enveloppe(dossier.campagne),
            montant_demande_centimes=dossier.demande_centimes,
            montant_propose_centimes=(proposition.montant_centimes if proposition else None) or 0,
        )

    def _enveloppe(self, code: str) -> str:
        if code not in self.enveloppes:
            campagne = self.store.charger_existant(Campagne, identifiant("campagne", code), code)
            if campagne.ouverte is None:
                raise ReferenceInconnue(f"La campagne « {code} » n’est pas ouverte.", reference=code)
            prefixe = f"{campagne.ouverte.dispositif}-{campagne.ouverte.exercice}"
            self.enveloppes[code] = f"{prefixe}-{self._section(campagne.ouverte.dispositif, prefixe)}"
        return self.enveloppes[code]

    def _section(self, dispositif: str, prefixe: str) -> str:
        """A section is quoted from a text, told by the caller, or that of the one enveloppe opened: never guessed."""
        connu = DISPOSITIFS.get(dispositif)
        citee = connu.section.valeur if connu else None
        donnee = self.commande.section
        if citee is not None and donnee is not None and citee != donnee:
            raise SectionInconnue(f"Le dispositif {dispositif} est en section de {citee}.", section=citee)
        if citee or donnee:
            return citee or str(donnee)
        ouvertes = [s for s in SECTIONS if self.store.inscriptions(identifiant("enveloppe", f"{prefixe}-{s}"))]
        if len(ouvertes) != 1:
            raise SectionInconnue(
                f"Aucun texte ne dit la section du dispositif {dispositif} : donnez --section, "
                f"ou ouvrez l’enveloppe {prefixe}-fonctionnement ou {prefixe}-investissement.",
                dispositif=dispositif,
                enveloppes=[f"{prefixe}-{s}" for s in ouvertes],
            )
        return ouvertes[0]


def _defaut(dossier: Dossier) -> str | None:
    if dossier.etat is not Etat.PROPOSE or dossier.proposition is None:
        return f"à l’état « {dossier.etat.value} »"
    if dossier.proposition.vise_par is None:
        return "proposition non visée"
    if dossier.proposition.montant_centimes is None:
        return "montant proposé inconnu"
    return None


GESTE = Geste("deliberation", "preparer", PreparerDeliberation, preparer_deliberation, (Role.ASSEMBLEES,))
