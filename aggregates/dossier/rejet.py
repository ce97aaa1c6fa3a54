"""A rejet is proposed, never decided, by an agent: visa, agenda and vote follow, as for an award.

Source: award and refusal belong to the assembly, or to the commission permanente by delegation (Rép. min. Sénat 3215 of
2/2/2023; CAA Douai 19/1/2021, 19DA01327). An agent alone refuses nobody.
"""

from typing import Final
from uuid import UUID

from aggregates.dossier.elements import VisaPrevu
from aggregates.dossier.etat import AVANT_COMPLETUDE, Cause, Etat, EtatDossier, FaitDossier, Proposition
from aggregates.dossier.motifs import exiger_reponses
from aggregates.dossier.silence import produites_le
from kernel.faits import Entete, Noms
from kernel.instants import fin_de_jour, jour_de

CAUSES: Final = {
    Cause.IRRECEVABILITE: "irrecevabilité",
    Cause.SANS_SUITE: "classement sans suite",
    Cause.OPPORTUNITE: "opportunité",
}
_DEPUIS: Final = {
    Cause.IRRECEVABILITE: (*AVANT_COMPLETUDE, Etat.COMPLET, Etat.EN_INSTRUCTION),
    Cause.SANS_SUITE: (Etat.INCOMPLET,),
    Cause.OPPORTUNITE: (Etat.COMPLET, Etat.EN_INSTRUCTION),
}
"""Where a dossier stands when each may be proposed."""
_JALONS: Final = {
    Etat.INCOMPLET: "la dernière demande de pièces",
    Etat.COMPLET: "la complétude",
    Etat.EN_INSTRUCTION: "l’instruction",
}


class RejetPropose(FaitDossier, topic="dossier.rejet_propose.v1"):
    """An agent proposes to refuse: an inadmissible request, one never completed, or one that is not chosen."""

    cause: Cause
    motif: UUID
    visas: tuple[VisaPrevu, ...] = ()

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.proposition = Proposition(
            entete.version,
            entete.auteurs,
            montant_centimes=0,
            base_eligible_centimes=None,
            motif=self.motif,
            cause=self.cause,
            visas=self.visas,
            avant=agregat.etat,
            le=jour_de(entete.effectif_le),
        )
        agregat.passer(Etat.PROPOSE, entete)

    def phrase(self, noms: Noms) -> str:
        return f"Rejet proposé, {CAUSES[self.cause]} : {noms.texte(self.motif)}."


class RejetNonAdopte(FaitDossier, topic="dossier.rejet_non_adopte.v1"):
    """The assembly did not adopt the rejet that was proposed: nothing is decided, the instruction goes on."""

    deliberation: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        avant = agregat.etat if agregat.proposition is None else agregat.proposition.revient_a
        agregat.deliberation = agregat.ligne = agregat.proposition = None
        agregat.passer(avant, entete)

    def phrase(self, noms: Noms) -> str:
        return "Rejet non adopté par la commission permanente : le dossier revient à l’instruction."


def permis(dossier: EtatDossier, verbe: str) -> tuple[str, ...]:
    """Return the geste that proposes a rejet, once each motif is answered: nothing is proposed before."""
    return () if dossier.motifs_sans_reponse else (verbe,)


class PropositionDeRejet(EtatDossier):
    """Propose a rejet."""

    def proposer_rejet(self, cause: Cause, motif: UUID, visas: tuple[VisaPrevu, ...] = ()) -> None:
        """Propose to refuse the request, for a cause and a motive; the same again is silent.

        Refuse with GesteImpossible where that cause has no ground yet, AvantLeJalon, MotifsSansReponse, or DejaFait (another proposition).
        """
        connue = self.proposition
        if self.etat is Etat.PROPOSE and connue is not None:
            if (connue.cause, connue.motif, connue.par) == (cause, motif, self.contexte.auteurs):
                return self.redire(RejetPropose)
            raise RejetPropose.deja("Une autre proposition est déjà faite : faites-la renvoyer d’abord.")
        self.exiger("proposer", *_DEPUIS[cause])
        exiger_reponses(self, attribution=False)
        if cause is Cause.SANS_SUITE:
            self._exiger_delai_echu()
        en_jeu = self.demande_centimes or 0  # what is refused
        prevus = tuple(visa for visa in visas if visa.a_partir_de_centimes <= en_jeu)
        self.exiger_apres(_JALONS.get(self.etat, "la réception de la demande"), self.jalon)
        self.survient(RejetPropose(cause=cause, motif=motif, visas=prevus))

    def _exiger_delai_echu(self) -> None:
        """Refuse to close for want of pièces while the délai given runs, or once they came."""
        echues = [d for d in self.demandes_de_pieces if d.version in self.demandes_echues]
        fins = [fin_de_jour(d.jusqu_au) for d in echues if produites_le(self, d.pieces) is None]
        if not fins:
            raise self.impossible("proposer", "le délai donné pour produire les pièces court encore")
        self.exiger_apres("la fin du délai donné pour produire les pièces", min(fins))
