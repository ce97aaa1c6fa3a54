"""Facts, journal and the readings of them."""

import itertools
import sqlite3
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, Notification

from adapters.store import commun
from adapters.store.adresse import AdresseSqlite, lire_adresse
from adapters.store.sqlite import EnregistreurSqlite
from application.ports import LigneJournal, TentativeRefusee
from application.store import CommandeDejaUtilisee, Store
from kernel.instants import triable
from tests.adapters.store.essai import LE, Ajoute, Compteur, CompteurFerme, ajouter, contexte, ouvert


def sql(base: str, requete: str, *params: object) -> list[tuple[Any, ...]]:
    """Go round the recorder, as an administrator of the base would."""
    adresse = lire_adresse(base)
    if isinstance(adresse, AdresseSqlite):
        connexion = sqlite3.connect(adresse.chemin, isolation_level=None)
        try:
            return connexion.execute(requete, params).fetchall()
        finally:
            connexion.close()
    with psycopg.connect(base, autocommit=True) as pg:
        curseur = pg.execute(requete.replace("?", "%s").encode(), params)
        return curseur.fetchall() if curseur.description else []


def test_un_fait_se_relit_tel_qu_il_fut_ecrit(store: Store) -> None:
    compteur, commande = uuid4(), uuid4()
    recu = store.executer(
        Compteur,
        compteur,
        lambda agregat: agregat.ajouter(3, "été — œuvre « 1 »", date(2026, 1, 5)),
        contexte(commande, effectif_le=date(2026, 1, 4)),
        geste="compteur ajouter",
        empreinte="e",
    )
    (inscription,) = store.inscriptions(compteur)
    assert inscription.fait == Ajoute(nombre=3, mot="été — œuvre « 1 »", jour=date(2026, 1, 5))
    assert inscription.entete.effectif_le == date(2026, 1, 4)
    assert type(inscription.entete.effectif_le) is date
    assert (inscription.entete.id, inscription.entete.commande_id) == (compteur, commande)
    assert inscription.position == recu.position == 1
    assert inscription.enregistre_le is not None
    assert inscription.enregistre_le.utcoffset() == timedelta(0)
    assert recu.faits == ("essai.ajoute.v1",)


def test_les_positions_croissent_d_un_flux_a_l_autre(store: Store) -> None:
    compteurs = [uuid4() for _ in range(3)]
    recus = [ajouter(store, compteur) for _ in range(4) for compteur in compteurs]
    positions = [recu.position for recu in recus]
    assert positions == sorted(set(positions))
    assert [e.position for e in store.enregistreur.lire_depuis(0, 100)] == positions
    assert store.enregistreur.derniere_position() == positions[-1]


def test_la_meme_commande_donne_le_meme_recu(store: Store) -> None:
    compteur, commande = uuid4(), uuid4()
    premier = ajouter(store, compteur, commande)
    ajouter(store, compteur)
    second = ajouter(store, compteur, commande)
    assert second == replace(premier, deja_fait=True)
    assert store.charger(Compteur, compteur).total == 2
    with pytest.raises(CommandeDejaUtilisee):
        ajouter(store, compteur, commande, nombre=2)


def test_une_commande_sans_fait_laisse_sa_ligne(store: Store) -> None:
    compteur, commande = uuid4(), uuid4()
    ajouter(store, compteur)
    recu = store.executer(Compteur, compteur, lambda _: None, contexte(commande), geste="rien", empreinte="rien")
    ligne = store.enregistreur.lire_journal(contexte(commande).cle)
    assert ligne is not None
    assert (ligne.topics, ligne.position, ligne.version) == ((), 1, 1) == (recu.faits, recu.position, recu.version)
    assert store.enregistreur.derniere_position() == 1


def ligne_de(commande: UUID, compteur: UUID) -> LigneJournal:
    return LigneJournal(
        **contexte(commande).cle._asdict(),
        empreinte="e",
        geste="g",
        agregat="compteur",
        id=compteur,
        ref="r",
        version=1,
    )


def test_une_version_deja_prise_est_un_conflit_et_rien_n_est_ecrit(store: Store) -> None:
    compteur, commande = uuid4(), uuid4()
    ajouter(store, compteur)
    perime = Compteur(compteur).sous(contexte())
    perime.ajouter(5)
    with pytest.raises(IntegrityError):
        store.application.save(perime, journal=ligne_de(commande, compteur))
    assert store.enregistreur.lire_journal(contexte(commande).cle) is None
    assert store.charger(Compteur, compteur).total == 1


def test_une_commande_deja_journalisee_est_un_conflit_et_rien_n_est_ecrit(store: Store) -> None:
    compteur, commande = uuid4(), uuid4()
    ajouter(store, compteur, commande)
    autre = Compteur(uuid4()).sous(contexte())
    autre.ajouter(5)
    with pytest.raises(IntegrityError):
        store.application.save(autre, journal=ligne_de(commande, autre.id))
    assert not store.charger(Compteur, autre.id).existe
    with pytest.raises(IntegrityError):  # a silent repeat writes its row too
        store.application.save(Compteur(uuid4()), journal=ligne_de(commande, compteur))


def test_un_commit_dont_la_reponse_se_perd_est_retrouve_au_journal(store: Store) -> None:
    """What the library's retry does after a lost answer: the same insert again, on top of its own effect."""
    recorder = store.application.events.recorder
    inserer = recorder.insert_events

    def deux_fois(*args: Any, **kwargs: Any) -> Any:
        inserer(*args, **kwargs)
        return inserer(*args, **kwargs)

    recorder.insert_events = deux_fois  # type: ignore[method-assign]
    compteur = uuid4()
    assert ajouter(store, compteur).deja_fait
    assert store.charger(Compteur, compteur).total == 1


def test_l_instant_d_enregistrement_ne_recule_jamais(base: str, store: Store) -> None:
    futur = store.enregistreur.maintenant() + timedelta(minutes=4)
    sql(
        base,
        "INSERT INTO stored_events (originator_id, originator_version, topic, state, enregistre_le, empreinte)"
        " VALUES (?, 1, 't', ?, ?, ?)",
        *(str(uuid4()), b"{}", triable(futur), bytes(32)),
    )
    compteur = uuid4()
    ajouter(store, compteur)
    assert store.inscriptions(compteur)[0].enregistre_le == futur


def test_l_horloge_de_la_machine_peut_reculer(store: Store) -> None:
    recorder = store.application.recorder
    if not isinstance(recorder, EnregistreurSqlite):
        return  # on PostgreSQL the clock is the server's: the test above covers it

    class Recule:
        instants = itertools.chain([LE], itertools.repeat(LE - timedelta(minutes=4)))

        def maintenant(self) -> datetime:
            return next(self.instants)

    recorder.horloge = Recule()  # type: ignore[assignment]
    compteur = uuid4()
    ajouter(store, compteur)
    store.executer(Compteur, compteur, lambda _: None, contexte(), geste="rien", empreinte="rien")
    ajouter(store, compteur)
    assert [i.enregistre_le for i in store.inscriptions(compteur)] == [LE, LE]


def test_un_flux_se_lit_par_morceaux(store: Store) -> None:
    compteur = uuid4()
    for _ in range(6):
        ajouter(store, compteur)
    recorder = store.application.events.recorder

    def versions(**bornes: Any) -> list[int]:
        return [e.originator_version for e in recorder.select_events(compteur, **bornes)]

    assert versions() == [1, 2, 3, 4, 5, 6]
    assert versions(gt=2, lte=5) == [3, 4, 5]
    assert versions(desc=True, limit=2) == [6, 5]
    assert versions(gt=6) == []


def test_les_notifications_de_la_bibliotheque(store: Store) -> None:
    compteur = uuid4()
    recorder = store.application.recorder
    assert not recorder.max_notification_id()
    for _ in range(4):
        ajouter(store, compteur)
    store.executer(Compteur, compteur, Compteur.fermer, contexte(), geste="fermer", empreinte="f")

    def ids(*args: Any, **kwargs: Any) -> list[int]:
        return [n.id for n in recorder.select_notifications(*args, **kwargs)]

    assert ids(None, 10) == [1, 2, 3, 4, 5]
    assert ids(2, 2) == [2, 3]
    assert ids(2, 10, stop=4, inclusive_of_start=False) == [3, 4]
    assert ids(1, 10, topics=["essai.ferme.v1"]) == [5]
    assert recorder.max_notification_id() == 5
    notification = recorder.select_notifications(5, 1)[0]
    assert isinstance(notification, Notification)
    lue = cast(Any, store.application.mapper.to_domain_event(notification))
    assert (lue.position, lue.enregistre_le) == (5, store.inscriptions(compteur)[-1].enregistre_le)


def test_les_agregats_d_un_topic_viennent_dans_l_ordre(store: Store) -> None:
    compteurs = [uuid4() for _ in range(5)]
    for compteur in [*compteurs, *compteurs]:
        ajouter(store, compteur)
    store.executer(Compteur, compteurs[3], Compteur.fermer, contexte(), geste="fermer", empreinte="f")
    assert store.enregistreur.ids_par_topic("essai.ajoute.v1") == compteurs
    assert store.enregistreur.ids_par_topic("essai.ferme.v1") == [compteurs[3]]
    assert store.enregistreur.ids_par_topic("essai.jamais_vu.v1") == []


def test_le_store_trouve_les_faits_qui_citent_un_identifiant(store: Store) -> None:
    un, autre = uuid4(), uuid4()
    for compteur in (un, autre):
        ajouter(store, compteur)
    commande = store.inscriptions(autre)[0].entete.commande_id
    assert store.enregistreur.ids_par_topic("essai.ajoute.v1", str(commande)) == [autre]
    assert store.enregistreur.ids_par_topic("essai.ferme.v1", str(commande)) == []
    assert [lu.id for lu in store.ayant(Compteur, Ajoute, citant=str(commande))] == [autre]


def test_chaque_flux_se_lit_entier(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commun, "PAGE", 3)  # streams are cut by pages, and must come whole
    compteurs = [uuid4() for _ in range(4)]
    for _ in range(4):
        for compteur in compteurs:
            ajouter(store, compteur)
    flux = dict(store.enregistreur.lire_flux_par_flux())
    assert set(flux) == set(compteurs)
    assert all([e.originator_version for e in faits] == [1, 2, 3, 4] for faits in flux.values())
    assert sum(len(faits) for _, faits in store.enregistreur.lire_flux_par_flux(jusqu_a=6)) == 6


def test_plusieurs_flux_se_lisent_ensemble_chacun_dans_son_ordre(store: Store) -> None:
    compteurs = [uuid4() for _ in range(3)]
    for compteur in [*compteurs, *compteurs]:
        ajouter(store, compteur)
    lus = store.enregistreur.lire_ces_flux([compteurs[2], compteurs[0], uuid4()])
    assert {(e.originator_id, e.originator_version, e.position) for e in lus} == {
        *((compteurs[2], 1, 3), (compteurs[2], 2, 6), (compteurs[0], 1, 1), (compteurs[0], 2, 4))
    }
    assert all(
        a.originator_version < b.originator_version for a, b in pairwise(lus) if a.originator_id == b.originator_id
    )


def test_une_souscription_suit_le_journal_et_s_arrete(store: Store) -> None:
    compteur = uuid4()
    ajouter(store, compteur)
    store.executer(Compteur, compteur, Compteur.fermer, contexte(), geste="fermer", empreinte="f")
    autre = uuid4()
    ajouter(store, autre)
    with store.application.recorder.subscribe(gt=0) as tout:
        assert [next(tout).id for _ in range(3)] == [1, 2, 3]
        ajouter(store, autre)
        assert next(tout).id == 4
        tout.stop()
        assert list(tout) == []
    with store.application.recorder.subscribe(gt=0, topics=["essai.ferme.v1"]) as choix:
        assert next(choix).topic == "essai.ferme.v1"


def test_un_refus_ne_laisse_ni_fait_ni_recu(base: str, store: Store) -> None:
    compteur, commande = uuid4(), uuid4()
    store.executer(Compteur, compteur, Compteur.fermer, contexte(), geste="fermer", empreinte="f")
    with pytest.raises(CompteurFerme):
        ajouter(store, compteur, commande)
    assert store.enregistreur.lire_journal(contexte(commande).cle) is None
    assert sql(base, "SELECT geste, acteur, agregat, code FROM refus") == [
        ("compteur ajouter", "essai", "compteur", "compteur_ferme")
    ]
    store.enregistreur.noter_refus(
        TentativeRefusee(commande_id=commande, geste="g", acteur=None, agregat="compteur", id=None, code="c")
    )
    assert sql(base, "SELECT count(*) FROM refus") == [(2,)]
    assert store.enregistreur.compter_refus() == {"compteur_ferme": 1, "c": 1}
    dernier, premier = store.enregistreur.lire_refus(limite=5)
    assert (dernier.code, dernier.acteur, dernier.id) == ("c", None, None)
    assert (premier.code, premier.acteur, premier.id) == ("compteur_ferme", "essai", compteur)
    assert premier.enregistre_le <= dernier.enregistre_le
    lire = store.enregistreur.lire_refus
    assert lire(acteur="essai", limite=5) == lire(code="compteur_ferme", limite=5) == [premier]
    assert lire(apres=dernier.rang, limite=5) == [premier]
    assert lire(acteur="essai", code="c", limite=5) == []


def test_on_compte_les_actes_par_pilote(store: Store) -> None:
    for pilote in ("workflow", "workflow", "filet", None):
        store.executer(Compteur, uuid4(), Compteur.ajouter, contexte(pilote=pilote), geste="g", empreinte="e")
    assert store.enregistreur.compter_par_pilote() == {"workflow": 2, "filet": 1}


def test_un_curseur_avance_et_ne_recule_pas(store: Store) -> None:
    assert store.enregistreur.curseur("relais.vif") == 0
    store.enregistreur.avancer_curseur("relais.vif", 12)
    store.enregistreur.avancer_curseur("relais.vif", 7)
    assert (store.enregistreur.curseur("relais.vif"), store.enregistreur.curseur("relais.lot")) == (12, 0)


def test_un_bail_a_un_seul_porteur(store: Store) -> None:
    magasin = store.enregistreur
    assert not magasin.bail_vivant("relais")
    assert magasin.prendre_bail("relais", "a", 30)
    assert magasin.prendre_bail("relais", "a", 30)  # renewed
    assert not magasin.prendre_bail("relais", "b", 30)
    assert magasin.bail_vivant("relais")
    assert magasin.prendre_bail("relais", "a", 0)  # given back
    assert not magasin.bail_vivant("relais")
    assert magasin.prendre_bail("relais", "b", 30)


@pytest.mark.parametrize("table", ["stored_events", "journal"])
def test_la_base_refuse_de_reecrire_le_passe(base: str, store: Store, table: str) -> None:
    ajouter(store, uuid4())
    avant = sql(base, f"SELECT * FROM {table}")
    cle = "position" if table == "stored_events" else "commande_id"
    ordres = [f"UPDATE {table} SET enregistre_le = enregistre_le", f"DELETE FROM {table}"]
    if base.startswith("sqlite"):
        ordres.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} ORDER BY {cle}")
        ordres.append(f"UPDATE OR REPLACE {table} SET {cle} = {cle}")
    else:
        ordres.append(f"TRUNCATE {table}")
        ordres.append(f"DELETE FROM {table} WHERE false")
    for ordre in ordres:
        with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="append-only"):
            sql(base, ordre)
    assert sql(base, f"SELECT * FROM {table}") == avant


def test_deux_applications_voient_le_meme_store(base: str, store: Store) -> None:
    compteur = uuid4()
    ajouter(store, compteur)
    with ouvert(base) as autre:
        ajouter(autre, compteur)
        assert autre.charger(Compteur, compteur).total == 2
    assert store.charger(Compteur, compteur).total == 2
