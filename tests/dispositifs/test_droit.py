"""The law as dated data: each row can be counted, two rows never answer for one day, and the document says the same."""

from dataclasses import fields
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

from application import loi
from dispositifs import droit
from dispositifs.droit import CHAPITRES, Regle, regle, regles
from kernel.attentes import Delai, Nature, Public
from kernel.delais import lire_duree
from tests.dispositifs.ecrire_horloges import DOCUMENT, table

AUJOURD_HUI = date(2026, 11, 30)


def une_regle(**champs: object) -> Regle:
    valeurs = {
        "code": "essai",
        "libelle": "Essai",
        "depart": "dépôt",
        "effet": "aucun",
        "source": "essai",
        "texte": "essai",
    }
    return droit._ligne({**valeurs, "public": "tous", **champs})


def test_chaque_fichier_du_droit_est_lu() -> None:
    dossier = Path(droit.__file__).parent
    assert {f"{chapitre}.yaml" for chapitre in (*CHAPITRES, "categories")} == {
        fichier.name for fichier in dossier.glob("*.yaml")
    }


@pytest.mark.parametrize("ligne", regles(), ids=lambda ligne: ligne.code)
def test_une_regle_dit_son_texte_et_se_compte(ligne: Regle) -> None:
    textes = [getattr(ligne, champ.name) for champ in fields(ligne)]
    assert all(isinstance(t, str | int | date | None) and t not in {" ", "?"} for t in textes)
    assert ligne.code.isidentifier()
    assert all((ligne.libelle, ligne.depart, ligne.effet, ligne.source, ligne.texte))
    assert ligne.duree is None or str(lire_duree(ligne.duree)) == ligne.duree
    assert ligne.montant_centimes is None or ligne.montant_centimes > 0
    assert not (ligne.source_suspension and not ligne.suspendu_par)


def test_une_seule_ligne_repond_pour_un_jour() -> None:
    for une, autre in combinations(regles(), 2):
        if une.code == autre.code:
            jours = {jour for jour in (une.du, une.au, autre.du, autre.au, AUJOURD_HUI) if jour is not None}
            assert not any(une.en_vigueur(jour) and autre.en_vigueur(jour) for jour in jours), une.code


def test_la_ligne_du_jour_de_l_acte_est_celle_que_porte_le_fait(monkeypatch: pytest.MonkeyPatch) -> None:
    avant, apres = une_regle(duree="2 mois", au="2025-12-23"), une_regle(duree="3 mois", du="2025-12-24")
    monkeypatch.setattr(droit, "regles", lambda: (avant, apres))
    assert [loi.delai("essai", date(2025, 12, jour)).duree for jour in (23, 24)] == ["2 mois", "3 mois"]


def test_un_code_ou_un_jour_sans_ligne_est_notre_faute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(droit, "regles", lambda: (une_regle(du="2025-12-24"),))
    for code, jour in (("essai", date(2025, 12, 23)), ("autre", date(2025, 12, 24))):
        with pytest.raises(KeyError):
            regle(code, jour)


def test_ce_qui_est_a_confirmer_se_voit_la_ou_l_horloge_decide() -> None:
    reunion = loi.delai("reunion_de_droit", AUJOURD_HUI)
    assert reunion.fondement == "CGCT, art. L4132-13-1 (à confirmer : le texte en vigueur n’a pas été lu)"
    assert reunion.echoir(AUJOURD_HUI).etapes[-1].source == reunion.fondement
    silence = loi.delai("rejet_implicite", AUJOURD_HUI)
    assert (silence.fondement, silence.nature, silence.public) == (silence.source, Nature.LOI, Public.DROIT_PRIVE)


@pytest.mark.parametrize(
    ("categorie", "droit_public"),
    [("7210", True), ("4110", True), ("9220", False), ("5710", False), ("3120", None), ("0000", None), ("", None)],
)
def test_la_categorie_de_l_insee_dit_si_la_personne_est_de_droit_public(
    *, categorie: str, droit_public: bool | None
) -> None:
    assert droit.est_de_droit_public(categorie) is droit_public


def test_un_fait_d_avant_dit_une_regle_pour_tous() -> None:
    ancien = Delai.model_validate({"code": "pieces", "duree": "15 jours", "source": "CRPA", "nature": "loi"})
    assert (ancien.public, ancien.a_confirmer, ancien.source_suspension) == (Public.TOUS, "", "")


def test_le_document_des_horloges_dit_ce_que_disent_les_donnees() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table(), "python -m tests.dispositifs.ecrire_horloges"
