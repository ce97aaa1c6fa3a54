"""Each query is one that the official schema answers, and our server of tests knows no name that it does not."""

import json
import os
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

from adapters.demarche_numerique.reponses import lire_dossier
from adapters.demarche_numerique.requetes import DEFINITIVES, DOSSIERS, EN_ATTENTE, UN_DOSSIER
from application.teleservice.distant import DossierDistant
from tests.demarche_numerique import SCHEMA

REQUETES = {"dossiers": DOSSIERS, "un dossier": UN_DOSSIER, "en attente": EN_ATTENTE, "définitives": DEFINITIVES}
OFFICIEL = Path(os.environ.get("DILIGENCE_DONNEES", "non-donne")) / "demarche-numerique" / "schema.graphql"


@pytest.fixture(scope="module")
def officiel() -> GraphQLSchema:
    if not OFFICIEL.exists():
        pytest.skip("le schéma officiel n’est pas ici (DILIGENCE_DONNEES)")
    return build_schema(OFFICIEL.read_text(encoding="utf-8"))


@pytest.mark.parametrize("requete", REQUETES.values(), ids=REQUETES.keys())
def test_chaque_requete_est_du_schema_officiel(requete: str, officiel: GraphQLSchema) -> None:
    assert validate(officiel, parse(requete)) == []


@pytest.mark.parametrize("requete", REQUETES.values(), ids=REQUETES.keys())
def test_un_champ_invente_serait_vu(requete: str, officiel: GraphQLSchema) -> None:
    assert (
        validate(officiel, parse(requete.replace("pageInfo", "pageInvente").replace("dateDepot", "dateInventee"))) != []
    )


def test_le_serveur_d_essai_ne_connait_aucun_nom_qui_ne_soit_officiel(officiel: GraphQLSchema) -> None:
    inconnus = [
        f"{nom}.{champ}"
        for nom, genre in SCHEMA.type_map.items()
        if not nom.startswith("__") and hasattr(genre, "fields")
        for champ in genre.fields
        if nom not in officiel.type_map or champ not in getattr(officiel.type_map[nom], "fields", {})
    ]
    assert inconnus == []


def test_le_dossier_d_exemple_publie_se_lit_en_entier() -> None:
    exemple = OFFICIEL.parent / "exemples" / "dossier_data.json"
    if not exemple.exists():
        pytest.skip("le dossier d’exemple n’est pas ici (DILIGENCE_DONNEES)")
    texte = exemple.read_text(encoding="utf-8").replace('"byteSize"', '"byteSizeBigInt"')
    lu = lire_dossier(json.loads(texte))
    assert isinstance(lu, DossierDistant), lu
    champs = {champ.libelle: champ for champ in lu.champs}
    assert (lu.numero, lu.siret, lu.denomination) == (5522885577, "21670449400014", "COMMUNE DE SCHIRRHEIN")
    assert champs["Date de commencement de l'opération"].texte == "2025-01-15"
    assert champs["Je demande ce montant de subventions"].texte == "2349.90"
    assert champs["Adresse principale du projet"].codes == ("67449",)
    assert [f.nom for f in champs["Justificatifs des dépenses prévisionnelles"].fichiers] == ["exemple.pdf"]
