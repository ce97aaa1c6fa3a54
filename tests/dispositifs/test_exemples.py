"""The forty example requests: fictitious people, real quartiers, and the règlement of the example applies to them."""

from datetime import date

import pytest

from adapters.listes_publiques import PERIMETRES, QPV, QUARTIERS, lire_liste
from dispositifs.campagne import lire_campagne
from dispositifs.eligibilite import Projet, eligibilite
from dispositifs.evaluation import evaluer
from dispositifs.identites import verifier_siret
from dispositifs.reglement import Reglement
from tests.dispositifs.fabrique import DEPOTS, EXEMPLES, depot, ligne

DEPOT = date(2026, 2, 2)

SANS = {
    23: {"statuts"},
    24: {"rib"},
    25: {"budget", "rib"},
    26: {"attestation_cer"},
    27: {"statuts", "attestation_cer"},
    28: {"rib"},
    29: {"statuts", "budget"},
    30: {"statuts", "budget", "rib", "attestation_cer"},
}
"""The pièces bloquantes each request lacks at its dépôt, as examples/nqe/README.md tells."""


@pytest.fixture(scope="module")
def reglement() -> Reglement:
    lu = lire_campagne((EXEMPLES / "campagne.yaml").read_text(encoding="utf-8")).reglement
    assert lu is not None
    return lu


def liste(nom: str, cle: str) -> dict[str, dict[str, str]]:
    return {ligne[cle]: ligne for ligne in lire_liste(nom)}


def test_les_listes_de_reference_sont_entieres_et_se_tiennent() -> None:
    quartiers, communes = liste(QPV, "code_qp"), liste("communes_hdf.csv", "code_insee")
    contrats, epci = liste("contrats_ville_2024_2030_hdf.csv", "code_cv"), liste("epci_hdf.csv", "epci_siren")
    assert (len(quartiers), len(contrats), len(communes), len(epci)) == (204, 39, 3782, 92)
    for quartier in quartiers.values():
        assert set(quartier["codes_insee"].split()) <= communes.keys()
        assert set(quartier["contrats_possibles"].split()) <= contrats.keys()
    assert {c["epci_siren"] for c in communes.values()} - {""} <= epci.keys()
    assert (QUARTIERS["QN05981M"], len(QUARTIERS)) == ("Nouveau Roubaix", 204)
    assert set(QUARTIERS) == quartiers.keys()


def test_il_y_en_a_quarante_toutes_differentes() -> None:
    depots = [depot(chemin) for chemin in DEPOTS]
    assert [chemin.stem for chemin in DEPOTS] == [f"{n:02d}" for n in range(1, 41)]
    for champ in ("siret", "denomination"):
        assert len({d["tiers"][champ] for d in depots}) == 40
    assert len({d["territoire"]["qpv"][0] for d in depots}) == 40
    assert len({d["montant_demande_centimes"] for d in depots}) > 30


def test_les_personnes_sont_visiblement_fictives(subtests: pytest.Subtests) -> None:
    for chemin in DEPOTS:
        with subtests.test(chemin.stem):
            document = depot(chemin)
            assert document["campagne"] == "NQE-2026"
            assert verifier_siret(document["tiers"]["siret"]).startswith("000")
            assert document["tiers"]["denomination"].endswith("(exemple)")
            assert document["contact"]["nom"].startswith("Contact Exemple ")
            assert document["contact"]["courriel"].endswith("@exemple.invalid")


def test_le_quartier_est_vrai_et_le_budget_equilibre(subtests: pytest.Subtests) -> None:
    quartiers = liste(QPV, "code_qp")
    for chemin in DEPOTS:
        with subtests.test(chemin.stem):
            document = depot(chemin)
            (qpv,), (commune,) = document["territoire"]["qpv"], document["territoire"]["communes"]
            assert commune in quartiers[qpv]["codes_insee"].split()
            charges, produits = (document["budget"][cote] for cote in ("charges", "produits"))
            assert sum(c["montant_centimes"] for c in charges) == sum(p["montant_centimes"] for p in produits)
            assert all(ligne["montant_centimes"] > 0 for ligne in (*charges, *produits))
            assert (
                next(p["montant_centimes"] for p in produits if p["financeur"] == "Région")
                == document["montant_demande_centimes"]
            )


def test_les_pieces_manquent_la_ou_le_scenario_le_dit(subtests: pytest.Subtests, reglement: Reglement) -> None:
    for chemin in DEPOTS:
        with subtests.test(chemin.stem):
            document = depot(chemin)
            jointes = {piece["code"] for piece in document["pieces"]}
            assert {p.code for p in reglement.pieces if p.bloquante} - jointes == SANS.get(int(chemin.stem), set())
            for piece in document["pieces"]:
                assert (chemin.parent / piece["fichier"]).read_text(encoding="utf-8").startswith("EXEMPLE FICTIF")


def test_le_reglement_d_exemple_s_applique(subtests: pytest.Subtests, reglement: Reglement) -> None:
    for chemin in DEPOTS:
        with subtests.test(chemin.stem):
            document = depot(chemin)
            evaluation = evaluer(
                reglement,
                au=DEPOT,
                charges=[ligne(c["montant_centimes"], poste=c["poste"]) for c in document["budget"]["charges"]],
                aides_publiques=[
                    ligne(p["montant_centimes"], financeur=p["financeur"])
                    for p in document["budget"]["produits"]
                    if p["financeur"] in {"Ville", "État", "Département", "CAF"}
                ],
                montant_demande_centimes=document["montant_demande_centimes"],
            )
            assert 100_000 <= evaluation.montant_centimes <= document["montant_demande_centimes"]
            periode = document["periode"]
            projet = Projet(
                depose_le=DEPOT,
                qpv=document["territoire"]["qpv"],
                periode=(date.fromisoformat(periode["debut"]), date.fromisoformat(periode["fin"])),
                charges=[ligne(c["montant_centimes"], poste=c["poste"]) for c in document["budget"]["charges"]],
            )
            motifs = eligibilite(reglement, projet, au=DEPOT, perimetre=PERIMETRES[0])
            assert motifs == []
