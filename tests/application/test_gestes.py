"""Every geste of the dossier: a fact when it fits, and the refusals a caller's mistakes give."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from aggregates.dossier import Dossier, attentes
from application.commandes import FichierRecu
from application.exemples import REFERENCES, exemple
from application.gestes import depot as chapitre
from application.gestes.recueil import gestes_de, tous
from application.services import Services
from kernel.attentes import Role
from kernel.identifiants import numero
from kernel.refus import Refus
from tests.application.bureau import SQLITE_SUFFIT, Atelier, de, envoyer, un_dossier
from tests.moteur import EXEMPLES, PIECES

RAPPORT = "00000000-0000-4000-8000-000000000001"
VALEURS: dict[str, Any] = {
    "pieces": "statuts",
    "fichier": FichierRecu("statuts.txt", b"x"),
    "deliberation": RAPPORT,
}
"""What the example of a field does not fit here, whatever the geste."""
DU_DOSSIER: dict[str, dict[str, Any]] = {
    geste.nom: {n: VALEURS.get(n, valeur) for n, valeur in exemple(geste).items()}
    for geste in gestes_de("dossier")
    if geste.nom != "deposer"
}
AGENTS = {Role.INSTRUCTEUR: "ines", Role.RESPONSABLE: "rene", Role.ASSEMBLEES: "aline", Role.ADMINISTRATEUR: "admin"}
ACTEURS = {geste.nom: next(AGENTS[role] for role in geste.roles if role in AGENTS) for geste in gestes_de("dossier")}


def acte(services: Services, nom: str, ref: str, **options: Any) -> tuple[str, ...]:
    options = {**DU_DOSSIER[nom], **options}
    return envoyer(services, f"dossier {nom}", de(ACTEURS[nom]), dossier=ref, **options).faits


def rapport(services: Services, ref: str) -> str:
    """Prepare a rapport for one dossier and return its number."""
    seance = envoyer(services, "seance prevoir", de("aline"), jour=date(2026, 6, 18)).ref
    return envoyer(
        services, "deliberation preparer", de("aline"), seance=seance, dossiers=ref, section="fonctionnement"
    ).ref


def depot(**champs: Any) -> FichierRecu:
    document = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8")) | {"pieces": []} | champs
    return FichierRecu("depot.json", json.dumps(document).encode())


def test_d_un_depot_a_l_ordre_du_jour(atelier: Atelier) -> None:
    services = atelier.services
    ref = un_dossier(services, pieces=PIECES[1:]).ref
    assert acte(services, "demander-pieces", ref) == ("dossier.pieces_demandees.v1",)
    assert acte(services, "enregistrer-remise", ref) == ("dossier.demande_de_pieces_recue.v1",)
    assert acte(services, "recevoir-piece", ref) == ("dossier.piece_recue.v1", "dossier.demande_satisfaite.v1")
    for nom, fait in {
        "declarer-complet": "declare_complet",
        "demander-avis": "avis_demande",
        "rendre-avis": "avis_rendu",
        "proposer": "propose",
        "viser": "vise",
    }.items():
        assert acte(services, nom, ref) == (f"dossier.{fait}.v1",)
    deliberation = rapport(services, ref)
    assert acte(services, "inscrire", ref, deliberation=deliberation) == ("dossier.inscrit.v1",)
    assert acte(services, "ajourner", ref, deliberation=deliberation) == ("dossier.ajourne.v1",)
    for nom, fait in {"renvoyer": "renvoye", "retirer": "retire"}.items():
        assert acte(services, nom, ref) == (f"dossier.{fait}.v1",)


def test_un_rapport_inconnu_ou_une_ligne_qui_n_est_pas_la_sienne_est_refuse(atelier: Atelier) -> None:
    services = atelier.services
    refs = [un_dossier(services).ref for _ in range(2)]
    for ref in refs:
        for nom in ("declarer-complet", "proposer", "viser"):
            acte(services, nom, ref)
    deliberation = rapport(services, refs[0])
    avant = atelier.compte
    for nom, options, code in (
        ("inscrire", {"deliberation": RAPPORT}, "reference_inconnue"),
        ("inscrire", {"deliberation": deliberation}, "ligne_inconnue"),
        ("inscrire", {"deliberation": deliberation, "ligne": 2}, "ligne_inconnue"),
        ("ajourner", {"deliberation": RAPPORT}, "reference_inconnue"),
    ):
        with pytest.raises(Refus) as refus:
            acte(services, nom, refs[1], **options)
        assert refus.value.code == code
    assert (atelier.compte.faits, atelier.compte.recus) == (avant.faits, avant.recus)


@SQLITE_SUFFIT
@pytest.mark.parametrize("nom", sorted(DU_DOSSIER))
def test_une_reference_inconnue_est_dite_telle_et_n_ecrit_rien(atelier: Atelier, nom: str) -> None:
    avant = atelier.compte
    for reference, code in (
        (numero("NQE-2026", de().commande_id), "reference_inconnue"),
        (RAPPORT, "reference_inconnue"),
        ("NQE-2026-AAAAA", "reference_illisible"),
    ):
        with pytest.raises(Refus) as refus:
            acte(atelier.services, nom, reference)
        assert refus.value.code == code
    acteur = ACTEURS[nom]
    notes = (*[("reference_inconnue", acteur)] * 2, ("reference_illisible", acteur))
    assert atelier.compte == replace(avant, refus=notes), "refused before any aggregate was read: noted all the same"


@SQLITE_SUFFIT
@pytest.mark.parametrize(
    ("champs", "code"),
    [
        ({"campagne": "NQE-1999"}, "reference_inconnue"),
        ({"tiers": {"siret": "00000001800002", "denomination": ""}}, "saisie_invalide"),
        ({"montant_demande_centimes": 12.5}, "saisie_invalide"),
        ({"montant_demande_centimes": 10**15}, "saisie_invalide"),
        ({"montant_demande_centimes": "mille"}, "saisie_invalide"),
        ({"periode": {"debut": "2026-02-30", "fin": "2026-08-31"}}, "saisie_invalide"),
        ({"budget": {"charges": [{"poste": "60", "montant_centimes": -1}], "produits": []}}, "saisie_invalide"),
        ({"pieces": [{"code": "statuts", "fichier": "absent.pdf"}]}, "saisie_invalide"),
        ({"inconnu": 1}, "saisie_invalide"),
    ],
)
def test_un_depot_mal_ecrit_est_refuse_et_n_ecrit_rien(atelier: Atelier, champs: dict[str, Any], code: str) -> None:
    avant = atelier.compte
    with pytest.raises(Refus) as refus:
        envoyer(atelier.services, "dossier deposer", de(), depot=depot(**champs))
    assert refus.value.code == code
    assert (atelier.compte.faits, atelier.compte.recus) == (avant.faits, avant.recus)


@SQLITE_SUFFIT
@pytest.mark.parametrize(
    ("delai", "jusqu_au"),
    [
        ("1 mois et 15 jours", date(2026, 2, 20)),
        ("15 jours francs", date(2026, 1, 21)),
        ("1 mois franc", date(2026, 2, 6)),
    ],
)
def test_un_delai_compose_ou_franc_se_donne_a_un_geste(atelier: Atelier, delai: str, jusqu_au: date) -> None:
    """From 5 January, and read back from the fact as it was said."""
    services = atelier.services
    ref = un_dossier(services, pieces=PIECES[1:]).ref
    acte(services, "demander-pieces", ref, delai=delai)
    acte(services, "enregistrer-remise", ref)
    (demande,) = services.trouver(Dossier, ref).demandes_de_pieces
    assert (demande.jusqu_au, demande.delai.duree.replace("_", " ")) == (jusqu_au, delai)
    assert acte(services, "demander-pieces", ref, delai=delai) == ()


@SQLITE_SUFFIT
@pytest.mark.parametrize("contenu", [b"", b"{", b"[]", b"\xff\xfe", b"null", b"[" * 100_000, b'{"a": NaN}'])
def test_un_depot_illisible_est_refuse(atelier: Atelier, contenu: bytes) -> None:
    with pytest.raises(Refus) as refus:
        envoyer(atelier.services, "dossier deposer", de(), depot=FichierRecu("d.json", contenu))
    assert refus.value.code == "saisie_invalide"


def test_une_piece_trop_lourde_ou_vide_est_refusee(atelier: Atelier) -> None:
    ref = un_dossier(atelier.services).ref
    avant = atelier.compte
    vides = (b"", b" ", b"\r\n\t \n", b"\xef\xbb\xbf \n", b"\0" * 512)
    essais = ((b"x" * 1001, "fichier_trop_volumineux"), *((contenu, "saisie_invalide") for contenu in vides))
    for contenu, code in essais:
        with pytest.raises(Refus) as refus:
            acte(atelier.services, "recevoir-piece", ref, fichier=FichierRecu("f", contenu))
        assert refus.value.code == code
    assert atelier.compte == replace(avant, refus=tuple((code, "ines") for _, code in essais))


def test_le_meme_numero_tire_deux_fois_en_donne_un_autre(atelier: Atelier, monkeypatch: pytest.MonkeyPatch) -> None:
    def toujours_le_meme(prefixe: str, _: UUID, essai: int) -> str:
        return numero(prefixe, UUID(int=1), essai)

    monkeypatch.setattr(chapitre, "numero", toujours_le_meme)
    premier = envoyer(atelier.services, "dossier deposer", de(), depot=depot())
    second = envoyer(atelier.services, "dossier deposer", de(), depot=depot())
    assert (premier.ref, second.ref) == tuple(numero("NQE-2026", UUID(int=1), essai) for essai in (0, 1))


@pytest.mark.parametrize(
    ("options", "nature", "fondement"),
    [
        ({}, "usage", "demande de l’instructeur"),
        ({"source": "nqe@3, art. 9"}, "reglement", "texte cité par la demande d’avis"),
    ],
)
def test_le_delai_d_un_avis_vient_d_un_texte_ou_de_l_usage(
    atelier: Atelier, options: dict[str, str], nature: str, fondement: str
) -> None:
    """Without a text that sets it, a délai is nobody's règlement."""
    recu = un_dossier(atelier.services)
    acte(atelier.services, "declarer-complet", recu.ref)
    acte(atelier.services, "demander-avis", recu.ref, **options)
    avis = next(a for a in attentes(atelier.services.store.charger(Dossier, recu.id)) if a.cle.code == "avis")
    assert (avis.nature, avis.fondement) == (nature, fondement)


ABSENTES = REFERENCES | {"agent": "inconnu", "campagne": "NQE-1999", "subvention": RAPPORT}
"""The examples of references, but those that are none, or name something of this store."""


@SQLITE_SUFFIT
def test_aucun_geste_ne_se_fait_sur_ce_qui_n_existe_pas(atelier: Atelier) -> None:
    envoyer(atelier.services, "agent enregistrer", de("admin"), identifiant="tout", roles=",".join(list(Role)[:7]))
    avant, dits = atelier.compte, {}
    for geste in tous():
        if geste.champ is None or geste.agregat == "dossier":
            continue
        options = {n: VALEURS.get(n, valeur) for n, valeur in exemple(geste).items()}
        options[geste.champ] = ABSENTES[geste.champ]
        with pytest.raises(Refus) as refus:
            envoyer(atelier.services, f"{geste.agregat} {geste.nom}", de("tout"), **options)
        dits[f"{geste.agregat} {geste.nom}"] = refus.value.code
    assert {nom: code for nom, code in dits.items() if code != "reference_inconnue"} == {}
    assert len(dits) > 30
    assert (atelier.compte.faits, atelier.compte.recus) == (avant.faits, avant.recus)
