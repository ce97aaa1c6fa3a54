"""How a command ends badly: usage, faults, outputs that do not write, Ctrl-C. Never a trace, never English."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Console, Reponse

RACINE = Path(__file__).resolve().parents[2]
FAUTE, USAGE, REFUSE, INTERROMPU = 1, 2, 3, 130
ORDRE = [sys.executable, "-m", "cli.principal"]


@pytest.mark.parametrize(
    ("arguments", "dit"),
    [
        (["dossier", "viser"], "Il manque REF."),
        (["dossier", "visr"], "La commande « visr » n’existe pas. Proches : viser, voir, lister."),
        (["inconnue"], "La commande « inconnue » n’existe pas."),
        (["dossier", "viser", "X", "--inconnue"], "L’option --inconnue n’existe pas."),
        (["dossier", "viser", "X", "Y"], "De trop sur la ligne : Y."),
        (["dossier", "viser", "X", "--version", "deux"], "Valeur impossible pour --version : un nombre entier"),
        (["dossier", "viser", "X", "--version"], "L’option --version attend une valeur."),
        (["dossier", "viser", "X", "--json=oui"], "L’option --json ne prend pas de valeur."),
        (["file", "--limite", "0"], "Valeur impossible pour --limite : au moins 1 est attendu."),
        (["file", "--limite", "9" * 30], "Valeur impossible pour --limite : au plus 1000000 est attendu."),
        (["delai", "--depuis", "2026-01-01"], "Il manque --duree."),
    ],
)
def test_une_faute_d_usage_se_dit_en_francais_et_en_json(
    lancer: Callable[[list[str]], Reponse], arguments: list[str], dit: str
) -> None:
    humaine = lancer(arguments)
    assert (humaine.code, humaine.sortie) == (USAGE, "")
    assert f"refusé [usage] {dit}" in humaine.erreurs
    machine = lancer(["--json", *arguments] if arguments == ["inconnue"] else [*arguments, "--json"])
    if arguments[-1] not in {"--version", "inconnue"}:  # there, --json itself is what is read
        assert (machine.code, machine.refus["code"]) == (USAGE, "usage")
        assert machine.refus["message"].startswith(dit)


def test_l_aide_est_en_francais_et_dit_tout(lancer: Callable[[list[str]], Reponse]) -> None:
    aide = lancer(["--aide"])
    assert (aide.code, aide.sortie.splitlines()[0]) == (0, "Usage : diligence [OPTIONS] COMMANDE …")
    for panneau in ("Le travail des agents :", "Les lectures :", "Le moteur :", "Les outils :"):
        assert f"\n{panneau}\n" in aide.sortie
    assert "..." not in aide.sortie
    seule = lancer(["dossier", "viser", "--aide"]).sortie
    assert "[obligatoire]" in seule
    assert "Afficher cette aide." in seule
    assert lancer([]).code == USAGE


def test_une_faute_de_notre_cote_est_un_document_et_une_phrase_sans_trace(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def casser(*_: object) -> None:
        raise KeyError("quelque chose")

    monkeypatch.setattr("application.consultations.campagnes.lister", casser)
    reponse = console("campagne", "lister", acteur=None)
    assert (reponse.code, reponse.refus["code"]) == (FAUTE, "faute_interne")
    assert "La faute est de notre côté" in reponse.erreurs
    assert "Traceback" not in reponse.erreurs


def test_une_base_qui_flanche_est_un_document_et_une_phrase(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def casser(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("application.consultations.campagnes.lister", casser)
    reponse = console("campagne", "lister", acteur=None)
    assert (reponse.code, reponse.refus["code"]) == (FAUTE, "base_ou_disque")
    assert "le disque est plein" in reponse.refus["message"]
    assert reponse.refus["message"].endswith("La commande n’a pas abouti : relancez-la."), "a reading has no id"


def test_seul_un_acte_se_relance_sous_son_identifiant(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = console.deposer()

    def casser(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("application.store.Store.executer", casser)
    reponse = console("dossier", "retirer", ref, "--motif", "exemple fictif")
    assert (reponse.code, reponse.refus["code"]) == (FAUTE, "base_ou_disque")
    assert "ce disque est en lecture seule" in reponse.refus["message"]
    assert "avec le même --commande-id" in reponse.refus["message"]
    for lecture in (("dossier", "voir", ref), ("file",), ("etat",), ("dossier", "historique", ref)):
        with monkeypatch.context() as cassee:
            cassee.setattr("bootstrap.cablage.ouvrir", casser)
            lue = console(*lecture, acteur=None)
        assert lue.code == FAUTE
        assert "ce disque est en lecture seule" in lue.sortie + lue.erreurs
        assert "commande-id" not in lue.sortie + lue.erreurs


@pytest.mark.parametrize(
    ("base", "code"),
    [
        ("mysql://x/y", "base_illisible"),
        ("sqlite:///", "base_illisible"),
        ("sqlite:////absent/x.db", "store_absent"),
        ("postgresql://u:secret@127.0.0.1:abc/x", "base_illisible"),
    ],
)
def test_une_adresse_de_base_impossible_est_refusee_sans_dire_le_mot_de_passe(
    console: Console, base: str, code: str
) -> None:
    reponse = console("file", "--base", base, acteur=None)
    assert (reponse.code, reponse.refus["code"]) == (REFUSE, code)
    assert "secret" not in reponse.sortie + reponse.erreurs
    assert " failed" not in reponse.sortie


def test_un_fichier_qui_n_est_pas_une_base_est_refuse(console: Console) -> None:
    faux = console.ecrire("faux.db", "pas une base")
    reponse = console("file", "--base", f"sqlite:///{faux}", acteur=None)
    assert (reponse.code, reponse.refus["code"]) == (REFUSE, "base_illisible")
    assert "n’est pas une base" in reponse.refus["message"]


def test_un_chemin_de_base_se_prend_a_la_lettre(console: Console) -> None:
    for nom in ("a%00b.db", "x.db?mode=ro", "100%25.db"):
        base = f"sqlite:///{console.dossier / nom}"
        assert console.lancer(["migrer", "--base", base]).code == 0
        assert console("file", "--base", base, acteur=None).document["total"] == 0
        assert (console.dossier / nom).is_file()
    assert (console.dossier / "x.db?mode=ro.lectures.db").is_file()
    assert not (console.dossier / "x.db").exists()


def test_un_reglage_impossible_est_refuse(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DILIGENCE_TAILLE_MAX_FICHIER", "beaucoup")
    champs = console("file", acteur=None).refus["champs"]
    assert champs["reglages"] == [
        "DILIGENCE_TAILLE_MAX_FICHIER : un nombre entier est attendu (lu : « beaucoup »)",
    ]


def test_la_sortie_est_en_utf_8_quel_que_soit_le_terminal(console: Console) -> None:
    ascii_seul = {**os.environ, "PYTHONIOENCODING": "ascii"}
    lu = subprocess.run(
        [*ORDRE, "campagne", "voir", "NQE-2026"], cwd=RACINE, env=ascii_seul, capture_output=True, check=False
    )
    assert lu.returncode == 0
    assert "Règlement NQE" in lu.stdout.decode("utf-8")
    assert console.compte.faits


def test_des_octets_qui_ne_sont_pas_un_texte_sont_refuses(console: Console) -> None:
    ordre = [*(os.fsencode(partie) for partie in ORDRE), b"dossier", b"voir", b"\xff\xfe", b"--json"]
    lu = subprocess.run(ordre, cwd=RACINE, capture_output=True, check=False)
    assert lu.returncode == REFUSE
    assert b"n\xe2\x80\x99est pas un texte UTF-8" in lu.stdout
    assert b"Traceback" not in lu.stderr
    assert console.compte.faits


@pytest.mark.parametrize("sortie", ["/dev/full", "ferme"])
def test_une_sortie_qui_ne_s_ecrit_pas_se_dit_sans_trace(console: Console, sortie: str) -> None:
    redirection = ">&-" if sortie == "ferme" else f">{sortie}"
    ordre = f"{' '.join(ORDRE)} campagne voir NQE-2026 --json {redirection}"
    lu = subprocess.run(["bash", "-c", ordre], cwd=RACINE, capture_output=True, text=True, check=False)
    assert lu.returncode == (0 if sortie == "ferme" else FAUTE), lu.stderr
    assert "Traceback" not in lu.stderr
    assert "Exception ignored" not in lu.stderr
    assert console.compte.faits


def test_un_lecteur_parti_n_est_pas_une_panne(console: Console) -> None:
    ordre = f"{' '.join(ORDRE)} exporter evenements | head -c 10 >/dev/null; echo ${{PIPESTATUS[0]}}"
    lu = subprocess.run(["bash", "-c", ordre], cwd=RACINE, capture_output=True, text=True, check=False)
    assert lu.stdout.strip() in {"0", "1"}  # all of it may fit in the pipe before the reader leaves
    assert "Traceback" not in lu.stderr
    assert "Exception ignored" not in lu.stderr
    assert console.compte.faits


def test_ctrl_c_pendant_le_demarrage_ne_laisse_pas_de_trace() -> None:
    ordre = [sys.executable, "-X", "importtime", "-m", "cli.principal", "etat"]
    with subprocess.Popen(ordre, cwd=RACINE, stderr=subprocess.PIPE, text=True) as processus:
        assert processus.stderr is not None
        assert any("structlog" in ligne for ligne in processus.stderr)  # our imports have begun
        processus.send_signal(signal.SIGINT)
        assert "Traceback" not in processus.stderr.read()
    assert processus.returncode == -signal.SIGINT


def test_ctrl_c_pendant_une_commande_sort_en_130(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrompre(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("application.consultations.campagnes.lister", interrompre)
    reponse = console("campagne", "lister", acteur=None)
    assert (reponse.code, reponse.refus["code"]) == (INTERROMPU, "interrompue")


def test_des_lectures_abimees_disent_quel_fichier_supprimer(console: Console) -> None:
    console.lire("file")
    lectures = console.dossier / "essai.lectures.db"
    lectures.write_text("abîmé", encoding="utf-8")
    for reste in console.dossier.glob("essai.lectures.db-*"):
        reste.unlink()
    reponse = console("file", acteur=None)
    assert (reponse.code, reponse.refus["code"]) == (REFUSE, "lectures_abimees")
    assert str(lectures) in reponse.refus["message"]
    lectures.unlink()
    assert console.lire("file")["total"] == 1
