"""Exports of a real store: the conventions of a département given back as they came, awards of the Région once paid."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from adapters.scdl.validation import valider
from adapters.store.identite import identite
from aggregates.agents import RoleManquant
from application.commandes import FichierRecu
from application.consultations.attributions import attributions
from application.consultations.ordres import EtatOrdre, OrdreDePaiement
from application.consultations.totaux import totaux
from application.exports.attributions import ExportInvalide, exporter_scdl
from application.exports.evenements import exporter_evenements
from application.exports.ordres import exporter_ordres
from application.habilitations import ActeurManquant
from application.reprise.fichier import prendre_fichier
from application.reprise.reprendre import RepriseDeFichier
from application.services import Services
from bootstrap.cablage import source_des_evenements
from kernel.refus import GesteImpossible, SaisieInvalide
from tests.application.argent import (
    IBANS,
    attribuer,
    fixer,
    mandater,
    payer,
    ref_bordereau,
    signer,
    subvention,
    valider_iban,
)
from tests.application.reprise.fabrique import RACINE, REEL, correspondance_livree
from tests.application.seance import Region
from tests.moteur import faire, ouvrir_store

CONVENTIONS = REEL / "maine-et-loire_conventions.csv"


def lire(fichier: Path, separateur: str = ",") -> list[dict[str, str]]:
    with fichier.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=separateur))


def lire_pour_les_gens(fichier: Path) -> list[dict[str, str]]:
    """Read what a French spreadsheet opens at a click: mark, semicolons; and amounts with a comma."""
    with fichier.open(encoding="utf-8", newline="") as flux:
        assert flux.read(1) == "\ufeff"
        lignes = list(csv.DictReader(flux, delimiter=";"))
    assert all(re.fullmatch(r"[0-9]+,[0-9]{2}", ligne["montant"]) for ligne in lignes)
    return [{**ligne, "montant": ligne["montant"].replace(",", ".")} for ligne in lignes]


def chiffres(texte: str) -> str:
    return "".join(c for c in texte if c.isdigit())


@pytest.fixture
def repris(tmp_path: Path) -> Iterator[Services]:
    """A store that took the conventions over, through the real code."""
    with ouvrir_store(tmp_path) as (services, _):
        campagne = RACINE / "examples" / "reprise" / "campagne-conventions.yaml"
        faire(services, "campagne ouvrir", "admin", fichier=FichierRecu(campagne.name, campagne.read_bytes()))
        correspondance = correspondance_livree("maine-et-loire_conventions")
        bilan = prendre_fichier(
            RepriseDeFichier(services, correspondance.campagne, "ines"), CONVENTIONS, correspondance
        )
        assert (bilan["appliquees"], bilan["rejetees"]) == (67, 8)
        yield services


@pytest.mark.donnees
def test_les_conventions_reprises_se_publient_telles_qu_elles_etaient(repris: Services, tmp_path: Path) -> None:
    vers, ecartees = tmp_path / "scdl.csv", tmp_path / "ecartees.csv"
    document = exporter_scdl(repris, vers=vers, ecartees=ecartees)
    assert document == {
        "exportees": 53,
        "ecartees": 14,  # with the 8 rows whose SIRET is wrong or absent, 22 of the 75 of the file are not published
        "montant_exporte_centimes": 444_076_288,
        "montant_ecarte_centimes": 251_265_600,
        "motifs": {"date_inconnue": 4, "periode_incomplete": 12, "periode_inconnue": 2},
        "illisibles": [],
        "vers": str(vers),
    }
    assert valider(vers) == []
    publiees = lire(vers)
    assert document["exportees"] + document["ecartees"] == len(publiees) + len(lire_pour_les_gens(ecartees)) == 67
    vote = totaux(repris)["montants"]["vote_centimes"]
    assert document["montant_exporte_centimes"] + document["montant_ecarte_centimes"] == vote == 695_341_888
    assert sum(int(Decimal(r["montant"]) * 100) for r in publiees) == document["montant_exporte_centimes"]
    assert (
        sum(int(Decimal(r["montant"]) * 100) for r in lire_pour_les_gens(ecartees))
        == document["montant_ecarte_centimes"]
    )
    sources = [_cle(r) for r in lire(CONVENTIONS, ";")]
    assert (Counter(sources) & Counter(_cle(r) for r in publiees)).total() == 53
    noms = {(chiffres(r["idBeneficiaire"]), r["nomBeneficiaire"]) for r in lire(CONVENTIONS, ";")}
    assert {(r["idBeneficiaire"], r["nomBeneficiaire"]) for r in publiees} <= noms
    assert {r["nature"] for r in publiees} == {"aide en numéraire"}
    assert {r["pourcentageSubvention"] for r in publiees} == {"1"}
    assert {r["notificationUE"] for r in publiees} == {"non"}


def _cle(r: dict[str, str]) -> tuple[object, ...]:
    """Return what must come back: a date written 01/01/2019 is the same date, an end of line the same in any file."""
    dates = "2019-01-01" if r["datesPeriodeVersement"] == "01/01/2019" else r["datesPeriodeVersement"]
    return (
        r["nomAttribuant"],
        chiffres(r["idAttribuant"]),
        chiffres(r["idBeneficiaire"]),
        Decimal(r["montant"]),
        r["dateConvention"],
        r["referenceDecision"],
        r["objet"].replace("\r\n", "\n"),
        r["conditionsVersement"],
        dates,
    )


@pytest.mark.donnees
def test_ce_qui_est_ecarte_manque_dans_la_source(repris: Services, tmp_path: Path) -> None:
    """Read plainly, the source has no date, or no period of two dates, for exactly these awards."""
    ecartees = tmp_path / "ecartees.csv"
    exporter_scdl(repris, ecartees=ecartees)
    publiables = StringIO()
    exporter_scdl(repris, sortie=publiables)
    publies = {
        (r["referenceDecision"], r["objet"]) for r in csv.DictReader(StringIO(publiables.getvalue(), newline=""))
    }
    rejetees = {"7,86E+13", "33 452 381 900 011", "7,22009E+12", "78 611 666 800 010", ""}
    sources = [r for r in lire(CONVENTIONS, ";") if r["idBeneficiaire"] not in rejetees]
    lacunaires = [r for r in sources if not r["dateConvention"] or not _datee(r["datesPeriodeVersement"])]
    assert len(lacunaires) == len(lire_pour_les_gens(ecartees)) == 14
    assert not {(r["referenceDecision"], r["objet"]) for r in lacunaires} & publies
    assert {chiffres(r["montant"]) for r in lire_pour_les_gens(ecartees)} == {
        chiffres(f"{Decimal(r['montant']):.2f}") for r in lacunaires
    }


def _datee(periode: str) -> bool:
    return all(len(chiffres(borne)) == 8 for borne in periode.split("/", 1)) or periode == "01/01/2019"


@pytest.mark.donnees
def test_notre_propre_fichier_se_reprend_et_se_publie_a_l_identique(repris: Services, tmp_path: Path) -> None:
    """Also the words that a spreadsheet would run as a formula."""
    scdl = correspondance_livree("scdl_2.1.1")
    campagne = RACINE / "examples" / "reprise" / "campagne-scdl.yaml"
    premier, second = tmp_path / "premier.csv", tmp_path / "second.csv"
    exporter_scdl(repris, vers=premier)
    with premier.open("a", encoding="utf-8", newline="") as flux:
        derniere = list(csv.reader(StringIO(premier.read_text(encoding="utf-8"), newline="")))[-1]
        csv.writer(flux).writerow([*derniere[:7], "'=1+1", *derniere[8:]])
    assert valider(premier) == []
    (tmp_path / "autre").mkdir()
    with ouvrir_store(tmp_path / "autre") as (services, _):
        faire(services, "campagne ouvrir", "admin", fichier=FichierRecu(campagne.name, campagne.read_bytes()))
        bilan = prendre_fichier(RepriseDeFichier(services, scdl.campagne, "ines"), premier, scdl)
        assert (bilan["lues"], bilan["appliquees"]) == (54, 54)
        assert "=1+1" in {a.objet for a in attributions(services)}
        assert exporter_scdl(services, vers=second)["exportees"] == 54
    assert Counter(tuple(r.items()) for r in lire(premier)) == Counter(tuple(r.items()) for r in lire(second))


def test_une_attribution_de_la_region_se_publie_une_fois_payee(region: Region, tmp_path: Path) -> None:
    ref, autre = attribuer(region, 2)
    for dossier in (ref, autre):
        fixer(region, dossier)
        valider_iban(region, dossier)
    assert exporter_scdl(region.services)["motifs"] == {"notification_ue_inconnue": 2, "versement_inacheve": 2}
    payer(region, ref, 1)
    payer(region, ref, 2)
    sans_option = exporter_scdl(region.services, notification_ue=None)
    assert (sans_option["exportees"], sans_option["ecartees"]) == (0, 2)
    vers = tmp_path / "scdl.csv"
    document = exporter_scdl(region.services, vers=vers, notification_ue=False)
    assert (document["exportees"], document["motifs"]) == (1, {"versement_inacheve": 1})
    (publiee,) = lire(vers)
    dossier_ = region.dossier(ref)
    acte = region.deliberation(region.rapports[0]).numero
    assert {c: v for c, v in publiee.items() if v} == {
        "nomAttribuant": "Région Hauts-de-France",
        "idAttribuant": "20005374200017",
        "dateConvention": "2026-06-18",
        "referenceDecision": acte,
        "nomBeneficiaire": dossier_.denomination,
        "idBeneficiaire": dossier_.siret,
        "objet": dossier_.objet,
        "montant": f"{Decimal(subvention(region, ref).vote_centimes) / 100:.2f}",
        "nature": "aide en numéraire",
        "conditionsVersement": "échelonné",
        "datesPeriodeVersement": "2026-06-18/2026-06-18",
        "notificationUE": "non",
        "pourcentageSubvention": "1",
    }


def test_une_renonciation_ne_se_publie_pas(region: Region) -> None:
    (ref,) = attribuer(region)
    region.faire("subvention renoncer", "fanny", subvention=ref, motif="projet annulé")
    assert exporter_scdl(region.services, notification_ue=False)["motifs"]["renoncee"] == 1


def test_un_export_invalide_est_notre_faute_et_ne_laisse_pas_de_fichier(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (ref,) = attribuer(region)
    fixer(region, ref, "unique:100%")
    valider_iban(region, ref)
    payer(region, ref)
    fausses = [replace(attribution, siret="123") for attribution in attributions(region.services)]
    monkeypatch.setattr("application.exports.attributions.attributions", lambda *_: fausses)
    avant = set(tmp_path.iterdir())
    with pytest.raises(ExportInvalide, match="ligne 2, idBeneficiaire"):
        exporter_scdl(region.services, vers=tmp_path / "s.csv", ecartees=tmp_path / "e.csv", notification_ue=False)
    assert set(tmp_path.iterdir()) == avant


def test_les_deux_fichiers_ne_peuvent_pas_etre_le_meme(region: Region, tmp_path: Path) -> None:
    with pytest.raises(SaisieInvalide):
        exporter_scdl(region.services, vers=tmp_path / "s.csv", ecartees=tmp_path / "s.csv")


def test_les_ordres_des_bordereaux_signes_se_remettent_avec_leur_iban(region: Region, tmp_path: Path) -> None:
    un, deux = attribuer(region, 2)
    for dossier in (un, deux):
        fixer(region, dossier)
        valider_iban(region, dossier)
    mandater(region, un)
    mandater(region, deux)
    region.moteur()
    bordereau, vers = ref_bordereau(region, un), tmp_path / "ordres.csv"
    assert exporter_ordres(region.services, "fanny", vers=None)["exportes"] == 0  # not signed yet
    with pytest.raises(GesteImpossible, match="n’est pas signé"):
        exporter_ordres(region.services, "fanny", vers=None, bordereau=bordereau)
    signer(region, bordereau)
    document = exporter_ordres(region.services, "olga", vers=vers)
    total = subvention(region, un).mandate_centimes + subvention(region, deux).mandate_centimes
    assert (document["exportes"], document["montant_exporte_centimes"], document["ecartes"]) == (2, total, [])
    assert IBANS[0] not in json.dumps(document)
    assert document["ordres"][0]["iban"].startswith("FR76 ")
    lignes = lire_pour_les_gens(vers)
    assert vers.stat().st_mode & 0o777 == 0o600
    assert {(li["bordereau"], li["iban"], li["etat"]) for li in lignes} == {(bordereau, IBANS[0], "a_payer")}
    assert {li["dossier"] for li in lignes} == {un, deux}
    assert {li["siret"] for li in lignes} == {region.dossier(un).siret, region.dossier(deux).siret}
    assert sum(int(Decimal(li["montant"]) * 100) for li in lignes) == total


def test_un_ordre_paye_ou_rejete_ne_se_remet_pas_deux_fois(region: Region, tmp_path: Path) -> None:
    un, deux = attribuer(region, 2)
    for dossier in (un, deux):
        fixer(region, dossier, "unique:100%")
        valider_iban(region, dossier)
        mandater(region, dossier)
    region.moteur()
    signer(region, ref_bordereau(region, un))
    region.faire("subvention constater-paiement", "fanny", subvention=un, echeance=1)
    region.faire("subvention constater-rejet", "fanny", subvention=deux, echeance=1, motif="compte_clos")
    assert exporter_ordres(region.services, "fanny", vers=None)["exportes"] == 0
    valider_iban(region, deux, 1)
    mandater(region, deux)
    region.moteur()
    signer(region, ref_bordereau(region, deux))
    exporter_ordres(region.services, "fanny", vers=tmp_path / "o.csv", tous=True)
    lignes = lire_pour_les_gens(tmp_path / "o.csv")
    assert [(li["dossier"], li["etat"], li["iban"]) for li in lignes] == [
        (un, "paye", IBANS[0]),
        (deux, "rejete", IBANS[0]),
        (deux, "a_payer", IBANS[1]),
    ]
    assert len({li["reference"] for li in lignes}) == 3
    un_seul = exporter_ordres(region.services, "fanny", vers=None, bordereau=lignes[0]["bordereau"], tous=True)
    assert un_seul["exportes"] == 2


def test_un_ordre_sans_coordonnees_est_liste_et_non_ecrit(region: Region, tmp_path: Path) -> None:
    (ref,) = attribuer(region)
    fixer(region, ref)
    valider_iban(region, ref)
    mandater(region, ref)
    region.moteur()
    signer(region, ref_bordereau(region, ref))
    tiers = region.dossier(ref).tiers_id
    assert isinstance(tiers, UUID)
    region.services.coffre.detruire_cle(tiers)
    document = exporter_ordres(region.services, "fanny", vers=tmp_path / "o.csv")
    assert (document["exportes"], len(document["ecartes"])) == (0, 1)
    assert lire_pour_les_gens(tmp_path / "o.csv") == []


def test_une_denomination_n_est_pas_une_formule(
    region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordre = OrdreDePaiement(
        reference="B/S/1/1", etat=EtatOrdre.A_PAYER, bordereau="B", subvention="S", dossier="D", siret=None,
        denomination="=1+1", echeance=1, montant_centimes=1, iban=IBANS[0], reprise=False,
    )  # fmt: skip
    monkeypatch.setattr("application.exports.ordres.ordres", lambda *_, **__: [ordre])
    exporter_ordres(region.services, "fanny", vers=tmp_path / "o.csv")
    assert [li["denomination"] for li in lire_pour_les_gens(tmp_path / "o.csv")] == ["'=1+1"]
    attribuer(region)
    nommees = [replace(attribution, beneficiaire="@venir") for attribution in attributions(region.services)]
    monkeypatch.setattr("application.exports.attributions.attributions", lambda *_: nommees)
    exporter_scdl(region.services, ecartees=tmp_path / "e.csv")
    assert [li["beneficiaire"] for li in lire_pour_les_gens(tmp_path / "e.csv")] == ["'@venir"]


def test_les_ordres_sont_pour_les_finances_et_l_ordonnateur(region: Region, tmp_path: Path) -> None:
    for acteur, refus in ((None, ActeurManquant), ("ines", RoleManquant)):
        with pytest.raises(refus):
            exporter_ordres(region.services, acteur, vers=tmp_path / "o.csv")
    assert not (tmp_path / "o.csv").exists()


def test_chaque_fait_est_un_cloudevent_sans_son_auteur(region: Region, tmp_path: Path) -> None:
    attribuer(region)
    base = f"sqlite:///{tmp_path / 'essai.db'}"
    source = source_des_evenements(base)
    vers = tmp_path / "faits.jsonl"
    tete = region.services.store.enregistreur.derniere_position()
    document = exporter_evenements(region.services, source, vers=vers)
    attendu = {"exportes": tete, "apres": 0, "derniere_position": tete, "illisibles": 0, "vers": str(vers)}
    assert document == attendu
    faits: list[dict[str, Any]] = [json.loads(ligne) for ligne in vers.read_text(encoding="utf-8").splitlines()]
    assert [fait["id"] for fait in faits] == [str(position) for position in range(1, tete + 1)]
    assert {fait["source"] for fait in faits} == {f"urn:diligence:store:{identite(base)}"}
    for fait in faits:
        assert set(fait) == {
            "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data",
        }  # fmt: skip
        assert (fait["specversion"], fait["time"][-1]) == ("1.0", "Z")
        assert fait["type"].startswith(fait["subject"].partition("/")[0])
        assert "acteur" not in fait["data"]["entete"]
    sortie = StringIO()
    suite = exporter_evenements(region.services, source, apres=tete - 3, sortie=sortie)
    assert (suite["exportes"], suite["derniere_position"]) == (3, tete)
    assert [json.loads(ligne) for ligne in sortie.getvalue().splitlines()] == faits[-3:]
    assert exporter_evenements(region.services, source, apres=tete + 5)["derniere_position"] == tete + 5
    with pytest.raises(SaisieInvalide):
        exporter_evenements(region.services, source, apres=-1)
