"""Ids of the engine's commands are public: an agent who takes one beforehand changes nothing of what the engine does."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.numeros import id_de
from kernel.identifiants import derive
from tests.application import argent
from tests.application.seance import UNANIME, Region, ouvrir_region
from tests.cli.conftest import Console, Reponse
from tests.moteur import EXEMPLES

REJET = "dossier.rejet_implicite_ne.v1"


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    with ouvrir_region(tmp_path) as ouverte:
        yield ouverte


@pytest.fixture
def console(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lancer: Callable[[list[str]], Reponse]
) -> Console:
    """The command line, on the store of the Région."""
    base = f"sqlite:///{tmp_path / 'essai.db'}"
    for variable, valeur in {
        "BASE": base,
        "CLE_MAITRESSE": tmp_path / "cle",
        "FICHIERS": tmp_path / "fichiers",
    }.items():
        monkeypatch.setenv(f"DILIGENCE_{variable}", str(valeur))
    return Console(tmp_path, base, lancer)


def prendre(console: Console, commande: UUID) -> str:
    """Take an id with a command that has nothing to do with it; return what it made."""
    recu = console.fait("dossier", "deposer", EXEMPLES / "depots" / "04.json", "--commande-id", commande)
    assert (recu["commande_id"], recu["deja_fait"]) == (str(commande), False)
    ref: str = recu["ref"]
    return ref


def tout_va_bien(console: Console) -> None:
    reponse = console.lancer(["etat", "--json"])
    assert (reponse.code, reponse.document["refus"], reponse.document["parques"]) == (0, {}, [])


def test_une_attribution_s_ouvre_quoi_qu_on_ait_pris(region: Region, console: Console) -> None:
    region.ouvrir_credits()
    dossiers = region.instruire(2)
    region.tenir_seance()
    ref = region.preparer(dossiers)
    region.voter(ref, UNANIME)
    region.faire("deliberation numeroter", "aline", deliberation=ref)
    region.moteur()
    region.faire("deliberation transmettre", "aline", deliberation=ref, flux="CTES-2026-1")
    deliberation = region.deliberation(ref)
    prendre(console, derive(deliberation.id, "subvention", 1, deliberation.lignes[1].vote))
    console.fait("deliberation", "rendre-executoire", ref, acteur="aline")
    for dossier in dossiers:
        vue = console.lire("subvention", "voir", dossier)
        assert vue["montants"]["engage_centimes"] == vue["montants"]["vote_centimes"] > 0
    tout_va_bien(console)


def test_un_mandat_va_au_bordereau_quoi_qu_on_ait_pris(region: Region, console: Console) -> None:
    (ref,) = argent.attribuer(region)
    argent.fixer(region, ref)
    argent.valider_iban(region, ref)
    region.faire("subvention liquider", "fanny", subvention=ref, echeance=1)
    subvention = id_de("subvention", ref)
    prendre(console, derive(subvention, "bordereau", subvention, 1, 1, 1))
    console.fait("subvention", "mandater", ref, "--echeance", 1, acteur="olga")
    assert argent.ref_bordereau(region, ref) == "BORD-2026-06-18-1"
    tout_va_bien(console)


def test_le_silence_vaut_rejet_quoi_qu_on_ait_pris(region: Region, console: Console) -> None:
    pris, temoin = region.instruire(2, viser=False)
    (silence,) = [
        a for a in console.lire("dossier", "attentes", pris) if a["automatisme"] == "constater_rejet_implicite"
    ]
    parties = ("code", "objet", "ouverte_par", "echeance")
    autre = prendre(console, derive(id_de("dossier", pris), *(silence[partie] for partie in parties)))
    region.services.store.enregistreur.regler_horloge(region.services.maintenant() + timedelta(days=70))
    for ref in (pris, temoin):
        console.fait("dossier", "viser", ref, acteur="rene")
    console.fait("dossier", "retirer", autre, "--motif", "exemple fictif")
    nes = [
        [li["effectif_le"] for li in console.lire("dossier", "historique", ref) if li["fait"] == REJET]
        for ref in (pris, temoin)
    ]
    assert nes[0] == nes[1]
    assert len(nes[0]) == 1
    tout_va_bien(console)


def test_repeter_sa_commande_redonne_son_recu_quoi_qu_un_autre_ait_fait_du_meme_identifiant(
    region: Region, console: Console
) -> None:
    commande, acte = uuid4(), ("agent", "enregistrer", "zoe", "--roles", "finance")
    pris = prendre(console, commande)
    recu = console.fait(*acte, "--commande-id", commande, acteur="admin")
    assert (recu["agregat"], recu["deja_fait"]) == ("agent", False), "an id taken by another is free"
    assert console.fait(*acte, "--commande-id", commande, acteur="admin") == {**recu, "deja_fait": True}
    autre = ("agent", "enregistrer", "zed", "--roles", "finance", "--commande-id", commande)
    console.verifie_refus("commande_deja_utilisee", *autre, acteur="admin")
    console.verifie_refus("role_manquant", *acte, "--commande-id", commande, acteur="fanny")
    encore = console.fait("dossier", "deposer", EXEMPLES / "depots" / "04.json", "--commande-id", commande)
    assert (encore["ref"], encore["deja_fait"]) == (pris, True)


def test_deux_personnes_deposent_sous_le_meme_identifiant(region: Region, console: Console) -> None:
    """The number of a dossier is drawn from the id of its command: each has his own, and finds it again."""
    region.faire("agent enregistrer", "admin", identifiant="igor", roles="instructeur")
    commande = uuid4()
    depot = ("dossier", "deposer", EXEMPLES / "depots" / "04.json", "--commande-id", commande)
    recus = [console.fait(*depot, acteur=acteur) for acteur in ("ines", "igor")]
    assert recus[0]["ref"] != recus[1]["ref"]
    encore = [console.fait(*depot, acteur=acteur) for acteur in ("ines", "igor")]
    assert encore == [{**recu, "deja_fait": True} for recu in recus]
