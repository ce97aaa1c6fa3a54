"""What a typed text may hold."""

import pytest

from kernel.refus import SaisieInvalide
from kernel.textes import SIGNES_MAX, compte, de, defaut_de_texte, enumerer, exiger_textes_lisibles, sans_accents


@pytest.mark.parametrize(
    "texte", ["", "Été au Pile", "deux\nlignes\tet\r\nune", "  ", "👩‍🚒 et 한글", "x" * SIGNES_MAX]
)
def test_ce_que_les_gens_ecrivent_se_garde(texte: str) -> None:
    assert defaut_de_texte(texte) is None


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("a\x00b", "U+0000"),
        ("a\x1b[31m", "U+001B"),
        ("a\x7f", "U+007F"),
        ("a\x85", "U+0085"),
        ("\ud800", "U+D800"),
        ("facture\u202egpj.exe", "U+202E"),
        ("\u200b\ufeff", "aucun signe visible"),
        ("x" * (SIGNES_MAX + 1), "dépasse 10000 caractères"),
    ],
)
def test_ce_qui_ne_se_garde_ni_ne_se_montre_est_dit(texte: str, dit: str) -> None:
    assert dit in (defaut_de_texte(texte) or "")


def test_deux_ecritures_des_memes_mots_se_ressemblent() -> None:
    assert sans_accents("Le  CŒUR\u00a0d’Été\n") == sans_accents("le coeur d’e\u0301te\u0301") == "le coeur d'ete"
    assert sans_accents("Straße") == "strasse"
    assert {sans_accents(f"l{apostrophe}été") for apostrophe in "'’‘ʼ‛′´`＇"} == {"l'ete"}
    assert sans_accents("Cæcilia Œuvre ﬁn Æ ĳ") == "caecilia oeuvre fin ae ij"
    assert sans_accents("à\u202fla\u2009fois \u200bici\u00ad-même\ufeff") == "a la fois ici-meme"


def test_un_document_dit_quel_champ_ne_va_pas() -> None:
    document = {"objet": "Été", "tiers": {"noms": ["bon", "a\x00"]}, "nombre": 5}
    with pytest.raises(SaisieInvalide) as refus:
        exiger_textes_lisibles(document)
    assert refus.value.champs["erreurs"][0]["champ"] == "tiers.noms.1"
    with pytest.raises(SaisieInvalide, match="clé"):
        exiger_textes_lisibles({"a\x00": 1})


def test_la_profondeur_d_un_document_n_arrete_pas_la_lecture() -> None:
    profond: object = "a\x00"
    for _ in range(5_000):
        profond = [profond]
    with pytest.raises(SaisieInvalide):
        exiger_textes_lisibles(profond)


@pytest.mark.parametrize(
    ("nombre", "dit"), [(0, "0 dossier inscrit"), (1, "1 dossier inscrit"), (2, "2 dossiers inscrits")]
)
def test_un_compte_s_accorde(nombre: int, dit: str) -> None:
    assert compte(nombre, "dossier", "inscrit") == dit


def test_une_liste_longue_se_dit_par_ses_dix_premiers() -> None:
    assert enumerer([]) == ""
    assert enumerer(["a", "b"]) == "a, b"
    assert enumerer([str(n) for n in range(11)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 et 1 autre"
    assert enumerer([str(n) for n in range(60_000)]).endswith("8, 9 et 59990 autres")


@pytest.mark.parametrize("nombre", [100, 101])
def test_un_refus_rend_cent_valeurs_au_plus_et_leur_nombre(nombre: int) -> None:
    champs = SaisieInvalide("Non.", membres=list(range(nombre)), jour="2026-03-02").champs
    assert champs["membres"] == list(range(100))
    assert champs["jour"] == "2026-03-02"
    assert champs.get("membres_total") == (101 if nombre > 100 else None)


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("instructeur", "d’instructeur"),
        ("responsable", "de responsable"),
        ("Éric", "d’Éric"),
        ("œuvre", "d’œuvre"),
        ("investissement", "d’investissement"),
        ("fonctionnement", "de fonctionnement"),
        ("le moteur", "du moteur"),
        ("les assemblées", "des assemblées"),
        ("Les Passerelles", "de Les Passerelles"),
        ("NQE-2026-7K3F9", "de NQE-2026-7K3F9"),
        ("", "de "),
    ],
)
def test_de_s_elide_et_se_contracte(nom: str, dit: str) -> None:
    assert de(nom) == dit
