"""What the engine does without Temporal; and every code an attente names has someone to answer."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.registre import ESPECES
from application.automatismes import AUTOMATISMES
from application.sans_moteur import ce_qui_est_du, faire_ce_qui_est_du, reste_a_faire
from kernel.attentes import dus, instants
from tests.aggregates.dossier.vies import NAISSANCES
from tests.application.bureau import Atelier, de, envoyer, un_dossier
from tests.moteur import REMISE

RACINE = Path(__file__).resolve().parents[2]
_CODE = re.compile(r"[a-z]+(_[a-z]+)*")


def arbres() -> Iterator[ast.Module]:
    for fichier in sorted((RACINE / "aggregates").rglob("*.py")):
        yield ast.parse(fichier.read_text(encoding="utf-8"))


def constantes(noeud: ast.AST) -> list[str]:
    return [noeud.value] if isinstance(noeud, ast.Constant) and isinstance(noeud.value, str) else []


def litteraux(noeud: ast.expr) -> Iterator[str]:
    yield from (texte for n in ast.walk(noeud) for texte in constantes(n))


def nommes(parametre: str) -> set[str]:
    """Return every text given in aggregates/ to a parameter of that name, by keyword or by rank."""
    definitions: dict[str, int] = {"Rappel": 1, "du_moteur": 2} if parametre == "automatisme" else {}
    for arbre in arbres():
        for noeud in ast.walk(arbre):
            if isinstance(noeud, ast.FunctionDef) and parametre in [a.arg for a in noeud.args.args]:
                definitions[noeud.name] = [a.arg for a in noeud.args.args].index(parametre)
    vus: set[str] = set()
    for arbre in arbres():
        for noeud in ast.walk(arbre):
            if not isinstance(noeud, ast.Call):
                continue
            nom = getattr(noeud.func, "id", getattr(noeud.func, "attr", ""))
            valeurs = [k.value for k in noeud.keywords if k.arg == parametre]
            rang = definitions.get(nom)
            valeurs += [noeud.args[rang]] if rang is not None and rang < len(noeud.args) else []
            vus |= {texte for valeur in valeurs for texte in litteraux(valeur)}
    return vus


def test_tout_automatisme_nomme_par_une_attente_a_son_handler() -> None:
    vus = {code for code in nommes("automatisme") if _CODE.fullmatch(code)}
    assert {"enregistrer", "constater_rejet_implicite"} <= vus
    assert vus <= AUTOMATISMES.keys()
    dynamiques = {du.automatisme for naitre in NAISSANCES.values() for a in attentes(naitre()) for du in instants(a)}
    assert dynamiques <= vus


def test_tout_handler_repond_a_une_attente() -> None:
    assert {automatisme.agregat for automatisme in AUTOMATISMES.values()} <= ESPECES.keys()
    assert AUTOMATISMES.keys() <= {texte for arbre in arbres() for n in ast.walk(arbre) for texte in constantes(n)}


def test_apres_le_depot_le_moteur_fait_tout_ce_qui_est_du(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    assert reste_a_faire(atelier.services, [("dossier", recu.id)])
    assert faire_ce_qui_est_du(atelier.services, 0, "cli") == 3, "the accusé, its letter, the tiers"
    dossier = atelier.services.store.charger(Dossier, recu.id)
    assert (dossier.etat, dossier.tiers_id is not None) == ("enregistre", True)
    assert faire_ce_qui_est_du(atelier.services, 0, "cli") == 0
    assert not reste_a_faire(atelier.services, [("dossier", recu.id)])
    assert atelier.services.store.enregistreur.compter_par_pilote() == {"cli": 3}


def test_deux_mois_de_silence_passes_sont_constates_a_leur_date(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    faire_ce_qui_est_du(atelier.services, 0, "cli")
    enregistreur = atelier.services.store.enregistreur
    enregistreur.regler_horloge(enregistreur.maintenant() + timedelta(days=90))
    _, a_faire = ce_qui_est_du(atelier.services, ("dossier", recu.id))
    assert [du.automatisme for du in a_faire] == ["constater_rejet_implicite"]
    faire_ce_qui_est_du(atelier.services, 0, "cli")
    dernier = atelier.services.store.inscriptions(recu.id)[-1]
    assert dernier.fait.topic == "dossier.rejet_implicite_ne.v1"
    assert str(dernier.entete.effectif_le) == "2026-03-05"


def test_une_histoire_de_l_an_passe_se_saisit_aujourd_hui_avec_ses_dates_legales(atelier: Atelier) -> None:
    """Its échéances that have passed are recorded at once, with their legal date (design §1.7)."""
    enregistreur = atelier.services.store.enregistreur
    debut = enregistreur.maintenant()
    enregistreur.regler_horloge(debut + timedelta(days=200))
    recu = un_dossier(atelier.services, pieces=())
    ancien = envoyer(
        atelier.services, "dossier demander-pieces", de(), dossier=str(recu.id), pieces="statuts", delai="15 jours"
    )
    assert ancien.faits == ("dossier.pieces_demandees.v1",)
    envoyer(atelier.services, "dossier enregistrer-remise", de(), dossier=str(recu.id), **REMISE)
    enregistreur.regler_horloge(debut + timedelta(days=230))
    faire_ce_qui_est_du(atelier.services, 0, "cli")
    echue = atelier.services.store.inscriptions(recu.id)[-1]
    assert echue.fait.topic == "dossier.pieces_non_produites.v1"
    assert str(echue.entete.effectif_le) == "2026-08-08"


def test_un_ordre_refuse_n_est_pas_une_boucle(atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent automatisme whose attente stays is tried once, then left (and named by `etat`)."""
    recu = un_dossier(atelier.services)
    monkeypatch.setattr(Dossier, "enregistrer", lambda _: None)
    assert faire_ce_qui_est_du(atelier.services, 0, "cli") >= 1
    agregat, restants = ce_qui_est_du(atelier.services, ("dossier", recu.id))
    assert [du.automatisme for du in restants] == ["enregistrer"]
    assert dus(attentes(agregat), atelier.services.maintenant()) == restants  # type: ignore[arg-type]
