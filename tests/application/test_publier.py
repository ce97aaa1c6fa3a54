"""What is published of an award, and why another is set aside: no word altered, nothing invented."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from aggregates.dossier.etat import DecisionExterne
from application.consultations.attributions import Attribution
from application.exports.scdl import COLONNES, publier
from application.institution import REGION
from dispositifs.identites import verifier_siret

NATIVE = Attribution(
    ref="SUB-NQE-2026-7K3F9",
    dossier="NQE-2026-7K3F9",
    reprise=False,
    renoncee=False,
    decision=DecisionExterne(
        attribuant_denomination=REGION.denomination,
        attribuant_siret=REGION.siret,
        decide_le=date(2026, 6, 18),
        reference="2026-0001",
        nature="aide en numéraire",
        pourcentage="1",
    ),
    beneficiaire="Les Passerelles (exemple)",
    siret="00000001800002",
    rna=None,
    objet="Été au Pile",
    montant_centimes=1_200_005,
    conditions=None,
    echeances=2,
    versements=(date(2026, 7, 14), date(2026, 12, 1)),
)


def changer(attribution: Attribution, **changes: Any) -> Attribution:
    """Change what is known of an award, or of its decision."""
    de_la_decision = {nom: changes.pop(nom) for nom in changes.keys() & DecisionExterne.model_fields.keys()}
    decision = attribution.decision.model_copy(update=de_la_decision)
    return replace(attribution, decision=decision, **changes)


REPRISE = changer(
    NATIVE,
    reprise=True,
    conditions="autre : 2 versements 50%-50%",
    dates_versement="2018-06-11/2018-12-31",
    versements=(),
    notification_ue=False,
    nature="en numéraire",
)


def cellules(attribution: Attribution, **changes: Any) -> dict[str, str]:
    lues, manques = publier(changer(attribution, **changes), notification_ue=False)
    assert manques == []
    return dict(zip(COLONNES, lues, strict=True))


def codes(attribution: Attribution, **changes: Any) -> list[str]:
    _, manques = publier(changer(attribution, **changes))
    assert manques
    assert all(manque.phrase for manque in manques)
    return [manque.code for manque in manques]


def test_le_siret_de_la_region_est_juste() -> None:
    assert verifier_siret(REGION.siret) == "20005374200017"


def test_une_attribution_de_la_region_donne_ses_seize_colonnes() -> None:
    assert list(cellules(NATIVE).values()) == [
        "Région Hauts-de-France",
        "20005374200017",
        "2026-06-18",
        "2026-0001",
        "Les Passerelles (exemple)",
        "00000001800002",
        "",
        "Été au Pile",
        "12000.05",
        "aide en numéraire",
        "échelonné",
        "2026-07-14/2026-12-01",
        "",
        "non",
        "1",
        "",
    ]


def test_un_versement_unique_a_une_date() -> None:
    vue = cellules(NATIVE, echeances=1, versements=(date(2026, 7, 14),))
    assert (vue["conditionsVersement"], vue["datesPeriodeVersement"]) == ("unique", "2026-07-14")


def test_deux_versements_du_meme_jour_font_une_periode() -> None:
    jour = date(2026, 7, 14)
    assert cellules(NATIVE, versements=(jour, jour))["datesPeriodeVersement"] == "2026-07-14/2026-07-14"


def test_un_versement_d_avant_la_decision_ne_se_publie_pas() -> None:
    assert codes(NATIVE, versements=(date(2020, 1, 1), date(2026, 7, 14))) == [
        "dates_inversees",
        "notification_ue_inconnue",
    ]


@pytest.mark.parametrize(
    ("ecrite", "normalisee"),
    [
        ("en numéraire", "aide en numéraire"),
        ("Numéraire", "aide en numéraire"),
        ("Aide en nature", "aide en nature"),
        ("aide en numéraire,aide en nature", "aide en numéraire;aide en nature"),
        ("en nature et en numéraire", "aide en nature;aide en numéraire"),
    ],
)
def test_la_nature_se_normalise(ecrite: str, normalisee: str) -> None:
    assert cellules(REPRISE, nature=ecrite)["nature"] == normalisee


@pytest.mark.parametrize("ecrite", ["prêt", "en numéraire;prêt", "en numéraire;en numéraire", ";"])
def test_une_nature_inconnue_est_ecartee(ecrite: str) -> None:
    assert codes(REPRISE, nature=ecrite) == ["nature_illisible"]


@pytest.mark.parametrize(
    ("ecrite", "publiee"),
    [
        ("01/01/2019", "2019-01-01"),
        ("2019-01-01/2019-01-01", "2019-01-01/2019-01-01"),
        ("01/01/2019/31/12/2019", None),
        ("2018-12-31/2018-06-11", "2018-12-31/2018-06-11"),  # as in the valid example of the standard
        ("2018-06-11_2018-12-31", "2018-06-11/2018-12-31"),
        ("2018-12-12/fin-action", None),
        ("2018-13-01", None),
        ("NC", None),
    ],
)
def test_la_periode_reprise_garde_ses_dates(ecrite: str, publiee: str | None) -> None:
    if publiee is None:
        assert codes(REPRISE, dates_versement=ecrite) == ["periode_incomplete"]
    else:
        assert cellules(REPRISE, dates_versement=ecrite)["datesPeriodeVersement"] == publiee


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"renoncee": True}, "renoncee"),
        ({"montant_centimes": None}, "montant_inconnu"),
        ({"objet": "=" + "x" * 255}, "objet_trop_long"),  # 257 characters once it cannot be run
        ({"attribuant_denomination": None}, "attribuant_inconnu"),
        ({"attribuant_siret": None}, "attribuant_sans_siret"),
        ({"decide_le": None}, "date_inconnue"),
        ({"beneficiaire": None}, "beneficiaire_inconnu"),
        ({"siret": None}, "beneficiaire_sans_numero"),
        ({"siret": None, "rna": "W2A1234567"}, "beneficiaire_sans_numero"),
        ({"objet": " "}, "objet_inconnu"),
        ({"objet": "x" * 257}, "objet_trop_long"),
        ({"nature": None}, "nature_inconnue"),
        ({"conditions": "x" * 257}, "conditions_trop_longues"),
        ({"conditions": None, "echeances": None}, "conditions_inconnues"),
        ({"dates_versement": None}, "periode_inconnue"),
        ({"id_rae": "123456"}, "rae_trop_long"),
        ({"notification_ue": None}, "notification_ue_inconnue"),
        ({"pourcentage": None}, "pourcentage_inconnu"),
        ({"pourcentage": "0.001"}, "pourcentage_hors_bornes"),
        ({"pourcentage": "un"}, "pourcentage_hors_bornes"),
    ],
)
def test_ce_qui_manque_est_ecarte_avec_son_motif(changes: dict[str, Any], code: str) -> None:
    assert codes(REPRISE, **changes) == [code]


def test_une_cellule_qu_un_tableur_executerait_est_publiee_comme_un_texte() -> None:
    formule = '=HYPERLINK("http://exemple.invalid")'
    textes = {"objet": formule, "beneficiaire": "@venir (exemple)", "reference": "+1", "conditions": "-x|y"}
    vue = cellules(REPRISE, **textes, id_rae="=1", dispositif_aide="=2", attribuant_denomination="=3")
    assert vue["objet"] == f"'{formule}"
    assert {c for c, v in vue.items() if v.startswith("'")} == {
        "nomAttribuant", "referenceDecision", "nomBeneficiaire", "objet", "conditionsVersement", "idRAE",
        "dispositifAide",
    }  # fmt: skip
    assert cellules(REPRISE, objet="- des ateliers\n- un bal")["objet"] == "- des ateliers\n- un bal"


def test_tous_les_motifs_sont_dits() -> None:
    assert codes(NATIVE, versements=(), siret=None) == [
        "beneficiaire_sans_numero",
        "versement_inacheve",
        "notification_ue_inconnue",
    ]


def test_la_declaration_de_la_region_ne_vaut_pas_pour_les_autres() -> None:
    _, manques = publier(changer(REPRISE, notification_ue=None), notification_ue=False)
    assert [manque.code for manque in manques] == ["notification_ue_inconnue"]


def test_un_numero_rna_suffit_et_un_autre_que_celui_de_la_norme_ne_se_publie_pas() -> None:
    assert cellules(REPRISE, siret=None, rna="W591234567")["rnaBeneficiaire"] == "W591234567"
    assert cellules(REPRISE, rna="W2A1234567")["rnaBeneficiaire"] == ""
