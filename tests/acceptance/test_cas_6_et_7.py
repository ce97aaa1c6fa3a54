"""Cases 6 and 7 of the domain file, on the real engine: what silence makes, what becomes of it, and what stops its clock."""

from collections.abc import Callable
from datetime import date

import pytest

from aggregates.dossier import Dossier
from application.commandes import FichierRecu
from application.loi import delai
from kernel.agregat import plier
from kernel.delais import lire_intervalle
from tests.acceptance.vie import Vie
from tests.application.seance import JOUR, UNANIME
from tests.application.test_recours import GRACIEUX
from tests.moteur import un_depot

pytestmark = pytest.mark.temporal


def drapeaux(vie: Vie, ref: str, au: date | None = None) -> list[str]:
    """Return what is said of the refusal and of the recours against it."""
    return [dit for dit in vie.vu(ref, au)["drapeaux"] if dit.startswith(("rejet_implicite", "recours"))]


def suite(vie: Vie, ref: str) -> list[tuple[str, str]]:
    """Return what became of the silence, fact by fact, with the day each is true."""
    return [
        (i.fait.topic.split(".")[1], str(i.entete.effectif_le)[:10])
        for i in vie.dossier(ref).inscriptions
        if any(mot in i.fait.topic for mot in ("rejet_implicite", "vote_annonce", "decide", "recours"))
    ]


async def test_cas_6_le_rejet_implicite_puis_l_attribution_le_remplace_et_le_recours_perd_son_objet(vie: Vie) -> None:
    vie.region.ouvrir_credits()
    ref = await vie.deposer()
    await vie.aller(date(2026, 1, 6))
    vie.faire("dossier declarer-complet", dossier=ref)
    vie.faire("seance prevoir", "aline", jour=JOUR)
    await vie.aller(date(2026, 3, 5))
    assert drapeaux(vie, ref) == []
    assert vie.refus("dossier enregistrer-recours", dossier=ref, **GRACIEUX) == "rien_a_attaquer"
    await vie.aller(date(2026, 3, 6))
    assert drapeaux(vie, ref) == ["rejet_implicite_ne"]
    assert suite(vie, ref) == [("rejet_implicite_ne", "2026-03-05")]
    vie.faire("dossier proposer", dossier=ref)
    vie.faire("dossier viser", "rene", dossier=ref)
    assert vie.vu(ref)["etat"] == "propose", "the instruction goes on"

    await vie.aller(date(2026, 6, 1))
    vie.faire("dossier enregistrer-recours", dossier=ref, **GRACIEUX)  # no délai runs against it: CJA, R421-3 1°
    assert drapeaux(vie, ref) == ["rejet_implicite_ne", "recours_en_cours"]
    assert vie.attentes(ref)["recours"]["echeance"] == "2026-08-01T22:00:00Z"

    rapport = await vie.voter(await vie.tenir_seance(JOUR), [ref], UNANIME)
    assert vie.vu(ref)["etat"] == "inscrit", "the act has no legal force yet, and the dossier knows its vote"
    assert drapeaux(vie, ref) == ["rejet_implicite_ne", "rejet_implicite_remplace"]
    repondus = {("vote_annonce", "2026-06-18"), ("rejet_implicite_remplace", "2026-06-18")}
    assert {*suite(vie, ref)[2:]} == repondus | {("recours_sans_objet", "2026-06-18")}

    await vie.aller(date(2026, 6, 19))
    await vie.rendre_executoire(rapport)
    attribue = vie.vu(ref)
    assert (attribue["etat"], attribue["issue"]) == ("decide", "attribue")
    await vie.aller(date(2026, 12, 31))
    faits = [quoi for quoi, _ in suite(vie, ref)]
    assert faits.count("rejet_implicite_ne") == 1, "the silence was broken for good"
    assert "recours_rejete_par_silence" not in faits
    assert drapeaux(vie, ref, date(2026, 4, 1)) == ["rejet_implicite_ne"]
    assert drapeaux(vie, ref) == ["rejet_implicite_ne", "rejet_implicite_remplace"]
    assert {
        "Rejet implicite remplacé par l’attribution votée le 18/06/2026.",
        "Recours n° 1 devenu sans objet : l’aide attribuée remplace le rejet implicite qu’il attaquait.",
    } <= {*vie.phrases(ref)}
    assert vie.pilotes() == {"workflow"}


def demander(vie: Vie, ref: str, piece: str, le: date) -> None:
    vie.faire("dossier demander-pieces", dossier=ref, pieces=piece, delai="15 jours", le=le)
    lettre = FichierRecu(f"{piece}.txt", f"demande : {piece}".encode())
    vie.faire("dossier enregistrer-remise", dossier=ref, fichier=lettre, le=le)


def recevoir(vie: Vie, ref: str, piece: str, le: date) -> None:
    fichier = FichierRecu(f"{piece}.txt", piece.encode())
    vie.faire("dossier recevoir-piece", dossier=ref, code=piece, fichier=fichier, le=le)


STATUTS, ATTESTATION = date(2026, 1, 12), date(2026, 2, 2)
SAISIES: tuple[Callable[[Vie, str], None], ...] = (
    lambda m, ref: demander(m, ref, "statuts", STATUTS),
    lambda m, ref: recevoir(m, ref, "statuts", date(2026, 1, 20)),
    lambda m, ref: demander(m, ref, "attestation_cer", ATTESTATION),
    lambda m, ref: recevoir(m, ref, "attestation_cer", date(2026, 4, 20)),
)
"""What happened: a demande produced after eight days, another whose fifteen days passed, its pièce long after."""
REFUSEES = {"plan_de_communication": "piece_non_exigee", "budget": "deja_decide_autrement"}
"""What no text demands, and what came with the request: to ask for it is refused, and suspends nothing."""
ATTENDU = date(2026, 3, 30)
"""Two months after 5 January, and the nine days from 12 to 20 January, the sixteen from 2 to 17 February."""


@pytest.mark.parametrize(
    ("ordre", "mois"),
    [((0, 1, 2, 3), 5), ((3, 2, 1, 0), 5), ((2, 0, 3, 1), 3), ((1, 3, 0, 2), 5)],
    ids=["dans l’ordre", "à rebours", "le moteur passe avant la suite", "les pièces d’abord"],
)
async def test_cas_7_seules_les_demandes_que_la_loi_permet_suspendent_et_l_ordre_des_saisies_ne_change_rien(
    vie: Vie, ordre: tuple[int, ...], mois: int
) -> None:
    ref = await vie.deposer(**un_depot(("budget", "rib")))
    await vie.aller(date(2026, mois, 1))
    for rang in ordre[:2]:
        if not (mois == 3 and rang in {1, 3}):
            SAISIES[rang](vie, ref)
    await vie.aller(date(2026, 5, 2))
    for piece, code in REFUSEES.items():
        demande = {"pieces": piece, "delai": "15 jours"}
        assert vie.refus("dossier demander-pieces", dossier=ref, le=date(2026, 1, 22), **demande) == code
    for rang in ordre[2:]:
        SAISIES[rang](vie, ref)
    await vie.aller(date(2026, 6, 1))

    dossier = vie.dossier(ref)
    assert list(dossier.rejets_implicites.values()) == [ATTENDU]
    arrets = [lire_intervalle("2026-01-12/2026-01-20"), lire_intervalle("2026-02-02/2026-02-17")]
    compte = delai("rejet_implicite", date(2026, 1, 5)).echoir(date(2026, 1, 5), arrets)
    assert vie.vu(ref)["silence"] == compte.en_json(), "« delai » and the dossier explain the same calculation"
    rejoue = plier(Dossier, dossier.id, dossier.inscriptions)
    assert list(rejoue.rejets_implicites.values()) == [ATTENDU]
    assert vie.pilotes() == {"workflow"}
