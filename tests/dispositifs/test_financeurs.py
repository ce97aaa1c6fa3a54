"""A financeur is recognised by its whole name, or it is unknown; whether it is public has a source."""

import pytest

from dispositifs.financeurs import AUTRE_AIDE, NOUS, financeurs, reconnaitre


@pytest.mark.parametrize(
    ("nom", "code"),
    [
        ("Région", NOUS),
        ("ÉTAT", "etat"),
        ("État (Quartiers d’été)", "etat"),
        ("MEL", "epci"),
        ("Conseil départemental du Nord", "departement"),
        ("Ville de Lille", "commune"),
        ("Ville d’Amiens", "commune"),
        ("FSE+", "fse"),
        ("CAF", "caf"),
        ("Fonds propres", "porteur"),
        ("Villeneuve SA", None),
        ("Association de la Région de Lille", None),
        ("Ville d’Exemple", None),
        ("Bailleur (exemple)", None),
        ("", None),
    ],
)
def test_un_nom_se_reconnait_entier_ou_reste_inconnu(nom: str, code: str | None) -> None:
    assert reconnaitre(nom) == code


def test_chaque_financeur_dit_s_il_est_public_et_sa_source() -> None:
    connus = financeurs()
    assert {NOUS, AUTRE_AIDE} <= connus.keys()
    assert all(connu.source for connu in connus.values())
    assert {code for code, connu in connus.items() if not connu.est_public} == {
        "porteur",
        "usagers",
        "mecenat",
        "prive",
    }
    assert {code for code, connu in connus.items() if connu.a_confirmer} == {"caf", "feder", "fse"}
    noms = [nom for connu in connus.values() for nom in connu.noms]
    assert len(noms) == len(set(noms))
    assert [nom for nom in noms if reconnaitre(nom) is None] == []
