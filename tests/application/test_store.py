"""One command, one aggregate, one transaction, one receipt: on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from aggregates.deliberation import Deliberation
from aggregates.dossier import Dossier
from application.commandes import FichierRecu
from application.store import CommandeDejaUtilisee, VersionPerimee
from kernel.agregat import plier
from kernel.identifiants import ReferenceInconnue
from kernel.refus import GesteImpossible
from tests.aggregates.fabrique import etat
from tests.application.bureau import Atelier, de, envoyer, un_dossier

MOTIF = {"motif": "le porteur renonce"}


def test_la_meme_commande_redonne_le_meme_recu_et_n_ecrit_rien_de_plus(atelier: Atelier) -> None:
    ref = un_dossier(atelier.services).ref
    appel = de()
    premier = envoyer(atelier.services, "dossier declarer-complet", appel, dossier=ref)
    avant = atelier.compte
    second = envoyer(atelier.services, "dossier declarer-complet", appel, dossier=ref)
    assert premier.faits == ("dossier.declare_complet.v1",)
    assert not premier.deja_fait
    assert second == replace(premier, deja_fait=True)
    assert atelier.compte == avant


def test_une_repetition_silencieuse_a_son_recu(atelier: Atelier) -> None:
    ref = un_dossier(atelier.services).ref
    envoyer(atelier.services, "dossier declarer-complet", de(), dossier=ref)
    avant = atelier.compte
    recu = envoyer(atelier.services, "dossier declarer-complet", de(), dossier=ref)
    assert (recu.faits, recu.deja_fait) == ((), False)
    assert atelier.compte == replace(avant, recus=avant.recus + 1)


@pytest.mark.parametrize("autre", ["motif", "date", "geste"])
def test_la_meme_commande_avec_un_autre_contenu_est_refusee(atelier: Atelier, autre: str) -> None:
    ref = un_dossier(atelier.services).ref
    appel = de()
    envoyer(atelier.services, "dossier retirer", appel, dossier=ref, **MOTIF)
    avant = atelier.compte
    nom, options = "dossier retirer", {"dossier": ref, **MOTIF}
    if autre == "motif":
        options["motif"] = "autre motif"
    elif autre == "date":
        appel = replace(appel, le=atelier.services.maintenant())
    else:
        nom = "dossier declarer-irrecevable"
    with pytest.raises(CommandeDejaUtilisee) as refus:
        envoyer(atelier.services, nom, appel, **options)
    assert refus.value.code == "commande_deja_utilisee"
    assert atelier.compte == replace(avant, refus=(("commande_deja_utilisee", appel.acteur),))


def test_l_identifiant_d_un_autre_est_une_autre_commande(atelier: Atelier) -> None:
    ref, appel = un_dossier(atelier.services).ref, de()
    recu = envoyer(atelier.services, "dossier retirer", appel, dossier=ref, **MOTIF)
    envoyer(atelier.services, "agent enregistrer", de("admin"), identifiant="iris", roles="instructeur")
    avant, le_sien = atelier.compte, replace(appel, acteur="iris")
    autre = envoyer(atelier.services, "dossier retirer", le_sien, dossier=ref, **MOTIF)
    assert (autre.faits, autre.deja_fait) == ((), False), "she repeats what is done; it is not his receipt"
    assert atelier.compte == replace(avant, recus=avant.recus + 1)
    assert envoyer(atelier.services, "dossier retirer", appel, dossier=ref, **MOTIF) == replace(recu, deja_fait=True)


def test_les_options_par_defaut_ne_comptent_pas_dans_le_contenu(atelier: Atelier) -> None:
    ref = un_dossier(atelier.services).ref
    envoyer(atelier.services, "dossier declarer-complet", de(), dossier=ref)
    appel = de()
    envoyer(atelier.services, "dossier proposer", appel, dossier=ref)
    recu = envoyer(atelier.services, "dossier proposer", appel, dossier=ref, montant_centimes=None, motif=None)
    assert recu.deja_fait


def test_une_version_affichee_qui_a_bouge_est_refusee(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    with pytest.raises(VersionPerimee) as refus:
        envoyer(atelier.services, "dossier declarer-complet", de(version=recu.version - 1), dossier=recu.ref)
    assert refus.value.code == "version_perimee"
    assert refus.value.champs == {"version_vue": recu.version - 1, "version": recu.version}
    envoyer(atelier.services, "dossier declarer-complet", de(version=recu.version), dossier=recu.ref)


def test_un_refus_n_ecrit_ni_fait_ni_recu_mais_une_ligne_a_son_journal(atelier: Atelier) -> None:
    ref = un_dossier(atelier.services, pieces=("statuts",)).ref
    avant = atelier.compte
    appel = de()
    for attendus in (1, 2):
        with pytest.raises(GesteImpossible) as refus:
            envoyer(atelier.services, "dossier classer-sans-suite", appel, dossier=ref, **MOTIF)
        assert atelier.compte == replace(avant, refus=(("geste_impossible", "ines"),) * attendus)
    assert "Ce qui est attendu : " in refus.value.message
    premiere = refus.value.champs["attentes"][0]
    assert (premiere["code"], premiere["de"]) == ("completude", "instructeur")
    assert premiere["gestes"][0] == {"geste": "dossier demander-pieces", "ref": ref, "reversible": False}


def test_un_refus_ne_propose_jamais_le_geste_qu_il_refuse(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    envoyer(atelier.services, "dossier declarer-complet", de(), dossier=recu.ref)
    with pytest.raises(GesteImpossible) as refus:
        envoyer(atelier.services, "dossier viser", de("rene"), dossier=recu.ref)
    assert "dossier viser" not in refus.value.message
    assert "dossier proposer" in refus.value.message


def test_une_commande_refusee_peut_reussir_plus_tard_sous_le_meme_identifiant(atelier: Atelier) -> None:
    ref = un_dossier(atelier.services, pieces=("statuts",)).ref
    appel = de(acteur="rene")
    with pytest.raises(GesteImpossible):
        envoyer(atelier.services, "dossier viser", appel, dossier=ref)
    for code in ("budget", "rib", "attestation_cer"):
        envoyer(
            atelier.services, "dossier recevoir-piece", de(), dossier=ref, code=code, fichier=FichierRecu(code, b"x")
        )
    envoyer(atelier.services, "dossier declarer-complet", de(), dossier=ref)
    envoyer(atelier.services, "dossier proposer", de(), dossier=ref)
    assert envoyer(atelier.services, "dossier viser", appel, dossier=ref).faits == ("dossier.vise.v1",)


def test_l_identifiant_d_un_autre_genre_est_une_reference_inconnue(atelier: Atelier) -> None:
    dossier = un_dossier(atelier.services)
    envoyer(atelier.services, "agent enregistrer", de("admin"), identifiant="samir", roles="assemblees")
    avant = atelier.compte
    with pytest.raises(ReferenceInconnue, match="n’est pas l’identifiant d’un élément de ce genre \\(deliberation\\)"):
        envoyer(atelier.services, "deliberation numeroter", de("samir"), deliberation=str(dossier.id))
    with pytest.raises(ReferenceInconnue):
        atelier.services.store.charger_a(Deliberation, dossier.id, au=None, connu_au=None)
    assert atelier.compte == replace(avant, refus=(*avant.refus, ("reference_inconnue", "samir")))


def test_un_aggregat_relu_est_le_repli_de_ce_qui_fut_enregistre(atelier: Atelier) -> None:
    recu = un_dossier(atelier.services)
    envoyer(atelier.services, "dossier retirer", de(), dossier=recu.ref, **MOTIF)
    store = atelier.services.store
    inscriptions = store.inscriptions(recu.id)
    assert [i.position for i in inscriptions] == sorted(i.position or 0 for i in inscriptions)
    assert all(i.enregistre_le is not None for i in inscriptions)
    relu = store.charger_existant(Dossier, recu.id)
    assert etat(relu) == etat(plier(Dossier, recu.id, inscriptions))
    avant = atelier.services.maintenant() - timedelta(days=1)
    assert store.charger_a(Dossier, recu.id, au=None, connu_au=avant).version == 0
    assert not store.charger(Dossier, uuid4()).existe
    with pytest.raises(ReferenceInconnue):
        store.charger_existant(Dossier, uuid4())
