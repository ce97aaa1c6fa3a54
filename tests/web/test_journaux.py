"""The journal of reads, and the search in the log, on both engines."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from application.services import Services
from bootstrap.lectures import lectures
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from kernel.instants import Instant
from readmodels.chronologie.requetes import RechercheDeFaits, causes_par, chercher, des_commandes
from tests.moteur import deposer, faire, ouvrir_store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Services, Reglages]]:
    postgres = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    with ouvrir_store(tmp_path, postgres=postgres, repetition=True) as (services, base):
        yield services, Reglages(base=base, conservation_lectures=30)


def test_une_lecture_se_note_se_cherche_et_s_efface(
    store: tuple[Services, Reglages], monkeypatch: pytest.MonkeyPatch
) -> None:
    services, reglages = store
    with ouvrir_le_site(reglages, services.coffre, a_preparer=True) as site:
        un, autre = uuid4(), uuid4()
        for agent, ref, objet in (("ines", "A", un), ("rene", "A", un), ("ines", "B", autre)):
            site.lectures.noter(agent, ref, objet, "les motifs")
        lues = site.lectures.chercher(limite=10)
        assert [(lue.agent, lue.ref, lue.objet) for lue in lues] == [
            ("ines", "B", autre),
            ("rene", "A", un),
            ("ines", "A", un),
        ]
        assert [lue.ref for lue in site.lectures.chercher(agent="ines", limite=10)] == ["B", "A"]
        assert [lue.agent for lue in site.lectures.chercher(ref="A", limite=1)] == ["rene"]
        assert site.lectures.chercher(apres=lues[1].rang, limite=10) == lues[2:]
        maintenant = lues[0].lu_le
        assert site.lectures.chercher(du=maintenant + timedelta(seconds=1), limite=10) == []
        assert site.lectures.chercher(au=lues[2].lu_le, limite=10) == []
        plus_tard: Instant = maintenant + timedelta(days=31)
        monkeypatch.setattr("adapters.horloge.HorlogeReelle.maintenant", lambda _: plus_tard)
        assert site.lectures.chercher(limite=10) == [], "kept thirty days, shown thirty days"
        site.lectures.noter("ines", "C", un, "les motifs")
        monkeypatch.undo()
        assert [lue.ref for lue in site.lectures.chercher(limite=10)] == ["C"]


def test_les_faits_se_cherchent_par_ce_qu_un_auditeur_sait(store: tuple[Services, Reglages]) -> None:
    services, reglages = store
    recu = deposer(services, pieces=("statuts",), le=None, lot=None)
    depose = services.store.inscriptions(recu.id)
    enregistreur = services.store.enregistreur
    enregistreur.regler_horloge(enregistreur.maintenant() + timedelta(days=2))
    retire = faire(services, "dossier retirer", "ines", dossier=recu.ref, motif="Projet abandonné")
    with lectures(reglages, services) as ouvertes:
        ouvertes.rattraper("chronologie")

        def trouves(**quoi: object) -> list[int]:
            return [ligne["position"] for ligne in chercher(ouvertes, RechercheDeFaits(**quoi), apres=0, limite=50)]  # type: ignore[arg-type]  # each value is of its field

        siens = [i.position for i in reversed(services.store.inscriptions(recu.id))]
        assert trouves(ids=frozenset({recu.id})) == trouves(agregat="dossier") == siens
        assert trouves(topics=frozenset({"dossier.retire.v1"})) == [retire.position]
        assert trouves(acteur="personne") == trouves(ids=frozenset()) == []
        le = depose[-1].enregistre_le
        assert le is not None
        assert trouves(ids=frozenset({recu.id}), du=le + timedelta(days=1)) == [retire.position]
        assert trouves(ids=frozenset({recu.id}), au=le + timedelta(days=1)) == siens[1:]
        assert trouves(au=le - timedelta(days=400)) == []
        commande = depose[0].entete.commande_id
        assert list(des_commandes(ouvertes, [commande], 10)) == [i.position for i in depose]
        assert list(causes_par(ouvertes, [commande], 10)) == []
