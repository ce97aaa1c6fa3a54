"""Who reaches what: every route has its rule, and what has none is refused."""

import re
from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount

from aggregates.dossier import Dossier
from aggregates.tiers import Tiers
from kernel.attentes import Role
from tests.moteur import faire
from tests.web.fabrique import Site
from web.acces import PAR_LIGNE, PUBLIC, REGLES
from web.personne import Personne

ICI = {"origin": "http://127.0.0.1", "sec-fetch-site": "same-origin"}
SANS_REGLE = {"/static"}
"""What is served to anybody without asking: the style of the pages."""


def routes(site: Site) -> Iterator[str]:
    """Yield the method and the template of every route that answers."""
    for contexte in iter_route_contexts(site.application.routes):
        route = contexte.original_route
        if isinstance(route, Mount):
            assert route.path in SANS_REGLE
        else:
            assert isinstance(route, APIRoute), route
            yield from (f"{methode} {contexte.path}" for methode in contexte.methods or ())


def un_exemple(modele: str, site: Site) -> str:
    """Return an address of a route: of something that exists, where we know it."""
    connus = {"ref": site.refs["avis"], "espece": "seance"}
    return re.sub(r"\{(\w+)\}", lambda nom: connus.get(nom[1], "x"), modele)


def test_chaque_route_a_sa_regle_et_chaque_regle_sa_route(site: Site) -> None:
    assert sorted(routes(site)) == sorted(REGLES)


@pytest.mark.parametrize("cle", sorted(REGLES))
def test_sans_connexion_seul_ce_qui_est_public_repond(site: Site, cle: str) -> None:
    methode, _, modele = cle.partition(" ")
    reponse = site.anonyme.request(methode, un_exemple(modele, site), headers=ICI)
    if REGLES[cle] == PUBLIC:
        assert reponse.status_code not in {401, 403, 500}
        assert not reponse.headers.get("location", "").startswith("/connexion?")
    elif modele.startswith("/api/"):
        assert (reponse.status_code, reponse.headers["content-type"]) == (401, "application/problem+json")
    else:
        assert (reponse.status_code, reponse.headers["location"].split("?")[0]) == (303, "/connexion")


def test_une_route_sans_regle_est_refusee_a_tous(site: Site) -> None:
    oubliee = APIRouter()
    oubliee.get("/oubliee")(lambda: "lue")
    site.application.include_router(oubliee)
    try:
        for client in (site.anonyme, site.client_de("admin")):
            assert client.get("/oubliee").status_code == 403
            assert client.post("/oubliee", headers=ICI).status_code in {303, 405}
    finally:
        site.application.router.routes.pop()


def test_un_role_qui_manque_est_dit_et_note(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.acces.REGLES", {**REGLES, "GET /file": frozenset({Role.AUDITEUR})})
    avant = site.services.store.enregistreur.compter_refus().get("role_manquant", 0)
    reponse = site.client_de("ines").get("/file")
    assert reponse.status_code == 403
    assert "réservée" in reponse.text
    assert "Auditeur" in reponse.text
    assert "Vous êtes ines (Instructeur)" in reponse.text
    assert site.services.store.enregistreur.compter_refus()["role_manquant"] == avant + 1


@pytest.mark.parametrize("role", ["porteur", "partenaire"])
def test_qui_n_est_pas_de_l_institution_n_a_pas_encore_de_porte(site: Site, role: str) -> None:
    faire(site.services, "agent enregistrer", "admin", identifiant=f"un-{role}", roles=role)
    assert site.client_de(f"un-{role}").get("/file").status_code == 303
    assert f'value="un-{role}"' not in site.anonyme.get("/connexion").text


def test_la_session_d_un_agent_qui_n_a_plus_de_role_ne_vaut_plus_rien(site: Site) -> None:
    faire(site.services, "agent enregistrer", "admin", identifiant="passage", roles="auditeur")
    client = site.client_de("passage")
    assert client.get("/file").status_code == 200
    faire(
        site.services, "habilitation retirer", "admin", agent="passage", role="auditeur", acte="Fin de mission fictive"
    )
    assert client.get("/file").status_code == 303


def qui_est_dehors(monkeypatch: pytest.MonkeyPatch, role: Role, attache: str) -> None:
    """Let somebody of the outside in, as a door to come would."""
    personne = Personne("dehors", frozenset({role}), {}, attache=attache)
    monkeypatch.setattr("web.porte.reconnaitre", lambda _: personne)


@pytest.mark.parametrize("role", [Role.PARTENAIRE, Role.PORTEUR])
def test_qui_est_dehors_ne_lit_que_ce_qui_le_concerne(site: Site, monkeypatch: pytest.MonkeyPatch, role: Role) -> None:
    dossier = site.services.trouver(Dossier, site.refs["avis"])
    tiers = site.services.store.charger(Tiers, dossier.tiers_id or dossier.id)
    sien = {Role.PARTENAIRE: "ville", Role.PORTEUR: tiers.ref}[role]
    autre = site.refs["pieces"] if role is Role.PARTENAIRE else site.refs["malveillant"]
    for attache, ref, statut in ((sien, "avis", 200), ("departement", "avis", 403), ("", "avis", 403)):
        qui_est_dehors(monkeypatch, role, attache)
        assert site.anonyme.get(f"/api/v1/dossiers/{site.refs[ref]}/attentes").status_code == statut, attache
    qui_est_dehors(monkeypatch, role, sien)
    assert site.anonyme.get(f"/api/v1/dossiers/{autre}/attentes").status_code == 403


@pytest.mark.parametrize("role", [Role.PARTENAIRE, Role.PORTEUR])
@pytest.mark.parametrize("cle", sorted(REGLES))
def test_rien_d_autre_ne_repond_a_qui_est_dehors(
    site: Site, monkeypatch: pytest.MonkeyPatch, cle: str, role: Role
) -> None:
    """The text of an avis least of all: no page of a dossier, no history of it."""
    qui_est_dehors(monkeypatch, role, "ville")
    methode, _, modele = cle.partition(" ")
    if REGLES[cle] != PUBLIC and cle not in PAR_LIGNE:
        assert site.anonyme.request(methode, un_exemple(modele, site), headers=ICI).status_code == 403
