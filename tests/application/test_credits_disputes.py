"""Fifty commands at once on one enveloppe: credits are never over-committed, and none is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.store.schema import migrer
from aggregates.enveloppe import Enveloppe
from aggregates.enveloppe.credits import CreditsInsuffisants
from application.commandes import Appel, Recu
from application.declaration import envoyer
from application.gestes.enveloppe import EngagerEnveloppe, LigneAEngager, ReserverCredits
from application.numeros import id_de
from application.services import Services
from bootstrap.cablage import services as ouvrir_services
from bootstrap.reglages import Reglages
from kernel.identifiants import SYSTEME
from tests.application.seance import ENVELOPPE
from tests.moteur import faire, un_rapport

COMMANDES, MONTANT, TIENNENT = 50, 1_000, 20
RAPPORTS = tuple(UUID(int=1000 + n) for n in range(COMMANDES))


def preparer(services: Services) -> None:
    """Open an enveloppe that has credits for twenty commands of the fifty."""
    faire(services, "agent enregistrer", None, identifiant="admin", roles="administrateur")
    faire(services, "agent enregistrer", "admin", identifiant="fanny", roles="finance")
    faire(services, "enveloppe ouvrir", "fanny", dispositif="nqe", exercice=2026, section="fonctionnement")
    vote: dict[str, Any] = {
        "enveloppe": ENVELOPPE,
        "montant_centimes": TIENNENT * MONTANT + MONTANT // 2,
        "source": "exemple fictif",
    }
    faire(services, "enveloppe voter-budget", "fanny", **vote)
    for rapport in RAPPORTS:
        un_rapport(services, rapport, dossier=rapport)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Services]:
    """A prepared store, on both bases."""
    sqlite = request.param == "sqlite"
    base = f"sqlite:///{tmp_path / 'essai.db'}" if sqlite else request.getfixturevalue("postgres_url")
    migrer(base)
    cle = tmp_path / "essai.cle"
    cle.write_text("ab" * 32)
    cle.chmod(0o600)
    with ouvrir_services(Reglages(base=base, cle_maitresse=cle, fichiers=tmp_path)) as ouverts:
        preparer(ouverts)
        yield ouverts


def commander(services: Services, n: int) -> Recu | None:
    """Send the n-th command, one in two being a reservation; None when the credits are not enough for it."""
    appel = Appel(acteur=SYSTEME, commande_id=uuid4())
    if n % 2:
        reserver = ReserverCredits(enveloppe=ENVELOPPE, rapport=str(RAPPORTS[n]), montant_centimes=MONTANT)
        try:
            return envoyer(reserver, appel, services)
        except CreditsInsuffisants:
            return None
    lignes = (LigneAEngager(dossier=str(RAPPORTS[n]), montant_centimes=MONTANT),)
    return envoyer(EngagerEnveloppe(enveloppe=ENVELOPPE, deliberation=str(RAPPORTS[n]), lignes=lignes), appel, services)


def test_cinquante_commandes_simultanees_n_engagent_jamais_plus_que_le_vote(services: Services) -> None:
    with ThreadPoolExecutor(COMMANDES) as pool:
        recus = list(pool.map(lambda n: commander(services, n), range(COMMANDES)))
    enveloppe = services.store.charger(Enveloppe, id_de("enveloppe", ENVELOPPE))
    assert enveloppe.engage_centimes + enveloppe.reserve_centimes == TIENNENT * MONTANT
    assert enveloppe.disponible_centimes == MONTANT // 2
    assert len(enveloppe.engagements) + len(enveloppe.en_attente) == COMMANDES // 2
    assert sum(recu is not None for recu in recus) == enveloppe.version - 2
    assert [i.entete.version for i in enveloppe.inscriptions] == list(range(1, enveloppe.version + 1))
