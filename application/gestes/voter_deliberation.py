"""Record a scrutin, or an adjournment, on one line of a rapport or on all those that remain."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, Strict, model_validator

from aggregates.deliberation import Deliberation
from aggregates.deliberation.depouillement import Bulletin, Mode, Voix
from aggregates.deliberation.etat import LigneInconnue
from aggregates.seance import Seance
from application.commandes import Commande, Demande, Fichier, Recu
from application.geste import Geste, Ref, Reference, resoudre
from application.saisie_presences import lire_heure
from application.saisie_yaml import lire_fichier_yaml
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue


class Scrutin(BaseModel):
    """The scrutin file: what everyone says, those who say otherwise, those who stepped out."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    mode: Mode = Mode.MAIN_LEVEE
    defaut: Voix | None = None
    pour: tuple[str, ...] = ()
    contre: tuple[str, ...] = ()
    abstention: tuple[str, ...] = ()
    nppv: tuple[str, ...] = ()
    deports: tuple[str, ...] = ()
    amendement_centimes: Annotated[int, Strict()] | None = None
    ajournement: bool = False
    heure: str | None = None

    @model_validator(mode="after")
    def _un_vote_a_un_sens(self) -> Self:
        if self.defaut is None and not self.ajournement:
            raise ValueError("« defaut » manque : pour, contre ou abstention")
        return self

    @property
    def bulletin(self) -> Bulletin:
        """Return the scrutin as the délibération keeps it; the order of the names says nothing."""
        return Bulletin(
            mode=self.mode,
            defaut=self.defaut or Voix.POUR,
            pour=tuple(sorted(self.pour)),
            contre=tuple(sorted(self.contre)),
            abstention=tuple(sorted(self.abstention)),
            nppv=tuple(sorted(self.nppv)),
            deports=tuple(sorted(self.deports)),
            amendement_centimes=self.amendement_centimes,
        )


class VoterDeliberation(Commande):
    """Enregistrer le vote d’une ligne, ou de toutes celles qui restent."""

    deliberation: Ref
    ligne: Reference | None = Field(default=None, description="numéro de la ligne, ou du dossier ; toutes par défaut")
    scrutin: Fichier = Field(description="le scrutin, YAML")


def voter_deliberation(commande: VoterDeliberation, demande: Demande, services: Services) -> Recu:
    """Count the scrutin with the presences of its instant, then record it; without a quorum nothing is recorded."""
    scrutin = lire_fichier_yaml(Scrutin, commande.scrutin)

    def decider(deliberation: Deliberation) -> None:
        deliberation.exiger_preparee()
        ligne = None if commande.ligne is None else trouver_ligne(deliberation, commande.ligne)
        if scrutin.ajournement:
            deliberation.ajourner(ligne)
            return
        seance = _seance(deliberation, services)
        feuille = seance.feuille_ouverte("voter")
        heure = lire_heure(scrutin.heure, jour) if scrutin.heure and (jour := seance.jour) else None
        au = seance.moment(services.jour_effectif(demande), heure)
        deliberation.voter(scrutin.bulletin, feuille, au, ligne)

    return services.executer(
        GESTE, Deliberation, resoudre("deliberation", commande.deliberation), decider, commande, demande
    )


def _seance(deliberation: Deliberation, services: Services) -> Seance:
    if deliberation.seance is None:
        raise ReferenceInconnue("Cette délibération n’est pas préparée.")
    return services.store.charger_existant(Seance, deliberation.seance)


def trouver_ligne(deliberation: Deliberation, reference: str) -> int:
    """Return a line by its number or by its dossier, or refuse with LigneInconnue."""
    if reference.strip().isdecimal():
        return int(reference)
    for numero, ligne in deliberation.lignes.items():
        if reference.strip().upper() == ligne.rapport.ref.upper() or reference.strip() == str(ligne.rapport.dossier):
            return numero
    raise LigneInconnue(
        f"Le rapport {deliberation.ref} n’a pas de ligne pour le dossier « {reference} ».", ligne=reference
    )


GESTE = Geste("deliberation", "voter", VoterDeliberation, voter_deliberation, (Role.ASSEMBLEES,))
