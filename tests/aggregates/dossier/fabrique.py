"""Dossiers at each step of their life, made by the decisions of people and of the engine."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from aggregates.dossier import Dossier
from aggregates.dossier.depot import Depose
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.elements import Source
from aggregates.dossier.envois import DocumentProduit, Recette
from aggregates.dossier.etat import Etat, PieceExigee
from aggregates.dossier.reprise import Repris
from dispositifs.droit import regle
from dispositifs.evaluation import EntreeDuCalcul, Evaluation, LigneBudget, PasDeCalcul
from kernel.attentes import Delai, Nature
from kernel.identifiants import derive
from kernel.montants import Centimes
from tests.aggregates.fabrique import JOUR, par

SILENCE = regle("rejet_implicite", JOUR).delai()
QUINZE_JOURS = regle("pieces", JOUR).delai("15 jours")
ACCUSE = regle("accuse_reception", JOUR).delai()
RECOURS = Delai(code="recours_gracieux", duree="2 mois", source="CRPA, art. L411-7", nature=Nature.LOI)
CONTENTIEUX = Delai(code="recours_contentieux", duree="2 mois_francs", source="CJA, art. R421-1", nature=Nature.LOI)
MOTIFS = Delai(code="motifs_du_rejet", duree="1 mois", source="CRPA, art. L232-4", nature=Nature.LOI)
TROIS_SEMAINES = Delai(code="avis", duree="21 jours", source="nqe@3, art. 9", nature=Nature.REGLEMENT)
EXIGEES = tuple(
    PieceExigee(code=code, exigee_par="exemple fictif", bloquante=bloquante)
    for code, bloquante in (("statuts", True), ("rib", True), ("bilan", False))
)
REGLEMENT = "nqe@3"
CRITERES = ("fil_rouge", "participation")
MOTIF, RAPPORT, AUTRE_RAPPORT, TIERS = UUID(int=10), UUID(int=11), UUID(int=12), UUID(int=13)
DEMANDE = 1_200_000
CALCULE = 1_000_000


def depose(**champs: Any) -> Depose:
    """Return the dépôt of a balanced request."""
    donnees: dict[str, Any] = {
        "ref": "NQE-2026-7K3F9",
        "campagne": "NQE-2026",
        "objet": "Été au Pile",
        "siret": "00000001800002",
        "denomination": "Les Passerelles (exemple)",
        "contact": None,
        "textes": None,
        "qpv": ("QN05981M",),
        "communes": ("59512",),
        "periode_debut": date(2026, 7, 1),
        "periode_fin": date(2026, 8, 31),
        "montant_demande_centimes": DEMANDE,
        "charges": (LigneBudget(poste="60", montant_centimes=1_840_000),),
        "produits": (
            LigneBudget(financeur="region", montant_centimes=1_200_000),
            LigneBudget(financeur="commune", montant_centimes=640_000),
        ),
        "pieces_exigees": EXIGEES,
        "silence": SILENCE,
        "accuse": ACCUSE,
        "accuse_avant": date(2026, 1, 26),
    }
    return Depose(**{**donnees, **champs})


def repris(**champs: Any) -> Repris:
    """Return a row of a file, at the step of instruction."""
    donnees: dict[str, Any] = {
        "ref": "REPRISE-2014-AAAA2",
        "campagne": "REPRISE-2014",
        "etat": Etat.EN_INSTRUCTION,
        "objet": "Ateliers",
        "tiers": TIERS,
        "exercice": 2014,
        "theme": None,
        "type_aide": None,
        "periode_realisation": None,
        "montant_demande_centimes": 500_000,
        "montant_propose_centimes": None,
        "decision": None,
        "source": source(),
    }
    return Repris(**{**donnees, **champs})


def source(fichier: str = "a", ligne: int = 12, rang: int = 1, identite: str = "1") -> Source:
    return Source(fichier_sha256=fichier * 64, ligne=ligne, rang=rang, identite=identite)


def evaluation(montant: int = CALCULE) -> Evaluation:
    """Return what the règlement leads to."""
    centimes = Centimes(montant)
    entree = EntreeDuCalcul(au=JOUR, reglement={"version": 3}, charges=(), aides_publiques=(), demande_centimes=DEMANDE)
    return Evaluation(Centimes(1_840_000), centimes, (_pas(centimes),), entree)


def _pas(centimes: int) -> PasDeCalcul:
    return PasDeCalcul(libelle="Taux maximal", calcul="60 %", resultat_centimes=centimes, source="exemple fictif")


ADRESSE = UUID(int=99)
"""The id of an e-mail address, in the coffre."""
COPIE = "f" * 64
"""The digest of the copy of an accusé delivered elsewhere."""


def blanc() -> Dossier:
    return par(Dossier(uuid4()))


def un_depose(le: date = JOUR, **champs: Any) -> Dossier:
    dossier = par(Dossier(uuid4()), "agt-1", le)
    dossier.deposer(depose(**champs))
    return par(dossier, "agt-1", le)


def un_recu(le: date = JOUR) -> Dossier:
    """Return a dossier whose two accusés were issued, attached to its tiers."""
    dossier = par(un_depose(le), "SYSTEME", le)
    dossier.enregistrer()
    dossier.enregistrer_accuse(COPIE, sans_recours=False)
    dossier.rattacher_tiers(TIERS)
    return par(dossier, "agt-1", le)


def demander(dossier: Dossier, pieces: Sequence[str]) -> None:
    """Ask for pièces by a letter that the applicant has the same day."""
    dossier.recevoir_la_demande(dossier.demander_pieces(pieces, QUINZE_JOURS), sha256=COPIE)


def consulter(dossier: Dossier, aupres_de: str) -> None:
    """Ask for an avis by a letter that the partner has the same day."""
    dossier.demander_avis(aupres_de, TROIS_SEMAINES)
    dossier.recevoir_demande_avis(aupres_de, sha256=COPIE)


def un_incomplet(*pieces: str, le: date = JOUR) -> Dossier:
    dossier = un_recu(le)
    demander(dossier, pieces or ("statuts",))
    return par(dossier, "agt-1", le)


def avec_pieces(dossier: Dossier, *codes: str, le: date = JOUR) -> Dossier:
    for code in codes:
        par(dossier, "agt-1", le).recevoir_piece(code, code * 8, None)
    return par(dossier, "agt-1", le)


def un_complet(le: date = JOUR) -> Dossier:
    dossier = avec_pieces(un_recu(le), "statuts", "rib", le=le)
    dossier.declarer_complet(REGLEMENT, EXIGEES)
    return par(dossier, "agt-1", le)


def un_en_avis(le: date = JOUR) -> Dossier:
    dossier = un_complet(le)
    consulter(dossier, "ville")
    return par(dossier, "agt-1", le)


def un_propose(le: date = JOUR) -> Dossier:
    dossier = un_complet(le)
    dossier.proposer(evaluation(), None, None)
    return par(dossier, "agt-1", le)


def un_vise(le: date = JOUR) -> Dossier:
    dossier = par(un_propose(le), "resp-1", le)
    dossier.viser()
    return par(dossier, "agt-1", le)


def un_inscrit(le: date = JOUR) -> Dossier:
    dossier = par(un_vise(le), "assemblees-1", le)
    dossier.inscrire(RAPPORT, 3)
    return par(dossier, "agt-1", le)


def un_decide(le: date = JOUR, *, favorable: bool = True) -> Dossier:
    dossier = par(un_inscrit(le), "SYSTEME", le)
    dossier.decider(RAPPORT, favorable=favorable, montant_vote_centimes=CALCULE if favorable else 0, vote_le=le)
    return par(dossier, "agt-1", le)


def un_clos(le: date = JOUR) -> Dossier:
    dossier = un_decide(le)
    dossier.clore(rien_ne_reste_du=True)
    return par(dossier, "agt-1", le)


def document(
    dossier: Dossier, nature: NatureDocument, objet: str = "", adresse: UUID | None = ADRESSE, sha256: str = "d" * 64
) -> DocumentProduit:
    """Return the fact of a document for the applicant, sent unless it has no address."""
    return DocumentProduit(
        edition=derive(dossier.id, "edition", dossier.version + 1),
        nature=nature,
        objet=objet,
        destinataire="demandeur",
        adresse=adresse,
        mention=None,
        sha256=sha256,
        recette=Recette(position=1, coffre=(), modele="a" * 64, typst="0", polices="b" * 64),
    )


def demander_par_courriel(dossier: Dossier, *pieces: str, adresse: UUID | None = ADRESSE) -> UUID:
    """Ask for pièces by a document: sent, or handed the same day; return its edition."""
    dossier.demander_pieces(pieces, QUINZE_JOURS)
    produit = document(dossier, NatureDocument.PIECES, str(dossier.version), adresse)
    dossier.produire(produit)
    return produit.edition


def envoyer(dossier: Dossier, ouverte_par: int) -> None:
    """Do what the engine does once the mail server took the document that this fact opened."""
    for lu in list(dossier.documents.values()):
        if lu.jalon.version == ouverte_par:
            dossier.constater_envoi(lu.edition)
