"""Motifs: what was found against a request, and waits for an agent's answer (lifted, or held against it).

A motif stops neither registration, accusé, complétude nor clock: everything received is registered (CRPA L112-3). Only a
proposition waits for the answers, and one that is held leaves a proposition of rejet only.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Final, Literal, NamedTuple
from uuid import UUID

from aggregates.dossier.elements import MotifSuivi
from aggregates.dossier.etat import AVANT_VOTE, Etat, EtatDossier, FaitDossier
from kernel.attentes import Attente, Cle, Nature, Role
from kernel.faits import Entete, Noms
from kernel.instants import debut_de
from kernel.refus import Refus


class MotifPrevu(NamedTuple):
    """What may be found against a request: its sentence, and the text or the usage it rests on."""

    phrase: str
    source: str
    nature: Nature = Nature.REGLEMENT
    a_propos: str = "{}"


_REGLEMENT: Final = "règlement de la campagne"
MOTIFS: Final = {
    "tardif": MotifPrevu(
        "Demande envoyée après la date limite de la campagne",
        "date limite de la campagne ; la date d’envoi fait foi (CRPA, art. L112-1)",
    ),
    "avant_l_ouverture": MotifPrevu("Demande envoyée avant l’ouverture de la campagne", "dates de la campagne"),
    "budget_desequilibre": MotifPrevu(
        "Budget déséquilibré : charges et produits diffèrent", "budget de la demande", Nature.USAGE
    ),
    "periode_inversee": MotifPrevu(
        "Période du projet qui finit avant de commencer", "période de la demande", Nature.USAGE
    ),
    "periode": MotifPrevu("Période du projet hors de ce que le règlement admet", _REGLEMENT),
    "sans_siret": MotifPrevu("Demandeur sans SIRET, ni SIREN, ni RNA", "CRPA, art. R112-9-1", Nature.LOI),
    "numero_faux": MotifPrevu("Numéro du demandeur qui n’en est pas un", "CRPA, art. R112-9-1", Nature.LOI),
    "montant_absent": MotifPrevu("Montant demandé absent, nul ou négatif", "CRPA, art. L112-3", Nature.LOI),
    "demandeur_disparu": MotifPrevu(
        "Demandeur qui n’existe plus, sans successeur à tous ses droits", "acte cité à la succession", Nature.USAGE
    ),
    "en_double": MotifPrevu(
        "Même demandeur, même campagne, même objet qu’une autre demande", "usage du service", Nature.USAGE
    ),
    "piece_non_exigee": MotifPrevu("Pièce reçue que le règlement ne nomme pas", "CRPA, art. L114-5", Nature.LOI),
    "piece_vide": MotifPrevu("Pièce reçue vide : elle manque", "CRPA, art. L114-5", Nature.LOI),
    "piece_trop_lourde": MotifPrevu("Pièce reçue trop lourde, écartée : elle manque", "CRPA, art. L114-5", Nature.LOI),
    "qpv_inconnu": MotifPrevu("Quartier inconnu", "liste des quartiers prioritaires de la région"),
    "territoire": MotifPrevu("Territoire hors de ceux du règlement", _REGLEMENT),
    "demandeur": MotifPrevu("Demandeur que le règlement n’admet pas", _REGLEMENT),
    "nature_des_depenses": MotifPrevu("Dépenses que le règlement n’admet pas", _REGLEMENT),
    "commencement_anticipe": MotifPrevu("Projet commencé sans autorisation", _REGLEMENT),
    "double_financement": MotifPrevu("Projet ou coût déjà financé par une autre aide", _REGLEMENT),
    "piece_retiree": MotifPrevu(
        "Pièce exigée que son porteur a retirée de Démarche Numérique", "CRPA, art. L114-5", Nature.LOI
    ),
    "supprime_au_teleservice": MotifPrevu(
        "Demande supprimée de Démarche Numérique après son dépôt", "usage du service", Nature.USAGE
    ),
    "financeur_inconnu": MotifPrevu(
        "Financeur dont on ne sait pas s’il est public", _REGLEMENT, a_propos="ligne {} des produits"
    ),
}
"""The closed table of what may be found. A code that left it is still read, and said by its code."""

Sens = Literal["leve", "retenu"]
REPONSES: Final[dict[str, str]] = {"leve": "levé", "retenu": "retenu contre la demande"}
LEVES_PAR: Final = {"financeur_inconnu": "coder-financeur", "montant_absent": "preciser-montant"}
"""What no sentence lifts, and the geste that says what is missing."""


def dire(code: str, objet: str, piece: Callable[[str], str] = str) -> str:
    """Return the sentence of a motif, with what it is about: a pièce, by the name that `piece` gives it."""
    prevu = MOTIFS.get(code) or MotifPrevu(code.replace("_", " ").capitalize(), "")
    objet = piece(objet) if objet and code.startswith("piece_") else objet
    return f"{prevu.phrase} ({prevu.a_propos.format(objet)})" if objet else prevu.phrase


class MotifReleve(FaitDossier, topic="dossier.motif_releve.v1"):
    """Something was found against the request; `objet` is a code or a reference, never a person's text."""

    code: str
    objet: str = ""

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        agregat.motifs.setdefault(
            (self.code, self.objet), MotifSuivi(entete.version, self.code, self.objet, debut_de(entete.effectif_le))
        )

    def phrase(self, noms: Noms) -> str:
        return f"Motif relevé : {dire(self.code, self.objet, noms.piece)}."


class MotifRepondu(FaitDossier, topic="dossier.motif_repondu.v1"):
    """An agent answered a motif, with a justification in the coffre; the answer true last is the one that holds."""

    code: str
    objet: str = ""
    sens: Sens
    justification: UUID

    def appliquer(self, agregat: EtatDossier, entete: Entete) -> None:
        motif, le = agregat.motifs.get((self.code, self.objet)), debut_de(entete.effectif_le)
        if motif is not None and (motif.repondu_le is None or motif.repondu_le <= le):
            agregat.motifs[self.code, self.objet] = replace(
                motif, sens=self.sens, justification=self.justification, repondu_le=le
            )

    def phrase(self, noms: Noms) -> str:
        return f"Motif {REPONSES[self.sens]} : {dire(self.code, self.objet, noms.piece)} ({noms.texte(self.justification)})."


class MotifNonReleve(Refus, code="motif_non_releve"):
    """Nothing of that kind was found against this request, or several were and none is named."""


class MotifsSansReponse(Refus, code="motifs_sans_reponse"):
    """A proposition answers every motif first."""


class MotifRetenu(Refus, code="motif_retenu"):
    """What is held against a request leaves a proposition of rejet only."""


DU_CONTENU: Final = {
    "periode": ("periode_inversee", "periode", "commencement_anticipe"),
    "qpv": ("qpv_inconnu", "territoire"),
    "charges": ("nature_des_depenses",),
    "demande_centimes": ("montant_absent",),
}
"""What each part of a request may be found wrong for, alone."""


def oublier_motifs(dossier: EtatDossier, *codes: str, objet: str | None = None) -> None:
    """Drop from a fact what does not hold any more, answered or not; what still does is found again."""
    dossier.motifs = {
        (code, sur): motif
        for (code, sur), motif in dossier.motifs.items()
        if code not in codes or objet not in {None, sur}
    }


class MotifsDuDossier(EtatDossier):
    """Find something against the request; answer it."""

    def relever(self, code: str, objet: str = "") -> None:
        """Note a motif of the table; silent when it is there already, whatever was answered."""
        assert code in MOTIFS, code
        if (code, objet) not in self.motifs:
            self.survient(MotifReleve(code=code, objet=objet))

    def relever_du_contenu(self) -> None:
        """Note what does not hold of what is asked, as it is filed, or as its applicant corrected it."""
        if self.demande_centimes is None:
            self.relever("montant_absent")
        charges, produits = (sum(li.montant_centimes for li in lignes) for lignes in (self.charges, self.produits))
        if charges != produits:
            self.relever("budget_desequilibre")
        if self.periode is not None and self.periode[1] < self.periode[0]:
            self.relever("periode_inversee")
        self.relever_les_financeurs()

    def relever_les_financeurs(self) -> None:
        """Note each produit whose financeur no entry of the references has."""
        for rang, produit in enumerate(self.produits, 1):
            if produit.financeur is None:
                self.relever("financeur_inconnu", str(rang))

    def repondre_motif(self, code: str, objet: str | None, sens: Sens, justification: UUID) -> None:
        """Answer a motif; another answer replaces it until an amount is proposed. Repeating it is silent.

        `objet` may be left out when one motif only has that code. Refuse with MotifNonReleve, or GesteImpossible after
        the vote, and for a motif held while an amount is proposed: the proposition is sent back first.
        """
        motif = self._motif(code, objet)
        if code in LEVES_PAR and sens == "leve":
            raise self.impossible("repondre-motif", f"ce motif se lève par « dossier {LEVES_PAR[code]} »")
        if (motif.sens, motif.justification) == (sens, justification):
            return self.redire(MotifRepondu, code=code, objet=motif.objet)
        self.exiger("repondre-motif", *AVANT_VOTE)
        if sens == "retenu" and self.etat in {Etat.PROPOSE, Etat.INSCRIT}:
            raise self.impossible("repondre-motif", "un montant est proposé : il se renvoie avant de retenir un motif")
        self.exiger_apres("le relevé de ce motif", motif.depuis)
        self.survient(MotifRepondu(code=code, objet=motif.objet, sens=sens, justification=justification))

    def _motif(self, code: str, objet: str | None) -> MotifSuivi:
        vises = [m for m in self.motifs.values() if m.code == code and objet in {None, m.objet}]
        if len(vises) == 1:
            return vises[0]
        connus = " ; ".join(f"{m.code} {m.objet}".strip() for m in self.motifs.values()) or "aucun"
        dit = "en désigne plusieurs, dont un seul se répond à la fois" if vises else "n’en désigne aucun"
        raise MotifNonReleve(f"Motifs de ce dossier : {connus} ; « {code} » {dit}.", code=code)


def reste_a_repondre(dossier: EtatDossier) -> bool:
    """Tell whether an award waits for an answer: to a motif, to what its applicant corrected; or a motif is held against it."""
    return bool(dossier.motifs_sans_reponse or dossier.motifs_retenus) or dossier.correction is not None


def repond(motif: MotifSuivi) -> str:
    """Return the geste that answers a motif: what is missing is said, no sentence lifts it."""
    return LEVES_PAR.get(motif.code, "repondre-motif") if motif.sens is None else "repondre-motif"


def exiger_reponses(dossier: EtatDossier, *, attribution: bool) -> None:
    """Refuse a proposition with MotifsSansReponse while one is unanswered, with MotifRetenu an award one is held against.

    What its applicant changed there since its dépôt waits for an answer too.
    """
    if sans := dossier.motifs_sans_reponse:
        gestes = " et ".join(f"« dossier {nom} »" for nom in sorted({repond(m) for m in sans}))
        raise MotifsSansReponse(
            f"Motifs sans réponse : {' ; '.join(dire(m.code, m.objet) for m in sans)} ({gestes}).",
            motifs=[m.code for m in sans],
        )
    if dossier.correction is not None:
        raise MotifsSansReponse(
            "Le porteur a corrigé sa demande : « dossier retenir-correction » ou « dossier ecarter-correction » d’abord.",
            motifs=["correction"],
        )
    if attribution and (retenus := dossier.motifs_retenus):
        raise MotifRetenu(
            f"Retenu contre la demande : {' ; '.join(dire(m.code, m.objet) for m in retenus)}. "
            "Seul un rejet peut être proposé, ou le motif levé.",
            motifs=[m.code for m in retenus],
        )


def attentes(dossier: EtatDossier) -> Iterator[Attente]:
    """Yield the answer that each motif waits for."""
    if not dossier.tient_encore:
        return
    for motif in dossier.motifs_sans_reponse:
        prevu = MOTIFS.get(motif.code)
        yield Attente(
            Cle("motif", f"{motif.code}:{motif.objet}".rstrip(":"), motif.version),
            de=Role.INSTRUCTEUR,
            depuis=motif.depuis,
            gestes=dossier.a_faire(repond(motif)),
            nature=Nature.USAGE if prevu is None else prevu.nature,
            fondement=dire(motif.code, motif.objet) if prevu is None else prevu.source,
            habituelle=timedelta(days=15),
        )
