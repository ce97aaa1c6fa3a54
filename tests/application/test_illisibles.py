"""What an unreadable element leaves to those that name it: the rest of their page, and exports that say what they lack."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from aggregates.dossier.etat import id_subvention_du
from application.consultations import dossier as dossiers
from application.consultations.moment import Moment
from application.consultations.voir import voir
from application.exports.attributions import exporter_scdl
from application.exports.evenements import exporter_evenements
from application.exports.ordres import exporter_ordres
from application.services import Services
from bootstrap.lectures import lectures
from bootstrap.reglages import Reglages
from bootstrap.site import site as ouvrir_le_site
from cli import fiches
from cli.exporter import _phrases_ordres, _phrases_scdl
from tests.adapters.store.falsifications import falsifier
from tests.application.argent import attribuer, fixer, mandater, payer, ref_bordereau, signer, valider_iban
from tests.application.seance import installer_region
from tests.moteur import faire, ouvrir_store
from tests.web.fabrique import Site
from web.application import creer


@dataclass
class Abime:
    """Two awards that were ordered; a fact of the second one does not read any more."""

    services: Services
    base: str
    sain: str
    ref: str
    subvention: UUID
    bordereau: str


def abimer(services: Services, base: str, identifiant: UUID) -> None:
    """Turn the content of a third fact into what is no JSON."""
    falsifier(
        base,
        (
            "UPDATE stored_events SET state=? WHERE originator_id=? AND originator_version=3",
            (b"\xff", str(identifiant)),
        ),
    )
    services.store.application.events._flux.clear()  # type: ignore[attr-defined]  # as a process that starts


@pytest.fixture
def abime(tmp_path: Path) -> Iterator[Abime]:
    with ouvrir_store(tmp_path, repetition=True) as (services, base):
        region = installer_region(services)
        sain, ref = attribuer(region, 2)
        for rang, dossier in enumerate((sain, ref)):
            fixer(region, dossier)
            valider_iban(region, dossier, rang)
        payer(region, sain, 1)
        mandater(region, ref, 1)
        region.moteur()
        bordereau = ref_bordereau(region, ref)
        signer(region, bordereau)
        subvention = id_subvention_du(region.dossier(ref).id)
        abimer(services, base, subvention)
        yield Abime(services, base, sain, ref, subvention, bordereau)


def test_la_page_d_un_dossier_dit_le_reste_et_nomme_ce_qui_ne_se_lit_pas(abime: Abime) -> None:
    document = dossiers.voir(abime.services, abime.ref, Moment())
    (nomme,) = document["illisibles"]
    assert (nomme["agregat"], nomme["id"], nomme["version"]) == ("subvention", str(abime.subvention), 3)
    assert document["objet"]
    assert document["montants"]["vote_centimes"] > 0, "the dossier knows what was voted"
    assert document["montants"]["engage_centimes"] is None, "unknown is no zero"
    assert document["attentes"], "what it awaits is told as it stands here"
    dit = fiches.dossier(document)
    assert "Illisible : subvention" in dit.replace("\u00a0", " ")
    sain = dossiers.voir(abime.services, abime.sain, Moment())
    assert (sain["illisibles"], sain["montants"]["paye_centimes"] > 0) == ([], True)
    assert "Illisible" not in fiches.dossier(sain)


def test_le_site_montre_aussi_le_reste(abime: Abime) -> None:
    reglages = Reglages(base=abime.base)
    with (
        lectures(reglages, abime.services) as lues,
        ouvrir_le_site(reglages, abime.services.coffre, a_preparer=True) as du_site,
    ):
        site = Site(creer(reglages, abime.services, lues, du_site), abime.services, {})
        client = site.client_de("ines")
        page = client.get(f"/dossiers/{abime.ref}")
        assert page.status_code == 200
        assert "Illisible" in page.text
        assert str(abime.subvention) in page.text
        assert "Ce fait ne se lit pas" in page.text, "its history shows where"
        assert client.get(f"/dossiers/{abime.ref}/comparer?du=2026-02-02").status_code == 200
        assert client.get(f"/api/v1/dossiers/{abime.ref}").json()["illisibles"][0]["id"] == str(abime.subvention)


def test_un_bordereau_se_lit_malgre_une_de_ses_lignes(abime: Abime) -> None:
    lignes = voir(abime.services, "bordereau", abime.bordereau, Moment())["lignes"]
    assert [ligne["illisible"] for ligne in lignes if ligne["subvention"] == str(abime.subvention)] == [True]


def test_un_agent_illisible_ne_cache_pas_les_autres(abime: Abime) -> None:
    services = abime.services
    absents = [
        faire(services, "agent enregistrer", "admin", identifiant=i, roles="instructeur").id for i in ("a1", "a2")
    ]
    for absent in ("a1", "a2"):
        for du, au in (("2026-07-01", "2026-07-02"), ("2026-07-04", "2026-07-05")):
            faire(services, "absence declarer", "admin", agent=absent, suppleant="ines", du=du, au=au, acte="note 1")
    abimer(services, abime.base, absents[0])
    assert voir(services, "agent", "ines", Moment())["roles"]
    assert len(voir(services, "agent", "a2", Moment())["absences"]) == 2


def test_un_export_dit_ce_qu_il_n_a_pas_pu_lire(abime: Abime, tmp_path: Path) -> None:
    services, attendu = abime.services, [("subvention", str(abime.subvention))]
    publie = exporter_scdl(services, vers=tmp_path / "scdl.csv")
    remis = exporter_ordres(services, "fanny", vers=tmp_path / "ordres.csv", tous=True)
    for document, dit in ((publie, _phrases_scdl(publie, None)), (remis, _phrases_ordres(remis))):
        assert [(lu["agregat"], lu["id"]) for lu in document["illisibles"]] == attendu
        assert dit.replace("\u00a0", " ").count("Illisible : subvention") == 1
    assert publie["exportees"] + publie["ecartees"] == 1
    assert remis["exportes"] == 1
    assert exporter_evenements(services, "essai")["illisibles"] == 1
