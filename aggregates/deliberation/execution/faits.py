"""Passes of the engine: lines carried or refused, credits engaged or refused; and what people make of a refusal."""

from pydantic import BaseModel, ConfigDict

from aggregates.deliberation.etat import EtatDeliberation, FaitDeliberation, LigneRefusee, Ouverture
from kernel.faits import Entete, Noms
from kernel.montants import en_euros
from kernel.textes import compte


class DecisionsPortees(FaitDeliberation, topic="deliberation.decisions_portees.v1"):
    """One pass: these dossiers were told what was decided, these refused. Its version opens the next pass."""

    portees: tuple[int, ...]
    refusees: tuple[LigneRefusee, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.passe_decisions = agregat.passe_credits = Ouverture.par(entete)
        agregat.changer(self.portees, portee=True)
        for refusee in self.refusees:
            agregat.changer((refusee.ligne,), refus=refusee.code, refusee_par=Ouverture.par(entete))

    def phrase(self, noms: Noms) -> str:
        refusees = f", {compte(len(self.refusees), 'refusée')}" if self.refusees else ""
        return f"Décisions portées à {compte(len(self.portees), 'dossier')}{refusees}."


class Engagement(BaseModel):
    """The credits one enveloppe engaged for this rapport."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    enveloppe: str
    montant_centimes: int


class EngagementRefuse(BaseModel):
    """An enveloppe that refused, and the code of its refusal."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    enveloppe: str
    code: str


class CreditsEngages(FaitDeliberation, topic="deliberation.credits_engages.v1"):
    """The enveloppes were asked to engage the awards of the rapport, once each."""

    engages: tuple[Engagement, ...]
    refuses: tuple[EngagementRefuse, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.passe_credits = Ouverture.par(entete)
        agregat.engages.update({e.enveloppe: e.montant_centimes for e in self.engages})
        agregat.engagements_refuses.update({e.enveloppe: (e.code, Ouverture.par(entete)) for e in self.refuses})

    def phrase(self, noms: Noms) -> str:
        engages = [f"{en_euros(e.montant_centimes)} sur {e.enveloppe}" for e in self.engages]
        refuses = [f"refus de {e.enveloppe} ({e.code})" for e in self.refuses]
        return f"Engagement demandé : {' ; '.join(engages + refuses)}."


class EngagementRedemande(FaitDeliberation, topic="deliberation.engagement_redemande.v1"):
    """A person asks an enveloppe that refused to engage again."""

    enveloppe: str

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.engagements_refuses.pop(self.enveloppe, None)
        agregat.passe_credits = Ouverture.par(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Engagement redemandé à l’enveloppe {self.enveloppe}."
