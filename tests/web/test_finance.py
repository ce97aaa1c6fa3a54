"""The pages of finance: what is due and blocked, a bordereau signed on its page, rejections, credits and their ledger."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from application.consultations.finances import verses_alors
from application.consultations.moment import Moment
from application.exports.tableau import en_decimal
from application.store import Store
from readmodels.file.pilotage import verses
from tests.application.argent import (
    attribuer,
    bordereau,
    enveloppe,
    fixer,
    mandater,
    payer,
    ref_bordereau,
    signer,
    subvention,
    valider_iban,
)
from tests.application.seance import ENVELOPPE, Region
from tests.web.fabrique import Site
from tests.web.region import ouvrir_site_de_region

Payee = tuple[Region, Site, list[str]]
NBSP = "\u00a0"


@pytest.fixture(scope="module")
def payee(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Payee]:
    """One award paid, one rejected, two on a bordereau to sign, one without bank details."""
    with ouvrir_site_de_region(tmp_path_factory.mktemp("finance")) as (region, site):
        refs = attribuer(region, 5)
        for rang, ref in enumerate(refs[:4]):
            valider_iban(region, ref, rang % 2)
            fixer(region, ref)
        payer(region, refs[0])
        mandater(region, refs[1])
        region.moteur()
        signer(region, ref_bordereau(region, refs[1]))
        region.faire("subvention constater-rejet", "farid", subvention=refs[1], echeance=1, motif="iban_errone")
        for ref in refs[2:4]:
            mandater(region, ref)
        region.moteur()
        yield region, site, refs


def lire(client: TestClient, adresse: str) -> str:
    reponse = client.get(adresse)
    assert reponse.status_code == 200, adresse
    return unescape(reponse.text)


def rangee(page: str, ref: str) -> str:
    return next(ligne for ligne in page.split("<tr") if f">{ref}</a>" in ligne)


def test_ce_qui_est_a_payer_dit_ce_qui_bloque(payee: Payee) -> None:
    _, site, refs = payee
    page = lire(site.client_de("fanny"), "/finance")
    assert "aucun RIB déclaré" in rangee(page, refs[4])
    assert f"7\u202f112,00{NBSP}€" in rangee(page, refs[1])
    assert f"/subventions/{refs[1]}" not in rangee(page, refs[1])
    assert re.search(r'href="/subventions/[^"]+/gestes/liquider\?echeance=1&vers=/finance"', rangee(page, refs[1]))
    assert f"à signer par une autre personne{NBSP}: vous en avez liquidé une ligne" in page
    assert "par une autre personne que fanny" in lire(site.client_de("olga"), "/finance")


def test_un_bordereau_dit_chaque_ordre_et_masque_les_comptes(payee: Payee) -> None:
    region, site, refs = payee
    ref = ref_bordereau(region, refs[2])
    page = lire(site.client_de("olga"), f"/bordereaux/{ref}")
    for dit in (
        "1 – avance",
        f"70{NBSP}% × 10\u202f160,00{NBSP}€",
        "FR76 •••• 0185",
        "liquidé par fanny",
        "acte exécutoire",
    ):
        assert dit in page, dit
    lecteur = lire(site.client_de("ines"), f"/bordereaux/{ref}")
    assert "••••" not in lecteur
    assert "Total à saisir" not in lecteur
    assert "••••" not in site.client_de("ines").get(f"/bordereaux/{ref}?format=csv").text
    assert "vous avez liquidé une ligne" not in page


def test_les_rejets_disent_leur_motif_et_la_suite(payee: Payee) -> None:
    _, site, refs = payee
    ligne = rangee(lire(site.client_de("fanny"), "/rejets"), refs[1])
    assert "iban errone" in ligne
    assert "Corriger ce que dit le motif, puis liquider de nouveau" in ligne
    assert "/gestes/liquider?echeance=1" in ligne
    assert "/gestes/liquider" not in lire(site.client_de("olga"), "/rejets")


def test_une_enveloppe_dit_ce_que_deviennent_ses_credits(payee: Payee) -> None:
    _, site, _ = payee
    page = lire(site.client_de("rene"), f"/enveloppes/{ENVELOPPE}")
    en_tout = page.split("En tout, depuis le vote", 1)[1].split("</table>", 1)[0]
    assert re.findall(r'class="nombre">(.*?)<', en_tout.replace(NBSP, " ").replace("\u202f", " ")) == [
        "1 000 000,00 €",
        "0,00 €",
        "50 800,00 €",
        "21 336,00 €",
        "7 112,00 €",
        "949 200,00 €",
    ]
    assert 'role="img"' in page
    assert f"payé 7\u202f112,00{NBSP}€ (1 %)" in page
    largeurs = [float(largeur) for largeur in re.findall(r'y="1" width="([\d.]+)" height="46" fill="url', page)]
    assert (len(largeurs), round(sum(largeurs))) == (5, 600)
    assert f"−50\u202f800,00{NBSP}€" in page
    avant = lire(site.client_de("rene"), f"/enveloppes/{ENVELOPPE}?au=2026-02-01")
    assert f"1\u202f000\u202f000,00{NBSP}€ disponibles" in avant


def test_les_tables_s_ouvrent_dans_un_tableur(payee: Payee) -> None:
    _, site, refs = payee
    fanny = site.client_de("fanny")
    livre = fanny.get(f"/enveloppes/{ENVELOPPE}?format=csv").text.splitlines()
    assert [ligne.split(";")[-2:] for ligne in livre] == [
        ["Variation", "Solde"],
        ["1000000,00", "1000000,00"],
        ["-50800,00", "949200,00"],
    ]
    assert any(ligne.endswith("aucun RIB déclaré") for ligne in fanny.get("/finance?format=csv").text.splitlines())
    assert refs[1] in fanny.get("/rejets?format=csv").text
    assert f"{ENVELOPPE};1000000,00;0,00;50800,00;949200,00" in fanny.get("/enveloppes?format=csv").text
    assert ";2;14224,00;À signer" in fanny.get("/bordereaux?format=csv").text
    assert [en_decimal(centimes, virgule=True) for centimes in (-150, -5, 5)] == ["-1,50", "-0,05", "0,05"]


@pytest.mark.parametrize("adresse", ["/finance", "/bordereaux", "/rejets", "/enveloppes"])
def test_la_finance_est_a_ceux_qui_paient_ou_controlent(payee: Payee, adresse: str) -> None:
    _, site, _ = payee
    assert [site.client_de(login).get(adresse).status_code for login in ("fanny", "olga", "ines")] == [200, 200, 403]


def test_le_total_saisi_signe_le_bordereau_sur_sa_page(payee: Payee) -> None:
    region, site, refs = payee
    ref = ref_bordereau(region, refs[2])
    assert "Signer le bordereau</button>" not in lire(site.client_de("fanny"), f"/bordereaux/{ref}")
    olga = site.client_de("olga")
    page = lire(olga, f"/bordereaux/{ref}")
    formulaire = dict(
        re.findall(r'<input type="hidden" name="(version|commande_id|confirme|vers|jeton)" value="([^"]*)"', page)
    )
    adresse = f"/bordereaux/{ref}/gestes/signer"
    refus = olga.post(adresse, data=formulaire | {"total_centimes": "14 224,01"})
    assert refus.status_code == 422
    assert f"fait 14\u202f224,00{NBSP}€" in unescape(refus.text)
    assert bordereau(region, ref).signe_par is None
    signe = olga.post(adresse, data=formulaire | {"total_centimes": "14 224,00"})
    assert signe.headers["location"].startswith(f"/bordereaux/{ref}?recu=")
    assert bordereau(region, ref).signe_par == "olga"
    assert subvention(region, refs[2]).paiements[1].etape == "signee"
    assert "Signé par olga" in lire(olga, signe.headers["location"])


def test_ces_pages_ne_relisent_pas_tout_le_store(payee: Payee, monkeypatch: pytest.MonkeyPatch) -> None:
    """What they count is counted by the read models, and a store of ten years costs them no more."""
    _, site, _ = payee
    lues: set[str] = set()
    ayant = Store.ayant

    def noter(store: Store, classe: type[Any], *faits: Any, **nommees: Any) -> Iterator[Any]:
        lues.add(classe.nom)
        return ayant(store, classe, *faits, **nommees)

    dossiers: list[UUID] = []
    charger = Store.charger

    def compter(store: Store, classe: type[Any], identifiant: UUID) -> Any:
        dossiers.extend([identifiant] if classe.nom == "dossier" else [])
        return charger(store, classe, identifiant)

    monkeypatch.setattr(Store, "ayant", noter)
    for login, adresse in (("fanny", "/rejets"), ("rene", "/seances")):
        lire(site.client_de(login), adresse)
    monkeypatch.setattr(Store, "charger", compter)
    lire(site.client_de("fanny"), f"/enveloppes/{ENVELOPPE}")
    assert lues <= {"agent"}
    assert len(dossiers) <= 1, "whether there is one to choose is known from the first"


def test_les_versements_lus_et_recomptes_sont_les_memes(payee: Payee) -> None:
    region, site, _ = payee
    lue, maintenant = enveloppe(region), Moment(connu_au=region.services.maintenant())
    assert (
        verses(site.application.state.portes.a_jour(), ENVELOPPE)
        == verses_alors(region.services, lue, maintenant)
        == (2_133_600, 711_200)
    )
