"""Cases 6 and 7 of the domain file, on the real engine: what silence makes, what becomes of it, and what stops its clock."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from aggregates.dossier import Dossier
from application.commandes import FichierRecu
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from application.loi import delai
from kernel.agregat import plier
from kernel.delais import lire_intervalle
from kernel.instants import debut_de_jour
from kernel.refus import Refus
from tests.application.seance import PRESENCES, SEANCE, UNANIME, Region, installer_region
from tests.moteur import PIECES, Moteur, ouvrir_moteur

pytestmark = pytest.mark.temporal


@pytest.fixture
async def moteur(temporal_client: Client, tmp_path: Path) -> AsyncIterator[Moteur]:
    """The engine on a rehearsal store that starts on 5 January 2026: workflows do all that falls due."""
    async with ouvrir_moteur(temporal_client, tmp_path, repetition=True) as ouvert:
        yield ouvert


async def aller(moteur: Moteur, mois: int, jour: int, heure: int = 9) -> None:
    """Let the engine live until that hour."""
    await moteur.horloge().avancer(debut_de_jour(date(2026, mois, jour)) + timedelta(hours=heure))


def vu(moteur: Moteur, ref: str, au: date | None = None) -> dict[str, Any]:
    return voir(moteur.services, ref, Moment(au=au))


def drapeaux(moteur: Moteur, ref: str, au: date | None = None) -> list[str]:
    """Return what is said of the refusal and of the recours against it."""
    return [dit for dit in vu(moteur, ref, au)["drapeaux"] if dit.startswith(("rejet_implicite", "recours"))]


def suite(moteur: Moteur, ref: str) -> list[tuple[str, str]]:
    """Return what became of the silence, fact by fact, with the day each is true."""
    dossier = Region(moteur.services).dossier(ref)
    return [
        (i.fait.topic.split(".")[1], str(i.entete.effectif_le)[:10])
        for i in dossier.inscriptions
        if any(mot in i.fait.topic for mot in ("rejet_implicite", "vote_annonce", "decide", "recours"))
    ]


async def test_cas_6_le_rejet_implicite_puis_l_attribution_le_remplace_et_le_recours_perd_son_objet(
    moteur: Moteur,
) -> None:
    region = installer_region(moteur.services)
    region.ouvrir_credits()
    ref = moteur.deposer(pieces=PIECES).ref
    await aller(moteur, 1, 6)
    for geste, acteur in (("declarer-complet", "ines"), ("proposer", "ines"), ("viser", "rene")):
        moteur.faire(f"dossier {geste}", acteur, dossier=ref)
    await aller(moteur, 6, 1)
    assert drapeaux(moteur, ref) == ["rejet_implicite_ne"]
    assert suite(moteur, ref) == [("rejet_implicite_ne", "2026-03-05")]
    contre: dict[str, Any] = {
        "nature": "gracieux",
        "par": "demandeur",
        "contre": "rejet_implicite",
        "texte": "exemple fictif",
    }
    moteur.faire("dossier enregistrer-recours", "ines", dossier=ref, **contre)
    assert drapeaux(moteur, ref) == ["rejet_implicite_ne", "recours_en_cours"]

    moteur.faire("seance prevoir", "aline", jour=date(2026, 6, 18))
    moteur.faire("seance convoquer", "aline", seance=SEANCE)
    await aller(moteur, 6, 18)
    feuille = FichierRecu("p.csv", PRESENCES.encode())
    moteur.faire("seance ouvrir", "aline", seance=SEANCE, presences=feuille)
    rapport = moteur.faire("deliberation preparer", "aline", seance=SEANCE, dossiers=ref).ref
    await aller(moteur, 6, 18, 10)
    region.voter(rapport, UNANIME)
    await aller(moteur, 6, 18, 11)

    assert vu(moteur, ref)["etat"] == "inscrit", "the act has no legal force yet, and the dossier knows its vote"
    assert drapeaux(moteur, ref) == ["rejet_implicite_ne", "rejet_implicite_remplace"]
    repondus = {("vote_annonce", "2026-06-18"), ("rejet_implicite_remplace", "2026-06-18")}
    assert {*suite(moteur, ref)[2:]} == repondus | {("recours_sans_objet", "2026-06-18")}

    moteur.faire("deliberation numeroter", "aline", deliberation=rapport)
    await aller(moteur, 6, 19)
    moteur.faire("deliberation transmettre", "aline", deliberation=rapport, flux="CTES-2026-1")
    moteur.faire("deliberation rendre-executoire", "aline", deliberation=rapport)
    await aller(moteur, 6, 20)
    attribue = vu(moteur, ref)
    assert (attribue["etat"], attribue["issue"]) == ("decide", "attribue")
    await aller(moteur, 12, 31)
    assert [quoi for quoi, _ in suite(moteur, ref)].count("rejet_implicite_ne") == 1, "the silence was broken for good"
    assert drapeaux(moteur, ref, date(2026, 4, 1)) == ["rejet_implicite_ne"]
    assert drapeaux(moteur, ref) == ["rejet_implicite_ne", "rejet_implicite_remplace"]
    assert set(moteur.services.store.enregistreur.compter_par_pilote()) == {"workflow"}


def demander(moteur: Moteur, ref: str, piece: str, le: date) -> None:
    moteur.faire("dossier demander-pieces", dossier=ref, pieces=piece, delai="15 jours", le=le)


def recevoir(moteur: Moteur, ref: str, piece: str, le: date) -> None:
    fichier = FichierRecu(f"{piece}.txt", piece.encode())
    moteur.faire("dossier recevoir-piece", dossier=ref, code=piece, fichier=fichier, le=le)


STATUTS, ATTESTATION = date(2026, 1, 12), date(2026, 2, 2)
SAISIES: tuple[Callable[[Moteur, str], None], ...] = (
    lambda m, ref: demander(m, ref, "statuts", STATUTS),
    lambda m, ref: recevoir(m, ref, "statuts", date(2026, 1, 20)),
    lambda m, ref: demander(m, ref, "attestation_cer", ATTESTATION),
    lambda m, ref: recevoir(m, ref, "attestation_cer", date(2026, 4, 20)),
)
"""What happened: a demande produced after eight days, another whose fifteen days passed, its pièce long after."""
ATTENDU = date(2026, 3, 30)
"""Two months after 5 January, and the nine days from 12 to 20 January, the sixteen from 2 to 17 February."""


@pytest.mark.parametrize(
    ("ordre", "mois"),
    [((0, 1, 2, 3), 5), ((3, 2, 1, 0), 5), ((2, 0, 3, 1), 3), ((1, 3, 0, 2), 5)],
    ids=["dans l’ordre", "à rebours", "le moteur passe avant la suite", "les pièces d’abord"],
)
async def test_cas_7_seules_les_demandes_que_la_loi_permet_suspendent_et_l_ordre_des_saisies_ne_change_rien(
    moteur: Moteur, ordre: tuple[int, ...], mois: int
) -> None:
    ref = moteur.deposer(pieces=("budget", "rib")).ref
    await aller(moteur, mois, 1)
    for rang in ordre[:2]:
        if not (mois == 3 and rang in {1, 3}):
            SAISIES[rang](moteur, ref)
    await aller(moteur, 5, 2)
    with pytest.raises(Refus) as refus:
        demander(moteur, ref, "plan_de_communication", date(2026, 1, 22))
    assert refus.value.code == "piece_non_exigee"
    for rang in ordre[2:]:
        SAISIES[rang](moteur, ref)
    await aller(moteur, 6, 1)

    dossier = Region(moteur.services).dossier(ref)
    assert list(dossier.rejets_implicites.values()) == [ATTENDU]
    arrets = [lire_intervalle("2026-01-12/2026-01-20"), lire_intervalle("2026-02-02/2026-02-17")]
    compte = delai("rejet_implicite", date(2026, 1, 5)).echoir(date(2026, 1, 5), arrets)
    assert vu(moteur, ref)["silence"] == compte.en_json(), "« delai » and the dossier explain the same calculation"
    rejoue = plier(Dossier, dossier.id, dossier.inscriptions)
    assert list(rejoue.rejets_implicites.values()) == [ATTENDU]
    assert set(moteur.services.store.enregistreur.compter_par_pilote()) == {"workflow"}
