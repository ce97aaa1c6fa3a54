"""What an act makes happen elsewhere: decisions carried to the dossiers, awards opened, credits engaged."""

from collections.abc import Iterator, Sequence

from aggregates.deliberation.etat import EtatDeliberation, FaitDeliberation, LigneRefusee
from kernel.attentes import Attente, Cle, Role
from kernel.faits import Entete, Immuable, Jalon, Noms
from kernel.montants import en_euros
from kernel.refus import Refus
from kernel.textes import compte


class DecisionsPortees(FaitDeliberation, topic="deliberation.decisions_portees.v1"):
    """One pass: these dossiers were told what was decided, these only the vote, these refused. Its version opens the next."""

    portees: tuple[int, ...]
    refusees: tuple[LigneRefusee, ...]
    annoncees: tuple[int, ...] = ()

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.passe_decisions = agregat.passe_credits = Jalon.de(entete)
        agregat.changer(self.portees, portee=True)
        agregat.changer(self.annoncees, annoncee=True)
        for refusee in self.refusees:
            agregat.changer((refusee.ligne,), refus=refusee.code, refusee_par=Jalon.de(entete))

    def phrase(self, noms: Noms) -> str:
        refusees = f", {compte(len(self.refusees), 'refusée')}" if self.refusees else ""
        if self.annoncees and not self.portees:
            return f"Vote annoncé à {compte(len(self.annoncees), 'dossier')}{refusees}."
        return f"Décisions portées à {compte(len(self.portees), 'dossier')}{refusees}."


class EngagementAccorde(Immuable):
    """The credits one enveloppe engaged for this rapport."""

    enveloppe: str
    montant_centimes: int


class EngagementRefuse(Immuable):
    """An enveloppe that refused, and the code of its refusal."""

    enveloppe: str
    code: str


class EngagementDemande(FaitDeliberation, topic="deliberation.credits_engages.v1"):
    """The enveloppes were asked to engage the awards of the rapport, once each."""

    engages: tuple[EngagementAccorde, ...]
    refuses: tuple[EngagementRefuse, ...]

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.passe_credits = Jalon.de(entete)
        agregat.engages.update({e.enveloppe: e.montant_centimes for e in self.engages})
        agregat.engagements_refuses.update({e.enveloppe: (e.code, Jalon.de(entete)) for e in self.refuses})

    def phrase(self, noms: Noms) -> str:
        engages = [f"{en_euros(e.montant_centimes)} sur {e.enveloppe}" for e in self.engages]
        refuses = [f"refus de {e.enveloppe} ({noms.refus(e.code)})" for e in self.refuses]
        return f"Engagement demandé : {' ; '.join(engages + refuses)}."


class EngagementRedemande(FaitDeliberation, topic="deliberation.engagement_redemande.v1"):
    """A person asks an enveloppe that refused to engage again."""

    enveloppe: str

    def appliquer(self, agregat: EtatDeliberation, entete: Entete) -> None:
        agregat.engagements_refuses.pop(self.enveloppe, None)
        agregat.passe_credits = Jalon.de(entete)

    def phrase(self, noms: Noms) -> str:
        return f"Engagement redemandé à l’enveloppe {self.enveloppe}."


class EnveloppeEtrangere(Refus, code="enveloppe_etrangere"):
    """No line of this rapport is on that enveloppe."""


class SuitesDeLActe(EtatDeliberation):
    """What the act makes happen elsewhere."""

    def constater_decisions(
        self, passe: int, *, portees: Sequence[int], refusees: Sequence[LigneRefusee], annoncees: Sequence[int] = ()
    ) -> None:
        """Record one pass, or refuse with LigneInconnue; a pass that is over, or did nothing, is silent."""
        for numero in (*portees, *annoncees, *(refusee.ligne for refusee in refusees)):
            self.ligne(numero)
        ouverte = self.passe_decisions is not None and self.passe_decisions.version == passe
        if ouverte and (portees or annoncees or refusees):
            self.survient(
                DecisionsPortees(portees=tuple(portees), annoncees=tuple(annoncees), refusees=tuple(refusees))
            )

    def constater_engagements(
        self, passe: int, *, engages: Sequence[EngagementAccorde], refuses: Sequence[EngagementRefuse]
    ) -> None:
        """Record what the enveloppes answered, or refuse with EnveloppeEtrangere; a pass that is over is silent."""
        for enveloppe in (*(e.enveloppe for e in engages), *(e.enveloppe for e in refuses)):
            self._exiger_sienne(enveloppe)
        ouverte = self.passe_credits is not None and self.passe_credits.version == passe
        if ouverte and (engages or refuses):
            self.survient(EngagementDemande(engages=tuple(engages), refuses=tuple(refuses)))

    def redemander_engagement(self, enveloppe: str) -> None:
        """Ask again, or refuse with EnveloppeEtrangere, or GesteImpossible when it did not refuse."""
        self.exiger_preparee()
        self._exiger_sienne(enveloppe)
        if enveloppe in self.engages or enveloppe in self.a_engager:
            return self.redire(EngagementRedemande, enveloppe=enveloppe)
        if enveloppe not in self.engagements_refuses:
            raise self.impossible("redemander-engagement", f"l’enveloppe {enveloppe} n’a rien refusé")
        self.survient(EngagementRedemande(enveloppe=enveloppe))

    def _exiger_sienne(self, enveloppe: str) -> None:
        if all(ligne.rapport.enveloppe != enveloppe for ligne in self.lignes.values()):
            raise EnveloppeEtrangere(
                f"Aucune ligne du rapport {self.ref} n’est sur l’enveloppe {enveloppe}.", enveloppe=enveloppe
            )


_FONDEMENT = "exécution de la délibération"


def attentes(deliberation: EtatDeliberation) -> Iterator[Attente]:
    """Yield the pass on the lines, then the pass on the credits, both due at once; and one attente per refusal."""
    d = deliberation
    if d.a_porter and d.passe_decisions is not None:
        yield Attente.du_moteur("decisions", d.passe_decisions, "porter_decisions", _FONDEMENT)
    elif d.a_engager and d.passe_credits is not None:
        yield Attente.du_moteur("credits", d.passe_credits, "engager_credits", _FONDEMENT)
    for enveloppe, (code, ouverture) in d.engagements_refuses.items():
        yield Attente(
            Cle("engagement", enveloppe, ouverture.version),
            de=Role.FINANCE,
            depuis=ouverture.depuis,
            gestes=d.a_faire("redemander-engagement"),
            fondement=f"l’enveloppe {enveloppe} a refusé : {code}",
        )
