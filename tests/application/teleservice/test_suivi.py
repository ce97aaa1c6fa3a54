"""What happens there after the import: changed, deleted, forgotten here. A fact for people, never a silent rewrite."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from aggregates.dossier import Etat, attentes
from aggregates.dossier.teleservice import SupprimeAuTeleservice
from application.commandes import FichierRecu
from application.sans_moteur import faire_pour
from application.teleservice.distant import Suites
from tests.application.bureau import SQLITE_SUFFIT, de, envoyer
from tests.application.teleservice.guichet import MONTANT, RIB, Guichet, correspondance
from tests.demarche_numerique import (
    CORRESPONDANCE,
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
    guichet.dn.supprimes.append(supprime(1, "2026-01-30T09:00:00Z"))
    assert (guichet.passer().rejetes, guichet.passer().supprimes) == (0, 0), "for good, later: known already"
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


def avec_rib(guichet: Guichet, *noms: str) -> dict[str, Any]:
    """Return the answers of a request that has these files in the place of its RIB."""
    fichiers = [guichet.dn.fichier(nom, f"%PDF {nom} exemple fictif".encode()) for nom in noms]
    return {RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=fichiers)}


@SQLITE_SUFFIT
def test_un_fichier_retire_la_bas_sans_etre_remplace_est_dit_et_une_piece_exigee_attend_un_agent(
    guichet: Guichet,
) -> None:
    guichet.dn.deposer(1, champs=avec_rib(guichet, "rib.pdf"))
    guichet.passer()
    guichet.dn.deposer(1, "2026-01-18T10:00:00Z", champs=avec_rib(guichet, "rib-2.pdf"))
    guichet.passer()
    assert (len(guichet.dossier(1).pieces_recues["rib"]), guichet.dossier(1).retirees_la_bas) == (2, ())
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", champs=avec_rib(guichet))
    for _ in range(2):
        guichet.passer()
    lu = guichet.dossier(1)
    assert guichet.topics(1)[-2:] == ["pieces_retirees_au_teleservice", "motif_releve"]
    assert (lu.retirees_la_bas, [(m.code, m.objet) for m in lu.motifs_sans_reponse]) == (
        ("rib",),
        [("piece_retiree", "rib")],
    )
    assert len(lu.tenues("rib")) == 2, "what was received stays: an agent sets it aside, or keeps it"
    guichet.dn.deposer(1, "2026-01-22T10:00:00Z", champs=avec_rib(guichet, "rib-3.pdf"))
    guichet.passer()
    lu = guichet.dossier(1)
    assert (lu.retirees_la_bas, lu.motifs_sans_reponse) == ((), []), "put back, nothing is awaited any more"


@SQLITE_SUFFIT
@pytest.mark.parametrize("reste", ["rib.pdf", "mandat.pdf"])
def test_un_fichier_retire_a_cote_d_un_autre_est_dit_et_un_fichier_remplace_ne_l_est_pas(
    guichet: Guichet, reste: str
) -> None:
    """Two files in the place of one pièce: whichever goes, the first or the last, an agent is told; put back, nothing waits."""
    le_depot, deux = "2026-01-18T10:00:00Z", ("rib.pdf", "mandat.pdf")
    guichet.dn.deposer(1, champs=avec_rib(guichet, *deux))
    guichet.passer()
    assert len(guichet.dossier(1).tenues("rib")) == 2
    guichet.dn.deposer(1, le_depot, champs=avec_rib(guichet, reste))
    for depuis in (None, None, datetime(2026, 1, 1, tzinfo=UTC)):
        guichet.passer(depuis=depuis)
    lu = guichet.dossier(1)
    assert guichet.topics(1)[-2:] == ["pieces_retirees_au_teleservice", "motif_releve"]
    assert [(m.code, m.objet) for m in lu.motifs_sans_reponse] == [("piece_retiree", "rib")]
    parti = lu.tenues("rib")[deux.index(reste) - 1]
    assert [(f.code, f.version) for f in lu.fichiers_retires_la_bas] == [("rib", parti.version)]
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", champs=avec_rib(guichet, *deux))
    guichet.passer()
    lu = guichet.dossier(1)
    assert (lu.fichiers_retires_la_bas, lu.motifs_sans_reponse, len(lu.tenues("rib"))) == ((), [], 2)
    avant = guichet.topics(1)
    guichet.dn.deposer(1, "2026-01-22T10:00:00Z", champs=avec_rib(guichet, reste, "autre.pdf"))
    for depuis in (None, datetime(2026, 1, 1, tzinfo=UTC)):
        guichet.passer(depuis=depuis)
    assert guichet.topics(1) == [*avant, "piece_recue"], "the other took its place"
    guichet.dn.deposer(1, "2026-01-23T10:00:00Z", champs=avec_rib(guichet))
    guichet.passer()
    assert guichet.dossier(1).retirees_la_bas == ("rib",)


@SQLITE_SUFFIT
def test_une_piece_recue_ici_n_est_pas_retiree_la_bas(guichet: Guichet) -> None:
    guichet.dn.deposer(1, champs=avec_rib(guichet))
    guichet.passer()
    recue = {"dossier": guichet.dossier(1).ref, "code": "rib", "fichier": FichierRecu("rib.pdf", b"exemple fictif")}
    envoyer(guichet.services, "dossier recevoir-piece", de(), **recue)
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", champs=avec_rib(guichet))
    guichet.passer()
    assert guichet.dossier(1).retirees_la_bas == ()


@SQLITE_SUFFIT
def test_une_correction_retenue_leve_les_motifs_de_ce_qu_elle_corrige_et_releve_ceux_de_ce_qu_elle_casse(
    guichet: Guichet,
) -> None:
    def champs(fin: str, quartier: str) -> dict[str, Any]:
        return {
            "Q2hhbXAtMw==": champ("Q2hhbXAtMw==", None, "DateChamp", "Début", date="2026-07-01"),
            "Q2hhbXAtNA==": champ("Q2hhbXAtNA==", None, "DateChamp", "Fin", date=fin),
            "Q2hhbXAtNQ==": champ("Q2hhbXAtNQ==", quartier, libelle="Quartier"),
        }

    def corriger(le: str, fin: str, quartier: str) -> set[tuple[str, str]]:
        guichet.dn.deposer(1, le, champs=champs(fin, quartier))
        guichet.passer()
        envoyer(guichet.services, "dossier retenir-correction", de(), dossier=guichet.dossier(1).ref)
        return {(m.code, m.objet) for m in guichet.dossier(1).motifs_sans_reponse}

    guichet.dn.deposer(1, champs=champs("2026-06-01", "QN05981M"))
    guichet.passer()
    assert {m.code for m in guichet.dossier(1).motifs_sans_reponse} == {"periode_inversee"}
    assert corriger("2026-01-20T10:00:00Z", "2026-08-31", "QN05981M") == set()
    assert corriger("2026-01-21T10:00:00Z", "2026-06-01", "QN99999Z") == {
        ("periode_inversee", ""),
        ("qpv_inconnu", "QN99999Z"),
    }
    assert corriger("2026-01-22T10:00:00Z", "2026-08-31", "QN05981M") == set()


@SQLITE_SUFFIT
def test_deux_demarches_deposent_sous_une_meme_campagne(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.passer()
    guichet.dn.dossiers.clear()
    guichet.dn.deposer(2)
    guichet.dn.demarche = 55667788
    guichet.selon = correspondance(CORRESPONDANCE.replace(str(DEMARCHE), "55667788"))
    guichet.passer()
    guichet.passer(depuis=datetime(2026, 1, 1, tzinfo=UTC))
    assert sorted(d.teleservice[1] for d in guichet.dossiers() if d.teleservice) == [1, 2]
    assert {d.campagne for d in guichet.dossiers()} == {"NQE-2026"}
    assert [repere.demarche for repere in guichet.site.reperes.tous()] == [DEMARCHE, 55667788]


@SQLITE_SUFFIT
def test_ce_qui_se_decide_et_s_ecrit_la_bas_est_compte_et_n_est_pas_pris(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.dn.deposer(2)
    guichet.passer()
    assert guichet.site.reperes.suites(DEMARCHE) == Suites({}, 0)
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", state="accepte", messages=[{"id": "M1"}, {"id": "M2"}])
    guichet.dn.deposer(2, "2026-01-20T10:00:00Z", messages=[{"id": "M3"}])
    for _ in range(2):
        guichet.passer()
    assert guichet.site.reperes.suites(DEMARCHE) == Suites({"accepte": 1}, 3)
    assert guichet.topics(1) == ["depose", "recu_du_teleservice"], "what is decided there is not taken"
