"""The sentence of each fact that says one thing or another: what a person reads in the history."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.dossier.acte import Decide, VoteAnnonce
from aggregates.dossier.affectation import Affecte
from aggregates.dossier.avis import AvisDemande, AvisRendu, DemandeAvisRecue
from aggregates.dossier.completude import DemandeDePiecesRecue, PiecesDemandees
from aggregates.dossier.eligibilite import EligibiliteExaminee
from aggregates.dossier.envois import ReceptionAccusee
from aggregates.dossier.etat import Etat
from aggregates.dossier.financement import FinancementCode
from aggregates.dossier.nature import NatureConstatee
from aggregates.dossier.proposition import Propose
from aggregates.dossier.recours import RecoursForme
from aggregates.dossier.silence import CauseDeNonNaissance, RejetImpliciteRemplace, RejetImpliciteReputeNonNe
from aggregates.dossier.teleservice import CorrigeAuTeleservice, contenu_de
from aggregates.dossier.transmission import TransmisAilleurs
from aggregates.dossier.visa import InteretDeclare, VisaRappele, Vise
from kernel.attentes import Role
from kernel.faits import Fait
from kernel.instants import fin_de_jour
from tests.aggregates.dossier.fabrique import (
    CONTENTIEUX,
    MOTIF,
    QUINZE_JOURS,
    RAPPORT,
    RECOURS,
    TIERS,
    TROIS_SEMAINES,
    depose,
    repris,
)
from tests.aggregates.fabrique import JOUR

VOTE = date(2026, 6, 25)


class NomsFictifs:
    """Words for what a fact names by its id."""

    def agent(self, identifiant: str) -> str:
        return f"l’agent {identifiant}"

    def texte(self, identifiant: UUID | None) -> str:
        return "un texte" if identifiant == MOTIF else "un autre texte"

    def compte(self, identifiant: UUID) -> str:
        return "un compte"

    def piece(self, code: str) -> str:
        return f"les {code}"

    def critere(self, code: str) -> str:
        return f"le critère {code}"

    def service(self, code: str) -> str:
        return code.capitalize()

    def role(self, code: str) -> str:
        return code

    def refus(self, code: str) -> str:
        return f"le refus {code}"

    def reglement(self, reference: str) -> str:
        return reference

    def tiers(self, identifiant: UUID | None) -> str:
        return "un tiers" if identifiant is None else "Les Passerelles (exemple)"

    def dossier(self, identifiant: UUID) -> str:
        return "un dossier"


def annonce(*, favorable: bool) -> VoteAnnonce:
    return VoteAnnonce(deliberation=RAPPORT, favorable=favorable, montant_vote_centimes=150_000, vote_le=VOTE)


def decide(*, favorable: bool) -> Decide:
    return Decide(deliberation=RAPPORT, favorable=favorable, montant_vote_centimes=150_000, vote_le=VOTE)


def accuse(**champs: Any) -> ReceptionAccusee:
    return ReceptionAccusee(**{"edition": None, **champs})


def finance(**champs: Any) -> FinancementCode:
    donnees: dict[str, Any] = {"ligne": None, "financeur": "etat", "tiers": None, "public": True, "stade": "reserve"}
    return FinancementCode(**{**donnees, "montant_centimes": 64_000, "poste": None, "source": MOTIF, **champs})


def propose(**champs: Any) -> Propose:
    donnees: dict[str, Any] = {"montant_centimes": 90_000, "calcule_centimes": 100_000, "base_eligible_centimes": None}
    return Propose(**{**donnees, "etapes": (), "motif": None, "entree": None, **champs})


def non_ne(cause: CauseDeNonNaissance) -> RejetImpliciteReputeNonNe:
    return RejetImpliciteReputeNonNe(rejet=4, ne_le=date(2026, 3, 12), cause=cause, le=date(2026, 3, 27))


def forme(**champs: Any) -> RecoursForme:
    donnees: dict[str, Any] = {"rang": 1, "nature": "gracieux", "par": "demandeur", "contre": "decision"}
    return RecoursForme(**{**donnees, "delai": RECOURS, "interrompt": None, "texte": MOTIF, **champs})


def corrige(*champs: str, **dits: Any) -> CorrigeAuTeleservice:
    return CorrigeAuTeleservice(champs=champs, contenu=contenu_de(depose(**dits)))


def avis(source: UUID | None) -> AvisDemande:
    return AvisDemande(aupres_de="ville", delai=TROIS_SEMAINES, source=source)


RECEPTIONS: list[tuple[dict[str, Any], str]] = [
    ({"presumee": True}, "présumée reçue le jour de son envoi"),
    ({"presumee": False}, "remise en main propre"),
    ({"presumee": False, "sha256": "c" * 64}, "reçue, selon la copie gardée (empreinte cccccccccccc)"),
]


PHRASES: list[tuple[Fait[Any], str]] = [
    (
        annonce(favorable=True),
        "Vote de la commission permanente du 25/06/2026 : attribution de 1 500,00 €. L’acte n’est pas encore exécutoire.",
    ),
    (
        annonce(favorable=False),
        "Vote de la commission permanente du 25/06/2026 : rejet de la demande. L’acte n’est pas encore exécutoire.",
    ),
    (decide(favorable=True), "Aide de 1 500,00 € attribuée par la commission permanente du 25/06/2026."),
    (decide(favorable=False), "Demande rejetée par la commission permanente du 25/06/2026."),
    (Affecte(agent="agt-2", groupe="culture"), "Dossier affecté : l’agent agt-2, groupe « culture »."),
    (Affecte(agent=None, groupe=None), "Dossier affecté : personne."),
    (avis(None), "Avis demandé : Ville."),
    (avis(MOTIF), "Avis demandé : Ville (délai : un texte)."),
    (AvisRendu(aupres_de="ville", sens="favorable", texte=None), "Avis favorable : Ville."),
    (
        AvisRendu(aupres_de="ville", sens="reserve", texte=None, par_lien=True),
        "Avis réservé : Ville, par le lien qui lui a été donné.",
    ),
    (
        PiecesDemandees(pieces=("statuts", "rib"), delai=QUINZE_JOURS),
        "Pièces demandées au porteur : les statuts, les rib ; 15 jours pour les produire, à compter de la réception.",
    ),
    *(
        (
            DemandeDePiecesRecue(demande=3, jusqu_au=JOUR, delai=QUINZE_JOURS, **comment),
            f"Demande de pièces {dit} : à produire avant le 12/01/2026 inclus ; le silence est suspendu.",
        )
        for comment, dit in RECEPTIONS
    ),
    *(
        (
            DemandeAvisRecue(demande=3, aupres_de="ville", echeance=fin_de_jour(JOUR), delai=TROIS_SEMAINES, **comment),
            f"Demande d’avis {dit} : Ville, attendu avant le 12/01/2026 inclus.",
        )
        for comment, dit in RECEPTIONS
    ),
    (
        depose(),
        "Dossier NQE-2026-7K3F9 déposé par Les Passerelles (exemple) : « Été au Pile », 12 000,00 € demandés.",
    ),
    (
        depose(canal="papier", envoye_le=date(2026, 1, 9)),
        "Dossier NQE-2026-7K3F9 déposé par Les Passerelles (exemple) (par la poste), envoyé le 09/01/2026 : « Été au Pile », "
        "12 000,00 € demandés.",
    ),
    (
        EligibiliteExaminee(territoire_au=JOUR, perimetre=None),
        "Éligibilité examinée : territoire jugé au 12/01/2026, liste inconnue à cette date.",
    ),
    (
        EligibiliteExaminee(territoire_au=JOUR, perimetre="qpv@2024"),
        "Éligibilité examinée : territoire jugé au 12/01/2026, liste qpv@2024.",
    ),
    (accuse(edition=MOTIF), "Accusé de réception délivré."),
    (
        accuse(sha256="a" * 64, sans_recours=True, rejet_implicite_le=date(2026, 3, 12)),
        "Accusé de réception délivré hors du moteur, sans les voies et délais de recours ; sans décision, un rejet implicite "
        "naîtra le 12/03/2026.",
    ),
    (finance(), "Financeur public : État, 640,00 € réservés (un texte)."),
    (
        finance(tiers=TIERS, public=False, stade="decide", ligne=2),
        "Financeur privé : Les Passerelles (exemple), 640,00 € décidés, ligne 2 du budget (un texte).",
    ),
    (
        NatureConstatee(categorie="7210", du=JOUR, source=MOTIF),
        "Nature juridique du demandeur : catégorie 7210, personne morale de droit public, depuis le 12/01/2026 (un texte).",
    ),
    (
        NatureConstatee(categorie="5710", du=JOUR, source=MOTIF),
        "Nature juridique du demandeur : catégorie 5710, de droit privé, depuis le 12/01/2026 (un texte).",
    ),
    (propose(montant_centimes=100_000), "Proposition de 1 000,00 €."),
    (propose(montant_centimes=100_000, calcule_centimes=None), "Proposition de 1 000,00 €."),
    (
        propose(motif=MOTIF, base_eligible_centimes=200_000),
        "Proposition de 900,00 € au lieu de 1 000,00 € calculés (un texte), sur une base éligible de 2 000,00 €.",
    ),
    (
        propose(montant_centimes=110_000, motif=MOTIF, derogation=RAPPORT),
        "Proposition de 1 100,00 € au lieu de 1 000,00 € calculés (un texte ; dérogation : un autre texte).",
    ),
    (forme(), "Recours gracieux n° 1 formé par le demandeur contre la décision : un texte."),
    (
        forme(par="tiers", interrompt=CONTENTIEUX),
        "Recours gracieux n° 1 formé par un tiers contre la décision ; il interrompt le délai de recours (CJA, art. R421-1) : "
        "un texte.",
    ),
    (
        repris(),
        "Dossier REPRISE-2014-AAAA2 repris à l’état « en instruction » : Les Passerelles (exemple), « Ateliers » "
        "(ligne 12 du fichier aaaaaaaaaaaa).",
    ),
    (
        repris(objet="", etat=Etat.DECIDE),
        "Dossier REPRISE-2014-AAAA2 repris à l’état « décidé » : Les Passerelles (exemple) (ligne 12 du fichier aaaaaaaaaaaa).",
    ),
    (
        RejetImpliciteRemplace(rejet=4, decision=9, favorable=True, vote_le=VOTE),
        "Rejet implicite remplacé par l’attribution votée le 25/06/2026.",
    ),
    (
        RejetImpliciteRemplace(rejet=4, decision=9, favorable=False, vote_le=VOTE),
        "Rejet implicite remplacé par le rejet exprès voté le 25/06/2026.",
    ),
    (
        non_ne(CauseDeNonNaissance.DECISION),
        "Le rejet implicite du 12/03/2026 est réputé n’être jamais né : le silence avait pris fin le 27/03/2026.",
    ),
    (corrige(), "Remis sur Démarche Numérique comme il est ici."),
    (
        corrige(
            "objet",
            "montant_demande_centimes",
            "periode_fin",
            "periode_debut",
            "communes",
            "qpv",
            periode_debut=None,
            qpv=(),
        ),
        "Modifié sur Démarche Numérique après le dépôt : l’objet (« Été au Pile »), le montant demandé (12 000,00 €), "
        "la fin (31/08/2026), le début, les communes (59512), les quartiers (aucune).",
    ),
    (
        TransmisAilleurs(autorite=MOTIF, rejet_implicite_le=None),
        "Demande transmise à l’autorité compétente (un texte).",
    ),
    (
        TransmisAilleurs(autorite=MOTIF, rejet_implicite_le=date(2026, 3, 12)),
        "Demande transmise à l’autorité compétente (un texte) ; le silence de celle-ci vaudra rejet le 12/03/2026, "
        "compté de notre réception.",
    ),
    (Vise(), "Proposition visée."),
    (Vise(acte=MOTIF), "Proposition visée (un texte)."),
    (VisaRappele(niveau=2, rang=1, escalade=None), "Visa toujours attendu, niveau 2 : rappel n° 1."),
    (
        VisaRappele(niveau=2, rang=2, escalade=Role.ORDONNATEUR),
        "Visa toujours attendu, niveau 2 : il peut être donné par le rôle ordonnateur.",
    ),
    (InteretDeclare(motif=None), "Intérêt déclaré par l’agent."),
    (InteretDeclare(motif=MOTIF), "Intérêt déclaré par l’agent : un texte."),
]


@pytest.mark.parametrize(("fait", "attendue"), PHRASES, ids=lambda v: v if isinstance(v, str) else v.topic)
def test_la_phrase_d_un_fait_dit_ce_qu_il_porte(fait: Fait[Any], attendue: str) -> None:
    assert fait.phrase(NomsFictifs()).replace("\u202f", " ").replace("\u00a0", " ") == attendue
