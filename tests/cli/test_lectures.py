"""Readings on the command line: voir (au, connu au), historique, attentes, comparer, file, delai."""

import re
from typing import Any

import pytest

from tests.cli.conftest import Console
from tests.moteur import EXEMPLES


def test_voir_a_une_date_et_tel_qu_on_le_savait(console: Console) -> None:
    ref = console.completer()
    vu = console.lire("dossier", "voir", ref)
    assert (vu["ref"], vu["etat"], vu["au"], vu["connu_au"]) == (ref, "complet", None, None)
    assert vu["montants"]["demande_centimes"] == 1_200_000
    assert vu["montants"]["propose_centimes"] is None
    assert vu["dates"]["depose_le"] == "2026-01-12"
    assert vu["dates"]["complet_le"] == "2026-01-20"
    assert {a["code"] for a in vu["attentes"]} == {"accuse_reception", "proposition", "silence"}
    avant = console.lire("dossier", "voir", ref, "--au", "2026-01-19")
    assert (avant["au"], avant["dates"]["complet_le"]) == ("2026-01-19", None)
    assert avant["etat"] != "complet"
    assert console.lire("dossier", "voir", ref, "--au", "2026-01-20")["etat"] == "complet"
    inconnu = console.lire("dossier", "voir", ref, "--connu-au", "2026-02-01")
    assert (inconnu["version"], inconnu["etat"], inconnu["attentes"]) == (0, "brouillon", [])
    dit = console.lancer(["dossier", "voir", ref]).sortie
    assert dit.startswith(ref)
    assert re.search(r"Produits du budget :\n +Région : 12\u202f000,00\xa0€\n", dit)
    assert vu["budget"]["produits"][0] == {
        "financeur": "Région",
        "code": "region",
        "genre": "nous",
        "montant_centimes": 1_200_000,
    }


def test_une_date_de_lecture_impossible_est_refusee(console: Console) -> None:
    ref = console.deposer()
    console.verifie_refus("saisie_invalide", "dossier", "voir", ref, "--au", "2026-13-01", acteur=None)
    console.verifie_refus("saisie_invalide", "dossier", "voir", ref, "--connu-au", "hier", acteur=None)


def test_l_historique_dit_chaque_fait_et_ses_deux_dates(console: Console) -> None:
    ref = console.deposer()
    lignes: list[dict[str, Any]] = console.lire("dossier", "historique", ref)
    assert [li["fait"].split(".")[1] for li in lignes] == [
        "depose",
        "enregistre",
        "tiers_rattache",
    ]
    premier = lignes[0]
    assert set(premier) >= {
        "position",
        "version",
        "fait",
        "phrase",
        "effectif_le",
        "enregistre_le",
        "acteur",
        "commande_id",
        "cause",
        "corrige",
    }
    assert (premier["effectif_le"], premier["acteur"], premier["corrige"]) == ("2026-01-12", "ines", None)
    assert premier["enregistre_le"].startswith("2026-02-02T09:00:00")
    assert {li["acteur"] for li in lignes[1:]} == {"SYSTEME"}
    le_jour_meme = [ligne for ligne in lignes if ligne["effectif_le"] <= "2026-01-12"]
    assert [ligne["fait"] for ligne in le_jour_meme] == ["dossier.depose.v1", "dossier.tiers_rattache.v1"]
    assert console.lire("dossier", "historique", ref, "--au", "2026-01-12") == le_jour_meme
    assert "Dossier" in console.lancer(["dossier", "historique", ref]).sortie


def test_les_attentes_disent_de_qui_jusqu_a_quand_et_le_retard(console: Console) -> None:
    ref = console.deposer()
    le_18 = ("--le", "2026-01-18")
    console.fait("dossier", "demander-pieces", ref, "--pieces", "statuts", "--delai", "15 jours", *le_18)
    console.fait("dossier", "enregistrer-remise", ref, "--fichier", EXEMPLES / "README.md", *le_18)
    attendues = {a["code"]: a for a in console.lire("dossier", "attentes", ref)}
    assert attendues["pieces"]["echeance"] == "2026-02-02T23:00:00Z"
    assert (attendues["pieces"]["de"], attendues["pieces"]["retard_jours"]) == ("porteur", 0)
    assert attendues["silence"]["suspensions"] == [{"du": "2026-01-18", "au": "2026-02-02"}]
    plus_tard = {a["code"]: a for a in console.lire("dossier", "attentes", ref, "--au", "2026-02-05")}
    assert plus_tard["pieces"]["retard_jours"] == 3
    assert console.lire("campagne", "attentes", "NQE-2026")[0]["code"] == "cloture"


def test_comparer_dit_ce_qui_differe(console: Console) -> None:
    ref = console.completer()
    document = console.lire("dossier", "comparer", ref, "--du", "2026-01-19", "--au", "2026-01-20")
    champs = {d["champ"]: (d["avant"], d["apres"]) for d in document["differences"]}
    assert champs["dates.complet_le"] == (None, "2026-01-20")
    assert champs["reglement"] == (None, "nqe@3")
    meme = console.lire("dossier", "comparer", ref, "--du", "2026-01-20", "--au", "2026-01-20")
    assert meme["differences"] == []


def test_recalculer_dit_que_le_montant_propose_est_egal_etape_par_etape(console: Console) -> None:
    ref = console.completer()
    refus = console.lancer(["dossier", "recalculer", ref, "--json"])
    assert (refus.code, refus.document["refus"]["code"]) == (3, "rien_a_calculer")
    console.fait("dossier", "proposer", ref, "--le", "2026-01-22")
    document = console.lire("dossier", "recalculer", ref)
    assert (document["difference"], document["calcule_centimes"]) == (None, document["recalcule_centimes"])
    assert document["etapes"][-1]["resultat_centimes"] == 1_016_000
    assert all(etape["source"] and etape["calcul"] for etape in document["etapes"])
    lignes = _lignes(console, "dossier", "recalculer", ref)
    assert any("égal, étape par étape" in ligne for ligne in lignes)
    assert any("arrondis au centime inférieur" in ligne for ligne in lignes)


def test_a_l_ecran_les_jours_sont_ceux_de_paris_et_une_echeance_est_son_dernier_jour(console: Console) -> None:
    ref = console.deposer()
    console.fait("dossier", "demander-pieces", ref, "--pieces", "statuts", "--delai", "15 jours", "--le", "2026-01-18")
    console.fait("dossier", "enregistrer-remise", ref, "--fichier", EXEMPLES / "README.md", "--le", "2026-01-18")
    (pieces,) = (ligne for ligne in _lignes(console, "dossier", "attentes", ref) if "Pièces à produire" in ligne)
    assert re.split(" {2,}", pieces)[1:4] == ["Porteur du projet", "18/01/2026", "02/02/2026"]
    file = next(ligne for ligne in _lignes(console, "file", "--de", "porteur") if ref in ligne)
    assert "  02/02/2026  " in file


def test_a_l_ecran_l_historique_dit_a_quel_titre_et_comparer_dit_des_euros(console: Console) -> None:
    ref = console.completer()
    console.fait("dossier", "proposer", ref, "--le", "2026-01-22")
    historique = _lignes(console, "dossier", "historique", ref)
    assert any("  ines       Instructeur  Dossier déclaré complet" in ligne for ligne in historique)
    assert any("  le moteur               " in ligne for ligne in historique)
    differences = _lignes(console, "dossier", "comparer", ref, "--du", "2026-01-21", "--au", "2026-01-22")
    (propose,) = (ligne for ligne in differences if "Montant proposé" in ligne)
    avant, apres = re.split(" {2,}", propose)[1:]
    assert (avant, apres) == ("–", "10\u202f160,00\u00a0€")


def _lignes(console: Console, *arguments: str) -> list[str]:
    return console.lancer([*arguments]).sortie.splitlines()


def test_la_file_montre_ce_qu_on_attend_des_gens_le_plus_en_retard_d_abord(console: Console) -> None:
    un, deux = console.deposer(), console.deposer()
    le = ("--le", "2026-01-13")
    console.fait("dossier", "demander-pieces", deux, "--pieces", "statuts", "--delai", "5 jours", *le)
    console.fait("dossier", "enregistrer-remise", deux, "--fichier", EXEMPLES / "README.md", *le)
    document = console.lire("file")
    assert document["total"] == len(document["lignes"])
    attendus = {(li["ref"], li["attente"]["code"]) for li in document["lignes"]}
    assert {(un, "completude"), (deux, "suite_pieces")} <= attendus
    assert all(li["attente"]["de"] != "SYSTEME" for li in document["lignes"])
    une = console.lire("file", "--de", "instructeur", "--limite", "1")
    assert len(une["lignes"]) == 1
    assert une["total"] > 1
    console.verifie_refus("saisie_invalide", "file", "--de", "ministre", acteur=None)
    etats = console.lire("dossier", "lister", "--etat", "incomplet")
    assert [li["ref"] for li in etats] == [deux]
    console.verifie_refus("saisie_invalide", "dossier", "lister", "--etat", "perdu", acteur=None)


def test_la_file_se_filtre_par_charge_un_agent_ou_un_groupe(console: Console) -> None:
    sien, au_groupe, libre = (console.deposer() for _ in range(3))
    console.fait("agent", "rattacher", "ines", "--groupes", "nord", acteur="admin")
    console.fait("dossier", "affecter", sien, "--agent", "ines")
    console.fait("dossier", "affecter", au_groupe, "--groupe", "nord")
    charges = {"moi": sien, "ines": sien, "groupe": au_groupe, "nord": au_groupe, "personne": libre}
    for charge, attendu in charges.items():
        lues = console("file", "--charge", charge).document["lignes"]
        assert {li["ref"] for li in lues} == {attendu}, charge
    console.verifie_refus("acteur_manquant", "file", "--charge", "moi", acteur=None)
    console.verifie_refus("saisie_invalide", "file", "--charge", "personne-de-ce-nom", acteur=None)


def test_le_dossier_et_la_commande_delai_expliquent_le_meme_calcul(console: Console) -> None:
    ref = console.deposer()
    le_18 = ("--le", "2026-01-18")
    console.fait("dossier", "demander-pieces", ref, "--pieces", "statuts", "--delai", "15 jours", *le_18)
    console.fait("dossier", "enregistrer-remise", ref, "--fichier", EXEMPLES / "README.md", *le_18)
    regle = ("delai", "--regle", "rejet_implicite", "--depuis", "2026-01-12", "--suspension", "2026-01-18/2026-02-02")
    silence = console.lire("dossier", "voir", ref)["silence"]
    lu = console.lire(*regle)
    assert lu.pop("effet") == "un rejet implicite naît ; l’instruction continue"
    assert silence == lu
    assert {e["source"] for e in silence["etapes"]} == {"CRPA, art. L231-4 3° et L114-3", "CRPA, art. L114-5"}
    vu = console.lancer(["dossier", "voir", ref]).sortie
    assert "Délai suspendu (CRPA, art. L114-5)" in vu


def test_une_regle_a_confirmer_se_dit_a_chaque_etape(console: Console) -> None:
    lu = console.lire("delai", "--regle", "recours_contentieux", "--depuis", "2026-01-12")
    assert lu["dernier_jour"] == "2026-03-13"
    assert all("à confirmer" in etape["source"] for etape in lu["etapes"])


def test_suspensions_et_interruptions_se_melent_sur_la_ligne_de_commande(console: Console) -> None:
    options = ("--depuis", "2026-01-12", "--duree", "2 mois", "--suspension", "2026-01-20/2026-01-29")
    assert console.lire("delai", *options, "--interruption", "2026-03-10")["dernier_jour"] == "2026-05-10"
    assert console.lire("delai", *options, "--interruption", "10/03/2026/12/03/2026")["dernier_jour"] == "2026-05-12"
    recours = console.lire("delai", "--depuis", "2026-06-18", "--regle", "recours_contentieux")
    assert "dont l’accusé est défectueux, n’a pas de délai (CRPA, art. L112-6" in recours["effet"]
    assert console.lire("delai", *options)["effet"] is None
    remises = console.lire("delai", *options, "--reprise", "remise_a_zero", "--interruption", "2026-03-10")
    assert remises["dernier_jour"] == "2026-05-10"
    assert console.lire("delai", "--depuis", "2026-01-12", "--duree", "1 mois et 15 jours francs")["dernier_jour"] == (
        "2026-02-28"
    )


@pytest.mark.parametrize(
    "options",
    [
        ("--regle", "inconnue"),
        ("--regle", "convention"),
        ("--regle", "pieces"),
        ("--regle", "rejet_implicite", "--duree", "3 mois"),
    ],
)
def test_une_regle_inconnue_ou_une_duree_de_trop_est_refusee(console: Console, options: tuple[str, ...]) -> None:
    console.verifie_refus("saisie_invalide", "delai", "--depuis", "2026-01-12", *options, acteur=None)
    assert console.lire("delai", "--depuis", "2026-01-12", "--regle", "pieces", "--duree", "15 jours")["duree"] == (
        "15 jours"
    )


def test_le_delai_se_compte_et_s_explique(console: Console) -> None:
    lu = console.lire("delai", "--depuis", "2026-01-12", "--duree", "2 mois", "--suspension", "2026-02-02/2026-02-17")
    assert (lu["dernier_jour"], lu["dernier_instant"]) == ("2026-03-28", "2026-03-28T23:00:00Z")
    assert {"du", "au", "jours", "motif", "source"} <= set(lu["etapes"][0])
    compose = console.lire("delai", "--depuis", "2026-01-12", "--duree", "1 mois et 15 jours")
    assert (compose["duree"], compose["dernier_jour"]) == ("1 mois et 15 jours", "2026-02-27")
    assert [etape["jours"] for etape in compose["etapes"]] == [0, 31, 15]
    franc = ("delai", "--depuis", "2026-01-30", "--duree", "5 jours francs")
    assert console.lire(*franc)["dernier_jour"] == "2026-02-05"
    assert console.lire("delai", "--depuis", "2026-01-12", "--duree", "2 mois francs")["dernier_jour"] == "2026-03-13"
    samedi = ("delai", "--depuis", "2026-01-30", "--duree", "15 jours")
    assert console.lire(*samedi)["dernier_jour"] == "2026-02-14"
    assert console.lire(*samedi, "--report")["dernier_jour"] == "2026-02-16"
    for code, options in (
        ("duree_illisible", ["--duree", "2 lunes"]),
        ("intervalle_illisible", ["--duree", "2 mois", "--suspension", "2026-02-17/2026-02-02"]),
        ("saisie_invalide", ["--duree", "2 mois", "--reprise", "peut-etre"]),
    ):
        console.verifie_refus(code, "delai", "--depuis", "2026-01-12", *options, acteur=None)


def test_l_horloge_et_les_campagnes_se_lisent(console: Console) -> None:
    assert console.lire("horloge", "voir") == {"maintenant": "2026-02-02T09:00:00Z", "repetition": True}
    (campagne,) = console.lire("campagne", "lister")
    assert (campagne["ref"], campagne["etat"]) == ("NQE-2026", "ouverte")
    assert console.lire("campagne", "voir", "NQE-2026")["reglement"]["version"] == 3


def test_une_base_reelle_ne_prend_pas_de_debut(console: Console) -> None:
    console.verifie_refus("saisie_invalide", "migrer", "--debut", "2026-02-02T09:00:00Z", acteur=None)


def test_les_questions_d_un_dossier_se_posent_sans_nommer_son_genre(console: Console) -> None:
    ref = console.completer()
    for question in (
        ("historique", ref),
        ("attentes", ref),
        ("comparer", ref, "--du", "2026-01-13", "--au", "2026-01-21"),
    ):
        assert console.lire(*question) == console.lire("dossier", *question)
    console.verifie_refus("reference_illisible", "historique", "NQE-2026-AAAAA", acteur=None)
