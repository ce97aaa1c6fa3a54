"""A rapport is prepared for a sitting: one line per dossier, each on the enveloppe that pays it."""

from collections.abc import Iterable
from functools import cache
from typing import Annotated

from pydantic import Field

from aggregates.campagne import Campagne
from aggregates.deliberation import Deliberation
from aggregates.deliberation.etat import LigneRapport, NatureDeLigne
from aggregates.deliberation.preparation import DeliberationPreparee
from aggregates.dossier import Dossier, Etat
from aggregates.enveloppe import Section
from aggregates.seance import Seance
from aggregates.tiers import Tiers
from application.commandes import Appel, Commande, Recu
from application.declaration import Choix, Geste, Liste, Reference, geste
from application.gestes.cibles import DELIBERATION
from application.gestes.examen import pourquoi_ne_lie_plus
from application.numeros import id_de
from application.services import Services
from dispositifs.catalogue import trouver_dispositif
from kernel.attentes import Role
from kernel.identifiants import NumeroPris, ReferenceInconnue, numero
from kernel.instants import jour_de
from kernel.refus import GesteImpossible, Refus
from kernel.textes import de


class DossiersNonPrets(Refus, code="dossiers_non_prets"):
    """Some dossiers are not proposed and approved, or that binds no more: `champs.dossiers` lists them, nothing is written."""


def exiger_prets(dossiers: Iterable[tuple[Dossier, str | None]]) -> None:
    """Refuse with DossiersNonPrets when one has a reason not to be put to the assembly."""
    listes = [{"ref": d.ref, "etat": d.etat.value, "raison": raison} for d, raison in dossiers if raison]
    if listes:
        phrases = " ; ".join(f"{d['ref']} ({d['raison']})" for d in listes)
        raise DossiersNonPrets(f"Ces dossiers ne sont pas prêts pour la séance : {phrases}.", dossiers=listes)


class SectionInconnue(Refus, code="section_inconnue"):
    """No text says on which section of the budget this dispositif is paid, and no open enveloppe tells it."""


@geste("preparer", "Préparer un rapport", Role.ASSEMBLEES, sur=DELIBERATION)
class PreparerDeliberation(Commande):
    """Préparer un rapport : les dossiers proposés et visés soumis à une séance."""

    seance: Annotated[Reference, Choix("seance", libre=True)] = Field(
        title="Séance", description="référence de la séance"
    )
    dossiers: Annotated[Liste, Choix("dossiers_prets")] = Field(
        min_length=1, title="Dossiers", description="numéros des dossiers, séparés par des virgules"
    )
    section: Section | None = Field(
        default=None, title="Section", description="section du budget, si le dispositif ne la donne pas"
    )

    def envoyer(self, geste: Geste, appel: Appel, services: Services) -> Recu:
        """Read every dossier, then prepare the rapport; its reference is drawn from the command id."""
        essai = 0

        def ref() -> str:
            return numero(f"DEL-{services.trouver(Seance, self.seance).jour_prevu().year}", appel.commande_id, essai)

        while True:
            try:
                return services.executer(
                    geste,
                    Deliberation,
                    lambda: id_de("deliberation", ref()),
                    lambda deliberation: deliberation.preparer(self._preparee(deliberation, ref(), services)),
                    self,
                    appel,
                )
            except NumeroPris:
                essai += 1

    def _preparee(self, deliberation: Deliberation, ref: str, services: Services) -> DeliberationPreparee:
        seance = services.trouver(Seance, self.seance)
        if seance.clos:
            raise GesteImpossible(f"La séance {seance.ref} est levée.", geste="preparer", etat=seance.etat.value)
        seance.exiger_pas_apres(deliberation.contexte.effectif_le, seance.jour_prevu())
        lignes = self._lignes(deliberation, services)
        return DeliberationPreparee(ref=ref, seance=seance.id, jour=seance.jour_prevu(), lignes=lignes)

    def _lignes(self, deliberation: Deliberation, services: Services) -> tuple[LigneRapport, ...]:
        """Return the lines, or refuse with ReferenceInconnue, DossiersNonPrets, AvantLeJalon or SectionInconnue."""
        dossiers = [services.trouver(Dossier, r) for r in self.dossiers]
        jour = jour_de(deliberation.contexte.effectif_le)
        exiger_prets((d, _defaut(d) or pourquoi_ne_lie_plus(d, services, jour)) for d in dossiers)
        for dossier in dossiers:
            deliberation.exiger_apres(f"le visa du dossier {dossier.ref}", dossier.jalon)
        enveloppe = cache(lambda campagne: self._enveloppe(campagne, services))  # each campagne is read once
        return tuple(
            _ligne(rang, d, _beneficiaire(d, services), "" if _est_rejete(d) else enveloppe(d.campagne))
            for rang, d in enumerate(dossiers, 1)
        )

    def _enveloppe(self, code: str, services: Services) -> str:
        ouverte = services.trouver(Campagne, code).ouverte
        if ouverte is None:
            raise ReferenceInconnue(f"La campagne « {code} » n’est pas ouverte.", reference=code)
        prefixe = f"{ouverte.dispositif}-{ouverte.exercice}"
        return f"{prefixe}-{self._section(ouverte.dispositif, prefixe, services)}"

    def _section(self, dispositif: str, prefixe: str, services: Services) -> str:
        """A section is quoted from a text, told by the caller, or that of the one enveloppe opened: never guessed."""
        connu = trouver_dispositif(dispositif)
        citee = connu.section.valeur if connu else None
        if citee is not None and self.section is not None and citee != self.section:
            raise SectionInconnue(f"Le dispositif {dispositif} est en section {de(citee)}.", section=citee)
        if citee or self.section:
            return citee or str(self.section)
        ouvertes = [s.value for s in Section if services.store.inscriptions(id_de("enveloppe", f"{prefixe}-{s}"))]
        if len(ouvertes) != 1:
            raise SectionInconnue(
                f"Aucun texte ne dit la section du dispositif {dispositif} : donnez --section, "
                f"ou ouvrez l’enveloppe {prefixe}-fonctionnement ou {prefixe}-investissement.",
                dispositif=dispositif,
                enveloppes=[f"{prefixe}-{s}" for s in ouvertes],
            )
        return ouvertes[0]


def _beneficiaire(dossier: Dossier, services: Services) -> str:
    """Return who asks: a dossier that was taken over only knows its tiers, and the assembly votes for somebody."""
    if dossier.denomination or dossier.tiers_id is None:
        return dossier.denomination
    return services.store.charger(Tiers, dossier.tiers_id).denomination


def _ligne(rang: int, dossier: Dossier, beneficiaire: str, enveloppe: str) -> LigneRapport:
    proposition = dossier.proposition
    return LigneRapport(
        ligne=rang,
        dossier=dossier.id,
        ref=dossier.ref,
        denomination=beneficiaire,
        objet=dossier.objet,
        tiers=dossier.tiers_id,
        campagne=dossier.campagne,
        enveloppe=enveloppe,
        montant_demande_centimes=dossier.demande_centimes,
        montant_propose_centimes=(proposition.montant_centimes if proposition else None) or 0,
        nature=NatureDeLigne.REJET if _est_rejete(dossier) else NatureDeLigne.ATTRIBUTION,
        cause=proposition.cause if proposition else None,
        derogation=proposition.derogation if proposition else None,
    )


def _est_rejete(dossier: Dossier) -> bool:
    return dossier.proposition is not None and dossier.proposition.cause is not None


def _defaut(dossier: Dossier) -> str | None:
    if dossier.etat is not Etat.PROPOSE or dossier.proposition is None:
        return f"à l’état « {dossier.etat.value} »"
    if dossier.proposition.vise_par is None:
        return "proposition non visée"
    if dossier.proposition.montant_centimes is None:
        return "montant proposé inconnu"
    return None
