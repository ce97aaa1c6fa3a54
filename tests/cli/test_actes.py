"""Acts on the command line: receipts, exit codes, and every bad input refused with a code and a French sentence."""

import json
import re
import subprocess
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.cli.conftest import Console
from tests.moteur import EXEMPLES

RACINE = Path(__file__).resolve().parents[2]
USAGE, ANOMALIE = 2, 4


def test_un_recu_est_celui_du_contrat_et_se_redonne(console: Console) -> None:
    ref = console.deposer()
    commande_id = str(uuid4())
    arguments = ("dossier", "demander-pieces", ref, "--pieces", "statuts,rib", "--delai", "15 jours")
    recu = console.fait(*arguments, "--commande-id", commande_id)
    assert set(recu) >= {"commande_id", "agregat", "id", "ref", "version", "position", "faits", "deja_fait"}
    assert (recu["commande_id"], recu["agregat"], recu["ref"]) == (commande_id, "dossier", ref)
    assert (recu["faits"], recu["deja_fait"]) == (["dossier.pieces_demandees.v1"], False)
    assert str(UUID(recu["id"])) == recu["id"]
    assert console.fait(*arguments, "--commande-id", commande_id) == recu | {"deja_fait": True}
    par_id = console.fait("dossier", "recevoir-piece", recu["id"], "--code", "rib", "--fichier", EXEMPLES / "README.md")
    assert par_id["ref"] == ref


def test_un_acte_se_dit_aussi_en_francais(console: Console) -> None:
    ref = console.deposer()
    reponse = console.lancer(["dossier", "retirer", ref, "--motif", "renonce", "--acteur", "ines"])
    assert reponse.code == 0
    assert ref in reponse.sortie
    refus = console.lancer(["dossier", "retirer", "NQE-2026-AAAAA", "--motif", "renonce", "--acteur", "ines"])
    assert (refus.code, refus.sortie) == (3, "")
    assert refus.erreurs.startswith("refusé [reference_illisible] Le numéro")


def test_sans_moteur_rien_n_est_dit_repare(console: Console) -> None:
    console.deposer()
    rapport = console.lire("reconcilier", "--reparer", "--seuil", 0)
    assert (rapport["derive"], rapport["repares"]) == ([], 0), "nobody was there to start what would follow"


@pytest.mark.parametrize(
    "arguments",
    [
        ["dossier", "viser"],
        ["dossier", "inconnu"],
        ["dossier", "viser", "X", "--option-inconnue"],
        ["dossier", "viser", "X", "--version", "deux"],
        ["delai", "--depuis", "2026-01-01"],
    ],
)
def test_une_faute_d_usage_sort_en_2(console: Console, arguments: list[str]) -> None:
    reponse = console.lancer(arguments)
    assert (reponse.code, reponse.sortie) == (USAGE, "")
    assert reponse.erreurs


def test_l_aide_nomme_le_role_de_chaque_geste(console: Console) -> None:
    reponse = console.lancer(["dossier", "viser", "--aide"])
    assert reponse.code == 0
    assert "responsable" in reponse.sortie


def test_les_acteurs_refuses(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = console.deposer()
    acte = ("dossier", "retirer", ref, "--motif", "renonce")
    console.verifie_refus("acteur_manquant", *acte, acteur=None)
    console.verifie_refus("acteur_inconnu", *acte, acteur="inconnue")
    assert console.verifie_refus("role_manquant", *acte, acteur="fanny")["roles"] == ["instructeur", "porteur"]
    for moteur in ("SYSTEME", "systeme"):
        console.verifie_refus("saisie_invalide", *acte, acteur=moteur)
    monkeypatch.setenv("DILIGENCE_ACTEUR", "SYSTEME")
    console.verifie_refus("saisie_invalide", *acte, acteur=None)
    monkeypatch.setenv("DILIGENCE_ACTEUR", "ines")
    console.fait(*acte, acteur=None)


def test_les_enveloppes_refusees(console: Console) -> None:
    ref = console.deposer()
    acte = ("dossier", "demander-pieces", ref, "--pieces", "statuts", "--delai", "15 jours")
    version = console.lire("dossier", "voir", ref)["version"]
    console.verifie_refus("saisie_invalide", *acte, "--commande-id", "pas-un-uuid")
    champs = console.verifie_refus("version_perimee", *acte, "--version", version - 1)
    assert champs == {"version_vue": version - 1, "version": version}
    console.verifie_refus("date_future", *acte, "--le", "2026-02-03")
    for impossible in ("2026-02-30", "demain", "2026-02-01T10:00:00", "", "0000-01-01"):
        console.verifie_refus("saisie_invalide", *acte, "--le", impossible)
    commande_id = str(uuid4())
    console.fait(*acte, "--commande-id", commande_id, "--version", version)
    autre = ("dossier", "demander-pieces", ref, "--pieces", "rib", "--delai", "15 jours")
    console.verifie_refus("commande_deja_utilisee", *autre, "--commande-id", commande_id)


def test_les_references_refusees(console: Console) -> None:
    for nom in ("voir", "historique", "attentes"):
        console.verifie_refus("reference_illisible", "dossier", nom, "NQE-2026-AAAAA", acteur=None)
        console.verifie_refus("reference_inconnue", "dossier", nom, uuid4(), acteur=None)
    console.verifie_refus("reference_inconnue", "campagne", "voir", "NQE-1999", acteur=None)
    console.verifie_refus("reference_inconnue", "campagne", "historique", "NQE-1999", acteur=None)
    console.verifie_refus("reference_inconnue", "campagne", "clore", "NQE-1999", acteur="admin")
    console.verifie_refus("reference_inconnue", "dossier", "viser", uuid4(), acteur="rene")


def test_un_geste_impossible_dit_ce_qui_est_attendu_et_de_qui(console: Console) -> None:
    ref = console.deposer()
    champs = console.verifie_refus("geste_impossible", "dossier", "viser", ref, acteur="rene")
    assert (champs["geste"], champs["etat"]) == ("viser", "enregistre")
    assert {a["code"]: a["de"] for a in champs["attentes"]}["completude"] == "instructeur"


def test_les_montants_refuses(console: Console) -> None:
    ref = console.completer()
    for montant in ("12.345", "12,5", "mille", "-1", "1e3", ""):
        console.verifie_refus(
            "saisie_invalide", "dossier", "proposer", ref, f"--montant-centimes={montant}", "--motif", "exemple"
        )
    console.verifie_refus(
        "montant_hors_bornes", "dossier", "proposer", ref, "--montant-centimes", 10**12, "--motif", "exemple"
    )
    console.verifie_refus("motif_exige", "dossier", "proposer", ref, "--montant-centimes", 1)


def test_les_fichiers_refuses(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = console.deposer()
    piece = ("dossier", "recevoir-piece", ref, "--code", "statuts", "--fichier")
    console.verifie_refus("saisie_invalide", *piece, console.dossier / "absent.pdf")
    console.verifie_refus("saisie_invalide", *piece, console.dossier)
    console.verifie_refus("saisie_invalide", *piece, console.ecrire("vide.pdf", ""))
    monkeypatch.setenv("DILIGENCE_TAILLE_MAX_FICHIER", "10")
    champs = console.verifie_refus("fichier_trop_volumineux", *piece, console.ecrire("lourd.pdf", "x" * 11))
    assert champs["maximum"] == 10


def test_les_depots_refuses(console: Console) -> None:
    for code, nom, contenu in (
        ("saisie_invalide", "d.json", "{"),
        ("saisie_invalide", "d.json", "[]"),
        ("reference_inconnue", "d.json", (EXEMPLES / "depots" / "01.json").read_text().replace("NQE-2026", "NQE-1999")),
        ("saisie_invalide", "d.json", _sans_pieces().replace("1840000", "18400.555")),
        ("saisie_invalide", "d.json", _sans_pieces().replace("2026-07-01", "2026-02-30")),
    ):
        chemin = console.ecrire(nom, contenu)
        if code == "reference_inconnue":
            chemin = console.ecrire(nom, re.sub(r'"pieces": \[.*\]', '"pieces": []', contenu, flags=re.DOTALL))
        console.verifie_refus(code, "dossier", "deposer", chemin, "--le", "2026-01-12")


def test_un_siret_faux_un_montant_nul_ou_une_piece_trop_lourde_n_empechent_pas_d_enregistrer(
    console: Console, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setenv("DILIGENCE_TAILLE_MAX_FICHIER", "10000")
    dossier = tmp_path_factory.mktemp("depot")
    depot = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    depot["tiers"]["siret"], depot["montant_demande_centimes"] = "00000001800003", 0
    depot["pieces"] = [{"code": "statuts", "fichier": "lourd.pdf"}]
    (dossier / "lourd.pdf").write_text("x" * 10_001, encoding="utf-8")
    (dossier / "d.json").write_text(json.dumps(depot), encoding="utf-8")
    ref = console.fait("dossier", "deposer", dossier / "d.json", "--le", "2026-01-12")["ref"]
    attendus = {a["objet"] for a in console.lire("dossier", "attentes", ref) if a["code"] == "motif"}
    assert attendus == {"numero_faux:siret", "montant_absent", "piece_trop_lourde:statuts"}


def test_un_depot_s_ecrit_aussi_en_yaml(console: Console, tmp_path_factory: pytest.TempPathFactory) -> None:
    dossier = tmp_path_factory.mktemp("depot")
    (dossier / "statuts.pdf").write_text("exemple fictif", encoding="utf-8")
    (dossier / "d.yaml").write_text(
        "campagne: NQE-2026\n"
        "tiers: {siret: 00000001800002, denomination: Les Passerelles (exemple)}\n"
        "objet: Été au Pile\n"
        "territoire: {qpv: [QN05981M]}\n"
        "montant_demande_centimes: 1200000\n"
        "periode: {debut: 2026-07-01, fin: 2026-08-31}\n"
        "budget:\n"
        "  charges: [{poste: 60 - Achats, montant_centimes: 1200000}]\n"
        "  produits: [{financeur: Région, montant_centimes: 1200000}]\n"
        "pieces: [{code: statuts, fichier: statuts.pdf}]\n",
        encoding="utf-8",
    )
    recu = console.fait("dossier", "deposer", dossier / "d.yaml", "--le", "2026-01-12")
    assert recu["faits"] == ["dossier.depose.v1", "dossier.piece_recue.v1"]
    assert console.lire("dossier", "voir", recu["ref"])["beneficiaire"]["siret"] == "00000001800002"
    (dossier / "d.yaml").write_text("campagne: [", encoding="utf-8")
    assert console.verifie_refus("yaml_illisible", "dossier", "deposer", dossier / "d.yaml")["ligne"] == 1


def _sans_pieces() -> str:
    texte = (EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8")
    return re.sub(r'"pieces": \[.*\]', '"pieces": []', texte, flags=re.DOTALL)


def test_un_siret_ou_un_iban_faux_est_refuse(console: Console) -> None:
    tiers = ("tiers", "enregistrer", "--denomination", "Les Passerelles (exemple)", "--siret")
    for siret in ("00000001800003", "123", "abc"):
        console.verifie_refus("siret_invalide", *tiers, siret, acteur="fanny")
    ref = console.fait(*tiers, "00000001800002", acteur="fanny")["ref"]
    iban = ("tiers", "declarer-coordonnees", ref, "--titulaire", "Les Passerelles", "--iban")
    console.verifie_refus("iban_invalide", *iban, "FR7630006000011234567890188", acteur="fanny")


def test_une_campagne_illisible_ou_sans_source_est_refusee(console: Console) -> None:
    texte = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8").replace("NQE-2026", "NQE-2027")
    illisible = console.ecrire("c.yaml", "campagne: {code: NQE-2027\nreglement:\n  - [")
    champs = console.verifie_refus("yaml_illisible", "campagne", "ouvrir", illisible, acteur="admin")
    assert champs["ligne"]
    sans_source = console.ecrire("c.yaml", texte.replace('source: "exemple fictif"', 'source: ""', 1))
    console.verifie_refus("valeur_sans_source", "campagne", "ouvrir", sans_source, acteur="admin")
    sans_taux = console.ecrire("c.yaml", re.sub(r"  taux_max_points_base: .*\n", "", texte))
    console.verifie_refus("valeur_absente", "campagne", "ouvrir", sans_taux, acteur="admin")


def test_campagne_verifier_sort_en_4_quand_quelque_chose_manque(console: Console) -> None:
    bonne = console.lancer(["campagne", "verifier", str(EXEMPLES / "campagne.yaml"), "--json"])
    assert (bonne.code, bonne.document["ouvrable"], bonne.document["anomalies"]) == (0, True, [])
    mauvaise = console.lancer(["campagne", "verifier", str(EXEMPLES / "campagne-incomplete.yaml"), "--json"])
    assert (mauvaise.code, mauvaise.document["ouvrable"]) == (ANOMALIE, False)
    assert all(a["message"] and "ligne" in a for a in mauvaise.document["anomalies"])
    humaine = console.lancer(["campagne", "verifier", str(EXEMPLES / "campagne-incomplete.yaml")])
    assert (humaine.code, humaine.sortie.startswith("ligne ")) == (ANOMALIE, True)


def test_la_commande_installee_parle_sur_les_bonnes_sorties(console: Console) -> None:
    """Once as a process of its own: JSON alone on stdout, the sentence on stderr."""
    ordre = [sys.executable, "-m", "cli.principal", "dossier", "voir", "NQE-2026-AAAAA", "--json"]
    lu = subprocess.run(ordre, cwd=RACINE, capture_output=True, text=True, check=False)
    assert lu.returncode == 3
    assert lu.stdout.startswith('{"refus": {"code": "reference_illisible"')
    assert lu.stderr.startswith("refusé [reference_illisible] ")
    assert console.compte.faits
