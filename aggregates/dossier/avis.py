"""Avis of partners: asked, given, or réputés rendus at their échéance; they bind nobody. Their text is in the coffre."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, Self
from uuid import UUID

from pydantic import AwareDatetime, Field

from aggregates.dossier.ecrits import QUE_DES_ANCIENS, NatureDocument, a_remettre, dire_la_reception, en_route
from aggregates.dossier.elements import Avis
from aggregates.dossier.etat import Etat, EtatDossier, FaitDossier
from dispositifs.reglement import ServiceConsulte
from kernel.attentes import Attente, Cle, Delai, Rappel, Role
from kernel.faits import Entete, Noms
from kernel.instants import Effet, Instant, debut_de, dernier_jour
from kernel.refus import Refus, SaisieInvalide


class AvisDemande(FaitDossier, topic="dossier.avis_demande.v1"):
    """A partner is to be asked for an avis, in a délai that runs from its reception; the text that sets it is `source`.

    An older fact says in one that it was received, as it was made: its `echeance` stands.
    """

    aupres_de: str
    delai: Delai
    echeance: AwareDatetime | None = QUE_DES_ANCIENS
    source: UUID | None = None
    repute_rendu: bool = True
    groupe: str | None = None
    minimum: int = 1
    rappels: tuple[str, ...] = ()
    hors_liste: bool = Field(default=False, exclude_if=lambda dit: not dit)
    """The règlement lists no service: the agent chose whom to ask."""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis.append(
            Avis(
                entete.version,
                self.aupres_de,
                debut_de(entete.effectif_le),
                self.delai,
                self.source,
                self.repute_rendu,
                self.groupe,
                self.minimum,
                self.rappels,
                hors_liste=self.hors_liste,
            )
        )
        if self.echeance is not None:
            recue = DemandeAvisRecue(
                demande=entete.version,
                aupres_de=self.aupres_de,
                echeance=self.echeance,
                delai=self.delai,
                presumee=True,
            )
            recue.appliquer(agregat, entete)
        # blank: its take-over was corrected, and comes later in the fold
        if agregat.etat in {Etat.COMPLET, Etat.BROUILLON}:
            agregat.passer(Etat.EN_INSTRUCTION, entete)

    def a_la_date(self, le: Effet) -> Self:
        return (
            self
            if self.echeance is None
            else self.model_copy(update={"echeance": self.delai.echoir(le).dernier_instant})
        )

    def phrase(self, noms: Noms) -> str:
        source = "" if self.source is None else f" (délai : {noms.texte(self.source)})"
        liste = " Le règlement ne liste aucun service à consulter." if self.hors_liste else ""
        return f"Avis demandé : {noms.service(self.aupres_de)}{source}.{liste}"


class DemandeAvisRecue(FaitDossier, topic="dossier.demande_avis_recue.v1"):
    """The partner has the demande: its délai runs, and its reminders, from that day; as `DemandeDePiecesRecue` says how."""

    demande: int
    aupres_de: str
    echeance: AwareDatetime
    delai: Delai
    presumee: bool
    sha256: str | None = None

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis = [
            replace(avis, echeance=self.echeance, rappels=self._rappels(avis, entete.effectif_le))
            if avis.version == self.demande
            else avis
            for avis in agregat.avis
        ]

    def _rappels(self, avis: Avis, le: Effet) -> tuple[Instant, ...]:
        """Return when it is reminded, before its échéance."""
        durees = (self.delai.model_copy(update={"duree": duree}) for duree in avis.durees_des_rappels)
        instants = (delai.echoir(le).dernier_instant for delai in durees)
        return tuple(sorted(instant for instant in instants if instant < self.echeance))

    def a_la_date(self, le: Effet) -> Self:
        return self.model_copy(update={"echeance": self.delai.echoir(le).dernier_instant})

    def phrase(self, noms: Noms) -> str:
        comment = dire_la_reception(presumee=self.presumee, sha256=self.sha256)
        qui, dernier = noms.service(self.aupres_de), dernier_jour(self.echeance)
        return f"Demande d’avis {comment} : {qui}, attendu avant le {dernier:%d/%m/%Y} inclus."


class AvisRendu(FaitDossier, topic="dossier.avis_rendu.v1"):
    """A partner answered; the text is in the coffre. `par_lien`: through the link that the acteur of the fact gave it."""

    aupres_de: str
    sens: str
    texte: UUID | None
    par_lien: bool = False

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis_rendus[self.aupres_de], agregat.avis_textes[self.aupres_de] = self.sens, self.texte
        agregat.avis_rendus_le[self.aupres_de] = debut_de(entete.effectif_le)

    def phrase(self, noms: Noms) -> str:
        comment = ", par le lien qui lui a été donné" if self.par_lien else ""
        return f"Avis {_SENS.get(self.sens, self.sens)} : {noms.service(self.aupres_de)}{comment}."


class AvisReputeRendu(FaitDossier, topic="dossier.avis_repute_rendu.v1"):
    """The échéance passed without an answer: the instruction goes on without this avis."""

    aupres_de: str

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        if any(a.de == self.aupres_de and a.echeance == entete.effectif_le for a in agregat.avis):
            agregat.avis_rendus.setdefault(self.aupres_de, "repute_rendu")  # else its date was corrected since

    def phrase(self, noms: Noms) -> str:
        return f"Avis réputé rendu, sans réponse à l’échéance : {noms.service(self.aupres_de)}."


class AvisRappele(FaitDossier, topic="dossier.avis_rappele.v1"):
    """The day of a reminder came without an answer."""

    aupres_de: str
    rang: int

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis_rappeles[self.aupres_de] = self.rang

    def phrase(self, noms: Noms) -> str:
        return f"Rappel n° {self.rang} : l’avis de « {noms.service(self.aupres_de)} » est attendu."


class AvisRevoque(FaitDossier, topic="dossier.avis_revoque.v1"):
    """An avis is not asked any more; why is in the coffre."""

    aupres_de: str
    motif: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.avis = [avis for avis in agregat.avis if avis.de != self.aupres_de]
        agregat.avis_revoques[self.aupres_de] = self.motif
        # asked again, it is another demande: with reminders of its own, and not answered by the silence kept on this one
        agregat.avis_rappeles.pop(self.aupres_de, None)
        agregat.avis_rendus.pop(self.aupres_de, None)

    def phrase(self, noms: Noms) -> str:
        return f"Demande d’avis à « {noms.service(self.aupres_de)} » révoquée : {noms.texte(self.motif)}."


_SENS: Final = {"reserve": "réservé", "defavorable": "défavorable"}
_PARTENAIRE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")
"""A code, never a sentence nor a person: it goes into facts, attentes and workflows."""


class AvisNonDemande(Refus, code="avis_non_demande"):
    """Nobody asked this partner."""


class ServiceNonConsulte(Refus, code="service_non_consulte"):
    """The règlement lists the services that may be consulted, and this one is not of them."""


class DelaiDuReglement(Refus, code="delai_du_reglement"):
    """The règlement sets the délai of an avis: nobody gives another."""


def tardif(dossier: EtatDossier, de: str) -> bool:
    """Tell whether an avis came after its échéance: it is kept, and said to be late."""
    demande = next((avis for avis in dossier.avis if avis.de == de), None)
    rendu = dossier.avis_rendus_le.get(de)
    echeance = None if demande is None else demande.echeance
    return echeance is not None and rendu is not None and rendu >= echeance  # 24:00 is the day after


def manquants(dossier: EtatDossier, groupe: str) -> int:
    """Return how many avis of a group of experts are still needed."""
    membres = [avis for avis in dossier.avis if avis.groupe == groupe]
    rendus = sum(avis.de in dossier.avis_rendus for avis in membres)
    return max(0, min(membres[0].minimum, len(membres)) - rendus) if membres else 0


class AvisDesPartenaires(EtatDossier):
    """Avis asked and given during instruction."""

    def consulter(self, service: ServiceConsulte, delai: Delai) -> None:
        """Ask the service that the règlement lists, each of its experts apart; refuse as `demander_avis` does."""
        experts = [f"{service.code}-{rang}" for rang in range(1, service.experts + 1)]
        for expert in experts if service.experts > 1 else [service.code]:
            self.demander_avis(expert, delai, service=service)

    def demander_avis(
        self,
        aupres_de: str,
        delai: Delai,
        source: UUID | None = None,
        *,
        service: ServiceConsulte | None = None,
        hors_liste: bool = False,
    ) -> None:
        """Ask a partner, or refuse with GesteImpossible, SaisieInvalide (no code) or DejaFait (another délai or source).

        The same demande again is silent. Without a règlement that lists it, an avis that does not come is réputé rendu;
        `hors_liste` says that there is one, which lists none.
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
        selon: dict[str, Any] = {"hors_liste": hors_liste} if service is None else _selon(service)
        self.survient(AvisDemande(aupres_de=aupres_de, delai=delai, source=source, **selon))

    def recevoir_demande_avis(self, aupres_de: str, *, presumee: bool = False, sha256: str | None = None) -> None:
        """Record that a partner has the demande that waited to be delivered; silent when it has it, or is asked no more.

        Refuse with AvantLeJalon before it was made.
        """
        demande = next((avis for avis in self.avis if avis.de == aupres_de and avis.echeance is None), None)
        if demande is None:
            return
        self.exiger_apres("la demande de cet avis", demande.depuis)
        echeance, delai = demande.delai.echoir(self.jour).dernier_instant, demande.delai
        self.survient(
            DemandeAvisRecue(
                demande=demande.version,
                aupres_de=aupres_de,
                echeance=echeance,
                delai=delai,
                presumee=presumee,
                sha256=sha256,
            )
        )

    def revoquer_avis(self, aupres_de: str, motif: UUID) -> None:
        """Ask it no more, or refuse with AvisNonDemande, GesteImpossible or DejaFait (it was given); repeating it is silent."""
        demande = next((avis for avis in self.avis if avis.de == aupres_de), None)
        if demande is None and self.avis_revoques.get(aupres_de) == motif:
            return self.redire(AvisRevoque, aupres_de=aupres_de)
        if demande is None:
            raise AvisNonDemande(f"Aucun avis n’a été demandé à « {aupres_de} ».", aupres_de=aupres_de)
        if not self.tient_encore:
            raise self.impossible("revoquer-avis", f"le dossier {self.ref} n’attend plus d’avis")
        if self.avis_rendus.get(aupres_de) not in {None, "repute_rendu"}:
            raise AvisRendu.deja(f"L’avis de « {aupres_de} » est rendu : il se garde.")
        self.exiger_apres("la demande de cet avis", demande.depuis)
        self.survient(AvisRevoque(aupres_de=aupres_de, motif=motif))

    def rappeler_avis(self, demande: int, instant: Instant) -> Avis | None:
        """Note that the day of a reminder came, or refuse with GesteImpossible; silent once noted, or answered.

        Return the avis that it reminds of, None when it is silent.
        """
        avis = next((a for a in self.avis if a.version == demande), None)
        if avis is None or instant not in avis.rappels:
            raise self.impossible("rappeler-avis", "cet avis n’est plus attendu")
        rang = avis.rappels.index(instant) + 1
        if avis.de not in self.avis_rendus and self.avis_rappeles.get(avis.de, 0) < rang:
            self.survient(AvisRappele(aupres_de=avis.de, rang=rang), effectif_le=instant)
            return avis
        return None

    def rendre_avis(self, aupres_de: str, sens: str, texte: UUID | None, *, par_lien: bool = False) -> None:
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
        self.survient(AvisRendu(aupres_de=aupres_de, sens=sens, texte=texte, par_lien=par_lien))

    def reputer_avis_rendu(self, demande: int, au: Instant) -> None:
        """Go on without an avis, or refuse with GesteImpossible before its échéance.

        Silent when it was given, or is awaited no more.
        """
        avis = next((a for a in self.avis if a.version == demande), None)
        if avis is None or not avis.repute_rendu or avis.echeance is None or avis.echeance > au:
            raise self.impossible("reputer-avis-rendu", "le délai donné pour rendre l’avis court encore")
        if avis.de in self.avis_rendus or self.etat is not Etat.EN_INSTRUCTION:
            return
        self.survient(AvisReputeRendu(aupres_de=avis.de), effectif_le=avis.echeance)


def _selon(service: ServiceConsulte) -> dict[str, Any]:
    """Return what a demande keeps of the règlement beside its délai."""
    return {
        "repute_rendu": service.repute_rendu,
        "groupe": service.code if service.experts > 1 else None,
        "minimum": service.minimum,
        "rappels": service.rappels,
    }


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield what each partner still owes while the dossier is instructed; of a group, each expert, then the group itself."""
    if dossier.etat is not Etat.EN_INSTRUCTION:
        return
    groupes = {avis.groupe: avis for avis in reversed(dossier.avis) if avis.groupe and manquants(dossier, avis.groupe)}
    for groupe, premier in groupes.items():
        yield Attente(
            Cle("avis_groupe", groupe, premier.version),
            de=Role.INSTRUCTEUR,
            depuis=premier.depuis,
            echeance=premier.echeance,
            gestes=dossier.a_faire("rendre-avis", "revoquer-avis"),
            nature=premier.delai.nature,
            fondement=premier.delai.fondement,
        )
    for avis in dossier.avis:
        if avis.de not in dossier.avis_rendus and (avis.groupe is None or avis.groupe in groupes):
            deja = dossier.avis_rappeles.get(avis.de, 0)
            if avis.echeance is None and not en_route(dossier.documents.values(), NatureDocument.AVIS, avis.de):
                gestes = dossier.a_faire("envoyer-demande-avis", "enregistrer-remise")
                yield a_remettre(Cle("demande_a_remettre", avis.de, avis.version), avis.depuis, avis.delai, gestes)
            yield Attente(
                Cle("avis", avis.de, avis.version),
                de=Role.PARTENAIRE,
                depuis=avis.depuis,
                echeance=avis.echeance,
                automatisme="reputer_avis_rendu" if avis.repute_rendu and avis.echeance is not None else None,
                rappels=tuple(
                    Rappel(le, "rappeler_avis", rang) for rang, le in enumerate(avis.rappels, 1) if rang > deja
                ),
                gestes=dossier.a_faire("rendre-avis"),
                nature=avis.delai.nature,
                fondement=avis.delai.fondement,
            )
