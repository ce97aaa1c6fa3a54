"""What callers type wrong, in options and in files: a code, a French sentence, no fact and no receipt."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.cli.conftest import Console
from tests.moteur import EXEMPLES

REFUSE = 3
INCONNU = str(uuid4())
ELUS = [f"elu-{rang:02}" for rang in range(1, 8)]
ASSEMBLEE = f"depuis: 2026-01-01\nsource: exemple fictif\npresident: elu-01\nmembres: [{', '.join(ELUS)}]\n"
ENVELOPPE = "nqe-2026-fonctionnement"


@pytest.fixture
def bureau(console: Console) -> Console:
    """The store of the other tests, with a service of assemblies and credits."""
    console.fait("agent", "enregistrer", "aline", "--roles", "assemblees", acteur="admin")
    ouvrir = ("enveloppe", "ouvrir", "--dispositif", "nqe", "--exercice", 2026, "--section", "fonctionnement")
    console.fait(*ouvrir, acteur="fanny")
    return console


def test_un_montant_mal_ecrit_ou_demesure_est_refuse_avant_d_atteindre_une_colonne(bureau: Console) -> None:
    mal_ecrits = ("12.0", "1_000", "12,50", "NaN", "１２", "0x10", "", "1" * 5000)
    for montant in (*mal_ecrits, 10**14 + 1, -(10**14) - 1, 10**22):
        vote = ("enveloppe", "voter-budget", ENVELOPPE, f"--montant-centimes={montant}", "--source", "x")
        bureau.verifie_refus("saisie_invalide", *vote, acteur="fanny")
    assert bureau.lire("enveloppe", "voir", ENVELOPPE)["vote_centimes"] == 0


def test_une_date_mal_ecrite_ou_hors_du_calendrier_est_refusee_et_la_base_reste_lisible(bureau: Console) -> None:
    for jour in ("9999-12-31", "1900-01-01", "2026-01-06T00:00:00", "20260106", "2026-W02-1", "2026-02-30", ""):
        bureau.verifie_refus("saisie_invalide", "seance", "prevoir", "--jour", jour, acteur="aline")
    ref = bureau.deposer()
    for le in ("2026-W01-1", "20260105", "20260105T100000Z", "2026-01-05T25:00:00Z", "2026-1-5"):
        bureau.verifie_refus("saisie_invalide", "dossier", "retirer", ref, "--motif", "exemple", "--le", le)
    assert bureau.lire("file")["total"]


def test_un_identifiant_de_commande_est_un_uuid_en_toutes_lettres(bureau: Console) -> None:
    ref = bureau.deposer()
    for identifiant in ("{0b0c0000-0000-0000-0000-000000000001", "0b0c" * 8, "urn:uuid:" + INCONNU):
        retrait = ("dossier", "retirer", ref, "--motif", "exemple", "--commande-id", identifiant)
        bureau.verifie_refus("saisie_invalide", *retrait)


def test_un_texte_vide_illisible_ou_sans_fin_est_refuse(bureau: Console) -> None:
    ref = bureau.deposer()
    for texte in ("", "   ", "\u200b", "a\x1b[31m", "x" * 10_001):
        bureau.verifie_refus("saisie_invalide", "dossier", "retirer", ref, f"--motif={texte}")
    vote = ("enveloppe", "voter-budget", ENVELOPPE, "--montant-centimes", 5, "--source", "  ")
    bureau.verifie_refus("saisie_invalide", *vote, acteur="fanny")
    iban = ("tiers", "declarer-coordonnees", "00000001800002", "--iban", "FR7630006000011234567890189")
    bureau.verifie_refus("saisie_invalide", *iban, "--titulaire", "  ", acteur="fanny")


def test_un_refus_ne_fait_rien_faire_au_terminal(bureau: Console) -> None:
    reponse = bureau.lancer(["campagne", "voir", "\x1b[31mrouge"])
    assert reponse.code == REFUSE
    assert "\x1b" not in reponse.erreurs


def test_un_rapport_inconnu_est_refuse_partout_ou_on_le_nomme(bureau: Console) -> None:
    ref = bureau.deposer()
    bureau.fait(
        *("enveloppe", "voter-budget", ENVELOPPE, "--montant-centimes", 500, "--source", "exemple fictif"),
        acteur="fanny",
    )
    for rapport in ("DEL-2026-ABSENT", INCONNU, ""):
        code = "reference_inconnue" if rapport else "saisie_invalide"
        for geste in (
            ("reserver", ENVELOPPE, "--montant-centimes", 5, "--rapport", rapport),
            ("liberer", ENVELOPPE, "--rapport", rapport),
            ("relancer", ENVELOPPE, "--rapport", rapport),
            ("engager", ENVELOPPE, "--lignes", f"{ref}=5", "--deliberation", rapport),
        ):
            bureau.verifie_refus(code, "enveloppe", *geste, acteur="fanny")
        bureau.verifie_refus(code, "dossier", "inscrire", ref, "--deliberation", rapport, "--ligne", 1, acteur="aline")


def test_une_reference_interminable_est_refusee_sans_etre_repetee(bureau: Console) -> None:
    reponse = bureau("dossier", "viser", "x" * 5000, acteur="rene")
    assert reponse.refus["code"] == "saisie_invalide"
    assert len(reponse.refus["message"]) < 300


def test_un_siret_de_zeros_est_refuse_et_la_poste_a_sa_propre_cle(bureau: Console) -> None:
    poste = ("tiers", "enregistrer", "--denomination", "La Poste", "--siret")
    for faux in ("0" * 14, "35600000009076"):
        bureau.verifie_refus("siret_invalide", *poste, faux, acteur="fanny")
    bureau.fait(*poste, "35600000009075", acteur="fanny")


def _depot() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    return {**document, "pieces": []}


CHANGEMENTS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "objet NUL": lambda d: d.update(objet="a\x00b"),
    "objet demi-caractère": lambda d: d.update(objet="\ud800"),
    "objet ESC": lambda d: d.update(objet="a\x1b[31m"),
    "objet retourné": lambda d: d.update(objet="a\u202eb"),
    "objet de blancs": lambda d: d.update(objet="   "),
    "objet trop long": lambda d: d.update(objet="x" * 501),
    "dénomination NUL": lambda d: d["tiers"].update(denomination="a\x00"),
    "contact illisible": lambda d: d["contact"].update(nom="\ud800"),
    "contact sans fin": lambda d: d["contact"].update(nom="x" * 301),
    "critère sans fin": lambda d: d["criteres"].update(fil_rouge="x" * 10_001),
    "clé illisible": lambda d: d["criteres"].update({"a\x00": "x"}),
    "poste vide": lambda d: d["budget"]["charges"][0].update(poste=" "),
    "commune en chiffres arabes": lambda d: d["territoire"].update(communes=["\u0665\u0669\u0665\u0661\u0662"]),
    "commune": lambda d: d["territoire"].update(communes=["Lille"]),
    "montant texte": lambda d: d.update(montant_demande_centimes="1200000"),
    "montant booléen": lambda d: d.update(montant_demande_centimes=True),
    "montant flottant": lambda d: d.update(montant_demande_centimes=1.2e6),
    "période à l’heure": lambda d: d["periode"].update(debut="2026-07-01T00:00:00"),
    "période hors calendrier": lambda d: d["periode"].update(fin="9999-12-31"),
    "pièces nulles": lambda d: d.update(pieces=None),
    "pièces nombre": lambda d: d.update(pieces=5),
    "pièce sans code": lambda d: d.update(pieces=[{"code": "", "fichier": "depot.json"}]),
    "pièce NUL": lambda d: d.update(pieces=[{"code": "statuts", "fichier": "a\x00b"}]),
    "pièce dossier": lambda d: d.update(pieces=[{"code": "statuts", "fichier": "."}]),
    "clé inconnue": lambda d: d["tiers"].update(inconnue=1),
}


def test_un_depot_mal_rempli_est_refuse(bureau: Console) -> None:
    for nom, changer in CHANGEMENTS.items():
        document = _depot()
        changer(document)
        chemin = bureau.ecrire("depots/depot.json", json.dumps(document))
        assert bureau.verifie_refus("saisie_invalide", "dossier", "deposer", chemin, "--le", "2026-01-12"), nom


def test_un_json_que_l_on_ne_sait_pas_lire_dit_pourquoi(bureau: Console) -> None:
    for contenu, dit in (
        (json.dumps(_depot())[:-1] + ', "objet": "autre"}', "la clé « objet » est donnée deux fois"),
        (json.dumps(_depot()).replace("1200000", "NaN"), "NaN n’est pas une valeur"),
        ('{"a": ' + "1" * 5000 + "}", "un nombre a trop de chiffres"),
        ('{"a":' * 3000, "trop d’imbrications"),
        ("{} {}", "ligne 1"),
        ("", "ligne 1"),
    ):
        reponse = bureau("dossier", "deposer", bureau.ecrire("depot.json", contenu))
        assert (reponse.code, reponse.refus["code"]) == (REFUSE, "saisie_invalide")
        assert dit in reponse.refus["message"]


def test_un_fichier_qui_n_est_pas_en_utf_8_est_refuse(bureau: Console) -> None:
    chemin = bureau.dossier / "f"
    for octets in ("Été".encode("latin-1"), "Été".encode("utf-16"), b"\xff\xfe\x00"):
        chemin.write_bytes(octets)
        for geste, acteur in ((("dossier", "deposer"), "ines"), (("campagne", "ouvrir"), "admin")):
            bureau.verifie_refus("saisie_invalide", *geste, chemin, acteur=acteur)


def test_un_fichier_trop_lourd_est_refuse_quel_qu_il_soit(bureau: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DILIGENCE_TAILLE_MAX_FICHIER", "100")
    for geste, acteur in ((("dossier", "deposer"), "ines"), (("campagne", "ouvrir"), "admin")):
        bureau.verifie_refus("fichier_trop_volumineux", *geste, EXEMPLES / "campagne.yaml", acteur=acteur)


def test_la_raison_d_un_fichier_illisible_est_en_francais(bureau: Console) -> None:
    for chemin, dit in ((Path("/absent.json"), "il n’existe pas"), (bureau.dossier, "c’est un dossier")):
        assert dit in bureau("dossier", "deposer", chemin).refus["message"]


def test_un_yaml_que_l_on_ne_sait_pas_lire_dit_sa_ligne(bureau: Console) -> None:
    bon = f"assemblee: commission-permanente\n{ASSEMBLEE}"
    for contenu, ligne in (
        (f'assemblee: "commission\\0"\n{ASSEMBLEE}', 1),
        (f"{bon}president: elu-02\n", 6),
        (bon.replace("2026-01-01", "2026-02-30"), 2),
        (bon.replace("2026-01-01", "9999-12-31"), 2),
        ("assemblee: [", 1),
    ):
        reponse = bureau("assemblee", "composer", bureau.ecrire("a.yaml", contenu), acteur="aline")
        assert reponse.code == REFUSE
        assert reponse.refus["code"] in {"yaml_illisible", "saisie_invalide"}
        assert reponse.refus["champs"]["ligne"] == ligne


def test_une_heure_hors_du_calendrier_est_refusee(bureau: Console) -> None:
    composition = bureau.ecrire("a.yaml", f"assemblee: commission-permanente\n{ASSEMBLEE}")
    bureau.fait("assemblee", "composer", composition, acteur="aline")
    seance = bureau.fait("seance", "prevoir", "--jour", "2026-02-02", acteur="aline")["ref"]
    bureau.fait("seance", "convoquer", seance, acteur="aline")
    for heure in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "25:00", "2026-02-02T10:00:00"):
        lignes = "membre,statut,pouvoir_a,arrivee,depart\n" + f"elu-01,present,,{heure},\n"
        feuille = bureau.ecrire("p.csv", lignes + "".join(f"{elu},present,,,\n" for elu in ELUS[1:]))
        bureau.verifie_refus("saisie_invalide", "seance", "ouvrir", seance, "--presences", feuille, acteur="aline")


def test_ce_qui_est_clos_dit_que_plus_rien_n_est_attendu(bureau: Console) -> None:
    ref = bureau.deposer()
    bureau.fait("dossier", "retirer", ref, "--motif", "renonce")
    reponse = bureau("dossier", "proposer", ref)
    assert reponse.refus["code"] == "geste_impossible"
    assert reponse.refus["message"].endswith("Plus rien n’est attendu.")
