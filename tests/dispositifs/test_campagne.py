"""The campaign file: what is read, what is refused, and on which line."""

from datetime import date

import pytest

from dispositifs.campagne import (
    CampagneInvalide,
    FichierCampagne,
    NatureCampagne,
    exiger_ouvrable,
    lire_campagne,
    verifier,
)
from dispositifs.catalogue import CODES, DispositifInconnu, dispositif
from dispositifs.lecture_yaml import YamlIllisible
from dispositifs.reglement import Reglement, ValeurAbsente, ValeurPasEnVigueur, ValeurSansSource
from tests.dispositifs.fabrique import EXEMPLES, MINIMALE

SOURCE = ', source: "exemple fictif"'


def avec(ancien: str, nouveau: str) -> str:
    assert ancien in MINIMALE
    return MINIMALE.replace(ancien, nouveau, 1)


def exemple(nom: str) -> FichierCampagne:
    return lire_campagne((EXEMPLES / nom).read_text(encoding="utf-8"))


def test_le_fichier_du_contrat_s_ouvre() -> None:
    fichier = lire_campagne(MINIMALE)
    exiger_ouvrable(fichier)
    assert verifier(fichier) == []
    assert fichier.campagne.ferme_le == date(2026, 3, 31)
    assert fichier.reglement is not None
    assert fichier.reglement.reference("nqe") == "nqe@3"
    assert [p.code for p in fichier.reglement.pieces if p.bloquante] == ["statuts"]


def test_la_campagne_d_exemple_s_ouvre_et_son_reglement_se_relit() -> None:
    fichier = exemple("campagne.yaml")
    exiger_ouvrable(fichier)
    reglement = fichier.reglement
    assert reglement is not None
    assert Reglement.model_validate(reglement.en_json()) == reglement
    assert Reglement.model_validate(reglement.model_dump(mode="json")) == reglement


def test_dans_l_exemple_toute_valeur_inventee_le_dit() -> None:
    reglement = exemple("campagne.yaml").reglement
    assert reglement is not None
    sources = [v["source"] for v in reglement.en_json().values() if isinstance(v, dict)]
    assert len(sources) > 10
    assert all("exemple fictif" in source for source in sources)


def test_la_campagne_incomplete_est_lue_mais_ne_s_ouvre_pas() -> None:
    fichier = exemple("campagne-incomplete.yaml")
    (anomalie,) = verifier(fichier)
    assert (anomalie.code, anomalie.parametre, anomalie.ligne) == ("valeur_sans_source", "taux_max_points_base", 13)
    with pytest.raises(ValeurSansSource) as refus:
        exiger_ouvrable(fichier)
    assert refus.value.champs["parametres"] == ["taux_max_points_base"]


@pytest.mark.parametrize(
    ("texte", "parametre"),
    [
        (avec(f"2026-01-01{SOURCE}", "2026-01-01"), "taux_max_points_base"),
        (avec(SOURCE, ', source: "  "'), "taux_max_points_base"),
        (avec(SOURCE, ", source: null"), "taux_max_points_base"),
        (avec(f"{{valeur: 6000, depuis: 2026-01-01{SOURCE}, verifie_le: 2026-01-02}}", "6000"), "taux_max_points_base"),
        (
            avec(f"{{valeur: 6000, depuis: 2026-01-01{SOURCE}, verifie_le: 2026-01-02}}", "{valeur: 6000}"),
            "taux_max_points_base",
        ),
        (avec(', exigee_par: "exemple fictif"', ""), "pieces[0]"),
    ],
)
def test_une_valeur_sans_source_ne_s_ouvre_pas(texte: str, parametre: str) -> None:
    with pytest.raises(ValeurSansSource) as refus:
        exiger_ouvrable(lire_campagne(texte))
    assert refus.value.champs["parametres"] == [parametre]


def test_verifier_dit_tout_d_un_coup() -> None:
    texte = "\n".join(ligne for ligne in MINIMALE.splitlines() if "pieces" not in ligne)
    texte = texte.replace('1500000, depuis: 2026-01-01, source: "exemple fictif"', "1, depuis: 2026-01-01")
    anomalies = verifier(lire_campagne(texte))
    assert [(a.code, a.parametre, a.ligne) for a in anomalies] == [
        ("valeur_absente", "pieces", 2),
        ("valeur_sans_source", "plafond_centimes", 5),
    ]


@pytest.mark.parametrize("manque", dispositif("nqe").requis)
def test_une_valeur_necessaire_absente_ne_s_ouvre_pas(manque: str) -> None:
    texte = "\n".join(ligne for ligne in MINIMALE.splitlines() if manque not in ligne)
    with pytest.raises(ValeurAbsente) as refus:
        exiger_ouvrable(lire_campagne(texte))
    assert refus.value.champs["parametres"] == [manque]
    assert manque in refus.value.message


def test_un_forfait_se_passe_de_taux_mais_pas_de_montant() -> None:
    forfait = "mode_calcul: {valeur: forfait, depuis: 2026-01-01, source: x, verifie_le: 2026-01-02}"
    with pytest.raises(ValeurAbsente) as refus:
        exiger_ouvrable(lire_campagne(avec("version: 3", f"version: 3\n  {forfait}")))
    assert refus.value.champs["parametres"] == ["forfait_centimes"]


@pytest.mark.parametrize(("depuis", "ouvrable"), [("2026-01-05", True), ("2026-01-06", False), ("2030-01-01", False)])
def test_une_valeur_necessaire_vaut_des_l_ouverture(depuis: str, ouvrable: bool) -> None:  # noqa: FBT001
    fichier = lire_campagne(avec("depuis: 2026-01-01", f"depuis: {depuis}"))
    if ouvrable:
        return exiger_ouvrable(fichier)
    assert [(a.code, a.parametre) for a in verifier(fichier)] == [("valeur_pas_en_vigueur", "taux_max_points_base")]
    with pytest.raises(ValeurPasEnVigueur) as refus:
        exiger_ouvrable(fichier)
    jour = "/".join(reversed(depuis.split("-")))
    assert f"taux_max_points_base (à partir du {jour})" in refus.value.message


@pytest.mark.parametrize(("jusqu_au", "ouvrable"), [("2026-01-05", True), ("2026-01-04", False), ("2026-01-01", False)])
def test_une_valeur_qui_a_pris_fin_avant_l_ouverture_est_inconnue(jusqu_au: str, ouvrable: bool) -> None:  # noqa: FBT001
    fichier = lire_campagne(avec("depuis: 2026-01-01", f"depuis: 2026-01-01, jusqu_au: {jusqu_au}"))
    if ouvrable:
        return exiger_ouvrable(fichier)
    with pytest.raises(ValeurPasEnVigueur) as refus:
        exiger_ouvrable(fichier)
    jour = "/".join(reversed(jusqu_au.split("-")))
    assert f"taux_max_points_base (à partir du 01/01/2026 jusqu’au {jour})" in refus.value.message


def test_une_valeur_ne_finit_pas_avant_de_commencer() -> None:
    with pytest.raises(CampagneInvalide) as refus:
        lire_campagne(avec("depuis: 2026-01-01", "depuis: 2026-01-01, jusqu_au: 2025-12-31"))
    assert "ligne 4" in refus.value.message
    assert "avant de commencer" in refus.value.message


def test_un_dispositif_inconnu_ne_s_ouvre_pas() -> None:
    fichier = lire_campagne(avec("dispositif: nqe", "dispositif: zzz"))
    assert [a.code for a in verifier(fichier)] == ["dispositif_inconnu"]
    with pytest.raises(DispositifInconnu):
        exiger_ouvrable(fichier)


def test_une_reprise_n_a_ni_reglement_ni_date_inventee() -> None:
    fichier = lire_campagne("campagne: {code: REPRISE-2014, dispositif: ville, exercice: 2014, nature: reprise}")
    exiger_ouvrable(fichier)
    assert fichier.campagne.nature is NatureCampagne.REPRISE
    assert fichier.reglement is None
    assert fichier.campagne.ouvre_le is None


@pytest.mark.parametrize(
    ("texte", "ligne", "chemin", "dit"),
    [
        (avec("2026-01-01", "2026-02-30"), 4, "reglement.taux_max_points_base.depuis", "2026-02-30 n’existe pas"),
        (avec("2026-01-02", "hier"), 4, "reglement.taux_max_points_base.verifie_le", "AAAA-MM-JJ"),
        (avec(", verifie_le: 2026-01-02", ""), 4, "reglement.taux_max_points_base.verifie_le", "champ manquant"),
        (avec("6000", "60.5"), 4, "reglement.taux_max_points_base.valeur", "nombre entier"),
        (avec("6000", '"6000"'), 4, "reglement.taux_max_points_base.valeur", "nombre entier"),
        (avec("6000", "true"), 4, "reglement.taux_max_points_base.valeur", "nombre entier"),
        (avec("6000", "10001"), 4, "reglement.taux_max_points_base.valeur", "au plus 10000"),
        (avec("6000", "-1"), 4, "reglement.taux_max_points_base.valeur", "au moins 0"),
        (avec("version: 3", "version: 3\n  plafon: 2"), 4, "reglement.plafon", "champ inconnu"),
        (avec("bloquante: true", "bloquante: 1"), 5, "reglement.pieces[0].bloquante", "true ou false"),
        (avec("[{code: statuts", "[{code: rib}, {code: Statuts"), 5, "reglement.pieces[1].code", "forme inattendue"),
        (avec("[{", '[{code: statuts, exigee_par: "x"}, {'), 2, "reglement", "pièce en double : statuts"),
        (avec("NQE-2026", "nqe 2026"), 1, "campagne.code", "forme inattendue"),
        (avec("2026-03-31", "2025-03-31"), 1, "campagne", "avant d’ouvrir"),
        (avec(", ouvre_le: 2026-01-05", ""), 1, "campagne", "ouvre_le"),
        (avec("exercice: 2026", "exercice: 2026, nature: reprise"), 1, "", "reprise"),
        (
            "campagne: {code: A, dispositif: nqe, exercice: 2026, ouvre_le: 2026-01-05, ferme_le: 2026-03-31}",
            1,
            "",
            "manque",
        ),
        ("campagne: 3", 1, "campagne", "bloc de champs"),
        ("[]", 1, "", "bloc de champs"),
    ],
)
def test_un_fichier_mal_forme_est_refuse_avec_sa_ligne(texte: str, ligne: int, chemin: str, dit: str) -> None:
    with pytest.raises(CampagneInvalide) as refus:
        lire_campagne(texte)
    erreurs = refus.value.champs["erreurs"]
    assert (ligne, chemin) in [(e["ligne"], e["chemin"]) for e in erreurs]
    assert any(dit in e["message"] for e in erreurs)
    assert erreurs[0]["message"] in refus.value.message


@pytest.mark.parametrize(
    ("parametre", "valeur", "dit"),
    [
        ("delai_avis", "15 lunes", "illisible"),
        ("versements", '"avance:70%,solde:40%"', "100 %"),
        ("versements", '"avance 70"', "n’est pas un versement lisible"),
        ("mode_calcul", "tx", "'taux'"),
        ("periode", "{debut: 2026-08-31, fin: 2026-07-01}", "précède le début"),
        ("territoires", "[]", "au moins un élément"),
        ("depenses_exclues", "[67]", "guillemets"),
    ],
)
def test_une_valeur_de_mauvaise_sorte_est_refusee(parametre: str, valeur: str, dit: str) -> None:
    ligne = f"{parametre}: {{valeur: {valeur}, depuis: 2026-01-01, source: x, verifie_le: 2026-01-02}}"
    sans = "\n".join(lue for lue in MINIMALE.splitlines() if not lue.startswith(f"  {parametre}:"))
    with pytest.raises(CampagneInvalide) as refus:
        lire_campagne(sans.replace("version: 3", f"version: 3\n  {ligne}"))
    assert dit in refus.value.message
    assert "ligne 4" in refus.value.message


@pytest.mark.parametrize(
    ("texte", "ligne", "dit"),
    [
        (avec("version: 3", "version: 3\n  version: 4"), 4, "déjà donnée ligne 3"),
        (avec("version: 3", "version: 3\n\tplafond: 2"), 4, "tabulation"),
        (avec("version: 3", "version: *a"), 3, "alias"),
        ("a: &x [1]\nb: *x\n", 2, "alias"),
        (avec("version: 3", "version: !!python/name:os.system 3"), 3, "étiquettes"),
        (avec("version: 3", "version: 3\n---\na: 1"), 4, "un seul document"),
        (avec("version: 3", "version: \x07"), 3, "caractère"),
        (avec("version: 3", "version: [3"), 4, "crochet"),
        (avec("version: 3", f"version: {'[' * 5000}"), 3, "niveaux"),
        (avec("version: 3", f"version: {'9' * 5000}"), 3, "pas une valeur lisible"),
        (avec("version: 3", "version: 3\n  ? [a]\n  : b"), 4, "clé"),
        ("", 1, "vide"),
        ("a" * 1_000_001, 1, "dépasse"),
        ("a:\n" + "".join(f"{' ' * n}- \n" for n in range(2, 30)), 22, "niveaux"),
    ],
)
def test_un_yaml_illisible_est_refuse_avec_sa_ligne(texte: str, ligne: int, dit: str) -> None:
    with pytest.raises(YamlIllisible) as refus:
        lire_campagne(texte)
    assert refus.value.champs["ligne"] == ligne
    assert dit in refus.value.message


def test_chaque_dispositif_exige_de_vrais_parametres_et_cite_ses_sources() -> None:
    for un in map(dispositif, CODES):
        assert {"taux_max_points_base", "plafond_centimes", "pieces"} <= set(un.requis) <= set(Reglement.model_fields)
        assert all(cite.source for cite in (un.section, un.demandeurs, *un.faits.values()))
    assert len({dispositif(code).requis for code in CODES}) == len(CODES)  # each its own
    with pytest.raises(DispositifInconnu) as refus:
        dispositif("autre")
    assert refus.value.champs["connus"] == ["nqe", "pic", "ftu", "contrat_de_ville"]
