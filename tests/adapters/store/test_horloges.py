"""What the clock says is recorded only when it agrees with what was recorded last: on the host's clock, and the server's."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from adapters.store import ouvrir
from adapters.store.schema import migrer
from application.commandes import Recu
from application.consigne import Consigne
from application.store import Store
from kernel.horloges import RECUL, SAUT_MAXIMAL, HorlogeSuspecte
from kernel.identifiants import SYSTEME
from kernel.instants import Instant, triable
from tests.adapters.store.essai import Compteur, CompteurFerme, ajouter, contexte, ouvert
from tests.adapters.store.falsifications import falsifier

UN_PEU = timedelta(seconds=20)


def dormir(base: str, store: Store, duree: timedelta) -> Instant:
    """Make the last recording that much older than the clock: a store that slept, or (negative) that is in the future."""
    tete = store.enregistreur.maintenant() - duree
    falsifier(
        base, *((f"UPDATE {table} SET enregistre_le=?", (triable(tete),)) for table in ("stored_events", "journal"))
    )
    return tete


def ecrire(
    store: Store, acteur: str, compteur: UUID, commande_id: UUID | None = None, consigne: Consigne | None = None
) -> Recu:
    return store.executer(
        Compteur,
        compteur,
        Compteur.ajouter,
        replace(contexte(commande_id), acteur=acteur),
        geste="compteur ajouter",
        empreinte="ajouter 1",
        consigne=consigne,
    )


@pytest.mark.parametrize("duree", [SAUT_MAXIMAL - UN_PEU, UN_PEU - RECUL], ids=["dormie", "en-avance"])
def test_une_horloge_qui_s_ecarte_un_peu_ecrit(base: str, store: Store, duree: timedelta) -> None:
    ajouter(store, uuid4())
    tete = dormir(base, store, duree)
    compteur = uuid4()
    ajouter(store, compteur)
    (inscription,) = store.inscriptions(compteur)
    assert inscription.enregistre_le is not None
    assert inscription.enregistre_le >= tete, "the stamps never go back"


@pytest.mark.parametrize("duree", [SAUT_MAXIMAL + UN_PEU, -RECUL - UN_PEU], ids=["dormie", "en-avance"])
def test_une_horloge_trop_loin_n_ecrit_rien(base: str, store: Store, duree: timedelta) -> None:
    """Neither fact, nor receipt, nor what the decision had kept; the same command done before gives its receipt."""
    fait_avant, gardes = uuid4(), list[str]()
    recu = ajouter(store, uuid4(), fait_avant)
    tete = dormir(base, store, duree)
    compteur, commande_id, consigne = uuid4(), uuid4(), Consigne()

    def garder() -> Callable[[], None]:
        gardes.append("texte")
        return gardes.clear

    consigne.demander(garder)
    with pytest.raises(HorlogeSuspecte) as refus:
        ecrire(store, "essai", compteur, commande_id, consigne)
    assert refus.value.code == "horloge_suspecte"
    assert refus.value.champs["tete"] == triable(tete).replace(".000000Z", "Z")
    assert ("après" in refus.value.message) == (duree > timedelta(0))
    assert (store.inscriptions(compteur), gardes, store.derniere_position()) == ([], [], recu.position)
    assert store.enregistreur.lire_journal(contexte(commande_id).cle) is None
    assert store.enregistreur.tete_le() == tete
    assert ajouter(store, recu.id, fait_avant).deja_fait


def test_un_refus_a_une_heure_fausse_n_en_est_pas_un(base: str, store: Store) -> None:
    """What is dated by a wrong clock precedes what it follows: the engine would give up what is due (seed 371)."""
    ajouter(store, ferme := uuid4())
    store.executer(Compteur, ferme, Compteur.fermer, contexte(), geste="compteur fermer", empreinte="f")
    with pytest.raises(CompteurFerme):
        ecrire(store, SYSTEME, ferme)
    avant = store.enregistreur.compter_refus()
    dormir(base, store, timedelta(days=-400))
    with pytest.raises(HorlogeSuspecte):
        ecrire(store, SYSTEME, ferme)
    assert store.enregistreur.compter_refus() == avant


@pytest.mark.parametrize(("recul", "ecrit"), [(0.5, True), (20, False)])
def test_le_moteur_attend_l_horloge_les_gens_non(base: str, store: Store, recul: float, *, ecrit: bool) -> None:
    ajouter(store, uuid4())
    dormir(base, store, -timedelta(seconds=recul))
    if ecrit:
        ecrire(store, SYSTEME, uuid4())
        return
    with pytest.raises(HorlogeSuspecte):
        ecrire(store, SYSTEME, uuid4())
    ecrire(store, "essai", uuid4())


def test_un_recu_sans_fait_date_aussi_la_base(base: str, store: Store) -> None:
    ajouter(store, uuid4())
    store.executer(Compteur, uuid4(), lambda _: None, contexte(), geste="rien", empreinte="rien")
    futur = store.enregistreur.maintenant() + timedelta(days=400)
    falsifier(base, ("UPDATE journal SET enregistre_le=? WHERE geste='rien'", (triable(futur),)))
    assert store.enregistreur.tete_le() == futur
    with pytest.raises(HorlogeSuspecte):
        ajouter(store, uuid4())


def test_le_saut_se_regle(base: str, store: Store) -> None:
    ajouter(store, uuid4())
    dormir(base, store, timedelta(days=60))
    with pytest.raises(HorlogeSuspecte):
        ajouter(store, uuid4())
    with closing(ouvrir(base, timedelta(days=90))) as application:
        ajouter(Store(application), uuid4())


def test_une_base_neuve_croit_son_horloge_une_repetition_la_sienne(adresse: str) -> None:
    debut = Instant.fromisoformat("2026-01-05T08:00:00+00:00")
    migrer(adresse, repetition=True, debut=debut)
    with ouvert(adresse) as store:
        assert store.enregistreur.tete_le() is None
        ajouter(store, uuid4())
        store.enregistreur.regler_horloge(debut + timedelta(days=400))
        ecrire(store, SYSTEME, uuid4())
        assert store.enregistreur.tete_le() == debut + timedelta(days=400)
