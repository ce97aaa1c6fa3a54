"""What was typed is kept: the files of a form shown again, a form sent by a session that ended, by whoever must prove who it is."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from adapters.site.base import BaseDuSite
from application.commandes import FichierRecu
from application.site import DUREE_DE_SESSION
from application.travail import DUREE_DE_BROUILLON, Brouillons
from kernel.identifiants import identifiant
from kernel.instants import Instant
from tests.application.seance import SEANCE
from tests.moteur import PIECES, deposer, faire
from tests.web.fabrique import Site, ouvrir_site
from tests.web.formulaires import Personne, envoyer, lire_la_page
from tests.web.region import en_seance, ouvrir_site_de_region

MOTIF = "le porteur renonce : Jeanne Exemple est malade"
PIECE = FichierRecu("RIB de Jeanne.pdf", b"%PDF exemple fictif")


@pytest.fixture(scope="module")
def dossier_du_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("brouillons")


@pytest.fixture(scope="module")
def site(dossier_du_site: Path) -> Iterator[Site]:
    with ouvrir_site(dossier_du_site) as site:
        yield site


@pytest.fixture
def ref(site: Site) -> str:
    return deposer(site.services, pieces=PIECES, le=None, lot=None).ref


def avancer_l_horloge_du_site(monkeypatch: pytest.MonkeyPatch, de: timedelta) -> None:
    lire = BaseDuSite.maintenant

    def plus_tard(base: BaseDuSite) -> Instant:
        return lire(base) + de

    monkeypatch.setattr(BaseDuSite, "maintenant", plus_tard)


def test_une_piece_choisie_suit_la_verification_et_la_correction(site: Site, ref: str) -> None:
    ines = Personne(site.client_de("ines"), en_navigateur=True)
    formulaire, fichiers = ines.remplir(f"/dossiers/{ref}/gestes/recevoir-piece", {"code": "rib", "fichier": PIECE})
    verifie = envoyer(ines.client, formulaire, fichiers=fichiers)
    assert PIECE.nom in verifie.text
    revu = envoyer(ines.client, lire_la_page(verifie), bouton=("_modifier", "1"))
    assert f"Reçu\u00a0: {PIECE.nom}" in revu.text.replace("&nbsp;", "\u00a0")
    corrige = lire_la_page(revu)
    corrige.remplir("code", "statuts")
    reverifie = lire_la_page(envoyer(ines.client, corrige))
    brouillon = reverifie.valeurs["brouillon"]
    assert brouillon == corrige.valeurs["brouillon"], "the same files are not kept twice"
    assert envoyer(ines.client, reverifie).status_code == 303
    (recue,) = [
        i.fait
        for i in site.services.store.inscriptions(identifiant("dossier", ref))
        if PIECE.sha256 in i.fait.model_dump().values()
    ]
    assert "statuts" in recue.model_dump().values()
    assert brouillons(site).lire("ines", UUID(brouillon[0])) is None, "what was recorded is no draft any more"


def brouillons(site: Site) -> Brouillons:
    gardes: Brouillons = site.application.state.portes.site.brouillons
    return gardes


def test_une_session_finie_ne_perd_pas_un_long_formulaire(
    site: Site, ref: str, monkeypatch: pytest.MonkeyPatch, dossier_du_site: Path
) -> None:
    ines = Personne(site.client_de("ines"), en_navigateur=True)
    formulaire, _ = ines.remplir(f"/dossiers/{ref}/gestes/retirer", {"motif": MOTIF})
    avant = site.services.store.derniere_position()
    with monkeypatch.context() as plus_tard:
        avancer_l_horloge_du_site(plus_tard, DUREE_DE_SESSION + timedelta(minutes=1))
        renvoi = envoyer(ines.client, formulaire)
        assert renvoi.status_code == 303
        connexion = urlsplit(renvoi.headers["location"])
        assert connexion.path == "/connexion"
        (vers,) = parse_qs(connexion.query)["vers"]
        assert vers.startswith(f"/dossiers/{ref}/gestes/retirer?brouillon=")
        assert "Jeanne" not in renvoi.headers["location"]
        assert MOTIF.encode() not in b"".join(f.read_bytes() for f in dossier_du_site.glob("*.site.db*"))
        rouvert = site.client_de("ines")
        rouvert.headers.pop("x-jeton")
        garde = rouvert.get(vers)
        assert "Votre saisie a été conservée" in garde.text
        repris = lire_la_page(garde)
        assert repris.valeurs["motif"] == [MOTIF]
        assert repris.valeurs["commande_id"] == formulaire.valeurs["commande_id"], "sent twice, it is one command"
        assert MOTIF not in site.client_de("rene").get(vers).text
        assert MOTIF not in site.client_de("admin").get(vers).text
        assert site.services.store.derniere_position() == avant
        assert envoyer(rouvert, lire_la_page(envoyer(rouvert, repris))).status_code == 303
    with monkeypatch.context() as un_jour_apres:
        avancer_l_horloge_du_site(un_jour_apres, DUREE_DE_SESSION + DUREE_DE_BROUILLON + timedelta(hours=1))
        assert lire_la_page(site.client_de("ines").get(vers)).valeurs["motif"] == [""]


@pytest.mark.parametrize("jeton", ["", "0" * 64])
def test_rien_n_est_garde_de_ce_qu_aucune_page_de_la_session_n_a_envoye(
    site: Site, ref: str, monkeypatch: pytest.MonkeyPatch, jeton: str
) -> None:
    ines = Personne(site.client_de("ines"), en_navigateur=True)
    formulaire, _ = ines.remplir(f"/dossiers/{ref}/gestes/retirer", {"motif": MOTIF})
    formulaire.valeurs["jeton"] = [jeton]
    avancer_l_horloge_du_site(monkeypatch, DUREE_DE_SESSION + timedelta(minutes=1))
    renvoi = envoyer(ines.client, formulaire)
    assert (renvoi.status_code, "brouillon" in renvoi.headers["location"]) == (303, False)
    inconnu = site.anonyme.post(formulaire.action, data={"motif": MOTIF, "jeton": jeton})
    assert (inconnu.status_code, "brouillon" in inconnu.headers["location"]) == (303, False)


def test_la_preuve_redemandee_ne_perd_ni_un_jeton_ni_une_adresse(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is sensitive asks for a proof that lasts five minutes: who typed longer finds again what it typed."""
    faire(site.services, "agent enregistrer", "admin", identifiant="portail", roles="instructeur")
    tape = {"agent": "portail", "nom": "Portail fictif", "jours": "30", "lectures": ["dossiers", "file"]}
    saisies = (
        ("/jetons/creer", tape | {"gestes": ["dossier proposer"]}, "Jeton de Portail fictif"),
        ("/webhooks/creer", {"url": "https://exemple.invalid/faits"}, "Secret du webhook"),
    )
    for adresse, donnees, fait in saisies:
        client = site.client_de("admin")
        jeton = client.headers.pop("x-jeton")
        with monkeypatch.context() as plus_tard:
            avancer_l_horloge_du_site(plus_tard, timedelta(minutes=6))
            renvoi = client.post(adresse, data=donnees | {"jeton": jeton})
        preuve = urlsplit(renvoi.headers["location"])
        assert (renvoi.status_code, preuve.path) == (303, "/preuve")
        (vers,) = parse_qs(preuve.query)["vers"]
        garde = client.get(vers)
        assert "Votre saisie a été conservée" in unescape(garde.text)
        assert not set(lire_la_page(garde).valeurs["jeton"]) - {jeton}
        reprise = envoyer(client, lire_la_page(garde))
        assert (reprise.status_code, fait in unescape(reprise.text)) == (200, True), reprise.text


def test_une_session_finie_ne_perd_pas_le_vote_qu_on_tapait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ouvrir_site_de_region(tmp_path) as (region, site):
        en_seance(region, 2)
        client, adresse = site.client_de("aline"), f"/seances/{SEANCE}/scrutin"
        client.headers.pop("x-jeton")
        formulaire = lire_la_page(client.get(adresse))
        formulaire.remplir("deports", "03")
        with monkeypatch.context() as plus_tard:
            avancer_l_horloge_du_site(plus_tard, DUREE_DE_SESSION + timedelta(minutes=1))
            renvoi = envoyer(client, formulaire)
            (vers,) = parse_qs(urlsplit(renvoi.headers["location"]).query)["vers"]
            rouvert = site.client_de("aline")
            rouvert.headers.pop("x-jeton")
            repris = lire_la_page(rouvert.get(vers))
            assert (repris.valeurs["deports"], repris.valeurs["ligne"]) == (["03"], ["1"])
            assert repris.valeurs["commande_id"] == formulaire.valeurs["commande_id"], "sent twice, it is one vote"
            assert envoyer(rouvert, repris).headers["location"].startswith(f"{adresse}?ligne=2&recu=")
