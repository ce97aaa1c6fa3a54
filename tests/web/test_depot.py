"""The dépôt on the site: a draft that is no fact, and last year's request taken again."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from aggregates.dossier import Dossier
from application.site import DUREE_DE_SESSION
from tests.moteur import PIECES, deposer
from tests.web.fabrique import Site, ouvrir_site
from tests.web.formulaires import Personne, envoyer, lire_la_page
from tests.web.test_brouillons import avancer_l_horloge_du_site
from web.brouillons import GARDER


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with ouvrir_site(tmp_path_factory.mktemp("depot")) as site:
        yield site


def test_transition_1_un_depot_en_brouillon_se_reprend_le_lendemain_d_une_session_et_n_est_aucun_fait(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who types for an applicant may be stopped: the form is kept sealed on the site, for its agent, and nothing is recorded."""
    ines = Personne(site.client_de("ines"), en_navigateur=True)
    saisie = {"campagne": "NQE-2026", "objet": "Été au Pile, brouillon", "tiers": {"denomination": "Les Passerelles"}}
    formulaire, _ = ines.remplir("/dossiers/gestes/deposer", saisie)
    avant = site.services.store.derniere_position()
    with monkeypatch.context() as plus_tard:
        avancer_l_horloge_du_site(plus_tard, DUREE_DE_SESSION + timedelta(minutes=1))
        renvoi = envoyer(ines.client, formulaire)
        (vers,) = parse_qs(urlsplit(renvoi.headers["location"]).query)["vers"]
        repris = lire_la_page(site.client_de("ines").get(vers))
        assert repris.valeurs["objet"] == ["Été au Pile, brouillon"]
        assert repris.valeurs["tiers.denomination"] == ["Les Passerelles"]
        assert "Été au Pile, brouillon" not in site.client_de("rene").get(vers).text
    assert site.services.store.derniere_position() == avant


def test_la_demande_d_une_autre_annee_se_copie_dans_un_nouveau_depot(site: Site) -> None:
    """Filled to be read again: applicant, contact, objet, budget; the campagne is the open one, period and pièces are to be said."""
    ines = site.client_de("ines")
    ref = deposer(site.services, pieces=PIECES, le=None, lot=None).ref
    adresse = f"/dossiers/gestes/deposer?depuis={ref}"
    assert f'href="{adresse}"' in ines.get(f"/dossiers/{ref}").text
    copie, dossier = lire_la_page(ines.get(adresse)), site.services.trouver(Dossier, ref)
    assert copie.valeurs["tiers.siret"] == [dossier.siret]
    assert copie.valeurs["objet"] == [dossier.objet]
    assert copie.valeurs["budget.charges.0.poste"][0].startswith("60")
    assert copie.valeurs["budget.produits.0.financeur"] == ["Région"]
    assert copie.valeurs["contact.nom"] != [""]
    assert copie.valeurs["periode.debut"] == [""]
    assert ines.get("/dossiers/gestes/deposer?depuis=NQE-2026-AAAAA").status_code in {404, 422}


def test_transition_1_plusieurs_brouillons_se_gardent_se_reprennent_et_s_otent_sans_etre_aucun_fait(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept for ninety days whatever the session, read by their agent alone; one that is sent is kept no more."""
    gardes = site.application.state.portes.site.brouillons
    ines, avant = Personne(site.client_de("ines"), en_navigateur=True), site.services.store.derniere_position()
    for objet in ("Premier brouillon", "Second brouillon"):
        saisie = {"campagne": "NQE-2026", "objet": objet, "tiers": {"denomination": "Les Quais (exemple)"}}
        formulaire, _ = ines.remplir("/dossiers/gestes/deposer", saisie)
        assert envoyer(ines.client, formulaire, bouton=(GARDER, "1")).headers["location"] == "/brouillons"
    assert site.services.store.derniere_position() == avant, "a draft is no fact"
    assert "Premier brouillon" not in site.client_de("rene").get("/brouillons").text
    with monkeypatch.context() as plus_tard:
        avancer_l_horloge_du_site(plus_tard, timedelta(days=80))
        client = site.client_de("ines")
        assert "brouillons gardés</a>" in client.get("/").text
        page = client.get("/brouillons").text
        (adresse,) = re.findall(r'href="(/dossiers/gestes/deposer[^"]*)">Premier', page)
        repris = lire_la_page(client.get(adresse))
        assert repris.valeurs["objet"] == ["Premier brouillon"]
        assert "Premier brouillon" not in site.client_de("rene").get(adresse).text
        repris.remplir("objet", "Premier brouillon, corrigé")
        envoyer(client, repris, bouton=(GARDER, "1"))
        assert [garde.titre.partition(" – ")[0] for garde in gardes.conserves("ines")] == [
            "Premier brouillon, corrigé",
            "Second brouillon",
        ], "it is the same draft"
        verifie = lire_la_page(envoyer(client, lire_la_page(client.get(adresse))))
        assert "/dossiers/NQE-2026-" in envoyer(client, verifie).headers["location"]
        (reste,) = gardes.conserves("ines")
        assert reste.titre.startswith("Second brouillon")
        client.post(f"/brouillons/{reste.id}/oter")
        assert gardes.conserves("ines") == []
