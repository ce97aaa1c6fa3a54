"""A vote is held on one line of a rapport, or on all those that remain."""

from functools import partial
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from aggregates.deliberation import Deliberation
from aggregates.deliberation.depouillement import Bulletin, Mode, Voix
from aggregates.seance import Seance
from application.commandes import Commande, Saisie
from application.geste import Reference, RempliPar, geste
from application.gestes.cibles import DELIBERATION, RefDeliberation
from application.gestes.deliberation import trouver_ligne
from application.saisie_presences import lire_heure
from application.saisie_yaml import lire_fichier_yaml
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue

_MEMBRES = "identifiants des membres, s’ils ne disent pas comme les autres"


class Scrutin(Saisie):
    """What everyone says, those who say otherwise, those who stepped out."""

    mode: Mode = Field(default=Mode.MAIN_LEVEE, title="Mode", description="main_levee ou appel_nominal")
    defaut: Voix | None = Field(default=None, title="Voix de tous", description="ce que dit qui n’est pas nommé")
    pour: tuple[str, ...] = Field(default=(), title="Pour", description=_MEMBRES)
    contre: tuple[str, ...] = Field(default=(), title="Contre", description=_MEMBRES)
    abstention: tuple[str, ...] = Field(default=(), title="Abstentions", description=_MEMBRES)
    nppv: tuple[str, ...] = Field(default=(), title="Ne prennent pas part au vote", description=_MEMBRES)
    deports: tuple[str, ...] = Field(
        default=(), title="Déports", description="identifiants des membres sortis pour ce vote"
    )
    amendement_centimes: Annotated[int, Strict()] | None = Field(
        default=None, title="Montant amendé", description="montant voté s’il est amendé, en centimes"
    )
    ajournement: bool = Field(default=False, title="Ajournement", description="true : rien n’est voté")
    heure: str | None = Field(default=None, title="Heure", description="heure du vote, 15:30")

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


@geste("voter", "Voter", Role.ASSEMBLEES, sur=DELIBERATION)
class VoterDeliberation(Commande):
    """Enregistrer le vote d’une ligne, ou de toutes celles qui restent."""

    deliberation: RefDeliberation
    ligne: Reference | None = Field(
        default=None, title="Ligne", description="numéro de la ligne, ou du dossier ; toutes par défaut"
    )
    scrutin: Annotated[Scrutin, RempliPar(partial(lire_fichier_yaml, Scrutin))] = Field(
        title="Scrutin", description="le scrutin, YAML"
    )

    def decider(self, deliberation: Deliberation, services: Services) -> None:
        """Count the scrutin with the presences of its instant, then record it; without a quorum nothing is recorded."""
        ligne = None if self.ligne is None else trouver_ligne(deliberation, self.ligne)
        if self.scrutin.ajournement:
            deliberation.ajourner(ligne)
            return
        if deliberation.seance is None:
            raise ReferenceInconnue("Cette délibération n’est pas préparée.")
        seance = services.store.charger_existant(Seance, deliberation.seance)
        feuille = seance.feuille_ouverte("voter")
        heure = None if self.scrutin.heure is None else lire_heure(self.scrutin.heure, seance.jour_prevu())
        au = seance.moment(deliberation.contexte.effectif_le, heure)
        deliberation.voter(self.scrutin.bulletin, feuille, au, ligne)
