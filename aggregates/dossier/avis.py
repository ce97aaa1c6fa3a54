"""Avis of partners: asked, given, or réputés rendus at their échéance; they bind nobody. Their text is in the coffre."""

import re
from collections.abc import Iterator
from typing import Final, Self
from uuid import UUID

from pydantic import AwareDatetime

from aggregates.dossier.etat import Avis, Etat, EtatDossier, FaitDossier
from kernel.attentes import Attente, Cle, Delai, Role
from kernel.faits import Entete, Noms
from kernel.instants import Effet, Instant, debut_de
from kernel.refus import Refus, SaisieInvalide


class AvisDemande(FaitDossier, topic="dossier.avis_demande.v1"):
    """A partner was asked for an avis, to be given before an instant; the text that sets it, in the coffre, is `source`."""

    aupres_de: str
    echeance: AwareDatetime
    delai: Delai
    source: UUID | None = None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis.append(
            Avis(entete.version, self.aupres_de, debut_de(entete.effectif_le), self.echeance, self.delai, self.source)
        )
        # blank: its take-over was corrected, and comes later in the fold
        if agregat.etat in {Etat.COMPLET, Etat.BROUILLON}:
            agregat.passer(Etat.EN_INSTRUCTION, entete)

    def a_la_date(self, le: Effet) -> Self:
        return self.model_copy(update={"echeance": self.delai.echoir(le).dernier_instant})

    def phrase(self, noms: Noms) -> str:
        source = "" if self.source is None else f" (délai : {noms.texte(self.source)})"
        return f"Avis demandé : {self.aupres_de}{source}."


class AvisRendu(FaitDossier, topic="dossier.avis_rendu.v1"):
    """A partner answered; the text is in the coffre."""

    aupres_de: str
    sens: str
    texte: UUID | None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis_rendus[self.aupres_de], agregat.avis_textes[self.aupres_de] = self.sens, self.texte

    def phrase(self, noms: Noms) -> str:
        return f"Avis {self.sens} : {self.aupres_de}."


class AvisReputeRendu(FaitDossier, topic="dossier.avis_repute_rendu.v1"):
    """The échéance passed without an answer: the instruction goes on without this avis."""

    aupres_de: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if any(a.de == self.aupres_de and a.echeance == entete.effectif_le for a in agregat.avis):
            agregat.avis_rendus.setdefault(self.aupres_de, "repute_rendu")  # else its date was corrected since

    def phrase(self, noms: Noms) -> str:
        return f"Avis réputé rendu, sans réponse à l’échéance : {self.aupres_de}."


_PARTENAIRE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
"""A code, never a sentence nor a person: it goes into facts, attentes and workflows."""


class AvisNonDemande(Refus, code="avis_non_demande"):
    """Nobody asked this partner."""


class AvisDesPartenaires(EtatDossier):
    """Avis asked and given during instruction."""

    def demander_avis(self, aupres_de: str, delai: Delai, source: UUID | None = None) -> None:
        """Ask a partner, or refuse with GesteImpossible, SaisieInvalide (no code) or DejaFait (another délai or source).

        The same demande again is silent.
        """
        if not _PARTENAIRE.fullmatch(aupres_de):
            raise SaisieInvalide(
                f"« {aupres_de} » n’est pas un code de partenaire : minuscules sans accent, chiffres, tirets "
                "(par exemple « ville »), jamais un nom de personne.",
                aupres_de=aupres_de,
            )
        demande = next((avis for avis in self.avis if avis.de == aupres_de), None)
        if demande is not None:
            if (demande.delai, demande.source) == (delai, source):
                return self.redire(AvisDemande, aupres_de=aupres_de)
            raise AvisDemande.deja(
                f"L’avis de « {aupres_de} » est déjà demandé, avec un autre délai ({demande.delai.duree})."
            )
        self.exiger("demander-avis", Etat.COMPLET, Etat.EN_INSTRUCTION)
        self.exiger_apres("la complétude", self.complet_le)
        echeance = delai.echoir(self.jour).dernier_instant
        self.survient(AvisDemande(aupres_de=aupres_de, echeance=echeance, delai=delai, source=source))

    def rendre_avis(self, aupres_de: str, sens: str, texte: UUID | None) -> None:
        """Record an answer, or refuse with AvisNonDemande or DejaFait (another answer or text); a late one is still recorded."""
        demande = next((avis for avis in self.avis if avis.de == aupres_de), None)
        if demande is None:
            raise AvisNonDemande(f"Aucun avis n’a été demandé à « {aupres_de} ».", aupres_de=aupres_de)
        if not self.tient_encore:
            raise self.impossible("rendre-avis", f"le dossier {self.ref} n’attend plus d’avis")
        rendu = self.avis_rendus.get(aupres_de)
        if (rendu, self.avis_textes.get(aupres_de)) == (sens, texte):
            return self.redire(AvisRendu, aupres_de=aupres_de)
        if rendu not in {None, "repute_rendu"}:
            autrement = ", avec un autre texte" if rendu == sens else ""
            raise AvisRendu.deja(f"L’avis de « {aupres_de} » est déjà rendu : {rendu}{autrement}.")
        self.exiger_apres("la demande de cet avis", demande.depuis)
        self.survient(AvisRendu(aupres_de=aupres_de, sens=sens, texte=texte))

    def reputer_avis_rendu(self, demande: int, au: Instant) -> None:
        """Go on without an avis, or refuse with GesteImpossible before its échéance.

        Silent when it was given, or is awaited no more.
        """
        avis = next((a for a in self.avis if a.version == demande), None)
        if avis is None or avis.echeance > au:
            raise self.impossible("reputer-avis-rendu", "le délai donné pour rendre l’avis court encore")
        if avis.de in self.avis_rendus or self.etat is not Etat.EN_INSTRUCTION:
            return
        self.survient(AvisReputeRendu(aupres_de=avis.de), effectif_le=avis.echeance)


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield what each partner still owes while the dossier is instructed."""
    if dossier.etat is not Etat.EN_INSTRUCTION:
        return
    for avis in dossier.avis:
        if avis.de not in dossier.avis_rendus:
            yield Attente(
                Cle("avis", avis.de, avis.version),
                de=Role.PARTENAIRE,
                depuis=avis.depuis,
                echeance=avis.echeance,
                automatisme="reputer_avis_rendu",
                gestes=dossier.a_faire("rendre-avis"),
                nature=avis.delai.nature,
                fondement=avis.delai.fondement,
            )
