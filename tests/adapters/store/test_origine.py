"""A command is told by who made its id, who sends it, and the id: whose id it was before is nobody's business."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from adapters.store.schema import SCHEMA, migrer
from application.commandes import Recu
from application.store import CommandeDejaUtilisee, Store
from kernel import pannes
from kernel.faits import Contexte
from kernel.identifiants import SYSTEME, OrigineDeCommande
from tests.adapters.store.essai import Compteur, ajouter, contexte, ouvert
from tests.adapters.store.falsifications import falsifier, verifier
from tests.adapters.store.test_faits import sql

SANS_ORIGINE = (
    "commande_id, empreinte, geste, acteur, agregat, agregat_id, ref, version, topics, position, pilote, enregistre_le"
)
POINTS = ("migrer.apres_ordre", "migrer.apres_store")


def de(acteur: str, commande: UUID, origine: OrigineDeCommande = OrigineDeCommande.AGENT) -> Contexte:
    return replace(contexte(commande), acteur=acteur, origine=origine)


def envoyer(store: Store, contexte: Contexte, compteur: UUID, nombre: int = 1) -> Recu:
    return store.executer(
        Compteur, compteur, lambda c: c.ajouter(nombre), contexte, geste="compteur ajouter", empreinte=f"{nombre}"
    )


def test_un_identifiant_pris_par_un_autre_est_libre(store: Store) -> None:
    commande, pris, compteur = uuid4(), uuid4(), uuid4()
    envoyes = [
        de("eve", commande),
        de("ines", commande),
        de("ines", commande, OrigineDeCommande.DERIVEE),
        de(SYSTEME, commande, OrigineDeCommande.MOTEUR),
    ]
    envoyer(store, envoyes[0], pris, 5)
    recus = [envoyer(store, un, compteur) for un in envoyes[1:]]
    assert [recu.version for recu in recus] == [1, 2, 3]
    assert not any(recu.deja_fait for recu in recus)
    for un, recu in zip(envoyes[1:], recus, strict=True):
        assert envoyer(store, un, compteur) == replace(recu, deja_fait=True)
        with pytest.raises(CommandeDejaUtilisee):
            envoyer(store, un, compteur, 2)
    assert store.charger(Compteur, compteur).total == 3
    assert (store.charger(Compteur, pris).total, verifier(store)) == (5, [])


def test_un_recu_n_est_donne_qu_a_qui_l_a_recu(store: Store) -> None:
    commande, compteur = uuid4(), uuid4()
    envoyer(store, de("ines", commande), compteur)
    assert store.recu_de(de("ines", commande).cle, "1") is not None
    for autre in (de("eve", commande), de("", commande), de("ines", commande, OrigineDeCommande.DERIVEE)):
        assert store.recu_de(autre.cle, "1") is None
        assert store.recu_de(autre.cle, "2") is None


def defaire(base: str) -> None:
    """Make the journal what it was before commands had an origin."""
    sans = f"SELECT {SANS_ORIGINE} FROM journal"
    if base.startswith("sqlite"):
        colonnes = SANS_ORIGINE.replace("commande_id", "commande_id TEXT PRIMARY KEY NOT NULL")
        for ordre in (
            *(f"DROP TRIGGER journal_{garde}" for garde in ("update", "delete", "replace")),
            f"CREATE TABLE ancien ({colonnes})",
            f"INSERT INTO ancien {sans} ORDER BY rowid",
            "DROP TABLE journal",
            "ALTER TABLE ancien RENAME TO journal",
            "CREATE INDEX journal_pilote ON journal (pilote) WHERE pilote IS NOT NULL",
            "CREATE TRIGGER journal_replace BEFORE INSERT ON journal"
            " WHEN EXISTS (SELECT 1 FROM journal WHERE commande_id = NEW.commande_id OR rowid = NEW.rowid)"
            " BEGIN SELECT RAISE(ABORT, 'append-only'); END",
        ):
            sql(base, ordre)
    else:
        falsifier(
            base,
            "ALTER TABLE public.journal DROP CONSTRAINT journal_pkey, DROP COLUMN origine, ADD PRIMARY KEY (commande_id)",
        )
    sql(base, "UPDATE parametres SET valeur='2' WHERE cle='schema'")


class Tue(BaseException):
    pass


@pytest.fixture
def desarmer() -> Iterator[None]:
    yield
    pannes._armees.clear()


def _mourir_au(rang: int) -> None:
    """Stop the migration when it passes a point for that time."""
    passages = iter(range(rang))

    def tuer() -> None:
        if next(passages, None) is None:
            raise Tue

    for point in POINTS:
        pannes.armer(point, tuer)


@pytest.mark.usefixtures("desarmer")
def test_les_recus_d_une_base_d_avant_ont_leur_origine_meme_interrompu_et_repris(base: str) -> None:
    compteur, envoyes = (
        uuid4(),
        [de("ines", uuid4()), de(SYSTEME, uuid4(), OrigineDeCommande.MOTEUR), de("eve", uuid4())],
    )
    with ouvert(base) as store:
        recus = [envoyer(store, un, compteur) for un in envoyes]
    cles = sql(base, f"SELECT {SANS_ORIGINE}, origine FROM journal ORDER BY position")
    defaire(base)
    for rang in range(100):
        _mourir_au(rang)
        try:
            rendu = migrer(base)
        except Tue:
            assert sql(base, "SELECT count(*) FROM journal") == [(3,)]
            continue
        break
    assert rang > 0, "it died once at least"
    assert (rendu["schema"], rendu["cree"], rendu["gardes_remises"]) == (SCHEMA, False, [])
    assert sql(base, f"SELECT {SANS_ORIGINE}, origine FROM journal ORDER BY position") == cles
    with pytest.raises(Exception, match="append-only"):
        sql(base, "UPDATE journal SET origine='agent'")
    with ouvert(base) as store:
        for un, recu in zip(envoyes, recus, strict=True):
            assert envoyer(store, un, compteur) == replace(recu, deja_fait=True)
        assert not envoyer(store, de("ines", envoyes[1].commande_id), compteur).deja_fait
        ajouter(store, compteur)
        assert verifier(store) == []
    pannes._armees.clear()
    assert migrer(base) == rendu
