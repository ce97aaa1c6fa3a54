"""Documents produced, sent or handed, refused; the accusé de réception; the délai that a demande starts at its reception."""

from datetime import date, timedelta
from typing import Any

import pytest

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.completude import DemandeDePiecesRecue, DemandeSatisfaite, PiecesDemandees
from aggregates.dossier.ecrits import EtatDocument, NatureDocument
from aggregates.dossier.envois import (
    DocumentEnvoye,
    DocumentProduit,
    DocumentRemis,
    EnvoiRedemande,
    EnvoiRefuse,
    ReceptionAccusee,
    delais_non_opposables,
)
from aggregates.dossier.silence import echeance_du_silence, suspensions
from kernel.attentes import Attente, Role
from kernel.identifiants import derive
from kernel.instants import fin_de_jour
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, SaisieInvalide
from tests.aggregates.dossier.fabrique import (
    ADRESSE,
    COPIE,
    MOTIF,
    QUINZE_JOURS,
    avec_pieces,
    blanc,
    demander_par_courriel,
    document,
    repris,
    un_clos,
    un_depose,
    un_recu,
)
from tests.aggregates.fabrique import JOUR, UN, par, rien, topics, verbes, verifie_refus

CINQ_JOURS_APRES = JOUR + timedelta(days=5)


def enregistre(**champs: Any) -> Dossier:
    dossier = un_depose(**champs)
    if dossier.a_enregistrer:
        dossier.enregistrer()
    return par(dossier)


def attente(dossier: Dossier, code: str) -> Attente:
    (lue,) = [a for a in attentes(dossier) if a.cle.code == code]
    return lue


def codes(dossier: Dossier) -> set[str]:
    return {a.cle.code for a in attentes(dossier)}


def test_l_accuse_est_attendu_d_un_instructeur_dans_les_dix_jours_ouvres() -> None:
    due = attente(enregistre(), "accuse_reception")
    assert (due.de, [g.nom for g in due.gestes]) == (
        Role.INSTRUCTEUR,
        ["dossier accuser-reception", "dossier enregistrer-accuse"],
    )
    assert due.echeance == fin_de_jour(date(2026, 1, 26))  # dépôt on Monday 12 January
    assert "R112-11-2" in due.fondement


def test_l_accuse_n_est_delivre_qu_une_fois_envoye_et_dit_quand_naitrait_le_rejet() -> None:
    dossier = enregistre()
    produit = document(dossier, NatureDocument.ACCUSE)
    dossier.produire(produit)
    assert topics(dossier) == [DocumentProduit.topic]
    assert (dossier.etat, dossier.recu_le) == (Etat.ENREGISTRE, None)
    assert "accuse_reception" not in codes(dossier)
    envoi = attente(dossier, "envoi")
    assert (envoi.de, envoi.automatisme, envoi.cle.objet) == (Role.SYSTEME, "envoyer_document", "demandeur")

    par(dossier, "SYSTEME").constater_envoi(produit.edition)
    message = derive(produit.edition, "message", "demandeur")
    assert dossier.nouveaux_faits == [
        DocumentEnvoye(edition=produit.edition, destinataire="demandeur", message=message),
        ReceptionAccusee(edition=produit.edition, rejet_implicite_le=date(2026, 3, 12)),
    ]
    assert (dossier.etat, dossier.recu_le) == (Etat.RECU, JOUR)
    assert codes(dossier).isdisjoint({"envoi", "accuse_reception"})
    par(dossier, "SYSTEME").constater_envoi(produit.edition)
    assert rien(dossier)


def test_remis_en_main_propre_il_est_delivre_le_jour_meme() -> None:
    dossier = enregistre()
    dossier.produire(document(dossier, NatureDocument.ACCUSE, adresse=None))
    assert topics(dossier) == [DocumentProduit.topic, DocumentRemis.topic, ReceptionAccusee.topic]
    assert dossier.recu_le == JOUR


def test_une_adresse_refusee_est_attendue_de_l_instructeur_et_l_accuse_n_est_pas_delivre() -> None:
    dossier = enregistre()
    produit = document(dossier, NatureDocument.ACCUSE)
    dossier.produire(produit)
    par(dossier, "SYSTEME").constater_envoi_refuse(produit.edition, 550)
    assert dossier.nouveaux_faits == [EnvoiRefuse(edition=produit.edition, destinataire="demandeur", code=550)]
    due = attente(dossier, "envoi_refuse")
    assert (due.de, [g.nom for g in due.gestes]) == (Role.INSTRUCTEUR, ["dossier reexpedier"])
    assert (dossier.recu_le, "accuse_reception" in codes(dossier)) == (None, False)

    message = dossier.documents[produit.edition].message
    par(dossier).reexpedier(produit.edition, MOTIF)
    assert dossier.nouveaux_faits == [EnvoiRedemande(edition=produit.edition, destinataire="demandeur", adresse=MOTIF)]
    par(dossier).reexpedier(produit.edition, MOTIF)
    assert rien(dossier)
    par(dossier, "SYSTEME").constater_envoi(produit.edition)
    assert (dossier.documents[produit.edition].message, dossier.recu_le) == (message, JOUR)
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.reexpedier(produit.edition, ADRESSE)


def test_un_document_refuse_peut_etre_remis() -> None:
    dossier = enregistre()
    produit = document(dossier, NatureDocument.ACCUSE)
    dossier.produire(produit)
    par(dossier, "SYSTEME").constater_envoi_refuse(produit.edition, 550)
    par(dossier).reexpedier(produit.edition, None)
    assert topics(dossier) == [DocumentRemis.topic, ReceptionAccusee.topic]
    par(dossier).reexpedier(produit.edition, None)
    assert rien(dossier)
    with verifie_refus(dossier, SaisieInvalide):
        dossier.reexpedier(UN, None)


def test_un_document_reste_a_envoyer_une_fois_le_dossier_clos_et_ne_l_est_plus_une_fois_oublie() -> None:
    dossier = enregistre()
    dossier.produire(document(dossier, NatureDocument.TRANSMISSION))
    par(dossier).retirer(MOTIF)
    assert codes(dossier) == {"envoi"}
    par(dossier, "admin-1").oublier(UN)
    assert codes(dossier) == {"oubli"}


def test_sans_horloge_du_silence_ni_accuse_d_enregistrement_l_accuse_est_refuse() -> None:
    for dossier in (blanc(), un_depose(), un_clos()):
        with verifie_refus(par(dossier), GesteImpossible):
            dossier.enregistrer_accuse(COPIE, sans_recours=False)


def test_un_accuse_delivre_ailleurs_est_enregistre_par_sa_copie_et_un_complet_remplace_un_defectueux() -> None:
    dossier = enregistre()
    dossier.enregistrer_accuse(COPIE, sans_recours=True)
    assert dossier.nouveaux_faits == [
        ReceptionAccusee(sha256=COPIE, sans_recours=True, rejet_implicite_le=date(2026, 3, 12))
    ]
    assert "accuse_reception" in codes(dossier)
    par(dossier).enregistrer_accuse(COPIE, sans_recours=True)
    assert rien(dossier)
    dossier.enregistrer_accuse("a" * 64, sans_recours=False)
    assert "accuse_reception" not in codes(dossier)
    with verifie_refus(par(dossier), DejaFait):
        dossier.enregistrer_accuse("b" * 64, sans_recours=False)


@pytest.mark.parametrize(
    ("delivre", "sans_recours", "papier", "au", "raison"),
    [
        (None, False, False, date(2026, 1, 26), None),
        (None, False, False, date(2026, 1, 27), "non délivré"),
        (date(2026, 1, 26), False, False, date(2027, 1, 1), None),
        (date(2026, 1, 27), False, False, date(2027, 1, 1), "délivré le 27/01/2026, après le 26/01/2026"),
        (date(2026, 1, 27), False, True, date(2027, 1, 1), None),
        (None, False, True, date(2026, 3, 12), None),
        (None, False, True, date(2026, 3, 13), "non délivré"),
        (date(2026, 1, 13), True, False, date(2026, 1, 14), "sans les voies et délais de recours"),
    ],
)
def test_les_delais_de_recours_ne_sont_pas_opposables_sans_accuse_tardif_ou_defectueux(
    delivre: date | None, *, sans_recours: bool, papier: bool, au: date, raison: str | None
) -> None:
    dossier = enregistre(**({"canal": "papier", "accuse": None, "accuse_avant": None} if papier else {}))
    if delivre is not None:
        par(dossier, le=delivre).enregistrer_accuse(COPIE, sans_recours=sans_recours)
    dit = delais_non_opposables(dossier, fin_de_jour(au) - timedelta(seconds=1))
    assert dit == raison if raison is None else dit is not None and raison in dit


def test_une_demande_de_pieces_envoyee_ne_suspend_qu_a_sa_reception_presumee() -> None:
    dossier = un_recu()
    edition = demander_par_courriel(dossier, "statuts")
    assert topics(dossier) == [PiecesDemandees.topic, DocumentProduit.topic]
    assert (dossier.etat, suspensions(dossier)) == (Etat.RECU, ())
    assert {"completude", "envoi"} <= codes(dossier)

    par(dossier, "SYSTEME", CINQ_JOURS_APRES).constater_envoi(edition)
    (_, recue) = dossier.nouveaux_faits
    assert isinstance(recue, DemandeDePiecesRecue)
    assert (recue.presumee, recue.jusqu_au) == (True, CINQ_JOURS_APRES + timedelta(days=15))
    assert "présumée" in recue.phrase(None)  # type: ignore[arg-type] # its sentence names nobody
    (arret,) = suspensions(dossier)
    assert (arret.du, arret.au) == (CINQ_JOURS_APRES, CINQ_JOURS_APRES + timedelta(days=15))
    assert dossier.etat is Etat.INCOMPLET
    echeance = echeance_du_silence(dossier)
    assert echeance is not None
    assert echeance.dernier_jour == date(2026, 3, 28)


def test_remise_en_main_propre_elle_suspend_ce_jour_la() -> None:
    dossier = un_recu()
    demander_par_courriel(dossier, "statuts", adresse=None)
    assert topics(dossier)[-1] == DemandeDePiecesRecue.topic
    (arret,) = suspensions(dossier)
    assert (arret.du, arret.au) == (JOUR, JOUR + timedelta(days=15))


def test_demandee_mais_pas_remise_elle_ne_suspend_rien_et_dit_quel_geste_la_remet() -> None:
    dossier = un_recu()
    avant = echeance_du_silence(dossier)
    demande = dossier.demander_pieces(["statuts"], QUINZE_JOURS)
    assert (dossier.etat, suspensions(dossier), echeance_du_silence(dossier)) == (Etat.RECU, (), avant)
    assert '"jusqu_au"' not in dossier.nouveaux_faits[0].model_dump_json(), "only older facts have one"
    due = attente(dossier, "demande_a_remettre")
    assert (due.de, due.cle.objet, due.cle.ouverte_par) == (Role.INSTRUCTEUR, "statuts", demande)
    assert verbes(due) == ("enregistrer-remise", "demander-pieces")
    with verifie_refus(par(dossier, le=JOUR - timedelta(days=1)), AvantLeJalon):
        dossier.enregistrer_remise(demande, COPIE)
    par(dossier, le=CINQ_JOURS_APRES).enregistrer_remise(None, COPIE)
    assert [(s.du, s.au) for s in suspensions(dossier)] == [(CINQ_JOURS_APRES, CINQ_JOURS_APRES + timedelta(days=15))]
    assert "demande_a_remettre" not in codes(dossier)
    assert f"selon la copie gardée (empreinte {COPIE[:12]})" in dossier.nouveaux_faits[0].phrase(None)  # type: ignore[arg-type] # its sentence names nobody
    par(dossier, le=CINQ_JOURS_APRES).enregistrer_remise(None, COPIE)
    assert rien(dossier)
    with verifie_refus(par(dossier), GesteImpossible):
        dossier.enregistrer_remise(None, "a" * 64)


def test_de_plusieurs_demandes_a_remettre_on_dit_laquelle_est_recue() -> None:
    dossier = un_recu()
    un, deux = (dossier.demander_pieces([code], QUINZE_JOURS) for code in ("statuts", "rib"))
    with verifie_refus(par(dossier), SaisieInvalide) as refus:
        dossier.enregistrer_remise(None, COPIE)
    assert f"{un} (statuts) ; {deux} (rib)" in refus.value.message
    dossier.enregistrer_remise(deux, COPIE)
    assert [d.pieces for d in dossier.demandes_de_pieces] == [("rib",)]


def test_la_date_de_reception_corrigee_fait_recompter_le_delai_sans_preceder_la_demande() -> None:
    dossier = par(un_recu(), le=JOUR)
    dossier.demander_pieces(["statuts"], QUINZE_JOURS)
    par(dossier, le=CINQ_JOURS_APRES).enregistrer_remise(None, COPIE)
    recue, deux = dossier.version, JOUR + timedelta(days=2)
    with verifie_refus(par(dossier, le=CINQ_JOURS_APRES), AvantLeJalon):
        dossier.corriger_date(recue, JOUR - timedelta(days=1), MOTIF)
    dossier.corriger_date(recue, deux, MOTIF)
    assert [(s.du, s.au) for s in suspensions(dossier)] == [(deux, deux + timedelta(days=15))]


def test_la_meme_demande_a_remettre_n_est_faite_qu_une_fois() -> None:
    dossier = un_recu()
    demander_par_courriel(dossier, "statuts")
    par(dossier).demander_pieces(["statuts"], dossier.demandes_a_remettre[dossier.version - 1].delai)
    assert rien(dossier)


def test_des_pieces_produites_avant_la_reception_de_leur_demande_la_satisfont() -> None:
    dossier = un_recu()
    edition = demander_par_courriel(dossier, "statuts")
    avec_pieces(par(dossier), "statuts")
    par(dossier, "SYSTEME", CINQ_JOURS_APRES).constater_envoi(edition)
    assert topics(dossier)[-1] == DemandeSatisfaite.topic
    assert suspensions(dossier) == ()


def test_le_meme_document_n_est_produit_qu_une_fois() -> None:
    dossier = enregistre()
    produit = document(dossier, NatureDocument.ACCUSE)
    dossier.produire(produit)
    par(dossier).produire(produit)
    assert rien(dossier)
    assert dossier.documents[produit.edition].etat is EtatDocument.A_ENVOYER


def test_un_document_que_le_dossier_n_a_pas_n_est_ni_envoye_ni_refuse() -> None:
    dossier = enregistre()
    with verifie_refus(dossier, SaisieInvalide):
        dossier.constater_envoi(UN)
    with verifie_refus(dossier, SaisieInvalide):
        dossier.constater_envoi_refuse(UN, 550)


def test_une_personne_publique_n_a_pas_de_delais_opposables_ni_inopposables() -> None:
    """An authority is not « le public » (CRPA, art. L100-3), and a request taken over had no accusé from here."""
    tard = fin_de_jour(date(2027, 1, 1))
    assert delais_non_opposables(un_depose(), tard) is not None
    publique = un_depose()
    publique.constater_nature("7210", JOUR, MOTIF)
    assert delais_non_opposables(publique, tard) is None
    reprise = blanc()
    reprise.reprendre(repris())
    assert delais_non_opposables(reprise, tard) is None
