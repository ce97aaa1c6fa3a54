"""Which geste is possible in which état: one line a geste, one sign an état."""

from collections.abc import Callable

import pytest

from aggregates.dossier import Dossier
from aggregates.dossier.etat import Appreciation, Cause
from aggregates.dossier.financement import FinancementCode
from kernel.refus import GesteImpossible, Refus
from tests.aggregates.dossier.fabrique import (
    CALCULE,
    COPIE,
    MOTIF,
    QUINZE_JOURS,
    RAPPORT,
    REGLEMENT,
    TROIS_SEMAINES,
    blanc,
    depose,
    evaluation,
    un_clos,
    un_complet,
    un_decide,
    un_depose,
    un_en_avis,
    un_incomplet,
    un_inscrit,
    un_propose,
    un_recu,
)
from tests.aggregates.fabrique import JOUR, etat, par

AUTRE = "00000001900000"
ETATS: tuple[Callable[[], Dossier], ...] = (
    blanc,
    un_depose,
    un_recu,
    un_incomplet,
    un_complet,
    un_en_avis,
    un_propose,
    un_inscrit,
    un_decide,
    un_clos,
)
FINANCEMENT = FinancementCode(
    ligne=2, financeur="commune", tiers=None, public=True, stade="demande", montant_centimes=1, poste=None, source=MOTIF
)
UNE = Appreciation(critere="fil_rouge", appreciation="oui", justification=MOTIF)
POSSIBLES: list[tuple[str, str, Callable[[Dossier], object]]] = [
    ("deposer", "frrrrrrrrr", lambda d: d.deposer(depose())),
    ("demander des pièces", "xfffxxxxxx", lambda d: d.demander_pieces(["bilan"], QUINZE_JOURS)),
    ("recevoir une pièce", "xfffffffxx", lambda d: d.recevoir_piece("bilan", COPIE, None)),
    ("vérifier les pièces", "xrrrxxxxxx", lambda d: d.verifier_pieces()),
    ("écarter une pièce", "xrrrxxxxxx", lambda d: d.ecarter_piece("statuts", MOTIF)),
    ("déclarer complet", "xfff....xx", lambda d: d.declarer_complet(REGLEMENT, ())),
    ("annuler la complétude", "xxxxfxxxxx", lambda d: d.annuler_completude()),
    ("prendre en charge", "xfffffffxx", lambda d: d.prendre_en_charge()),
    ("affecter", "xffffffffx", lambda d: d.affecter("agt-2", None)),
    ("noter", "xfffffffff", lambda d: d.noter(MOTIF)),
    ("apprécier", "xxxxrrxxxx", lambda d: d.apprecier([UNE])),
    ("demander un avis", "xxxxffxxxx", lambda d: d.demander_avis("caf", TROIS_SEMAINES)),
    ("examiner l’éligibilité", "xfffffffxx", lambda d: d.examiner_eligibilite((JOUR, "a"), [])),
    ("autoriser un démarrage", "xfffffffxx", lambda d: d.autoriser_demarrage(JOUR, MOTIF)),
    ("coder un financeur", "rfffffffxx", lambda d: d.coder_financeur(FINANCEMENT)),
    ("succéder", "xfffffxxxx", lambda d: d.succeder(AUTRE, "Les Ponts (exemple)", MOTIF)),
    ("disparaître", "xfffffxxxx", lambda d: d.disparaitre(MOTIF)),
    ("constater une nature", "xfffffffff", lambda d: d.constater_nature("7210", JOUR, MOTIF)),
    ("transmettre ailleurs", "xfffffxxxx", lambda d: d.transmettre_ailleurs(MOTIF)),
    ("proposer", "xxxxffrxxx", lambda d: d.proposer(evaluation(), None, None)),
    ("proposer l’irrecevabilité", "xfffffrxxx", lambda d: d.proposer_rejet(Cause.IRRECEVABILITE, MOTIF)),
    ("proposer sans suite", "xxxxxxrxxx", lambda d: d.proposer_rejet(Cause.SANS_SUITE, MOTIF)),
    ("proposer un choix", "xxxxffrxxx", lambda d: d.proposer_rejet(Cause.OPPORTUNITE, MOTIF)),
    ("renvoyer", "xxxxxxfxxx", lambda d: d.renvoyer(MOTIF)),
    ("viser", "xxxxxxfxxx", lambda d: d.viser()),
    ("inscrire", "xxxxxxr.xx", lambda d: d.inscrire(RAPPORT, 3)),
    ("ajourner", "xxxxxxxfxx", lambda d: d.ajourner(RAPPORT)),
    (
        "annoncer le vote",
        "xxxxxxxf..",
        lambda d: d.annoncer_vote(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=JOUR),
    ),
    (
        "décider",
        "xxxxxxxf..",
        lambda d: d.decider(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=JOUR),
    ),
    ("clore", "xxxxxxxxf.", lambda d: d.clore(rien_ne_reste_du=True)),
    ("retirer", "xfffffffxx", lambda d: d.retirer(MOTIF)),
    ("ouvrir un contrôle", "xfffffffff", lambda d: d.ouvrir_controle(MOTIF)),
    ("masquer", "xfffffffff", lambda d: d.masquer(MOTIF)),
    ("démasquer", "xxxxxxxxxx", lambda d: d.demasquer(MOTIF)),
    ("déclarer un intérêt", "xfffffffff", lambda d: d.declarer_interet(MOTIF)),
    ("retirer un intérêt", "xxxxxxxxxx", lambda d: d.retirer_interet("agt-9", MOTIF)),
    ("enregistrer l’accusé", "xx.......x", lambda d: d.enregistrer_accuse(COPIE, sans_recours=False)),
]


def issue(fabrique: Callable[[], Dossier], geste: Callable[[Dossier], object]) -> str:
    """Return what a geste gives: a fact (f), nothing new (.), the refusal of the état (x) or another (r), with nothing written."""
    dossier = par(fabrique(), "resp-1")
    avant, version = etat(dossier), dossier.version
    try:
        geste(dossier)
    except Refus as refus:
        assert (etat(dossier), dossier.version) == (avant, version)
        return "x" if isinstance(refus, GesteImpossible) else "r"
    return "f" if dossier.nouveaux_faits else "."


@pytest.mark.parametrize(("nom", "possible", "geste"), POSSIBLES, ids=[nom for nom, _, _ in POSSIBLES])
def test_un_geste_n_est_possible_que_dans_ses_etats(
    nom: str, possible: str, geste: Callable[[Dossier], object]
) -> None:
    assert "".join(issue(fabrique, geste) for fabrique in ETATS) == possible
