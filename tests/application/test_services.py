"""What every command is checked for before a rule is asked: who, in which role, at what date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from aggregates.agents import RoleManquant
from aggregates.dossier import Dossier
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.habilitations import ActeurInconnu, ActeurManquant
from application.services import DateFuture
from application.store import CommandeDejaUtilisee
from kernel.identifiants import SYSTEME
from kernel.instants import jour_de
from kernel.refus import GesteImpossible, Refus
from tests.application.bureau import Atelier, de, envoyer, un_dossier


@pytest.mark.parametrize(
    ("acteur", "refus", "note"),
    [
        (None, ActeurManquant, ("acteur_manquant", None)),
        ("", ActeurManquant, ("acteur_manquant", "")),
        ("Jeanne Dupont", ActeurInconnu, ("acteur_inconnu", None)),
        ("rene", RoleManquant, ("role_manquant", "rene")),
    ],
)
def test_sans_habilitation_rien_ne_s_ecrit_que_le_refus(
    atelier: Atelier, acteur: str | None, refus: type[Exception], note: tuple[str, str | None]
) -> None:
    ref = un_dossier(atelier.services).ref
    avant = atelier.compte
    with pytest.raises(refus):
        envoyer(atelier.services, "dossier declarer-complet", de(acteur), dossier=ref)
    assert atelier.compte == replace(avant, refus=(note,))


def test_une_date_future_est_refusee_et_celle_du_jour_acceptee(atelier: Atelier) -> None:
    ref = un_dossier(atelier.services).ref
    maintenant = atelier.services.maintenant()
    avant = atelier.compte
    for le in (jour_de(maintenant) + timedelta(days=1), maintenant + timedelta(seconds=1), date(9999, 12, 31)):
        with pytest.raises(DateFuture) as refus:
            envoyer(atelier.services, "dossier declarer-complet", de(le=le), dossier=ref)
        assert refus.value.code == "date_future"
    assert atelier.compte == replace(avant, refus=(("date_future", "ines"),) * 3)
    envoyer(atelier.services, "dossier declarer-complet", de(le=jour_de(maintenant)), dossier=ref)


def test_un_role_retire_ne_sert_plus(atelier: Atelier) -> None:
    ref = un_dossier(atelier.services).ref
    envoyer(atelier.services, "habilitation retirer", de("admin"), agent="ines", role="instructeur", acte="arrêté 2")
    with pytest.raises(RoleManquant):
        envoyer(atelier.services, "dossier declarer-complet", de(), dossier=ref)
    envoyer(atelier.services, "habilitation accorder", de("admin"), agent="ines", role="instructeur", acte="arrêté 3")
    envoyer(atelier.services, "dossier declarer-complet", de(), dossier=ref)


def test_un_role_perdu_depuis_ne_change_pas_le_recu_d_une_commande_deja_faite(atelier: Atelier) -> None:
    """Design §1.5: the same id again gives the same receipt, for instance to a script whose network failed."""
    ref = un_dossier(atelier.services).ref
    appel = de()
    recu = envoyer(atelier.services, "dossier declarer-complet", appel, dossier=ref)
    envoyer(atelier.services, "habilitation retirer", de("admin"), agent="ines", role="instructeur", acte="arrêté 2")
    avant = atelier.compte
    assert envoyer(atelier.services, "dossier declarer-complet", appel, dossier=ref) == replace(recu, deja_fait=True)
    assert atelier.compte == avant
    with pytest.raises(CommandeDejaUtilisee):
        envoyer(atelier.services, "dossier retirer", appel, dossier=ref, motif="exemple fictif")


@pytest.mark.parametrize(("acteur", "code"), [("Jeanne Dupont", "acteur_inconnu"), ("ines", "role_manquant")])
def test_le_droit_se_verifie_avant_la_reference_et_un_login_inconnu_n_entre_pas_au_journal(
    atelier: Atelier, acteur: str, code: str
) -> None:
    """Who may nothing does not learn what exists."""
    for reference in ("NQE-1999", "NQE-2026"):
        with pytest.raises(Refus) as refus:
            envoyer(atelier.services, "campagne clore", de(acteur), campagne=reference)
        assert refus.value.code == code
    assert atelier.compte.refus == ((code, None if acteur == "Jeanne Dupont" else acteur),) * 2


def test_le_premier_administrateur_s_enregistre_lui_meme_une_seule_fois(vide: Atelier) -> None:
    premier = de(None)
    recu = envoyer(vide.services, "agent enregistrer", premier, identifiant="admin", roles="administrateur")
    assert recu.faits == ("agent.enregistre.v1",)
    rejoue = envoyer(vide.services, "agent enregistrer", premier, identifiant="admin", roles="administrateur")
    assert rejoue.deja_fait
    with pytest.raises(ActeurManquant):
        envoyer(vide.services, "agent enregistrer", de(None), identifiant="autre", roles="administrateur")


def test_sur_une_base_vide_seul_un_administrateur_s_enregistre_sans_personne(vide: Atelier) -> None:
    with pytest.raises(ActeurManquant):
        envoyer(vide.services, "agent enregistrer", de(None), identifiant="ines", roles="instructeur")
    assert vide.compte.faits == 0


def test_l_habilitation_utilisee_est_dans_l_entete(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    (premier, *_) = atelier.services.store.inscriptions(recu.id)
    assert (premier.entete.acteur, premier.entete.habilitation) == ("ines", "instructeur")
    assert premier.entete.commande_id == recu.commande_id


def test_un_motif_va_au_coffre_et_le_fait_n_en_garde_que_l_identifiant(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    envoyer(atelier.services, "dossier retirer", de(), dossier=recu.ref, motif="Jeanne Dupont déménage")
    lignes = historique(atelier.services, recu.id, Moment())
    assert "Jeanne Dupont déménage" in lignes[-1]["phrase"]
    assert all("Dupont" not in i.fait.model_dump_json() for i in atelier.services.store.inscriptions(recu.id))
    atelier.services.coffre.detruire_cle(recu.id)
    assert "(oublié)" in historique(atelier.services, recu.id, Moment())[-1]["phrase"]


def test_le_motif_d_une_commande_refusee_ne_remplace_pas_celui_qui_fut_accepte(atelier: Atelier) -> None:
    """The same commande_id, refused with one text, then accepted with another: the history says the second."""
    ref = un_dossier(atelier.services).ref
    appel = de("rene")
    with pytest.raises(GesteImpossible):
        envoyer(atelier.services, "dossier renvoyer", appel, dossier=ref, motif="premier texte")
    envoyer(atelier.services, "dossier declarer-complet", de(), dossier=ref)
    recu = envoyer(atelier.services, "dossier proposer", de(), dossier=ref)
    envoyer(atelier.services, "dossier renvoyer", appel, dossier=ref, motif="second texte")
    assert "second texte" in historique(atelier.services, recu.id, Moment())[-1]["phrase"]


def test_le_moteur_signe_ses_actes_de_son_propre_nom(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    envoyer(atelier.services, "dossier retirer", de(SYSTEME), dossier=recu.ref, motif="exemple")
    dernier = atelier.services.store.charger(Dossier, recu.id).inscriptions[-1].entete
    assert (dernier.acteur, dernier.habilitation) == (SYSTEME, "SYSTEME")


def test_la_date_de_ce_que_le_moteur_envoie_n_est_pas_du_contenu(atelier: Atelier) -> None:
    """It follows from what the engine reacts to: two passes that meet the same line send the same command."""
    recu = un_dossier(atelier.services)
    appel = de(SYSTEME, le=jour_de(atelier.services.maintenant()))
    premier = envoyer(atelier.services, "dossier retirer", appel, dossier=recu.ref, motif="exemple")
    assert atelier.services.store.inscriptions(recu.id)[-1].entete.effectif_le == appel.le
    plus_tard = replace(appel, le=atelier.services.maintenant())
    rejoue = envoyer(atelier.services, "dossier retirer", plus_tard, dossier=recu.ref, motif="exemple")
    assert rejoue == replace(premier, deja_fait=True)
