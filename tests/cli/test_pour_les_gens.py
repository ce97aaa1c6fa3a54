"""Without --json, a command speaks to people: words, days of Paris, euros, and nothing cut whatever the width."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregates.registre import ESPECES
from cli.tableau import Grille, place
from tests.cli.conftest import Console, Reponse
from tests.gestes import GESTES
from tests.moteur import EXEMPLES

CODES = re.compile(
    r"\b[a-z]+_[a-z_]+\b|\b[a-z]+\.[a-z_]+\.v[0-9]+\b|\b[a-z]+@[0-9]+\b|SYSTEME|[0-9a-f]{8}-[0-9a-f]{4}-"
)
"""Codes, topics, versions of a règlement and ids: nothing of it is for people."""
MOTS = st.text("abcé -/€0123456789", min_size=0, max_size=30).map(lambda texte: " ".join(texte.split(" ")))


def dits(console: Console, *arguments: object) -> str:
    reponse = console.lancer([*map(str, arguments)])
    assert reponse.code == 0, reponse
    return reponse.sortie


@pytest.mark.parametrize("largeur", [40, 60, 80, 200])
def test_ni_numero_ni_date_ni_montant_n_est_coupe(
    console: Console, monkeypatch: pytest.MonkeyPatch, largeur: int
) -> None:
    ref = console.completer()
    console.fait("dossier", "proposer", ref, "--le", "2026-01-22")
    monkeypatch.setenv("COLUMNS", str(largeur))
    for lecture, attendus in {
        ("file",): [ref, "NQE-2026"],
        ("historique", ref): ["12/01/2026", "02/02/2026", "12\u202f000,00\u00a0€"],
        ("comparer", ref, "--du", "21/01/2026", "--au", "22/01/2026"): ["10\u202f160,00\u00a0€"],
        ("dossier", "lister"): [ref],
    }.items():
        dit = dits(console, *lecture)
        assert all(attendu in dit for attendu in attendus), (lecture, dit)
        assert max(map(place, dit.splitlines())) <= largeur, (lecture, dit)


def test_dans_un_tube_ni_bourrage_ni_couleur(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = console.completer()
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("cli.sortie.largeur_du_terminal", lambda: None)
    for lecture in (("file",), ("historique", ref), ("dossier", "voir", ref), ("dossier", "lister")):
        dit = dits(console, *lecture)
        assert "\x1b" not in dit
        assert not re.search(r"[^\S\n]{2,}\S|[^\S\n]+$", re.sub(r"^ +", "", dit, flags=re.MULTILINE).replace("\t", "|"))


@given(st.lists(st.lists(MOTS, min_size=3, max_size=3), max_size=5), st.integers(1, 90))
def test_aucun_mot_n_est_coupe_ni_perdu(lignes: list[list[str]], largeur: int) -> None:
    dit = Grille("titre", ["un", "deux", "trois"], lignes).en_texte(largeur)
    lus = sorted(mot for mot in re.split(r"[ \n]+", dit) if mot)
    voulus = {mot for ligne in lignes for texte in ligne for mot in texte.split(" ") if mot}
    assert voulus <= set(lus)
    assert all(ligne == ligne.rstrip(" ") for ligne in dit.splitlines())


def test_aucun_code_ne_se_montre(console: Console) -> None:
    ref = console.completer()
    console.fait("dossier", "proposer", ref, "--le", "2026-01-22")
    lectures = [
        *(("file",), ("dossier", "lister"), ("campagne", "lister"), ("campagne", "voir", "NQE-2026")),
        *(("dossier", lecture, ref) for lecture in ("voir", "historique", "attentes")),
        *((espece, "lister") for espece in ("tiers", "agent", "subvention")),
        ("agent", "voir", "ines"),
        ("horloge", "voir"),
        ("comparer", ref, "--du", "2026-01-11", "--au", "2026-01-23"),
        ("campagne", "historique", "NQE-2026"),
    ]
    for lecture in lectures:
        assert CODES.findall(dits(console, *lecture)) == [], lecture
    assert dits(console, "horloge", "voir").startswith("02/02/2026 à\u00a010\u00a0h")
    campagnes = dits(console, "campagne", "lister")
    assert [code for code in ("nqe", "appel", "ouverte") if re.search(rf"\b{code}\b", campagnes)] == []
    assert "Nos Quartiers d’Été" in campagnes


def test_lever_une_seance_dit_ce_qu_elle_n_a_pas_vote(console: Console) -> None:
    console.fait("agent", "enregistrer", "samir", "--roles", "assemblees", "--le", "2026-01-02", acteur="admin")
    ref = console.completer()
    console.fait("dossier", "proposer", ref, "--le", "2026-01-22")
    console.fait("dossier", "viser", ref, "--le", "2026-01-22", acteur="rene")
    seance = console.fait("seance", "prevoir", "--jour", "2026-02-02", acteur="samir")["ref"]
    console.fait("seance", "convoquer", seance, acteur="samir")
    sur = ("--seance", seance, "--dossiers", ref, "--section", "fonctionnement")
    rapport = console.fait("deliberation", "preparer", *sur, acteur="samir")["ref"]
    composition = EXEMPLES / "seance" / "assemblee.yaml"
    console.fait("assemblee", "composer", composition, acteur="samir")
    console.fait("seance", "ouvrir", seance, "--presences", EXEMPLES / "seance" / "presences.csv", acteur="samir")
    dit = dits(console, "seance", "lever", seance, "--acteur", "samir")
    assert f"le rapport {rapport} n’est pas voté" in dit
    assert "pour une autre séance" in dit


def test_un_recu_dit_ce_qui_est_fait_et_ce_qui_est_attendu(console: Console) -> None:
    ref = console.deposer()
    acte = ["dossier", "demander-pieces", ref, "--pieces", "statuts", "--delai", "15 jours", "--acteur", "ines"]
    dit = dits(console, *acte, "--le", "18/01/2026")
    assert "Demande à remettre\u00a0: Statuts signés – Instructeur" in dit
    remise = ["dossier", "enregistrer-remise", ref, "--fichier", str(EXEMPLES / "README.md"), "--acteur", "ines"]
    dit += dits(console, *remise, "--le", "18/01/2026")
    assert dit.startswith(f"{ref} : Pièces demandées")
    assert "Pièces à produire\u00a0: Statuts signés – Porteur du projet, jusqu’au 02/02/2026" in dit
    assert CODES.findall(dit) == []


@pytest.mark.parametrize("espece", sorted(set(ESPECES) - {"chrono", "horloge"}))
def test_chaque_genre_se_voit_et_se_liste(console: Console, espece: str) -> None:
    liste = console.lire(espece, "lister")
    lignes = liste if isinstance(liste, list) else liste["lignes"]
    for ligne in lignes:
        assert console.lire(espece, "voir", ligne["ref"])["id"] == ligne["id"]
        assert dits(console, espece, "voir", ligne["ref"])
    assert dits(console, espece, "lister")
    console.verifie_refus("reference_inconnue", espece, "voir", "00000000-0000-0000-0000-000000000000", acteur=None)


def test_une_liste_se_lit_par_pages(console: Console) -> None:
    premiere = console.lire("agent", "lister", "--limite", "2")
    assert (premiere["total"], [li["ref"] for li in premiere["lignes"]]) == (4, ["admin", "fanny"])
    suite = console.lire("agent", "lister", "--apres", premiere["suivant"])
    assert ([li["ref"] for li in suite["lignes"]], suite["suivant"]) == (["ines", "rene"], None)


def test_un_montant_se_tape_en_euros_ou_se_donne_en_centimes(console: Console) -> None:
    ouvrir = ("enveloppe", "ouvrir", "--dispositif", "nqe", "--exercice", 2026, "--section", "fonctionnement")
    ref = console.fait(*ouvrir, acteur="fanny")["ref"]
    voter = ("enveloppe", "voter-budget", ref, "--source")
    ecrits = ("--montant=7112,00", "--montant=7 112,00", "--montant=7\u202f112,00\u00a0€", "--montant-centimes=711200")
    for rang, montant in enumerate(ecrits):
        console.fait(*voter, f"exemple fictif {rang}", montant, acteur="fanny")
    console.fait(*voter, "autre exemple", "--montant=-112,00", acteur="fanny")
    assert console.lire("enveloppe", "voir", ref)["vote_centimes"] == 4 * 711_200 - 11_200
    console.verifie_refus("saisie_invalide", *voter, "x", "--montant=1", "--montant-centimes=100", acteur="fanny")
    console.verifie_refus("montant_trop_precis", *voter, "x", "--montant=1.234", acteur="fanny")
    sans = console(*voter, "x", acteur="fanny")
    assert (sans.code, sans.refus["message"]) == (2, "Il manque --montant (ou --montant-centimes).")


def test_chaque_montant_a_ses_deux_options() -> None:
    from tests.commandes import options, toutes

    for geste in GESTES:
        if geste.document is None:
            centimes = {
                f"--{nom.replace('_', '-')}" for nom in geste.commande.model_fields if nom.endswith("_centimes")
            }
            connues = options(toutes()[f"{geste.agregat} {geste.nom}"])
            assert centimes | {option.removesuffix("-centimes") for option in centimes} <= connues


def test_un_jour_s_ecrit_comme_on_le_dit(console: Console) -> None:
    ref = console.completer()
    assert console.lire("dossier", "voir", ref, "--au", "13/01/2026") == console.lire(
        "dossier", "voir", ref, "--au", "2026-01-13"
    )
    options = ("--duree", "2 mois", "--suspension")
    francais = console.lire("delai", "--depuis", "12/01/2026", *options, "02/02/2026/17/02/2026")
    assert francais == console.lire("delai", "--depuis", "2026-01-12", *options, "2026-02-02/2026-02-17")
    console.fait("absence", "declarer", "ines", "--suppleant", "rene", "--du", "03/02/2026", "--au", "05/02/2026",
                 "--acte", "arrêté fictif", acteur="admin")  # fmt: skip
    for faux in ("31/02/2026", "1/2/26", "2026/01/13", "13-01-2026"):
        console.verifie_refus("saisie_invalide", "dossier", "voir", ref, "--au", faux, acteur=None)


def test_une_base_absente_est_refusee_et_rien_n_est_cree(
    lancer: Callable[[list[str]], Reponse], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DILIGENCE_BASE", f"sqlite:///{tmp_path / 'typo.db'}")
    depot = str(EXEMPLES / "depots" / "01.json")
    for arguments in (
        ["file"],
        ["dossier", "lister"],
        ["dossier", "voir", "NQE-2026-7K3F9"],
        ["agent", "enregistrer", "admin", "--roles", "administrateur"],
        ["dossier", "deposer", depot, "--acteur", "ines"],
        ["horloge", "voir"],
        ["exporter", "evenements"],
        ["coffre", "tourner-cle", "--nouvelle", str(tmp_path / "cle")],
        ["etat"],
    ):
        reponse = lancer(arguments)
        assert (reponse.code, reponse.erreurs.count("[store_absent]")) == (3, 1), (arguments, reponse)
        assert list(tmp_path.iterdir()) == [], arguments


def test_le_premier_agent_s_enregistre_meme_au_nom_de_l_environnement(
    vide: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DILIGENCE_ACTEUR", "admin")
    assert vide.fait("agent", "enregistrer", "admin", "--roles", "administrateur", acteur=None)["ref"] == "admin"
    assert vide.fait("agent", "enregistrer", "ines", "--roles", "instructeur", acteur=None)["ref"] == "ines"
