"""The client before a real server that fails: it tries again what may pass, says the rest, and takes no byte too many."""

import json
from collections.abc import Iterator

import pytest

from adapters.demarche_numerique import client as module
from adapters.demarche_numerique.client import DemarcheNumerique
from application.teleservice.distant import (
    DossierDistant,
    DossierIllisible,
    FichierDistant,
    FichierRefuse,
    TeleserviceInjoignable,
    TeleserviceRefuse,
)
from kernel.instants import Instant
from kernel.refus import SaisieInvalide
from tests.demarche_numerique import DEMARCHE, JETON, Faute, Recu, ServeurDn, corps, coupee, serveur_dn, statut, trou

T = "2026-01-10T08:00:00+00:00"


@pytest.fixture
def dn() -> Iterator[ServeurDn]:
    with serveur_dn() as tenu:
        yield tenu


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def client(dn: ServeurDn, pauses: list[float]) -> Iterator[DemarcheNumerique]:
    ouvert = DemarcheNumerique(dn.adresse, JETON, dormir=pauses.append)
    yield ouvert
    ouvert.fermer()


def fichier(dn: ServeurDn, contenu: bytes = b"%PDF-1.7 exemple", **champs: str) -> FichierDistant:
    dit = dn.fichier("statuts.pdf", contenu) | champs
    cree_le = Instant.fromisoformat(T)
    return FichierDistant(dit["filename"], dit["url"], int(dit["byteSizeBigInt"]), dit["checksum"], cree_le)


def test_les_pages_se_suivent_jusqu_a_la_derniere(dn: ServeurDn, client: DemarcheNumerique) -> None:
    dn.par_page = 2
    for numero in (1, 2, 3):
        dn.deposer(numero)
    premiere = client.page(DEMARCHE, None, None)
    seconde = client.page(DEMARCHE, None, premiere.suite)
    lus = [lu.numero for lu in (*premiere.dossiers, *seconde.dossiers)]
    assert (lus, seconde.suite) == ([1, 2, 3], None)


def test_une_demande_se_lit_champ_par_champ(dn: ServeurDn, client: DemarcheNumerique) -> None:
    dn.deposer(1)
    lu = client.dossier(1)
    assert isinstance(lu, DossierDistant)
    assert (lu.siret, lu.denomination, lu.courriel) == (
        "00000001800002",
        "Les Passerelles (exemple)",
        "porteur1@exemple.invalid",
    )
    champs = {champ.id: champ for champ in lu.champs}
    assert champs["Q2hhbXAtMw=="].texte == "2026-07-01", "a date is what the calendar says, not its French words"
    assert champs["Q2hhbXAtNg=="].codes == ("59512",)
    assert champs["Q2hhbXAtMTY="].texte == "oui"
    assert [c.texte for c in champs["Q2hhbXAtMTA="].rangees[0]] == ["60 - Achats", "Achats (exemple)", "18400"]


@pytest.mark.parametrize("faute", [statut(500), statut(503), coupee, corps(b"<html>"), corps(b"[" * 100_000)])
def test_ce_qui_peut_passer_est_reessaye(
    dn: ServeurDn, client: DemarcheNumerique, pauses: list[float], faute: Faute
) -> None:
    dn.deposer(1)
    dn.fautes = [faute, faute]
    assert len(client.page(DEMARCHE, None, None).dossiers) == 1
    assert pauses == [1.0, 3.0]


def test_il_attend_ce_que_demarche_numerique_demande_et_jamais_plus_d_une_minute(
    dn: ServeurDn, client: DemarcheNumerique, pauses: list[float]
) -> None:
    dn.fautes = [statut(429, Retry_After="7"), statut(429, Retry_After="86400")]
    client.page(DEMARCHE, None, None)
    assert pauses == [7.0, 60.0]


def test_une_panne_qui_dure_est_dite_sans_le_jeton(
    dn: ServeurDn, client: DemarcheNumerique, caplog: pytest.LogCaptureFixture
) -> None:
    dn.fautes = [statut(502)] * 4
    with pytest.raises(TeleserviceInjoignable, match="réponse 502") as panne:
        client.page(DEMARCHE, None, None)
    assert JETON not in f"{panne.value} {panne.value.champs} {client!r} {caplog.text}"
    assert len(dn.demandes) == 4


def test_un_serveur_qui_n_est_pas_la_est_dit(pauses: list[float]) -> None:
    with pytest.raises(TeleserviceInjoignable, match="connexion impossible"):
        DemarcheNumerique("http://127.0.0.1:1/graphql", JETON, dormir=pauses.append).page(DEMARCHE, None, None)


def test_un_corps_demesure_n_est_pas_lu_jusqu_au_bout(
    dn: ServeurDn, client: DemarcheNumerique, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REPONSE_MAX", 10_000)
    dn.fautes = [corps(b" " * 5_000_000)]
    with pytest.raises(TeleserviceInjoignable, match="plus de 10000 octets"):
        client.page(DEMARCHE, None, None)


def test_une_reponse_compressee_n_est_pas_depliee(dn: ServeurDn, client: DemarcheNumerique) -> None:
    def compressee(recu: Recu) -> bool:
        recu.rendre(200, b"\x1f\x8b", Content_Encoding="gzip")
        return True

    dn.fautes = [compressee] * 4
    with pytest.raises(TeleserviceInjoignable, match="compressée"):
        client.page(DEMARCHE, None, None)
    assert {entetes["Accept-Encoding"] for entetes, _ in dn.demandes} == {"identity"}


def test_un_jeton_refuse_n_est_pas_reessaye(dn: ServeurDn) -> None:
    with pytest.raises(TeleserviceRefuse, match="refuse le jeton"):
        DemarcheNumerique(dn.adresse, "autre").page(DEMARCHE, None, None)
    assert len(dn.demandes) == 1


def test_une_redirection_n_est_pas_suivie(dn: ServeurDn, client: DemarcheNumerique) -> None:
    dn.fautes = [statut(302, Location="http://127.0.0.1:1/")]
    with pytest.raises(TeleserviceInjoignable, match="réponse 302"):
        client.page(DEMARCHE, None, None)


def test_une_demarche_inconnue_est_un_refus(dn: ServeurDn, client: DemarcheNumerique) -> None:
    absente = {"data": None, "errors": [{"message": "Demarche not found", "extensions": {"code": "not_found"}}]}
    dn.fautes = [corps(json.dumps(absente).encode())]
    with pytest.raises(TeleserviceRefuse, match="ce numéro n’y est pas"):
        client.page(DEMARCHE, None, None)


def test_une_erreur_au_milieu_d_une_page_laisse_les_autres_dossiers(dn: ServeurDn, client: DemarcheNumerique) -> None:
    for numero in (1, 2, 3):
        dn.deposer(numero)
    dn.fautes = [trou(1)]
    page = client.page(DEMARCHE, None, None)
    assert [lu.numero for lu in page.dossiers] == [1, None, 3]


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"number": "douze"}, "number"),
        ({"dateDepot": "hier"}, "dateDepot"),
        ({"champs": {}}, "champs"),
        ({"champs": [{"__typename": "TextChamp"}]}, "champDescriptorId"),
    ],
)
def test_un_dossier_d_un_mauvais_type_ne_prend_pas_les_autres(
    dn: ServeurDn, client: DemarcheNumerique, champs: dict[str, object], dit: str
) -> None:
    dn.deposer(1)
    dn.deposer(2)

    def fausse(recu: Recu) -> bool:
        lu = recu.tenu.executer(recu.demande)
        lu["data"]["demarche"]["dossiers"]["nodes"][0] |= champs
        recu.rendre(200, json.dumps(lu).encode())
        return True

    dn.fautes = [fausse]
    mauvais, bon = client.page(DEMARCHE, None, None).dossiers
    assert isinstance(mauvais, DossierIllisible)
    assert dit in mauvais.motif
    assert bon.numero == 2


def test_une_adresse_sans_tls_est_refusee() -> None:
    with pytest.raises(SaisieInvalide, match="https"):
        DemarcheNumerique("http://demarche.exemple.invalid/graphql", JETON)


def test_un_fichier_est_recu_sans_que_le_jeton_y_aille(dn: ServeurDn, client: DemarcheNumerique) -> None:
    assert client.telecharger(fichier(dn), 1_000) == b"%PDF-1.7 exemple"
    assert ["Authorization" in entetes for entetes in dn.telecharges] == [False]


def test_un_fichier_change_tronque_ou_absent_est_refuse(dn: ServeurDn, client: DemarcheNumerique) -> None:
    cas: tuple[tuple[dict[str, str], str], ...] = (
        ({"checksum": "AAAAAAAAAAAAAAAAAAAAAA=="}, "somme de contrôle"),
        ({"byteSizeBigInt": "17"}, "sa taille"),
        ({"url": f"{dn.url}/fichiers/absent"}, "réponse 404"),
        ({"byteSizeBigInt": "2000"}, "plus que les 1000 permis"),
    )
    for champs, dit in cas:
        with pytest.raises(FichierRefuse, match=dit):
            client.telecharger(fichier(dn, b"exemple fictif", **champs), 1_000)


def test_un_fichier_qui_ment_sur_sa_taille_n_est_pas_lu_jusqu_au_bout(dn: ServeurDn, client: DemarcheNumerique) -> None:
    with pytest.raises(FichierRefuse, match="plus de 1000 octets"):
        client.telecharger(fichier(dn, b"x" * 3_000_000, byteSizeBigInt="900"), 1_000)


@pytest.mark.parametrize(
    "url",
    ["https://ailleurs.exemple.invalid/x", "http://169.254.169.254/latest", "file:///etc/passwd", "http://[::1/x"],
)
def test_un_fichier_d_un_autre_hote_n_est_pas_demande(dn: ServeurDn, client: DemarcheNumerique, url: str) -> None:
    with pytest.raises(FichierRefuse, match="DILIGENCE_DN_HOTES"):
        client.telecharger(fichier(dn, url=url), 1_000)
    assert dn.telecharges == []


def test_un_hote_declare_est_permis(dn: ServeurDn) -> None:
    ailleurs = DemarcheNumerique(
        dn.adresse.replace("127.0.0.1", "localhost"), JETON, frozenset({"127.0.0.1"}), dormir=lambda _: None
    )
    assert ailleurs.telecharger(fichier(dn), 1_000) == b"%PDF-1.7 exemple"
    ailleurs.fermer()


def test_un_nom_de_fichier_perd_son_chemin(dn: ServeurDn, client: DemarcheNumerique) -> None:
    for dit, garde in (("../../etc/passwd", "passwd"), ("C:\\rib.pdf", "rib.pdf"), ("..", "piece"), ("a/", "piece")):
        champ = {"__typename": "PieceJustificativeChamp", "champDescriptorId": "P", "label": "P", "stringValue": None}
        dn.deposer(1, champs={"P": {**champ, "files": [dn.fichier(dit, b"x")]}})
        lu = client.dossier(1)
        assert isinstance(lu, DossierDistant)
        assert lu.champs[-1].fichiers[0].nom == garde
