"""What agents do around a request: answer what was found against it, take charge of it, note, send it where it belongs."""

from typing import Annotated, Literal

from pydantic import Field

from aggregates.agents import Agent, RoleManquant
from aggregates.dossier import Dossier
from aggregates.dossier.motifs import Sens
from application.commandes import Commande, Fichier
from application.declaration import Choix, TexteLong, geste
from application.gestes.cibles import DOSSIER, QUI_DIT, Justification, RefDossier
from application.habilitations import id_agent
from application.services import Services
from dispositifs.identites import verifier_siret
from kernel.attentes import Role
from kernel.refus import SaisieInvalide


@geste("repondre-motif", "Répondre à un motif", Role.INSTRUCTEUR, sur=DOSSIER)
class RepondreMotif(Commande):
    """Dire ce que devient un motif relevé contre la demande : levé, ou retenu, et pourquoi."""

    dossier: RefDossier
    motif: Annotated[str, Choix("motifs")] = Field(title="Motif", description="code du motif relevé")
    objet: Annotated[str | None, Choix("objets_du_motif", libre=True)] = Field(
        default=None, title="Sur", description="sur quoi il porte, quand plusieurs motifs ont ce code"
    )
    sens: Sens = Field(title="Réponse", description="leve ou retenu ; retenu, seul un rejet peut être proposé")
    justification: Justification

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Answer it; the justification goes to the coffre."""
        champ = f"motif:{self.motif}:{self.objet or ''}"
        justification = services.confier_exige(self.justification, dossier.id, champ)
        dossier.repondre_motif(self.motif, self.objet or None, self.sens, justification)


@geste(
    "prendre-en-charge",
    "Prendre en charge",
    Role.INSTRUCTEUR,
    sur=DOSSIER,
    decide=Dossier.prendre_en_charge,
    par_lot=True,
)
class PrendreEnCharge(Commande):
    """Prendre le dossier en charge ; complet, il est alors en instruction."""

    dossier: RefDossier


@geste("affecter", "Affecter", Role.RESPONSABLE, Role.INSTRUCTEUR, sur=DOSSIER, par_lot=True)
class Affecter(Commande):
    """Confier le dossier à un agent, à un groupe, ou à personne ; le passer à un autre."""

    dossier: RefDossier
    agent: Annotated[str | None, Choix("agents")] = Field(
        default=None, title="Agent", description="agent qui en a la charge ; vide : personne en particulier"
    )
    groupe: Annotated[str | None, Choix("groupes", libre=True)] = Field(
        default=None, title="Groupe", description="code du groupe qui en a la charge"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Give it, or refuse with ReferenceInconnue an agent nobody recorded, or RoleManquant one who does not instruct."""
        agent = self.agent or None
        if agent is not None:
            connu = services.store.charger_existant(Agent, id_agent(agent), agent)
            if Role.INSTRUCTEUR not in connu.roles(services.maintenant()):
                raise RoleManquant(f"L’agent « {agent} » n’instruit pas : il n’a pas le rôle instructeur.", agent=agent)
        dossier.affecter(agent, self.groupe or None)


@geste("noter", "Ajouter une note", Role.INSTRUCTEUR, Role.RESPONSABLE, sur=DOSSIER)
class Noter(Commande):
    """Écrire une note pour ceux qui instruisent ; ni le partenaire ni le porteur ne la lisent."""

    dossier: RefDossier
    texte: Annotated[str, TexteLong(), QUI_DIT] = Field(
        min_length=1, title="Note", description="texte de la note, gardé dans le coffre"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Keep it; its text goes to the coffre."""
        dossier.noter(services.confier_exige(self.texte, dossier.id, "note"))


@geste(
    "transmettre-ailleurs",
    "Transmettre à l’autorité compétente",
    Role.INSTRUCTEUR,
    sur=DOSSIER,
    irreversible="La demande sera close ici : l’autorité compétente la décidera, et le demandeur en sera avisé.",
)
class TransmettreAilleurs(Commande):
    """Transmettre la demande à l’autorité compétente, quand ce n’est pas la Région."""

    dossier: RefDossier
    autorite: str = Field(min_length=2, max_length=300, title="Autorité", description="l’autorité compétente")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Send it on (CRPA L114-2); the applicant is then to be told."""
        dossier.transmettre_ailleurs(services.confier_exige(self.autorite, dossier.id, "autorite"))


@geste("aviser-transmission", "Dire la transmission au demandeur", Role.INSTRUCTEUR, sur=DOSSIER)
class AviserTransmission(Commande):
    """Enregistrer la lettre qui avise le demandeur de la transmission, à la date où elle lui est envoyée ou remise."""

    dossier: RefDossier
    fichier: Fichier = Field(title="Lettre", description="copie de la lettre au demandeur")

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Record it by the digest of the letter, which is kept."""
        dossier.aviser_transmission(services.garder_une_preuve(self.fichier, dossier.id))


@geste("constater-succession", "Constater la succession du demandeur", Role.INSTRUCTEUR, sur=DOSSIER)
class ConstaterSuccession(Commande):
    """Dire, avant le vote, que le demandeur a fusionné, a changé de SIRET ou n’existe plus, par l’acte qui le dit."""

    dossier: RefDossier
    transmission: Literal["universelle", "aucune"] = Field(
        title="Transmission",
        description="universelle : le successeur a tous ses droits, la demande continue ; aucune : une nouvelle demande",
    )
    acte: str = Field(min_length=2, max_length=300, title="Acte", description="traité de fusion, avis de situation…")
    siret: str | None = Field(default=None, title="SIRET du successeur", description="SIRET, 14 chiffres")
    denomination: str | None = Field(
        default=None, min_length=1, max_length=300, title="Successeur", description="dénomination du successeur"
    )

    def decider(self, dossier: Dossier, services: Services) -> None:
        """Follow the successor, or note that there is none; refuse with SaisieInvalide a successor that is not said."""
        acte = services.confier_exige(self.acte, dossier.id, "succession")
        if self.transmission == "aucune":
            return dossier.disparaitre(acte)
        if not self.siret or not self.denomination:
            raise SaisieInvalide("Qui succède ? Donnez son SIRET et sa dénomination.", champ="siret")
        dossier.succeder(verifier_siret(self.siret), self.denomination, acte)
