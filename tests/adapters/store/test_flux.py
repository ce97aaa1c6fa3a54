"""Streams stay decoded, and what is kept is never wrong: the store is asked for what came after, and for its witness."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, cast, get_args
from uuid import UUID, uuid4

import pytest

import aggregates.registre  # noqa: F401 - every fact is known
from adapters.store.flux import FluxGardes
from adapters.store.mapper import MapperFaits
from application.ports import EvenementStocke
from application.store import Store
from kernel.faits import FAITS, Inscription
from tests.adapters.store.essai import LE, Compteur, ajouter, contexte, ouvert


@dataclass
class Bande:
    """A recorder reduced to one reading; it counts what it hands over."""

    flux: dict[UUID, list[EvenementStocke]] = field(default_factory=dict)
    rendus: int = 0

    def select_events(self, originator_id: UUID, *, gt: int | None = None, **_: Any) -> Sequence[EvenementStocke]:
        lus = [e for e in self.flux.get(originator_id, []) if e.originator_version > (gt or 0)]
        self.rendus += len(lus)
        return lus


def evenements(identifiant: UUID, nombre: int, depuis: int = 1) -> list[EvenementStocke]:
    """Return stored facts of one stream, from a version on."""
    compteur = Compteur(identifiant, version=depuis - 1).sous(contexte())
    for rang in range(nombre):
        compteur.ajouter(rang)
    stockes = map(MapperFaits().to_stored_event, cast(Any, compteur.collect_events()))
    return [
        EvenementStocke(identifiant, e.originator_version, e.topic, e.state, e.originator_version, LE) for e in stockes
    ]


@pytest.fixture
def bande() -> Bande:
    return Bande()


def gardes(bande: Bande, nombre: int = 100) -> FluxGardes:
    return FluxGardes(MapperFaits(), cast(Any, bande), gardes=nombre)


def lire(flux: FluxGardes, identifiant: UUID) -> list[Inscription]:
    return cast(list[Inscription], list(flux.get(identifiant)))


def lire_deux_fois(flux: FluxGardes, *ids: UUID) -> list[Inscription]:
    """Read streams until they are kept; return the last one."""
    for identifiant in ids:
        lire(flux, identifiant)
        lus = lire(flux, identifiant)
    return lus


def test_un_flux_lu_une_fois_en_passant_n_est_pas_garde(bande: Bande) -> None:
    connu, flux = uuid4(), gardes(bande, 10)
    passants = [uuid4() for _ in range(5)]
    for identifiant in (connu, *passants):
        bande.flux[identifiant] = evenements(identifiant, 5)
    lire_deux_fois(flux, connu)
    for identifiant in passants:
        lire(flux, identifiant)
    bande.rendus = 0
    lire(flux, connu)
    assert bande.rendus == 1


def test_un_flux_lu_n_est_plus_relu_que_par_sa_fin(bande: Bande) -> None:
    identifiant, flux = uuid4(), gardes(bande)
    bande.flux[identifiant] = evenements(identifiant, 20)
    premiers = lire_deux_fois(flux, identifiant)
    bande.rendus = 0
    bande.flux[identifiant] += evenements(identifiant, 2, depuis=21)
    tous = lire(flux, identifiant)
    assert [i.entete.version for i in tous] == list(range(1, 23))
    assert all(a is b for a, b in zip(premiers, tous, strict=False))
    assert bande.rendus == 3  # the witness and what came after


def test_un_flux_vide_le_reste_et_n_est_pas_garde(bande: Bande) -> None:
    identifiant, flux = uuid4(), gardes(bande)
    assert lire(flux, identifiant) == []
    bande.flux[identifiant] = evenements(identifiant, 1)
    assert len(lire(flux, identifiant)) == 1


@pytest.mark.parametrize("reste", [0, 1, 4])
def test_une_copie_plus_ancienne_est_relue_en_entier(bande: Bande, reste: int) -> None:
    identifiant, flux = uuid4(), gardes(bande)
    bande.flux[identifiant] = evenements(identifiant, 5)
    lire_deux_fois(flux, identifiant)
    bande.flux[identifiant] = bande.flux[identifiant][:reste]
    assert len(lire(flux, identifiant)) == reste
    bande.flux[identifiant] += evenements(identifiant, 3, depuis=reste + 1)
    assert [i.entete.version for i in lire(flux, identifiant)] == list(range(1, reste + 4))


def test_une_copie_plus_ancienne_qui_a_recru_autrement_est_relue_en_entier(bande: Bande) -> None:
    """As long as before, with other facts: the last one known is not there any more."""
    identifiant, flux = uuid4(), gardes(bande)
    bande.flux[identifiant] = evenements(identifiant, 5)
    lire_deux_fois(flux, identifiant)
    bande.flux[identifiant] = bande.flux[identifiant][:3] + evenements(identifiant, 4, depuis=4)
    attendus = [e.state for e in bande.flux[identifiant]]
    relus = [MapperFaits().to_stored_event(cast(Any, i)).state for i in lire(flux, identifiant)]
    assert relus == attendus


def test_le_meme_fait_enregistre_a_nouveau_n_est_pas_le_meme(bande: Bande) -> None:
    identifiant, flux = uuid4(), gardes(bande)
    bande.flux[identifiant] = evenements(identifiant, 2)
    lire_deux_fois(flux, identifiant)
    bande.rendus = 0
    dernier = bande.flux[identifiant][-1]
    bande.flux[identifiant] = [*evenements(identifiant, 1), dernier._replace(position=9)]
    assert lire(flux, identifiant)[-1].position == 9
    assert bande.rendus == 1 + 2


def test_la_memoire_est_bornee_et_garde_ce_qui_a_ete_lu_en_dernier(bande: Bande) -> None:
    a, b, c = ids = [uuid4() for _ in range(3)]
    flux = gardes(bande, 10)
    for identifiant in ids:
        bande.flux[identifiant] = evenements(identifiant, 5)
    lire_deux_fois(flux, a, b, a, c)
    bande.rendus = 0
    lire(flux, a), lire(flux, c)
    assert bande.rendus == 2
    lire(flux, b)
    assert bande.rendus == 7


def test_un_flux_plus_long_que_la_memoire_se_lit_et_ne_chasse_pas_pour_toujours(bande: Bande) -> None:
    long, court, flux = uuid4(), uuid4(), gardes(bande, 10)
    bande.flux = {long: evenements(long, 11), court: evenements(court, 2)}
    assert len(lire(flux, long)) == len(lire_deux_fois(flux, long)) == 11
    lire_deux_fois(flux, court)
    bande.rendus = 0
    lire(flux, court)
    assert bande.rendus == 1


def test_ce_qu_une_autre_application_a_ecrit_se_voit_aussitot(base: str) -> None:
    compteur = uuid4()
    with ouvert(base) as un, ouvert(base) as autre:
        for nombre in range(1, 4):
            ajouter(un, compteur, nombre=nombre)
            assert autre.charger(Compteur, compteur).total == sum(range(1, nombre + 1))
            ajouter(autre, compteur, nombre=-nombre)
            assert un.charger(Compteur, compteur).total == sum(range(1, nombre + 1)) - nombre
            ajouter(un, compteur, nombre=nombre)


def test_une_decision_abandonnee_ne_laisse_rien_dans_ce_qui_est_garde(store: Store) -> None:
    compteur = uuid4()
    ajouter(store, compteur)
    store.charger(Compteur, compteur).sous(contexte()).ajouter(100)
    assert store.charger(Compteur, compteur).total == 1
    assert [i.entete.version for i in store.inscriptions(compteur)] == [1]


def test_des_fils_qui_lisent_et_ecrivent_ensemble_lisent_juste(store: Store) -> None:
    compteurs = [uuid4() for _ in range(3)]

    def travailler(rang: int) -> None:
        for compteur in compteurs:
            ajouter(store, compteur)
            versions = [i.entete.version for i in store.inscriptions(compteur)]
            assert versions == list(range(1, len(versions) + 1))

    with ThreadPoolExecutor(6) as fils:
        list(fils.map(travailler, range(12)))
    assert [store.charger(Compteur, compteur).total for compteur in compteurs] == [12, 12, 12]


def test_aucun_fait_ne_porte_de_quoi_etre_change() -> None:
    """Facts are shared by every fold; the exceptions are a règlement as it was published, which nothing writes to."""
    mutables = {
        f"{topic}:{nom}"
        for topic, classe in FAITS.items()
        for nom, champ in classe.model_fields.items()
        if getattr(champ.annotation, "__origin__", champ.annotation) in {list, dict, set}
        or any(getattr(t, "__origin__", t) in {list, dict, set} for t in get_args(champ.annotation))
    }
    assert mutables == {"campagne.ouverte.v1:reglement", "campagne.reglement_revise.v1:reglement"}
