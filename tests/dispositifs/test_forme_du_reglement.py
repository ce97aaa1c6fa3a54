"""What a règlement may hold: bounds, defaults, what is put right and what is refused, at the very edge of each rule."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from dispositifs.campagne import CampagneInvalide, FichierCampagne, Heure, lire_campagne, verifier
from dispositifs.eligibilite import Perimetre, perimetre_au
from dispositifs.erreurs import en_francais
from dispositifs.identites import SiretInvalide, verifier_siret
from dispositifs.lecture_yaml import TAILLE_MAX, TexteSitue, YamlIllisible, lire_yaml
from dispositifs.reglement import (
    CategorieJuridique,
    Code,
    Compte,
    Critere,
    Periode,
    PieceDuReglement,
    Reglement,
    ServiceConsulte,
    Texte,
    Valeur,
)
from tests.dispositifs.fabrique import MINIMALE, un_reglement, valeur

SERVICE: dict[str, Any] = {"code": "caue", "libelle": "Architectes (exemple)", "source": "exemple fictif"}


def test_sans_le_dire_une_piece_bloque_et_se_verifie_et_un_service_a_un_expert_dont_le_silence_ne_vaut_rien() -> None:
    piece = PieceDuReglement(code="statuts", exigee_par="exemple fictif")
    assert (piece.bloquante, piece.a_verifier) == (True, True)
    service = ServiceConsulte(**SERVICE)
    assert (service.experts, service.minimum, service.repute_rendu, service.rappels) == (1, 1, False, ())


@pytest.mark.parametrize(
    ("experts", "minimum", "possible"), [(2, 2, True), (1, 1, True), (2, 3, False), (99, 99, True)]
)
def test_on_n_exige_pas_plus_d_avis_qu_il_n_y_a_d_experts(*, experts: int, minimum: int, possible: bool) -> None:
    if possible:
        assert ServiceConsulte(**SERVICE, experts=experts, minimum=minimum).minimum == minimum
        return
    with pytest.raises(ValidationError, match="3 avis sont exigés de 2 experts"):
        ServiceConsulte(**SERVICE, experts=experts, minimum=minimum)


@pytest.mark.parametrize("champs", [{"experts": 0}, {"experts": 100}, {"minimum": 0}, {"experts": 99, "minimum": 100}])
def test_un_service_a_de_un_a_quatre_vingt_dix_neuf_experts(champs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ServiceConsulte(**{**SERVICE, **champs})


def test_un_plancher_ne_depasse_pas_le_plafond_mais_peut_l_egaler() -> None:
    assert un_reglement(plancher_centimes=100, plafond_centimes=100).plafond_centimes is not None
    with pytest.raises(ValidationError, match="le plancher dépasse le plafond"):
        un_reglement(plancher_centimes=101, plafond_centimes=100)


def test_une_periode_peut_ne_durer_qu_un_jour() -> None:
    jour = date(2026, 7, 1)
    assert Periode(debut=jour, fin=jour).fin == jour
    with pytest.raises(ValidationError, match="précède le début"):
        Periode(debut=jour, fin=date(2026, 6, 30))


def test_un_texte_perd_ses_blancs_et_ne_peut_etre_vide() -> None:
    assert Critere(code="c", libelle=" Fil rouge ", source="\texemple ").libelle == "Fil rouge"
    for blanc in ("", "  "):
        with pytest.raises(ValidationError):
            Critere(code="c", libelle=blanc, source="exemple")
    assert len(Critere(code="c", libelle="x" * 2000, source="exemple").libelle) == 2000
    with pytest.raises(ValidationError):
        Critere(code="c", libelle="x" * 2001, source="exemple")


def test_un_code_a_soixante_signes_au_plus() -> None:
    assert len(Critere(code="c" * 60, libelle="exemple", source="exemple").code) == 60
    with pytest.raises(ValidationError):
        Critere(code="c" * 61, libelle="exemple", source="exemple")


@pytest.mark.parametrize(
    ("forme", "lu"),
    [(Heure, "23:59:59"), (Texte, "exemple"), (Code, "statuts"), (Compte, "60000000"), (CategorieJuridique, "9220")],
)
def test_un_texte_n_est_jamais_lu_d_autre_chose(forme: Any, lu: str) -> None:
    lecteur = TypeAdapter(forme)
    assert lecteur.validate_python(lu) == lu
    with pytest.raises(ValidationError):
        lecteur.validate_python(lu.encode())


def test_ce_qui_est_lu_ne_change_plus_et_une_date_deja_lue_reste_la_meme() -> None:
    lue = Valeur[int].model_validate({**valeur(3), "depuis": date(2026, 1, 1), "jusqu_au": date(2026, 1, 1)})
    assert (lue.depuis, lue.vaut(date(2026, 1, 1)), lue.vaut(date(2026, 1, 2))) == (date(2026, 1, 1), True, False)
    with pytest.raises(ValidationError):
        lue.valeur = 4  # type: ignore[misc]  # what is tried


def test_un_reglement_se_garde_sans_ce_qui_est_absent() -> None:
    garde = un_reglement(plafond_centimes=100).en_json()
    assert garde["plafond_centimes"]["valeur"] == 100
    assert {"plancher_centimes", "taux_max_points_base"}.isdisjoint(garde)
    assert "jusqu_au" not in garde["plafond_centimes"]
    assert Reglement.relire(garde) == un_reglement(plafond_centimes=100)


@pytest.mark.parametrize(("jour", "version"), [(1, None), (2, "a"), (3, "a"), (4, None)])
def test_une_liste_vaut_de_son_premier_a_son_dernier_jour(jour: int, version: str | None) -> None:
    liste = Perimetre(version="a", du=date(2026, 6, 2), jusqu_au=date(2026, 6, 3), quartiers=set())
    trouvee = perimetre_au([liste], date(2026, 6, jour))
    assert (trouvee and trouvee.version) == version


@pytest.mark.parametrize(
    ("erreur", "dite"),
    [
        ({"type": "int_type", "input": "12"}, " (lu : « 12 »)"),
        ({"type": "int_type", "input": 1.5}, " (lu : « 1.5 »)"),
        ({"type": "int_type", "input": "9" * 60}, f" (lu : « {'9' * 60} »)"),
        ({"type": "int_type", "input": "9" * 61}, ""),
        ({"type": "int_type", "input": True}, ""),
        ({"type": "int_type", "input": ["12"]}, ""),
        ({"type": "string_too_short", "input": "12"}, ""),
        ({"type": "extra_forbidden", "input": "12"}, ""),
        ({"type": "missing", "input": "12"}, ""),
    ],
)
def test_une_faute_redit_ce_qui_fut_tape_quand_c_est_court_et_utile(erreur: dict[str, Any], dite: str) -> None:
    phrase = en_francais(erreur)
    assert phrase.partition(" (lu")[1] == dite[: len(" (lu")]
    assert phrase.endswith(dite)


@pytest.mark.parametrize(("fautes", "dit"), [(1, False), (2, True)])
def test_un_fichier_invalide_dit_combien_d_erreurs_il_a_quand_il_en_a_plusieurs(*, fautes: int, dit: bool) -> None:
    texte = MINIMALE
    for champ in ("exercice: 2026", "dispositif: nqe")[:fautes]:
        texte = texte.replace(champ, f"{champ.partition(':')[0]}: [1]")
    with pytest.raises(CampagneInvalide) as refus:
        lire_campagne(texte)
    assert len(refus.value.champs["erreurs"]) == fautes
    assert (f"({fautes} erreurs en tout)" in refus.value.message) is dit


def test_une_reprise_sans_reglement_ni_dates_n_a_rien_qui_l_empeche_d_ouvrir() -> None:
    reprise = lire_campagne("campagne: {code: REPRISE-2014, nature: reprise, dispositif: nqe, exercice: 2014}\n")
    assert (reprise.reglement, verifier(reprise)) == (None, [])
    depose = FichierCampagne(campagne=reprise.campagne, reglement=lire_campagne(MINIMALE).reglement)
    assert verifier(depose) == [], "without an opening, no value is out of force at it"


@pytest.mark.parametrize(("chiffres", "dit"), [(12, False), (13, True), (15, False)])
def test_un_siret_d_un_chiffre_trop_court_a_pu_perdre_un_zero(*, chiffres: int, dit: bool) -> None:
    with pytest.raises(SiretInvalide) as refus:
        verifier_siret("1" * chiffres)
    assert ("zéro initial" in refus.value.message) is dit


def test_un_fichier_a_sa_taille_exacte_se_lit_et_un_signe_de_plus_le_refuse() -> None:
    plein = "a: 1 #" + "x" * (TAILLE_MAX - 6)
    assert lire_yaml(plein).valeurs == {"a": 1}
    with pytest.raises(YamlIllisible, match="dépasse"):
        lire_yaml(f"{plein}x")


def test_la_ligne_d_un_signe_interdit_compte_la_premiere_ligne_vide() -> None:
    with pytest.raises(YamlIllisible) as refus:
        lire_yaml("\na: \x00\n")
    assert refus.value.champs["ligne"] == 2


def test_une_cle_ecrite_entre_guillemets_ne_cache_aucun_signe() -> None:
    with pytest.raises(YamlIllisible):
        lire_yaml('"a\\x07": 1\n')


def test_ce_qui_n_a_pas_de_ligne_est_a_la_premiere() -> None:
    assert TexteSitue().ligne(("reglement",)) == 1


@pytest.mark.parametrize(
    ("jour", "dans"), [("1900-12-31", False), ("1901-01-01", True), ("2199-12-31", True), ("2200-01-01", False)]
)
def test_une_date_est_d_une_annee_du_calendrier(*, jour: str, dans: bool) -> None:
    if dans:
        assert Periode.model_validate({"debut": jour, "fin": jour}).debut == date.fromisoformat(jour)
        return
    with pytest.raises(ValidationError, match="n’est pas entre 1901 et 2199"):
        Periode.model_validate({"debut": jour, "fin": jour})
