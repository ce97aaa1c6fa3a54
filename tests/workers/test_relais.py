"""The relay against a counting fake: coalescing, lanes, prefix, what it skips. Other tests have the real server."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from eventsourcing.persistence import OperationalError
from pydantic_core import SchemaValidator
from pydantic_core.core_schema import none_schema
from temporalio.service import RPCError, RPCStatusCode

from adapters.store.mapper import MapperFaits
from application.automatisme import Ordre
from application.automatismes import executer
from application.consultations.attendu import WORKFLOW, situation
from application.ports import EvenementStocke
from application.services import Services
from kernel.identifiants import BAIL_DE_TEMPORAL, BAIL_DU_RELAIS
from tests.moteur import ATTENTE_S, PIECES, attendre, deposer, faire, ouvrir_store, relais_en_tete
from workers.relais import Relais
from workflows.contrats import Diagnostic, Suivi


@dataclass
class FauxSuivis:
    """Implements `workers.reveil.Suivis` in memory: follow-ups run once started, `pannes` fail, `lents` wait."""

    courent: set[UUID] = field(default_factory=set)
    pannes: set[UUID] = field(default_factory=set)
    lents: dict[UUID, asyncio.Event] = field(default_factory=dict)
    signaux: list[Suivi] = field(default_factory=list)
    departs: list[Suivi] = field(default_factory=list)
    arriere: int = 0
    muet: bool = False
    """Nothing answers, when it is asked how it is."""

    async def signaler(self, suivi: Suivi) -> bool:
        await self._appeler(suivi)
        if suivi.id in self.courent:
            self.signaux.append(suivi)
        return suivi.id in self.courent

    async def demarrer(self, suivi: Suivi) -> None:
        await self._appeler(suivi)
        assert suivi.agregat == "dossier"
        self.courent.add(suivi.id)
        self.departs.append(suivi)

    async def _appeler(self, suivi: Suivi) -> None:
        await asyncio.sleep(0)
        if suivi.id in self.lents:
            await self.lents[suivi.id].wait()
        if suivi.id in self.pannes:
            raise RPCError("panne d’essai", RPCStatusCode.UNAVAILABLE, b"")

    async def en_cours(self, attend_de: str | None = None) -> AsyncIterator[tuple[str, int]]:
        for identifiant in self.courent:
            yield f"dossier-{identifiant}", 0

    async def diagnostiquer(self, identifiant: str) -> Diagnostic | None:
        return None

    async def en_attente(self, task_queue: str) -> int:
        if self.muet:
            raise RPCError("panne d’essai", RPCStatusCode.UNAVAILABLE, b"")
        return self.arriere


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    with ouvrir_store(tmp_path) as (services, _):
        yield services


def un_depot(services: Services, *, lot: str | None = None) -> UUID:
    return deposer(services, pieces=PIECES, le=None, lot=lot).id


def position(services: Services, voie: str) -> int:
    return services.store.enregistreur.curseur(f"relais:{voie}")


async def test_un_seul_reveil_par_agregat_avec_sa_plus_haute_version(services: Services) -> None:
    suivis = FauxSuivis()
    dossiers = [un_depot(services) for _ in range(3)]
    relais = Relais(services, suivis)
    assert await relais.un_tour() == 3
    assert {(s.id, s.version) for s in suivis.departs} == {
        (d, situation(services.store, "dossier", d).version) for d in dossiers
    }
    assert relais_en_tete(services)
    assert position(services, "vif") == position(services, "lot") == services.store.enregistreur.derniere_position()
    assert await relais.un_tour() == 0


async def test_agents_et_campagnes_ne_coutent_rien_a_temporal(services: Services) -> None:
    suivis = FauxSuivis()
    assert await Relais(services, suivis).un_tour() == 0
    assert not suivis.departs
    assert not suivis.signaux


async def test_ce_que_le_suivi_a_ecrit_ne_lui_est_pas_redit(services: Services) -> None:
    suivis, relais = FauxSuivis(), None
    dossier = un_depot(services)
    relais = Relais(services, suivis)
    await relais.un_tour()
    premier = situation(services.store, "dossier", dossier).dus[0]
    executer(Ordre("dossier", dossier, premier, services.maintenant(), WORKFLOW), services)
    assert await relais.un_tour() == 0
    assert relais_en_tete(services)


async def test_ce_que_le_filet_a_ecrit_est_dit(services: Services) -> None:
    suivis = FauxSuivis()
    dossier = un_depot(services)
    relais = Relais(services, suivis)
    await relais.un_tour()
    executer(
        Ordre("dossier", dossier, situation(services.store, "dossier", dossier).dus[0], services.maintenant(), "filet"),
        services,
    )
    assert await relais.un_tour() == 1
    assert [s.id for s in suivis.signaux] == [dossier]


async def test_ce_qui_ne_se_lit_pas_est_suivi_pour_etre_relu(services: Services) -> None:
    """A newer program may read it, and no new fact would tell of it: its follow-up tries again by itself."""
    suivis = FauxSuivis()
    dossier = un_depot(services)
    lecteurs = cast(MapperFaits, services.store.application.mapper)._lecteurs
    lecteurs["dossier.depose.v1"] = SchemaValidator(none_schema()).validate_json
    assert await Relais(services, suivis).un_tour() == 1
    assert [s.id for s in suivis.departs] == [dossier]


async def test_un_echec_n_arrete_pas_les_autres_et_la_position_reste_devant_lui(services: Services) -> None:
    suivis = FauxSuivis()
    avant = services.store.enregistreur.derniere_position()
    malade = un_depot(services)
    sain = un_depot(services)
    suivis.pannes.add(malade)
    relais = Relais(services, suivis, taille=3)
    await relais.un_tour()
    suivant = un_depot(services)
    await relais.un_tour()
    assert {s.id for s in suivis.departs} == {sain, suivant}
    assert position(services, "vif") == avant
    assert not relais_en_tete(services)

    autre = Relais(services, FauxSuivis(courent={sain, suivant}))
    await autre.un_tour()
    assert relais_en_tete(services)

    suivis.pannes.clear()
    assert await relais.un_tour() == 1
    assert malade in {s.id for s in suivis.departs}
    assert relais_en_tete(services)


async def test_un_suivi_lent_a_reveiller_n_attarde_personne_et_rien_n_en_est_perdu(services: Services) -> None:
    lent, avant = un_depot(services), services.store.derniere_position()
    suivis, arret = FauxSuivis(lents={lent: asyncio.Event()}), asyncio.Event()
    relais = asyncio.create_task(Relais(services, suivis).servir(arret))
    for _ in range(2):  # the first may be read with the slow one, the second is not
        await attendre(lambda: _partis(suivis), {un_depot(services)}.issubset)
    assert lent not in await _partis(suivis)
    premier = situation(services.store, "dossier", lent).dus[0]
    executer(Ordre("dossier", lent, premier, services.maintenant(), "filet"), services)
    derniere = situation(services.store, "dossier", lent).version
    autre = un_depot(services)
    await attendre(lambda: _partis(suivis), lambda partis: autre in partis)
    assert position(services, "vif") < avant
    suivis.lents[lent].set()
    await attendre(lambda: _dites(suivis, lent), lambda dites: dites == derniere)
    await attendre(lambda: asyncio.to_thread(relais_en_tete, services))
    arret.set()
    await asyncio.wait_for(relais, ATTENTE_S)


async def test_la_position_est_rangee_quand_les_faits_s_arretent(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.relais.POSITION_S", 3600.0)  # under a steady flow it is not stored after each batch
    relais = Relais(services, FauxSuivis())
    for _ in range(2):
        un_depot(services)
        await relais.un_tour()
        assert position(services, "vif") == services.store.enregistreur.derniere_position()
        assert relais_en_tete(services)


async def test_un_lot_passe_par_l_autre_voie(services: Services) -> None:
    suivis = FauxSuivis()
    du_lot, vivant = un_depot(services, lot="reprise-1"), un_depot(services)
    relais = Relais(services, suivis)
    await relais._reprendre()
    await relais._pas(relais.voies["vif"])
    assert [s.id for s in suivis.departs] == [vivant]
    await relais._pas(relais.voies["lot"])
    assert [s.id for s in suivis.departs] == [vivant, du_lot]


async def test_un_dossier_clos_n_est_pas_redemarre(services: Services) -> None:
    suivis = FauxSuivis()
    recu = deposer(services, pieces=PIECES, le=None, lot=None)
    faire(services, "dossier retirer", "ines", dossier=recu.ref, motif="renonce")
    assert await Relais(services, suivis).un_tour() == 0
    assert not suivis.departs


async def test_le_relais_sert_rend_son_bail_et_un_second_attend(services: Services) -> None:
    suivis, arret = FauxSuivis(), asyncio.Event()
    premier = asyncio.create_task(Relais(services, suivis, porteur="a").servir(arret))
    second_suivis = FauxSuivis()
    await attendre(lambda: _bail(services))
    second = asyncio.create_task(Relais(services, second_suivis, porteur="b").servir(arret))
    dossier = un_depot(services)
    await attendre(lambda: _partis(suivis), lambda partis: dossier in partis)
    assert not second_suivis.departs
    arret.set()
    await asyncio.wait_for(asyncio.gather(premier, second), ATTENTE_S)
    assert not services.store.enregistreur.bail_vivant("relais")


async def test_le_relais_dit_si_temporal_repond(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.relais.BAIL_S", 0.6)
    suivis, arret, enregistreur = FauxSuivis(muet=True), asyncio.Event(), services.store.enregistreur
    relais = asyncio.create_task(Relais(services, suivis).servir(arret))
    await attendre(lambda: _bail(services))
    assert not enregistreur.bail_vivant(BAIL_DE_TEMPORAL)
    suivis.muet = False
    await attendre(lambda: _bail(services, BAIL_DE_TEMPORAL))
    suivis.muet = True
    await attendre(lambda: _bail(services, BAIL_DE_TEMPORAL), lambda vivant: not vivant)
    assert await _bail(services), "the relay itself is alive"
    arret.set()
    await asyncio.wait_for(relais, ATTENTE_S)


async def test_un_bail_rendu_n_est_pas_repris_par_un_fil_en_retard(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked to stop while it renews: the renewal may be slow, the next relay must not wait for a lease of a dead one."""
    monkeypatch.setattr("workers.relais.BAIL_S", 3.0)  # renewed every second
    enregistreur, arret = services.store.enregistreur, asyncio.Event()
    prendre, commence, va, fini = enregistreur.prendre_bail, *(threading.Event() for _ in range(3))

    def prendre_lentement(nom: str, porteur: str, secondes: float) -> bool:
        renouvelle = nom == BAIL_DU_RELAIS and secondes > 0 and enregistreur.bail_vivant(nom)
        if renouvelle:
            commence.set()
            va.wait(ATTENTE_S)
        pris = prendre(nom, porteur, secondes)
        if renouvelle:
            fini.set()
        return pris

    monkeypatch.setattr(enregistreur, "prendre_bail", prendre_lentement)
    relais = asyncio.create_task(Relais(services, FauxSuivis()).servir(arret))
    assert await asyncio.to_thread(commence.wait, ATTENTE_S)
    arret.set()
    un_depot(services)  # both lanes wake up, see that they are to stop, and are gone before the renewal is done
    await asyncio.wait({relais}, timeout=0.5)  # time enough for a relay that would give its lease back too soon
    va.set()
    await relais
    assert await asyncio.to_thread(fini.wait, ATTENTE_S)
    assert not enregistreur.bail_vivant("relais")


async def _bail(services: Services, nom: str = BAIL_DU_RELAIS) -> bool:
    return services.store.enregistreur.bail_vivant(nom)


async def _partis(suivis: FauxSuivis) -> set[UUID]:
    return {suivi.id for suivi in suivis.departs}


async def _dites(suivis: FauxSuivis, dossier: UUID) -> int:
    return max((suivi.version for suivi in (*suivis.departs, *suivis.signaux) if suivi.id == dossier), default=0)


async def test_le_relais_survit_a_la_perte_de_la_base(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    enregistreur, pannes = services.store.enregistreur, 3
    lire = enregistreur.lire_depuis

    def lire_ou_tomber(position: int, limite: int) -> Sequence[EvenementStocke]:
        nonlocal pannes
        if pannes:
            pannes -= 1
            raise OperationalError("la base a disparu")
        return lire(position, limite)

    monkeypatch.setattr(enregistreur, "lire_depuis", lire_ou_tomber)
    suivis, arret = FauxSuivis(), asyncio.Event()
    relais = asyncio.create_task(Relais(services, suivis).servir(arret))
    dossier = un_depot(services)
    await attendre(lambda: _partis(suivis), lambda partis: dossier in partis)
    assert not pannes
    arret.set()
    await asyncio.wait_for(relais, ATTENTE_S)
