"""A rapport becomes an act: its lines set aside or voted, its number, its transmission, its legal force."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Annotated, Self

from pydantic import Field, Strict, model_validator

from aggregates.deliberation import Deliberation
from aggregates.deliberation.depouillement import Bulletin, Mode, Voix
from aggregates.deliberation.etat import LigneInconnue, NatureDeLigne
from aggregates.dossier import Dossier
from aggregates.seance import Seance
from application.commandes import Commande, Saisie
from application.declaration import Choix, HeureDuJour, Reference, RempliPar, geste
from application.gestes.cibles import DELIBERATION, Motif, RefDeliberation
from application.gestes.examen import pourquoi_ne_lie_plus
from application.gestes.rapport import exiger_prets
from application.saisie_presences import lire_heure
from application.saisie_yaml import lire_fichier_yaml
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import ReferenceInconnue


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


@geste("ecarter-ligne", "Écarter la ligne", Role.ASSEMBLEES, sur=DELIBERATION)
class EcarterLigne(Commande):
    """Écarter du rapport une ligne que son dossier a refusée."""

    deliberation: RefDeliberation
    ligne: Annotated[Reference, Choix("lignes_refusees")] = Field(
        title="Ligne", description="numéro de la ligne, ou du dossier"
    )
    motif: Motif

    def decider(self, deliberation: Deliberation, services: Services) -> None:
        """Set aside a line its dossier refused."""
        numero = trouver_ligne(deliberation, self.ligne)
        dossier = deliberation.ligne(numero).rapport.dossier  # forgetting a dossier forgets why its line left, too
        deliberation.ecarter_ligne(numero, services.confier_exige(self.motif, dossier, "motif"))


@geste(
    "numeroter",
    "Numéroter",
    Role.ASSEMBLEES,
    sur=DELIBERATION,
    decide=Deliberation.numeroter,
    irreversible="Le numéro sera pris dans la série de l’année, sans trou ni double.",
)
class Numeroter(Commande):
    """Demander le numéro de la délibération ; le moteur l’attribue, sans trou ni double."""

    deliberation: RefDeliberation


@geste(
    "transmettre",
    "Transmettre au contrôle de légalité",
    Role.ASSEMBLEES,
    sur=DELIBERATION,
    decide=Deliberation.transmettre,
)
class TransmettreDeliberation(Commande):
    """Enregistrer la transmission au contrôle de légalité."""

    deliberation: RefDeliberation
    flux: str = Field(min_length=1, title="Flux", description="identifiant du flux @CTES")


@geste(
    "rendre-executoire",
    "Rendre exécutoire",
    Role.ASSEMBLEES,
    sur=DELIBERATION,
    decide=Deliberation.rendre_executoire,
    irreversible="Les décisions seront portées aux dossiers, les subventions ouvertes et les crédits engagés.",
)
class RendreExecutoire(Commande):
    """Rendre la délibération exécutoire ; ses décisions sont alors portées aux dossiers."""

    deliberation: RefDeliberation


@geste(
    "redemander-engagement",
    "Redemander l’engagement",
    Role.FINANCE,
    sur=DELIBERATION,
    decide=Deliberation.redemander_engagement,
)
class RedemanderEngagement(Commande):
    """Redemander l’engagement des crédits à une enveloppe qui l’a refusé."""

    deliberation: RefDeliberation
    enveloppe: Annotated[Reference, Choix("enveloppe", libre=True)] = Field(
        title="Enveloppe", description="référence de l’enveloppe"
    )


Membres = Annotated[tuple[str, ...], Choix("membres")]
_MEMBRES = "identifiants des membres, s’ils ne disent pas comme les autres"


class Scrutin(Saisie):
    """What everyone says, those who say otherwise, those who stepped out."""

    mode: Mode = Field(default=Mode.MAIN_LEVEE, title="Mode", description="main_levee ou appel_nominal")
    defaut: Voix | None = Field(default=None, title="Voix de tous", description="ce que dit qui n’est pas nommé")
    pour: Membres = Field(default=(), title="Pour", description=_MEMBRES)
    contre: Membres = Field(default=(), title="Contre", description=_MEMBRES)
    abstention: Membres = Field(default=(), title="Abstentions", description=_MEMBRES)
    nppv: Membres = Field(default=(), title="Ne prennent pas part au vote", description=_MEMBRES)
    deports: Membres = Field(default=(), title="Déports", description="identifiants des membres sortis pour ce vote")
    amendement_centimes: Annotated[int, Strict()] | None = Field(
        default=None, title="Montant amendé", description="montant voté s’il est amendé, en centimes"
    )
    ajournement: bool = Field(default=False, title="Ajournement", description="true : rien n’est voté")
    heure: Annotated[str | None, HeureDuJour()] = Field(default=None, title="Heure", description="heure du vote, 15:30")

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


@geste(
    "voter",
    "Voter",
    Role.ASSEMBLEES,
    sur=DELIBERATION,
    irreversible="Le vote sera compté avec les présences de son instant, et ne sera plus modifiable.",
)
class VoterDeliberation(Commande):
    """Enregistrer le vote d’une ligne, ou de toutes celles qui restent."""

    deliberation: RefDeliberation
    ligne: Annotated[Reference | None, Choix("lignes_a_voter")] = Field(
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
        contexte, jour = deliberation.contexte, seance.jour_prevu()
        if self.scrutin.heure is not None:  # the date of the scrutin; another day given with it would say otherwise
            if contexte.date_donnee:
                seance.exiger_du_jour(contexte.effectif_le, jour)
            heure = lire_heure(self.scrutin.heure, jour)
            deliberation.sous(replace(contexte, effectif_le=heure, date_donnee=True))
        _exiger_a_jour(deliberation, ligne, jour, services)
        au = seance.moment(deliberation.contexte.effectif_le)
        deliberation.voter(self.scrutin.bulletin, feuille, au, ligne)


def _exiger_a_jour(deliberation: Deliberation, numero: int | None, jour: date, services: Services) -> None:
    """Refuse with DossiersNonPrets the vote of an award that binds no more, by what was learned since its proposition."""
    dossiers = (
        services.store.charger(Dossier, ligne.rapport.dossier)
        for ligne in deliberation.a_voter
        if numero in {None, ligne.rapport.ligne} and ligne.rapport.nature is NatureDeLigne.ATTRIBUTION
    )
    exiger_prets((dossier, pourquoi_ne_lie_plus(dossier, services, jour)) for dossier in dossiers)
