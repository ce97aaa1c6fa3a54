"""What happens there after the import: changed, deleted, forgotten here. A fact for people, never a silent rewrite."""

import json
from datetime import UTC, date, datetime
from typing import Any

from aggregates.dossier import Etat, attentes
from aggregates.dossier.teleservice import SupprimeAuTeleservice
from application.sans_moteur import faire_pour
from tests.application.bureau import SQLITE_SUFFIT, de, envoyer
from tests.application.teleservice.guichet import MONTANT, Guichet
from tests.demarche_numerique import (
    DEMARCHE,
    champ,
    corps,
)


def test_une_reponse_changee_apres_le_depot_attend_un_agent_et_ne_reecrit_rien(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.passer()
    moins = {MONTANT: champ(MONTANT, "9000", "DecimalNumberChamp", "Montant demandé")}
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", champs=moins)
    for _ in range(2):
        guichet.passer()
    lu = guichet.dossier(1)
    assert guichet.topics(1) == ["depose", "recu_du_teleservice", "corrige_au_teleservice"]
    assert (lu.demande_centimes, [a.cle.code for a in attentes(lu) if a.cle.code == "correction"]) == (
        1_200_000,
        ["correction"],
    )
    envoyer(guichet.services, "dossier retenir-correction", de(), dossier=lu.ref)
    assert guichet.dossier(1).demande_centimes == 900_000
    avant = guichet.services.store.derniere_position()
    guichet.passer(depuis=datetime(2026, 1, 1, tzinfo=UTC))
    assert guichet.services.store.derniere_position() == avant


@SQLITE_SUFFIT
def test_une_correction_ecartee_n_est_pas_redite_a_chaque_passe(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.passer()
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", champs={MONTANT: champ(MONTANT, "9000", "DecimalNumberChamp")})
    guichet.passer()
    ecarter = {"dossier": guichet.dossier(1).ref, "motif": "reçue après l’avis (exemple fictif)"}
    envoyer(guichet.services, "dossier ecarter-correction", de(), **ecarter)
    guichet.passer(depuis=datetime(2026, 1, 1, tzinfo=UTC))
    lu = guichet.dossier(1)
    assert (lu.demande_centimes, lu.correction) == (1_200_000, None)


@SQLITE_SUFFIT
def test_ce_qui_change_la_bas_sans_changer_la_demande_ne_dit_rien_ici(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.passer()
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", state="en_instruction")
    guichet.passer()
    assert guichet.topics(1) == ["depose", "recu_du_teleservice"]


@SQLITE_SUFFIT
def test_une_demande_oubliee_ici_ne_revient_pas(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.passer()
    ref, motif = guichet.dossier(1).ref, "exemple fictif"
    envoyer(guichet.services, "dossier retirer", de(le=date(2026, 1, 20)), dossier=ref, motif=motif)
    dua = {"campagne": "NQE-2026", "duree": "1 jour", "source": motif}
    envoyer(guichet.services, "campagne fixer-dua", de("admin"), **dua)
    envoyer(guichet.services, "dossier oublier", de("admin"), dossier=ref, motif=motif)
    faire_pour(guichet.services, [("dossier", guichet.dossier(1).id)], pilote="cli")
    avant = guichet.topics(1)
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", champs={MONTANT: champ(MONTANT, "9000", "DecimalNumberChamp")})
    bilan = guichet.passer()
    assert (bilan.deja_connus, bilan.rejetes) == (1, 0)
    assert guichet.topics(1) == avant


def supprime(numero: int, le: str = "2026-01-25T09:00:00Z", reason: str = "user_request") -> dict[str, Any]:
    return {"number": numero, "dateSupression": le, "reason": reason}


def test_un_dossier_supprime_la_bas_le_dit_ici_une_fois_et_reste(guichet: Guichet) -> None:
    for numero in (1, 2, 3):
        guichet.dn.deposer(numero)
    guichet.passer()
    guichet.dn.en_attente = [supprime(1), supprime(9)]
    guichet.dn.supprimes = [supprime(1), supprime(2, reason="expired")]
    guichet.dn.par_page = 1
    assert guichet.passer().supprimes == 2
    assert guichet.passer().supprimes == 0
    (dit,) = [i.fait for i in guichet.dossier(2).inscriptions if isinstance(i.fait, SupprimeAuTeleservice)]
    assert dit.raison == "expire"
    assert guichet.dossier(1).etat is Etat.DEPOSE, "what becomes of it is for people to say"
    assert guichet.topics(3) == ["depose", "recu_du_teleservice"]


@SQLITE_SUFFIT
def test_une_demande_rejetee_puis_supprimee_n_est_plus_attendue(guichet: Guichet) -> None:
    guichet.dn.deposer(1, champs={MONTANT: champ(MONTANT, "beaucoup")})
    assert guichet.passer().rejetes == 1
    guichet.dn.dossiers, guichet.dn.supprimes = [], [supprime(1)]
    guichet.dn.deposer(2)
    guichet.passer()
    assert guichet.site.reperes.a_relire(DEMARCHE, 0, 10) == []


@SQLITE_SUFFIT
def test_une_suppression_illisible_est_relue_a_la_passe_suivante(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.passer()
    fausse = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": [None]}
    guichet.dn.fautes = [lambda _: False, corps(json.dumps({"data": {"demarche": {"suppressions": fausse}}}).encode())]
    assert guichet.passer().incomplete
    guichet.dn.en_attente = [supprime(1)]
    assert guichet.passer().supprimes == 1
