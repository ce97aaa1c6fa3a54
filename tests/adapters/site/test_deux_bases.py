"""What the site keeps, on SQLite and on PostgreSQL: the same answers, alone and several at once."""

import itertools
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from functools import partial
from uuid import UUID, uuid4

import psycopg
import pytest

from adapters.horloge import HorlogeReelle
from adapters.site.echecs import SANS_ATTENTE
from adapters.site.vues import AU_PLUS
from application.site import DUREE_DE_SESSION, FRAICHEUR, CourrielPris, Site
from application.travail import (
    BAIL,
    DUREE_D_UN_BROUILLON_GARDE,
    DUREE_DE_BROUILLON,
    BrouillonInvalide,
    Issue,
    LigneTraitee,
    LotInconnu,
    VueInvalide,
)
from bench.postgres import adresse_de_base
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from tests.moteur import ouvrir_store

_agents = itertools.count(1)
A_LA_FOIS = 8


@contextmanager
def une_base(serveur: str) -> Iterator[str]:
    """Lend an empty database of that server, dropped at the end."""
    nom = f"site_{os.getpid()}"
    with psycopg.connect(serveur, autocommit=True) as connexion:
        connexion.execute(f"CREATE DATABASE {nom}")
        yield adresse_de_base(serveur, nom)
        connexion.execute(f"DROP DATABASE {nom} WITH (FORCE)")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One base for all: each test is another agent's."""
    with ExitStack() as pile:
        adresse = None
        if request.param == "postgres":
            adresse = pile.enter_context(une_base(request.getfixturevalue("postgres_serveur")))
        services, base = pile.enter_context(ouvrir_store(tmp_path_factory.mktemp("site"), postgres=adresse))
        yield pile.enter_context(ouvrir_le_site(Reglages(base=base), services.coffre, a_preparer=True))


@pytest.fixture
def agent() -> str:
    return f"agent{next(_agents)}"


@pytest.fixture
def plus_tard(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Let the clock of the machine go on from that much later."""
    maintenant = HorlogeReelle.maintenant
    return lambda duree: monkeypatch.setattr(HorlogeReelle, "maintenant", lambda soi: maintenant(soi) + duree)


def a_la_fois(faire: Callable[[int], object]) -> list[object]:
    """Return what came of each of several at once, an exception included."""

    def un(rang: int) -> object:
        try:
            return faire(rang)
        except Exception as erreur:
            return erreur

    with ThreadPoolExecutor(A_LA_FOIS) as fils:
        return list(fils.map(un, range(A_LA_FOIS)))


def test_une_session_dure_se_prouve_et_se_ferme(site: Site, agent: str, plus_tard: Callable[[timedelta], None]) -> None:
    secret, autre = site.sessions.ouvrir(agent, prouvee=True, adieu="adieu"), site.sessions.ouvrir(agent)
    session, seconde = site.sessions.lire(secret), site.sessions.lire(autre)
    assert session
    assert seconde
    assert [s.id for s in site.sessions.de(agent)] == [seconde.id, session.id]
    assert (site.sessions.adieu(session), site.sessions.adieu(seconde)) == ("adieu", None)
    assert (site.sessions.est_fraiche(session), site.sessions.est_fraiche(seconde)) == (True, False)
    site.sessions.prouver(seconde.id, facteur=True)
    prouvee = site.sessions.lire(autre)
    assert prouvee
    assert (prouvee.facteur, site.sessions.est_fraiche(prouvee)) == (True, True)
    site.sessions.fermer(agent, session.id)
    assert (site.sessions.lire(secret), site.sessions.agent_de(secret)) == (None, None)
    plus_tard(FRAICHEUR + timedelta(seconds=1))
    assert not site.sessions.est_fraiche(prouvee)
    plus_tard(DUREE_DE_SESSION)
    assert (site.sessions.lire(autre), site.sessions.agent_de(autre)) == (None, agent)
    assert site.sessions.lire("inconnu") is None


def test_un_brouillon_n_est_lu_que_de_son_agent_et_un_jour(
    site: Site, agent: str, plus_tard: Callable[[timedelta], None]
) -> None:
    saisi = "ce qui est tapé 😀 \u202e"
    garde = site.brouillons.garder(agent, saisi)
    assert site.brouillons.lire(agent, garde) == saisi
    assert site.brouillons.lire("rene", garde) is None
    site.brouillons.oublier("rene", garde)
    assert site.brouillons.lire(agent, garde) is not None
    site.brouillons.oublier(agent, garde)
    assert site.brouillons.lire(agent, garde) is None
    second = site.brouillons.garder(agent, saisi)
    plus_tard(DUREE_DE_BROUILLON)
    assert site.brouillons.lire(agent, second) is None


def test_un_brouillon_garde_l_est_de_son_agent_quatre_vingt_dix_jours(
    site: Site, agent: str, plus_tard: Callable[[timedelta], None]
) -> None:
    premier = site.brouillons.conserver(agent, "Été – Les Ponts", "ce qui est tapé", None)
    second = site.brouillons.conserver(agent, "Bal", "autre chose", None)
    assert site.brouillons.conserver(agent, "Été au parc", "changé", premier) == premier
    assert [(g.id, g.titre) for g in site.brouillons.conserves(agent)] == [(premier, "Été au parc"), (second, "Bal")]
    assert site.brouillons.lire(agent, premier) == "changé"
    assert (site.brouillons.lire("rene", premier), site.brouillons.conserves("rene")) == (None, [])
    site.brouillons.oublier("rene", second)
    site.brouillons.oublier(agent, second)
    assert [g.id for g in site.brouillons.conserves(agent)] == [premier]
    for rang in range(19):
        site.brouillons.conserver(agent, str(rang), "", None)
    with pytest.raises(BrouillonInvalide):
        site.brouillons.conserver(agent, "de trop", "", None)
    plus_tard(DUREE_D_UN_BROUILLON_GARDE - timedelta(hours=1))
    assert site.brouillons.lire(agent, premier) == "changé"
    plus_tard(DUREE_D_UN_BROUILLON_GARDE + timedelta(hours=1))
    assert (site.brouillons.lire(agent, premier), site.brouillons.conserves(agent)) == (None, [])


def test_un_lot_est_tenu_par_un_seul_et_se_reprend(
    site: Site, agent: str, plus_tard: Callable[[timedelta], None]
) -> None:
    lot = site.lots.preparer(agent, "dossier viser", [("NQE-1", 3), ("NQE-2", 4)])
    with pytest.raises(LotInconnu):
        site.lots.lire("rene", lot)
    site.lots.confirmer("rene", lot, {"motif": "d’un autre"})
    assert site.lots.lire(agent, lot).valeurs is None
    site.lots.confirmer(agent, lot, {"motif": "le premier"})
    site.lots.confirmer(agent, lot, {"motif": "le second"})
    assert sorted(map(str, a_la_fois(lambda _: site.lots.prendre(lot)))) == ["False"] * (A_LA_FOIS - 1) + ["True"]
    site.lots.noter(lot, [])
    site.lots.noter(lot, [LigneTraitee(1, Issue.FAITE, ""), LigneTraitee(2, Issue.REFUSEE, "la version a changé")])
    lu = site.lots.lire(agent, lot)
    assert (lu.valeurs, lu.tenu, lu.fini) == ({"motif": "le premier"}, True, True)
    assert [(li.ref, li.version, li.issue, li.message) for li in lu.lignes] == [
        ("NQE-1", 3, Issue.FAITE, ""),
        ("NQE-2", 4, Issue.REFUSEE, "la version a changé"),
    ]
    plus_tard(BAIL + timedelta(seconds=1))
    assert site.lots.prendre(lot), "who held it is gone"
    site.lots.rendre(lot)
    assert [un.id for un in site.lots.de(agent)] == [lot]
    assert not site.lots.lire(agent, lot).tenu


def test_un_jeton_vaut_jusqu_a_sa_fin(site: Site, agent: str, plus_tard: Callable[[timedelta], None]) -> None:
    creer = partial(
        site.jetons.creer,
        agent=agent,
        gestes=("dossier viser",),
        lectures=("file",),
        cree_par="admin",
        duree=timedelta(days=2),
    )
    secret, jeton = creer(nom="Portail")
    autre, ote = creer(nom="Autre")
    assert jeton in site.jetons.tous()
    site.jetons.lire(secret)
    vu = site.jetons.lire(secret)
    assert vu
    assert (vu.id, vu.gestes, vu.lectures, vu.vu_le is not None) == (jeton.id, jeton.gestes, jeton.lectures, True)
    revoque = site.jetons.revoquer(ote.id)
    assert revoque == site.jetons.revoquer(ote.id), "repeating it is silent"
    assert (site.jetons.lire(autre), site.jetons.revoquer(uuid4())) == (None, None)
    plus_tard(timedelta(days=2))
    assert site.jetons.lire(secret) is None


def test_les_vues_ont_un_nom_et_un_nombre(site: Site, agent: str) -> None:
    assert set(a_la_fois(lambda rang: site.vues.garder(agent, "  la  même ", f"etape={rang}"))) == {None}
    (vue,) = site.vues.de(agent)
    assert vue.nom == "la même"
    site.vues.oter("rene", vue.id)
    assert site.vues.de(agent) == [vue]
    for rang in range(AU_PLUS - 3):
        site.vues.garder(agent, f"vue {rang}", "")
    plusieurs = a_la_fois(lambda rang: site.vues.garder(agent, f"autre {rang}", ""))
    assert sum(isinstance(issue, VueInvalide) for issue in plusieurs) == A_LA_FOIS - 2
    assert len(site.vues.de(agent)) == AU_PLUS
    site.vues.oter(agent, vue.id)
    assert vue not in site.vues.de(agent)


def test_une_livraison_attend_celle_d_avant_de_son_agregat(site: Site) -> None:
    webhook, (un, deux) = site.livraisons.creer("https://exemple.fr/", "admin", 10), (UUID(int=1), UUID(int=2))
    a_la_fois(lambda _: site.livraisons.inscrire(webhook.id, [(11, un), (12, un), (13, deux)], 13))
    assert [li.position for li in site.livraisons.de(webhook.id)] == [11, 12, 13], "of two at once, one adds"
    assert sorted(li.position for li in site.livraisons.a_livrer(webhook.id, 10)) == [11, 13]
    site.livraisons.tourner(webhook.id, finir=False)
    tournant = site.livraisons.lire(webhook.id)
    assert tournant
    assert (len(tournant.secrets), tournant.secrets[1]) == (2, webhook.secrets[0])
    site.livraisons.tourner(webhook.id, finir=True)
    tourne = site.livraisons.lire(webhook.id)
    assert tourne
    assert tourne.secrets == tournant.secrets[:1]
    assert site.livraisons.rejouer(webhook.id, 12) == 1
    site.livraisons.revoquer(webhook.id)
    (revoque,) = [w for w in site.livraisons.tous() if w.id == webhook.id]
    assert revoque.revoque_le is not None


def test_plusieurs_echecs_a_la_fois_comptent_tous(site: Site, agent: str) -> None:
    assert set(a_la_fois(lambda _: site.echecs.noter(agent))) == {None}
    assert A_LA_FOIS > SANS_ATTENTE
    assert site.echecs.en_attente(agent)
    site.echecs.oublier(agent)
    assert not site.echecs.en_attente(agent)


def test_de_plusieurs_invitations_a_la_fois_une_seule_vaut(site: Site, agent: str) -> None:
    liens = [str(secret) for secret in a_la_fois(lambda _: site.liens.faire(agent))]
    assert sorted(map(str, map(site.liens.lire, liens))) == sorted([agent] + ["None"] * (A_LA_FOIS - 1))
    (bon,) = [lien for lien in liens if site.liens.lire(lien)]
    assert sorted(map(str, a_la_fois(lambda _: site.liens.consommer(bon)))) == sorted(
        [agent] + ["None"] * (A_LA_FOIS - 1)
    )
    assert set(a_la_fois(lambda _: site.comptes.inviter(agent, f"{agent}@exemple.fr"))) == {None}
    pris = a_la_fois(lambda rang: site.comptes.inviter(f"{agent}-{rang}", "le-meme@exemple.fr"))
    assert sum(isinstance(issue, CourrielPris) for issue in pris) in {A_LA_FOIS - 1, A_LA_FOIS}
    assert {type(issue) for issue in pris} <= {CourrielPris, type(None)}
