"""What facts tell other systems: not who acted, unless who holds the store asks. What was typed is in no fact."""

import json
import re
from datetime import date
from io import StringIO
from uuid import UUID

import pytest

from aggregates.agents import HabilitationAccordee
from aggregates.dossier.avis import AvisRendu
from application.consultations.evenements import LOGINS, evenement
from application.exports.evenements import exporter_evenements
from application.habilitations import id_agent
from kernel.attentes import Role
from kernel.faits import Entete, Inscription, en_suppleance
from tests.application.argent import attribuer, fixer, mandater, valider_iban
from tests.application.seance import Region
from tests.golden.exemples import TEXTES_PERMIS
from tests.moteur import DEBUT

SOURCE = "urn:diligence:store:essai"


def test_les_evenements_ne_nomment_aucun_agent(region: Region) -> None:
    """But for whoever holds the store, and asks."""
    (ref,) = attribuer(region)
    fixer(region, ref)
    valider_iban(region, ref)
    mandater(region, ref)
    region.moteur()
    ouvert, tu = StringIO(), StringIO()
    exporter_evenements(region.services, SOURCE, sortie=ouvert, avec_acteurs=True)
    exporter_evenements(region.services, SOURCE, sortie=tu)
    avec, sans = ([json.loads(ligne) for ligne in sortie.getvalue().splitlines()] for sortie in (ouvert, tu))
    logins = {fait["data"]["fait"]["identifiant"] for fait in avec if fait["type"] == "agent.enregistre.v1"}
    assert {"ines", "fanny", "olga"} <= logins >= {fait["data"]["entete"]["acteur"] for fait in avec} - {"SYSTEME"}
    assert not {login for login in logins if f'"{login}"' in tu.getvalue()}
    lignes = [fait["data"]["fait"]["ligne"] for fait in sans if fait["type"] == "bordereau.ligne_ajoutee.v1"]
    assert lignes
    assert {f"agent/{ligne['liquidee_par']}" for ligne in lignes} <= {fait["subject"] for fait in sans}


def test_tout_login_d_un_fait_est_tu() -> None:
    permis = set(TEXTES_PERMIS.read_text(encoding="utf-8").splitlines())
    logins = {f"{topic}.{champ}" for topic, champs in LOGINS.items() for champ in champs}
    assert logins == {li for li in permis if re.search(r"(^agent\..*(identifiant|suppleant)|liquidee_(par|pour))$", li)}


@pytest.mark.parametrize(
    ("habilitation", "dite"),
    [("ordonnateur", "ordonnateur"), (en_suppleance("ordonnateur", "odile"), str(id_agent("odile")))],
)
def test_une_suppleance_ne_nomme_pas_l_absent(habilitation: str, dite: str) -> None:
    entete = Entete(
        agregat="agent", id=UUID(int=1), version=1, acteur="ines", habilitation=habilitation,
        commande_id=UUID(int=2), effectif_le=date(2026, 1, 5),
    )  # fmt: skip
    fait = HabilitationAccordee(role=Role.FINANCE, acte=UUID(int=3))
    texte = json.dumps(evenement(Inscription(entete, fait, position=1, enregistre_le=DEBUT), SOURCE))
    assert dite in texte
    assert not re.search("odile|ines", texte)


def test_un_webhook_et_un_export_ne_disent_pas_le_sens_d_un_avis() -> None:
    """They learn that it is there; who holds the store reads it anyway, and asks."""
    entete = Entete(
        agregat="dossier", id=UUID(int=1), version=7, acteur="ines", habilitation="instructeur",
        commande_id=UUID(int=2), effectif_le=date(2026, 1, 5),
    )  # fmt: skip
    rendu = Inscription(entete, AvisRendu(aupres_de="ville", sens="defavorable", texte=None), 1, DEBUT)
    tu, dit = evenement(rendu, SOURCE), evenement(rendu, SOURCE, avec_acteurs=True)
    assert (tu["type"], tu["data"]["fait"]) == ("dossier.avis_rendu.v1", {})
    assert dit["data"]["fait"]["sens"] == "defavorable"
