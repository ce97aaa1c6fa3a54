"""What people file on Démarche Numérique becomes a dossier, once, whatever happens on the way; on both engines."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from aggregates.dossier import Etat
from application.numeros import id_de
from application.sans_moteur import faire_ce_qui_est_du
from application.teleservice import passe
from application.teleservice.distant import TeleserviceInjoignable
from kernel.refus import Refus
from tests.application.bureau import SQLITE_SUFFIT
from tests.application.teleservice.guichet import MONTANT, RIB, Guichet, correspondance
from tests.demarche_numerique import (
    CORRESPONDANCE,
    DEMARCHE,
    champ,
    corps,
    coupee,
    statut,
    trou,
)


def test_une_demande_devient_un_dossier_depose_le_jour_de_son_depot(guichet: Guichet) -> None:
    rib = guichet.dn.fichier("rib.pdf", b"%PDF exemple fictif", le="2026-01-09T08:00:00Z")
    guichet.dn.deposer(4001, champs={RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=[rib])})
    bilan = guichet.passer()
    assert (bilan.lus, bilan.deposes, bilan.pieces, bilan.rejets) == (1, 1, 1, [])
    lu = guichet.dossier(4001)
    assert (lu.etat, lu.objet, lu.demande_centimes) == (Etat.DEPOSE, "Exemple fictif 4001", 1_200_000)
    assert (str(lu.depose_le), lu.qpv, lu.communes) == ("2026-01-10", ("QN05981M",), ("59512",))
    assert [ligne.montant_centimes for ligne in lu.charges] == [1_840_000]
    assert [ligne.montant_centimes for ligne in lu.produits] == [1_200_000, 640_000]
    ((jour, *_),) = lu.pieces_recues["rib"]
    assert str(jour) == "2026-01-10", "uploaded before the dépôt, it comes with it"
    contact = json.loads(guichet.services.coffre.lire(lu.contact) or "") if lu.contact else {}
    assert contact["courriel"] == "porteur4001@exemple.invalid"


def test_redire_la_meme_chose_ne_depose_rien_deux_fois(guichet: Guichet) -> None:
    for numero in (1, 2, 3):
        guichet.dn.deposer(numero)
    guichet.passer()
    avant = guichet.services.store.derniere_position()
    for _ in range(2):
        assert guichet.passer().deposes == 0
    assert guichet.passer(depuis=datetime(2026, 1, 1, tzinfo=UTC)).deja_connus == 3
    assert guichet.services.store.derniere_position() == avant


def test_les_reperes_perdus_rien_n_est_depose_deux_fois(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.passer()
    avant = guichet.services.store.derniere_position()
    guichet.site.reperes.noter(type(guichet.site.reperes.lire(DEMARCHE))(demarche=DEMARCHE))
    vu = guichet.site.reperes.vu(DEMARCHE, 1)
    assert vu is not None
    guichet.site.reperes.voir(DEMARCHE, type(vu)(1, datetime(2000, 1, 1, tzinfo=UTC), None))
    assert guichet.passer().deposes == 0
    assert guichet.services.store.derniere_position() == avant


@SQLITE_SUFFIT
def test_un_autre_agent_qui_importe_ne_redepose_rien(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    guichet.passer("ines")
    avant = guichet.services.store.derniere_position()
    assert guichet.passer("admin", depuis=datetime(2026, 1, 1, tzinfo=UTC)).deposes == 0
    assert guichet.services.store.derniere_position() == avant


def test_des_doublons_et_des_pages_dans_le_desordre_donnent_les_memes_dossiers(guichet: Guichet) -> None:
    guichet.dn.par_page = 2
    for numero in (1, 2, 3):
        guichet.dn.deposer(numero)
    ancien = guichet.dn.dossiers[0]
    nouveau = {**ancien, "dateDerniereModification": "2026-01-20T09:00:00Z"}
    nouveau["champs"] = [
        c if c["champDescriptorId"] != MONTANT else {**c, "stringValue": "9000"} for c in ancien["champs"]
    ]
    guichet.dn.dossiers = [nouveau, *guichet.dn.dossiers[::-1], ancien, nouveau]
    guichet.passer()
    assert sorted(d.teleservice[1] for d in guichet.dossiers() if d.teleservice) == [1, 2, 3]
    lu = guichet.dossier(1)
    assert (lu.demande_centimes, lu.correction) == (900_000, None), "what is older than what was filed changes nothing"


def test_une_erreur_au_milieu_d_une_page_ne_perd_rien(guichet: Guichet) -> None:
    for numero in (1, 2, 3):
        guichet.dn.deposer(numero)
    guichet.dn.fautes = [trou(1)]
    bilan = guichet.passer()
    assert (bilan.deposes, bilan.incomplete, bilan.rejetes) == (2, True, 1)
    assert guichet.passer().deposes == 1
    assert len(guichet.dossiers()) == 3


@pytest.mark.parametrize("faute", [statut(500), coupee, corps(b'{"data": {"demarche": ')])
@SQLITE_SUFFIT
def test_une_panne_entre_deux_pages_reprend_a_la_seconde(guichet: Guichet, faute: Any) -> None:
    guichet.dn.par_page = 2
    for numero in (1, 2, 3):
        guichet.dn.deposer(numero)
    guichet.dn.fautes = [lambda _: False, *[faute] * 4]
    with pytest.raises(TeleserviceInjoignable):
        guichet.passer()
    assert len(guichet.dossiers()) == 2
    assert "ne répond pas comme il faut" in (guichet.site.reperes.lire(DEMARCHE).panne or "")
    guichet.dn.demandes.clear()
    assert guichet.passer().lus == 1, "the first page is behind"
    assert guichet.dn.demandes[0][1]["variables"]["apres"] == "2"
    assert (len(guichet.dossiers()), guichet.site.reperes.lire(DEMARCHE).panne) == (3, None)


@pytest.mark.parametrize("ou", ["dn.avant_dossier_vu", "dn.avant_repere"])
def test_arretee_entre_la_page_et_son_repere_la_passe_suivante_ne_depose_rien_deux_fois(
    guichet: Guichet, ou: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    guichet.dn.par_page = 2
    for numero in (1, 2, 3):
        guichet.dn.deposer(numero)

    def arreter(point: str) -> None:
        if point == ou:
            raise KeyboardInterrupt

    with monkeypatch.context() as m:
        m.setattr(passe, "passer", arreter)
        with pytest.raises(KeyboardInterrupt):
            guichet.passer()
    guichet.passer()
    assert sorted(d.teleservice[1] for d in guichet.dossiers() if d.teleservice) == [1, 2, 3]
    assert {tuple(guichet.topics(n)).count("depose") for n in (1, 2, 3)} == {1}


@SQLITE_SUFFIT
def test_une_suite_que_demarche_numerique_ne_connait_plus_fait_recommencer(guichet: Guichet) -> None:
    guichet.dn.par_page = 2
    for numero in (1, 2, 3):
        guichet.dn.deposer(numero)
    guichet.dn.fautes = [lambda _: False, *[statut(500)] * 4]
    with pytest.raises(TeleserviceInjoignable):
        guichet.passer()
    perdue = {"data": None, "errors": [{"message": "Invalid cursor", "extensions": {"code": "bad_request"}}]}
    guichet.dn.fautes = [corps(json.dumps(perdue).encode())]
    guichet.passer()
    assert len(guichet.dossiers()) == 3


@SQLITE_SUFFIT
def test_une_page_qui_se_redonne_toujours_est_dite(guichet: Guichet) -> None:
    guichet.dn.deposer(1)
    page = {"pageInfo": {"hasNextPage": True, "endCursor": "toujours"}, "nodes": []}
    guichet.dn.fautes = [corps(json.dumps({"data": {"demarche": {"dossiers": page}}}).encode())] * 3
    with pytest.raises(TeleserviceInjoignable, match="toujours la même page"):
        guichet.passer()


def test_ce_qui_ne_se_prend_pas_est_dit_et_le_reste_est_depose(guichet: Guichet) -> None:
    guichet.dn.deposer(
        1,
        champs={
            "Q2hhbXAtMw==": champ("Q2hhbXAtMw==", "?", "DateChamp", "Début", date="31/02/2026"),
            "Q2hhbXAtNQ==": champ("Q2hhbXAtNQ==", "le quartier du haut", libelle="Quartier"),
            "Q2hhbXAtOTk=": champ("Q2hhbXAtOTk=", "une réponse nouvelle", libelle="Champ ajouté"),
            "Q2hhbXAtOTg=": champ("Q2hhbXAtOTg=", "", libelle="Titre de section"),
        },
    )
    bilan = guichet.passer()
    assert (bilan.deposes, bilan.rejetes) == (1, 1)
    assert [(r["champ"], r["valeur"], r["motif"]) for r in bilan.rejets] == [
        ("Début", "31/02/2026", "cette date n’existe pas au calendrier"),
        ("Quartier", "le quartier du haut", "aucun code n’y est écrit"),
        ("Champ ajouté", "une réponse nouvelle", "la correspondance ne connaît pas ce champ"),
    ]
    (vu,) = guichet.site.reperes.rejetes(DEMARCHE, 10)
    assert {rejet.valeur for rejet in vu.rejets} == {None}, "what was answered is not kept out of the coffre"


@pytest.mark.parametrize(
    ("dits", "motif"),
    [
        ({"champs": {"Q2hhbXAtMQ==": champ("Q2hhbXAtMQ==", "", libelle="Intitulé")}}, "ne peut s’en passer"),
        ({"champs": {"Q2hhbXAtMQ==": champ("Q2hhbXAtMQ==", "x" * 501)}}, "dépasse 500 caractères"),
        ({"demandeur": {"__typename": "PersonnePhysique", "nom": "Exemple"}}, "rien ne désigne le demandeur"),
        ({"state": "accepte"}, "déjà accepté sur Démarche Numérique"),
    ],
)
@SQLITE_SUFFIT
def test_ce_dont_une_demande_ne_peut_se_passer_attend_d_etre_corrige(
    guichet: Guichet, dits: dict[str, Any], motif: str
) -> None:
    guichet.dn.deposer(1, **dits)
    guichet.dn.deposer(2)
    bilan = guichet.passer()
    assert (bilan.deposes, bilan.rejetes) == (1, 1)
    assert motif in bilan.rejets[0]["motif"]
    assert guichet.passer().rejetes == 1, "it is asked again at each pass, by its number"
    guichet.dn.deposer(1, "2026-01-15T10:00:00Z")
    assert guichet.passer().deposes == 1
    assert guichet.site.reperes.compter_rejets(DEMARCHE) == 0


@pytest.mark.parametrize(
    ("champs", "motif"),
    [
        ({"checksum": "AAAAAAAAAAAAAAAAAAAAAA=="}, "somme de contrôle"),
        ({"byteSizeBigInt": "5000"}, "plus que les 1000 permis"),
        ({"url": "https://ailleurs.exemple.invalid/rib.pdf"}, "hôte connu"),
    ],
)
@SQLITE_SUFFIT
def test_un_fichier_qui_ne_se_prend_pas_n_empeche_pas_le_depot(
    guichet: Guichet, champs: dict[str, str], motif: str
) -> None:
    bon = guichet.dn.fichier("rib.pdf", b"exemple fictif")
    deux = [bon | champs, guichet.dn.fichier("rib-2.pdf", b"un second exemple fictif")]
    guichet.dn.deposer(1, champs={RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=deux)})
    bilan = guichet.passer()
    assert (bilan.deposes, bilan.pieces, bilan.rejetes) == (1, 1, 1)
    assert motif in bilan.rejets[0]["motif"]
    lourde = [("piece_trop_lourde", "rib")] if "byteSizeBigInt" in champs else []
    assert [(m.code, m.objet) for m in guichet.dossier(1).motifs_sans_reponse] == lourde
    guichet.dn.deposer(
        1, "2026-01-13T09:00:00Z", champs={RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=deux)}
    )
    assert guichet.passer().rejetes == 1, "changed there, and still not to be taken"
    guichet.dn.deposer(
        1, "2026-01-13T09:00:00Z", champs={RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=[bon])}
    )
    assert guichet.passer().pieces == 1, "the same request is asked again until its files are there"
    assert len(guichet.dossier(1).pieces_recues["rib"]) == 2


@SQLITE_SUFFIT
def test_une_piece_deja_recue_n_est_pas_retelechargee(guichet: Guichet) -> None:
    rib = [guichet.dn.fichier("rib.pdf", b"exemple fictif")]
    pieces = {RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=rib)}
    guichet.dn.deposer(1, champs=pieces)
    guichet.passer()
    guichet.dn.deposer(1, "2026-01-20T10:00:00Z", champs=pieces)
    guichet.passer()
    assert len(guichet.dn.telecharges) == 1


@SQLITE_SUFFIT
def test_une_piece_remplacee_sur_demarche_numerique_est_recue_a_sa_date(guichet: Guichet) -> None:
    for le, contenu in (("2026-01-10T07:00:00Z", b"premier"), ("2026-01-22T07:00:00Z", b"second")):
        rib = [guichet.dn.fichier("rib.pdf", contenu, le=le)]
        pieces = {RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=rib)}
        guichet.dn.deposer(1, le.replace("T07", "T09"), champs=pieces)
        guichet.passer()
    assert [str(jour) for jour, *_ in guichet.dossier(1).pieces_recues["rib"]] == ["2026-01-10", "2026-01-22"]


@SQLITE_SUFFIT
def test_tout_ce_qui_est_recu_est_enregistre_et_ce_qui_ne_va_pas_est_un_motif(guichet: Guichet) -> None:
    inconnu = {"__typename": "PersonneMorale", "siret": "123", "entreprise": {"raisonSociale": "Sans numéro (exemple)"}}
    vide = [guichet.dn.fichier("rib.pdf", b" ")]
    guichet.dn.deposer(
        1,
        demandeur=inconnu,
        champs={
            "Q2hhbXAtMTU=": champ("Q2hhbXAtMTU=", "1", "DecimalNumberChamp"),
            MONTANT: champ(MONTANT, "beaucoup", libelle="Montant demandé"),
            "Q2hhbXAtNQ==": champ("Q2hhbXAtNQ==", "QN99999Z, inconnu"),
            "Q2hhbXAtNA==": champ("Q2hhbXAtNA==", "", "DateChamp", date="2026-06-01"),
            RIB: champ(RIB, None, "PieceJustificativeChamp", "RIB", files=vide),
        },
    )
    bilan = guichet.passer()
    assert ["pas un montant lisible" in r["motif"] for r in bilan.rejets] == [True]
    lu = guichet.dossier(1)
    assert {(motif.code, motif.objet) for motif in lu.motifs_sans_reponse} == {
        ("numero_faux", "siret"),
        ("montant_absent", ""),
        ("budget_desequilibre", ""),
        ("periode_inversee", ""),
        ("qpv_inconnu", "QN99999Z"),
        ("piece_vide", "rib"),
    }
    assert (lu.canal, lu.siret, lu.denomination) == ("teleservice", None, "Sans numéro (exemple)")


@SQLITE_SUFFIT
def test_une_association_sans_siret_est_rattachee_par_son_rna(guichet: Guichet) -> None:
    association = {"rna": "W595000001", "titre": "Les Ponts (exemple)"}
    guichet.dn.deposer(1, demandeur={"__typename": "PersonneMorale", "siret": "", "association": association})
    guichet.passer()
    faire_ce_qui_est_du(guichet.services, 0, "cli")
    lu = guichet.dossier(1)
    assert (lu.numero, lu.rna, [m.code for m in lu.motifs_sans_reponse]) == ("W595000001", "W595000001", [])
    assert lu.tiers_id == id_de("tiers", "W595000001")


@SQLITE_SUFFIT
def test_une_demande_deposee_apres_la_cloture_est_recue_et_dite_tardive(guichet: Guichet) -> None:
    guichet.services.store.enregistreur.regler_horloge(datetime(2027, 1, 15, tzinfo=UTC))
    guichet.dn.deposer(1, "2027-01-05T09:00:00Z", dateDepot="2027-01-05T09:00:00Z")
    guichet.passer()
    assert [motif.code for motif in guichet.dossier(1).motifs_sans_reponse] == ["tardif"]


@SQLITE_SUFFIT
def test_une_correspondance_qui_nomme_une_piece_inconnue_du_reglement_est_refusee(guichet: Guichet) -> None:
    guichet.selon = correspondance(CORRESPONDANCE.replace("rib:", "attestation_fiscale:"))
    with pytest.raises(Refus, match="ne nomme pas ces pièces de la correspondance : attestation_fiscale"):
        guichet.passer()
    assert guichet.dn.demandes == []


def test_deux_passes_a_la_fois_ne_deposent_rien_deux_fois(guichet: Guichet) -> None:
    for numero in range(1, 9):
        guichet.dn.deposer(numero)
    with ThreadPoolExecutor(3) as fils:
        bilans = list(fils.map(guichet.passer, ("ines", "ines", "admin")))
    assert sum(bilan.deposes for bilan in bilans) == 8
    assert sorted(d.teleservice[1] for d in guichet.dossiers() if d.teleservice) == list(range(1, 9))


@SQLITE_SUFFIT
def test_qui_n_est_pas_instructeur_n_importe_rien(guichet: Guichet) -> None:
    with pytest.raises(Refus, match="exige le rôle"):
        guichet.passer("rene")
    assert guichet.dn.demandes == []


@pytest.mark.parametrize(
    ("change", "dit"),
    [
        (lambda t: t.replace("  objet: Q2hhbXAtMQ==\n", ""), "ne dit pas où lire"),
        (lambda t: t.replace("objet:", "objets:"), "cible inconnue : objets"),
        (lambda t: t.replace("\ndemarche: 11223344", "\ndemarche: 0"), "ligne 4"),
        (lambda t: t + "inconnu: 1\n", "inconnu"),
    ],
)
def test_une_correspondance_fausse_est_refusee_avec_sa_ligne(change: Callable[[str], str], dit: str) -> None:
    with pytest.raises(Refus, match=dit):
        correspondance(change(CORRESPONDANCE))
