"""From the geste to the mail server: what is kept, sent, refused, sent again after a stop, composed again, forgotten."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from application import editions
from application.commandes import FichierRecu
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from application.ports import Outils
from kernel import pannes
from kernel.identifiants import ReferenceInconnue
from kernel.refus import GesteImpossible, SaisieInvalide
from kernel.textes import en_toutes_lettres
from scenarios.institution import SERVICE
from tests.application.seance import Region
from tests.courriel import Boite, serveur
from tests.moteur import PIECES, REMISE, un_depot


class Arret(Exception):
    """The machine stopped there."""


@pytest.fixture
def boite(region: Region) -> Iterator[Boite]:
    boite = Boite()
    with serveur(boite) as courrier:
        region.services = replace(region.services, courrier=courrier)
        yield boite


def recu(region: Region, pieces: tuple[str, ...] = PIECES, **service: Any) -> str:
    """File a request, registered before there was a mail server; its service is declared."""
    services, region.services = region.services, replace(region.services, courrier=None)
    ref = region.faire("dossier deposer", "ines", **un_depot(pieces)).ref
    campagne = region.dossier(ref).campagne
    region.faire("campagne declarer-service", "admin", campagne=campagne, **(SERVICE | service))
    region.moteur()
    region.services = services
    return ref


def autrement(depot: dict[str, Any], **champs: Any) -> dict[str, Any]:
    """Return the options of a dépôt that says something else."""
    dit = json.loads(depot["depot"].contenu) | champs
    return depot | {"depot": FichierRecu("depot.json", json.dumps(dit).encode())}


def attendu(region: Region, ref: str, code: str) -> dict[str, Any] | None:
    return next((a for a in vu(region, ref)["attentes"] if a["code"] == code), None)


def vu(region: Region, ref: str) -> dict[str, Any]:
    return voir(region.services, ref, Moment())


def test_l_accuse_est_envoye_garde_chiffre_et_se_refait_a_l_identique(region: Region, boite: Boite) -> None:
    ref = recu(region)
    region.faire("dossier accuser-reception", "ines", dossier=ref)
    assert vu(region, ref)["dates"]["recu_le"] is None, "produced is not delivered"
    region.moteur()
    (document,) = vu(region, ref)["documents"]
    assert (document["titre"], document["destinataire"], document["etat"]) == (
        "Accusé de réception",
        "demandeur",
        "envoye",
    )
    assert vu(region, ref)["etat"] == "recu"
    (message,) = boite.recus
    (piece,) = [p for p in message.walk() if p.get_content_type() == "application/pdf"]
    contenu = piece.get_payload(decode=True)
    assert isinstance(contenu, bytes)
    assert sha256(contenu).hexdigest() == document["sha256"]
    assert message["Reply-To"] == SERVICE["courriel"]
    dossier = region.dossier(ref)
    assert editions.lire(region.services, dossier, document["sha256"]) == contenu

    region.faire("campagne declarer-service", "admin", campagne=dossier.campagne, service="Un autre service")
    refaite = editions.refaire(region.services, document["edition"])
    assert (refaite.identique, refaite.differents, refaite.contenu == contenu) == (True, (), True)


def test_l_accuse_d_enregistrement_part_de_lui_meme_une_fois_et_n_est_dit_qu_envoye(
    region: Region, boite: Boite
) -> None:
    boite.reponse = "451 try again later"
    ref = region.faire("dossier deposer", "ines", **un_depot()).ref
    region.moteur()
    assert vu(region, ref)["dates"]["enregistre_le"] is not None
    accuse = attendu(region, ref, "accuse_reception")
    assert accuse is not None
    assert "enregistrement non accusé" in accuse["fondement"]
    assert ([d["etat"] for d in vu(region, ref)["documents"]], boite.recus) == (["a_envoyer"], [])
    boite.reponse = "250 OK"
    for _ in range(2):
        region.moteur()
    (message,) = boite.recus
    (document,) = vu(region, ref)["documents"]
    assert (document["titre"], document["etat"], vu(region, ref)["dates"]["recu_le"]) == (
        "Accusé d’enregistrement",
        "envoye",
        None,
    )
    assert message["To"] == "contact01@exemple.invalid"
    accuse = attendu(region, ref, "accuse_reception")
    assert accuse is not None
    assert "enregistrement" not in accuse["fondement"]
    assert editions.refaire(region.services, document["edition"]).identique


def test_l_accuse_d_enregistrement_refuse_attend_une_personne_jusqu_a_l_accuse_de_reception(
    region: Region, boite: Boite
) -> None:
    boite.reponse = "550 no such user"
    ref = region.faire("dossier deposer", "ines", **un_depot()).ref
    region.faire("campagne declarer-service", "admin", campagne=region.dossier(ref).campagne, **SERVICE)
    region.moteur()
    assert attendu(region, ref, "envoi_refuse") is not None
    region.faire("dossier accuser-reception", "ines", dossier=ref, canal="main_propre")
    assert attendu(region, ref, "envoi_refuse") is None


def test_sans_serveur_ni_voie_electronique_ou_trop_tard_le_moteur_n_ecrit_rien(region: Region, boite: Boite) -> None:
    """On paper none is owed (CRPA, art. R112-5); past its term the accusé de réception is, in its place."""
    sans_serveur = recu(region)
    assert attendu(region, sans_serveur, "accuse_reception") is not None
    papier = region.faire("dossier deposer", "ines", **autrement(un_depot(), canal="papier")).ref
    ancien = region.faire("dossier deposer", "ines", le=date(2025, 12, 1), **un_depot()).ref
    injoignable = {"nom": "Personne d’exemple", "courriel": "pas une adresse"}
    faux = region.faire("dossier deposer", "ines", **autrement(un_depot(), contact=injoignable)).ref
    region.moteur()
    assert [vu(region, ref)["documents"] for ref in (sans_serveur, papier, ancien, faux)] == [[]] * 4
    assert boite.recus == []


def test_ce_qui_differe_des_outils_est_nomme(region: Region, boite: Boite, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = recu(region)
    region.faire("dossier accuser-reception", "ines", dossier=ref, canal="main_propre")
    (document,) = vu(region, ref)["documents"]
    outils = region.services.editeur.outils("accuse_reception")
    autres = Outils(outils.modele, "9.9", outils.polices)
    monkeypatch.setattr(type(region.services.editeur), "outils", lambda *_: autres)
    refaite = editions.refaire(region.services, document["edition"])
    assert refaite.differents == (f"typst : {outils.typst} alors, 9.9 maintenant",)
    assert boite.recus == []


def test_les_mots_que_le_programme_choisit_autrement_sont_nommes(
    region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same facts, same texts, same tools: the program writes a date otherwise. A recipe of before does not know its words."""
    ref = recu(region)
    region.faire("dossier accuser-reception", "ines", dossier=ref, canal="main_propre")
    (document,) = vu(region, ref)["documents"]
    alors = en_toutes_lettres
    monkeypatch.setattr("application.editions.en_toutes_lettres", lambda jour: f"le {alors(jour)}")
    refaite = editions.refaire(region.services, document["edition"])
    depose_le = region.dossier(ref).depose_le
    assert depose_le is not None
    recue = alors(depose_le)
    assert not refaite.identique
    assert f"les mots du programme (recue_le) : « {recue} » alors, « le {recue} » maintenant" in refaite.differents
    assert {dit.partition(" : ")[0] for dit in refaite.differents} == {
        f"les mots du programme ({ou})" for ou in ("le", "recue_le", "rejet_le")
    }

    trouve = editions.retrouver(region.services, document["edition"])
    ancienne = trouve[2].model_copy(update={"recette": trouve[2].recette.model_copy(update={"mots": None})})
    monkeypatch.setattr(editions, "retrouver", lambda *_: (*trouve[:2], ancienne))
    (inconnus,) = editions.refaire(region.services, document["edition"]).differents
    assert inconnus.startswith("les mots du programme : inconnus")
    monkeypatch.setattr("application.editions.en_toutes_lettres", alors)
    refaite = editions.refaire(region.services, document["edition"])
    assert (refaite.identique, refaite.differents) == (True, ())


def test_un_dossier_oublie_n_a_plus_de_document_qui_se_refasse(region: Region, boite: Boite) -> None:
    ref = recu(region)
    region.faire("dossier accuser-reception", "ines", dossier=ref, canal="main_propre")
    (document,) = vu(region, ref)["documents"]
    region.services.coffre.detruire_cle(region.dossier(ref).id)
    with pytest.raises(editions.EditionOubliee):
        editions.refaire(region.services, document["edition"])
    for inconnu in ("5f1e0c3a-0000-5000-8000-00000000dead", "n’importe quoi"):
        with pytest.raises(ReferenceInconnue):
            editions.refaire(region.services, inconnu)
    assert boite.recus == []


def test_arretee_entre_le_serveur_et_le_fait_la_machine_renvoie_le_meme_message(region: Region, boite: Boite) -> None:
    ref = recu(region)
    region.faire("dossier accuser-reception", "ines", dossier=ref)

    def stop() -> None:
        raise Arret

    pannes.armer("envoyer_document.apres_message", stop)
    try:
        with pytest.raises(Arret):
            region.moteur()
    finally:
        pannes._armees.clear()
    assert vu(region, ref)["dates"]["recu_le"] is None
    region.moteur()
    un, deux = boite.recus
    assert un["Message-ID"] == deux["Message-ID"]
    assert (un["Date"], un["To"], un["Subject"]) == (deux["Date"], deux["To"], deux["Subject"])
    assert [d["etat"] for d in vu(region, ref)["documents"]] == ["envoye"]
    region.moteur()
    assert len(boite.recus) == 2


def test_une_adresse_refusee_attend_un_instructeur_et_le_meme_document_part_ailleurs(
    region: Region, boite: Boite
) -> None:
    ref = recu(region)
    boite.reponse = "550 no such user"
    region.faire("dossier accuser-reception", "ines", dossier=ref)
    region.moteur()
    (document,) = vu(region, ref)["documents"]
    (attente,) = [a for a in vu(region, ref)["attentes"] if a["code"] == "envoi_refuse"]
    assert (document["etat"], attente["de"], vu(region, ref)["dates"]["recu_le"]) == ("refuse", "instructeur", None)
    boite.reponse = "250 OK"
    region.faire(
        "dossier reexpedier", "ines", dossier=ref, edition=document["edition"], courriel="autre@exemple.invalid"
    )
    region.moteur()
    (message,) = boite.recus
    assert message["To"] == "autre@exemple.invalid"
    assert vu(region, ref)["documents"][0]["sha256"] == document["sha256"]


def test_un_serveur_absent_ne_refuse_rien_et_le_document_part_quand_il_revient(region: Region, boite: Boite) -> None:
    ref = recu(region)
    boite.reponse = "451 try again later"
    region.faire("dossier accuser-reception", "ines", dossier=ref)
    region.moteur()
    assert [d["etat"] for d in vu(region, ref)["documents"]] == ["a_envoyer"]
    boite.reponse = "250 OK"
    region.moteur()
    assert [d["etat"] for d in vu(region, ref)["documents"]] == ["envoye"]


def test_ce_que_l_institution_n_a_pas_dit_est_nomme_et_rien_n_est_ecrit(region: Region, boite: Boite) -> None:
    ref = region.faire("dossier deposer", "ines", **un_depot()).ref
    region.moteur()
    boite.recus.clear()
    version = region.dossier(ref).version
    region.faire(
        "campagne declarer-service", "admin", campagne=region.dossier(ref).campagne, service="Service d’exemple"
    )
    with pytest.raises(editions.ServiceNonDeclare) as refus:
        region.faire("dossier accuser-reception", "ines", dossier=ref)
    assert refus.value.champs["manquent"] == ["adresse", "telephone", "tribunal"]
    assert "son adresse postale" in refus.value.message
    with pytest.raises(SaisieInvalide):
        region.faire("campagne declarer-service", "admin", campagne=region.dossier(ref).campagne)
    assert (region.dossier(ref).version, boite.recus) == (version, [])


def test_une_demande_de_pieces_par_courriel_ne_suspend_qu_une_fois_envoyee(region: Region, boite: Boite) -> None:
    ref = recu(region, ("statuts", "budget", "rib"))
    demande = {"pieces": "attestation_cer", "delai": "15 jours", "canal": "courriel"}
    region.faire("dossier demander-pieces", "ines", dossier=ref, **demande)
    assert not region.dossier(ref).demandes_de_pieces
    region.moteur()
    (recue,) = region.dossier(ref).demandes_de_pieces
    assert recue.pieces == ("attestation_cer",)
    assert len(boite.recus) == 1
    region.faire("dossier demander-pieces", "ines", dossier=ref, **demande)
    region.moteur()
    assert len(boite.recus) <= 2


def test_demandee_sans_etre_remise_une_piece_ne_suspend_rien_et_la_redemander_par_courriel_l_envoie(
    region: Region, boite: Boite
) -> None:
    """What is typed is not received: neither the geste alone nor its date can say it."""
    ref = recu(region, ("statuts", "budget", "rib"))
    avant, demande = vu(region, ref)["silence"], {"pieces": "attestation_cer", "delai": "15 jours"}
    region.faire("dossier demander-pieces", "ines", dossier=ref, **demande)
    assert (vu(region, ref)["silence"], vu(region, ref)["etat"]) == (avant, "enregistre")
    (due,) = [a for a in vu(region, ref)["attentes"] if a["code"] == "demande_a_remettre"]
    assert [g["geste"] for g in due["gestes"]] == ["dossier enregistrer-remise", "dossier demander-pieces"]
    region.faire("dossier demander-pieces", "ines", dossier=ref, canal="courriel", **demande)
    region.moteur()
    assert len(boite.recus) == 1
    assert vu(region, ref)["etat"] == "incomplet"
    assert vu(region, ref)["silence"] != avant
    assert "demande_a_remettre" not in {a["code"] for a in vu(region, ref)["attentes"]}


def test_une_demande_ecrite_ailleurs_suspend_du_jour_ou_elle_est_recue_sur_sa_copie(region: Region) -> None:
    ref = region.faire("dossier deposer", "ines", **un_depot(("statuts", "budget", "rib"))).ref
    region.moteur()
    region.faire("dossier demander-pieces", "ines", dossier=ref, pieces="attestation_cer", delai="15 jours")
    region.faire("dossier enregistrer-remise", "ines", dossier=ref, **REMISE)
    (recue,) = region.dossier(ref).demandes_de_pieces
    assert recue.du == region.dossier(ref).depose_le
    autre = FichierRecu("autre.txt", b"autre")
    with pytest.raises(GesteImpossible):
        region.faire("dossier enregistrer-remise", "ines", dossier=ref, fichier=autre)


def test_un_projet_ne_laisse_rien(region: Region, boite: Boite) -> None:
    ref = recu(region, (*PIECES, "bilan_precedent"))
    dossier = region.dossier(ref)
    assert not dossier.pieces_manquantes
    voulu = editions.Voulu(editions.lire_nature("accuse_reception"))
    assert editions.projet(region.services, dossier, voulu).startswith(b"%PDF-")
    lettre = {"dossier": ref, "autorite": "Commune d’exemple", "destinataire": "demandeur"}
    with pytest.raises(GesteImpossible, match="pas transmise"):
        region.faire("dossier envoyer-transmission", "ines", **lettre)
    assert (region.dossier(ref).version, boite.recus) == (dossier.version, [])
    with pytest.raises(SaisieInvalide):
        editions.lire_nature("lettre")
    for nature, refus in (
        ("notification_rejet", GesteImpossible),
        ("demande_pieces", GesteImpossible),
        ("demande_avis", SaisieInvalide),
        ("rappel_avis", SaisieInvalide),
    ):
        with pytest.raises(refus):
            editions.projet(region.services, dossier, editions.Voulu(editions.lire_nature(nature)))


def test_une_lettre_nomme_les_pieces_comme_le_reglement(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who must produce it reads a name, never the code that a règlement gives it for programs."""
    ref = region.faire("dossier deposer", "ines", **un_depot(("statuts", "budget", "rib"))).ref
    region.faire("campagne declarer-service", "admin", campagne=region.dossier(ref).campagne, **SERVICE)
    region.moteur()
    editeur, composes = type(region.services.editeur), list[dict[str, Any]]()
    composer = editeur.composer

    def noter(soi: Any, modele: str, donnees: dict[str, Any], *autres: Any, **options: Any) -> bytes:
        composes.append(donnees)
        return composer(soi, modele, donnees, *autres, **options)

    monkeypatch.setattr(editeur, "composer", noter)
    demande = {"pieces": "attestation_cer", "delai": "15 jours", "canal": "main_propre"}
    region.faire("dossier demander-pieces", "ines", dossier=ref, **demande)
    assert "Souscription au contrat d’engagement républicain" in str(composes)
    assert "attestation cer" not in str(composes)
