"""The door: everything received is registered (CRPA L112-3), what is wrong with it is a motif that an agent answers."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from aggregates.dossier import Dossier, Etat
from aggregates.dossier.motifs import MotifsSansReponse
from aggregates.registre import attentes
from aggregates.tiers import Tiers, TiersEnregistre
from application.commandes import FichierRecu, Recu
from application.consultations.demande import ecrits, quartiers
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from application.sans_moteur import faire_ce_qui_est_du
from bench.identites import siret
from dispositifs.identites import trier_numeros
from kernel.identifiants import identifiant
from kernel.instants import debut_de_jour
from kernel.montants import en_euros
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, Refus
from tests.application.bureau import SQLITE_SUFFIT, Atelier
from tests.moteur import faire, un_depot

RECEPTION = date(2027, 1, 7)
AUTRE = {"siret": siret(952), "denomination": "Les Ponts (exemple)"}
DEMANDEUR = {"siret": siret(951), "denomination": "Les Passerelles (exemple)"}


def recevoir(atelier: Atelier, le: date | None = None, **champs: Any) -> Recu:
    """File one request changed so, and let the engine do its part."""
    options = un_depot()
    depot = json.loads(options["depot"].contenu) | {"tiers": DEMANDEUR} | champs
    fichier = replace(options["depot"], contenu=json.dumps(depot).encode())
    atelier.services.store.enregistreur.regler_horloge(debut_de_jour(le or date(2026, 1, 12)) + timedelta(hours=9))
    recu = faire(atelier.services, "dossier deposer", "ines", le=le, **{**options, "depot": fichier})
    faire_ce_qui_est_du(atelier.services, 0, "cli")
    return recu


def confirmer(atelier: Atelier, recu: Recu, **numero: Any) -> None:
    """Say the applicant's number, and let the engine link it."""
    faire(atelier.services, "dossier confirmer-demandeur", "ines", dossier=recu.ref, **numero)
    faire_ce_qui_est_du(atelier.services, 0, "cli")


def lire(atelier: Atelier, recu: Recu) -> Dossier:
    return atelier.services.store.charger(Dossier, recu.id)


def motifs(dossier: Dossier) -> list[tuple[str, str]]:
    return [(motif.code, motif.objet) for motif in dossier.motifs_sans_reponse]


PIECES = [{"code": code, "fichier": f"{code}.txt"} for code in ("statuts", "photo")]
DEFAUTS: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "sans SIRET": ({"tiers": {"denomination": "Les Ponts (exemple)"}}, [("sans_siret", "")]),
    "au SIRET faux": (
        {"tiers": {"siret": "00000001800003", "denomination": "Les Ponts (exemple)"}},
        [("numero_faux", "siret")],
    ),
    "au RNA faux": ({"tiers": AUTRE | {"rna": "W12"}}, [("numero_faux", "rna")]),
    "au SIREN d’un autre": ({"tiers": AUTRE | {"siren": siret(951)[:9]}}, [("numero_faux", "siren")]),
    "sans montant": ({"montant_demande_centimes": None}, [("montant_absent", "")]),
    "au montant nul": ({"montant_demande_centimes": 0}, [("montant_absent", "")]),
    "au montant négatif": ({"montant_demande_centimes": -500}, [("montant_absent", "")]),
    "tardive": ({"envoye_le": "2027-01-01"}, [("tardif", "")]),
    "en avance": ({"envoye_le": "2024-12-31"}, [("avant_l_ouverture", "")]),
    "d’un quartier inconnu": (
        {"territoire": {"qpv": ["QN00000M", "rue des Lilas"]}},
        [("qpv_inconnu", "QN00000M"), ("qpv_inconnu", "")],
    ),
    "au budget déséquilibré": (
        {"budget": {"charges": [], "produits": [{"financeur": "Région", "montant_centimes": 1}]}},
        [("budget_desequilibre", "")],
    ),
    "à la période inversée": ({"periode": {"debut": "2026-08-31", "fin": "2026-07-01"}}, [("periode_inversee", "")]),
}


@SQLITE_SUFFIT
@pytest.mark.parametrize("quoi", DEFAUTS)
def test_transition_2_une_demande_defectueuse_est_enregistree_avec_son_motif(atelier: Atelier, quoi: str) -> None:
    champs, attendus = DEFAUTS[quoi]
    en_temps = {"envoye_le": "2026-12-31"}
    dossier = lire(atelier, recevoir(atelier, RECEPTION, **(en_temps | champs)))
    assert sorted(motifs(dossier)) == sorted(attendus)
    assert dossier.enregistre_le == dossier.silence_depuis == RECEPTION, "registered, and the silence runs"
    assert "motif" in {attente.cle.code for attente in attentes(dossier)}


@SQLITE_SUFFIT
@pytest.mark.parametrize(
    "champs", [{"objet": ""}, {"tiers": {"siret": siret(951)}}, {"campagne": "NQE-1999"}, {"canal": "pigeon"}]
)
def test_ce_qui_n_est_pas_une_demande_est_seul_refuse(atelier: Atelier, champs: dict[str, Any]) -> None:
    avant = atelier.compte
    with pytest.raises(Refus):
        recevoir(atelier, **champs)
    assert (atelier.compte.faits, atelier.compte.recus) == (avant.faits, avant.recus)


@SQLITE_SUFFIT
@pytest.mark.parametrize(
    "champs",
    [
        {"territoire": {"qpv": [f"QN{rang:05d}Z" for rang in range(501)]}},
        {"territoire": {"communes": ["59512"] * 5_001}},
        {"budget": {"charges": [{"poste": "60", "montant_centimes": 1}] * 501, "produits": []}},
        {"pieces": [{"code": f"p{rang}", "fichier": "statuts.txt"} for rang in range(101)]},
    ],
)
def test_une_liste_sans_fin_est_refusee_au_lieu_de_mille_motifs(atelier: Atelier, champs: dict[str, Any]) -> None:
    avant = atelier.compte
    with pytest.raises(Refus, match="éléments sont attendus"):
        recevoir(atelier, **champs)
    assert (atelier.compte.faits, atelier.compte.textes) == (avant.faits, avant.textes)


@SQLITE_SUFFIT
def test_un_quartier_ecrit_en_mots_est_garde_et_se_relit_un_quartier_vide_ne_dit_rien(atelier: Atelier) -> None:
    dossier = lire(atelier, recevoir(atelier, territoire={"qpv": ["QN05981M", "", " ", "rue des Lilas", "QN05981M"]}))
    assert (dossier.qpv, motifs(dossier)) == (("QN05981M",), [("qpv_inconnu", "")])
    assert quartiers(atelier.services, dossier)[1:] == ["« rue des Lilas », inconnu"]
    assert not any("Lilas" in i.fait.model_dump_json() for i in dossier.inscriptions), "no fact holds a typed text"
    sans = lire(atelier, recevoir(atelier, tiers=AUTRE, territoire={"qpv": [""]}))
    assert "qpv_inconnu" not in {code for code, _ in motifs(sans)}


@SQLITE_SUFFIT
def test_transition_2_une_piece_inconnue_est_gardee_une_piece_vide_manque(atelier: Atelier) -> None:
    options = un_depot()
    depot = json.loads(options["depot"].contenu) | {"tiers": DEMANDEUR, "pieces": PIECES}
    jointes = {"statuts.txt": FichierRecu("statuts.txt", b" \n"), "photo.txt": FichierRecu("photo.txt", b"exemple")}
    fichier = replace(options["depot"], contenu=json.dumps(depot).encode())
    recu = faire(atelier.services, "dossier deposer", "ines", depot=fichier, jointes=jointes)
    dossier = lire(atelier, recu)
    assert motifs(dossier) == [("piece_vide", "statuts"), ("piece_non_exigee", "photo")]
    assert set(dossier.pieces_recues) == {"photo"}


@SQLITE_SUFFIT
def test_le_cachet_de_la_poste_fait_foi_et_le_silence_court_de_la_reception(atelier: Atelier) -> None:
    """Sent on the last day, received nine days after: in time, and two months from the reception (CRPA L112-1, L231-4)."""
    dossier = lire(atelier, recevoir(atelier, date(2027, 1, 9), canal="papier", envoye_le="2026-12-31"))
    assert motifs(dossier) == []
    assert (dossier.envoye_le, dossier.depose_le, dossier.silence_depuis) == (
        date(2026, 12, 31),
        date(2027, 1, 9),
        date(2027, 1, 9),
    )
    with pytest.raises(AvantLeJalon):
        recevoir(atelier, date(2027, 1, 10), canal="papier", envoye_le="2027-01-11")


@SQLITE_SUFFIT
@pytest.mark.parametrize(
    ("canal", "enregistre"), [("papier", False), ("guichet", False), ("courriel", True), ("teleservice", True)]
)
def test_transition_3_l_accuse_d_enregistrement_est_celui_des_envois_electroniques(
    atelier: Atelier, canal: str, enregistre: object
) -> None:
    """CRPA R112-11-2 is of what came electronically; paper has the accusé of R112-5."""
    recu = recevoir(atelier, canal=canal)
    dossier = lire(atelier, recu)
    assert (dossier.enregistre_le is not None) is enregistre
    assert voir(atelier.services, recu.ref, Moment())["canal"] == canal


@SQLITE_SUFFIT
def test_une_demande_en_double_le_dit_et_montre_l_autre(atelier: Atelier) -> None:
    premiere = recevoir(atelier)
    seconde = recevoir(atelier)
    assert motifs(lire(atelier, premiere)) == []
    assert motifs(lire(atelier, seconde)) == [("en_double", premiere.ref)]
    faire(atelier.services, "dossier retirer", "ines", dossier=seconde.ref, motif="envoyée deux fois")
    troisieme = recevoir(atelier)
    assert motifs(lire(atelier, troisieme)) == [("en_double", premiere.ref)], "what was withdrawn is asked no more"


@SQLITE_SUFFIT
def test_un_motif_n_arrete_ni_la_completude_ni_le_silence_mais_la_proposition(atelier: Atelier) -> None:
    recu = recevoir(atelier, RECEPTION)
    faire(atelier.services, "dossier declarer-complet", "ines", dossier=recu.ref)
    with pytest.raises(MotifsSansReponse):
        faire(atelier.services, "dossier proposer", "ines", dossier=recu.ref)
    reponse: dict[str, Any] = {"motif": "tardif", "sens": "leve", "justification": "retard de la poste, justifié"}
    faire(atelier.services, "dossier repondre-motif", "ines", dossier=recu.ref, **reponse)
    faire(atelier.services, "dossier proposer", "ines", dossier=recu.ref)
    assert lire(atelier, recu).etat is Etat.PROPOSE


@SQLITE_SUFFIT
def test_le_siret_donne_apres_rattache_le_demandeur(atelier: Atelier) -> None:
    recu = recevoir(atelier, tiers={"denomination": "Les Passerelles (exemple)"})
    assert "demandeur" in {attente.cle.code for attente in attentes(lire(atelier, recu))}
    confirmer(atelier, recu, siret=siret(951))
    assert lire(atelier, recu).tiers_id is not None
    assert not lire(atelier, recu).motifs, "what the number said wrong is said right: nobody has to answer it"


@SQLITE_SUFFIT
def test_un_siret_faux_est_garde_comme_il_est_ecrit_et_ne_designe_personne(atelier: Atelier) -> None:
    recu = recevoir(atelier, tiers={"siret": "000 000 018 00003", "denomination": "Les Passerelles (exemple)"})
    dossier = lire(atelier, recu)
    assert (dossier.numero, dossier.tiers_id) == (None, None)
    assert ecrits(atelier.services, dossier) == ["SIRET « 000 000 018 00003 », qui n’en est pas un"]
    assert not any("00003" in i.fait.model_dump_json() for i in dossier.inscriptions), "no fact holds a typed text"
    confirmer(atelier, recu, siret=siret(951))
    assert lire(atelier, recu).tiers_id is not None
    assert not lire(atelier, recu).motifs, "what the number said wrong is said right: nobody has to answer it"


@SQLITE_SUFFIT
def test_le_montant_qui_manque_se_precise_et_leve_son_motif(atelier: Atelier) -> None:
    recu = recevoir(atelier, montant_demande_centimes=-500)
    assert ecrits(atelier.services, lire(atelier, recu)) == [f"montant demandé écrit : {en_euros(-500)}"]
    leve: dict[str, Any] = {"motif": "montant_absent", "sens": "leve", "justification": "exemple fictif"}
    with pytest.raises(GesteImpossible, match="preciser-montant"):
        faire(atelier.services, "dossier repondre-motif", "ines", dossier=recu.ref, **leve)
    precise: dict[str, Any] = {
        "dossier": recu.ref,
        "montant_centimes": 1_200_000,
        "source": "courriel du porteur (exemple)",
    }
    faire(atelier.services, "dossier preciser-montant", "ines", **precise)
    assert (lire(atelier, recu).demande_centimes, motifs(lire(atelier, recu))) == (1_200_000, [])
    assert faire(atelier.services, "dossier preciser-montant", "ines", **precise).faits == ()
    with pytest.raises(GesteImpossible, match="est connu"):
        faire(atelier.services, "dossier preciser-montant", "ines", **(precise | {"montant_centimes": 1}))
    faire(atelier.services, "dossier declarer-complet", "ines", dossier=recu.ref)
    faire(atelier.services, "dossier proposer", "ines", dossier=recu.ref)
    assert lire(atelier, recu).etat is Etat.PROPOSE


@SQLITE_SUFFIT
def test_une_piece_trop_lourde_est_ecartee_et_la_demande_enregistree(atelier: Atelier) -> None:
    options, services = un_depot(), replace(atelier.services, taille_max_fichier=10)
    depot = json.loads(options["depot"].contenu) | {"tiers": DEMANDEUR, "pieces": PIECES[:1]}
    fichier = replace(options["depot"], contenu=json.dumps(depot).encode())
    avant = atelier.compte
    lourde = {"statuts.txt": FichierRecu("statuts.txt", b"x" * 11)}
    dossier = lire(atelier, faire(services, "dossier deposer", "ines", depot=fichier, jointes=lourde))
    assert (motifs(dossier), dossier.pieces_recues) == ([("piece_trop_lourde", "statuts")], {})
    assert atelier.compte.fichiers == avant.fichiers, "it is not kept"


def connaitre(atelier: Atelier, **identite: Any) -> UUID:
    """Record a tiers, and return its id."""
    faire(atelier.services, "agent enregistrer", "admin", identifiant="fanny", roles="finance")
    return faire(atelier.services, "tiers enregistrer", "fanny", **identite).id


def un_autre_etablissement(numero: str) -> str:
    return next(n for cle in range(10) if not trier_numeros({"siret": (n := f"{numero[:9]}0001{cle}")})[1])


RNA = "W595000001"
PAR_NUMERO = [{"siren": siret(953)[:9]}, {"rna": RNA}]


@SQLITE_SUFFIT
@pytest.mark.parametrize("numero", PAR_NUMERO)
def test_une_demande_par_siren_ou_rna_est_rattachee_a_son_tiers(atelier: Atelier, numero: dict[str, str]) -> None:
    """CRPA R112-9-1: an association gives its RNA, a firm its SIREN; nothing is missing."""
    tiers = {**numero, "denomination": "Les Ponts (exemple)"}
    premiere = recevoir(atelier, tiers=tiers)
    assert motifs(lire(atelier, premiere)) == []
    assert voir(atelier.services, premiere.ref, Moment())["beneficiaire"] == {
        **dict.fromkeys(("siret", "siren", "rna")),
        **tiers,
    }
    seconde = recevoir(atelier, tiers=tiers)
    assert lire(atelier, premiere).tiers_id == lire(atelier, seconde).tiers_id is not None
    assert motifs(lire(atelier, seconde)) == [("en_double", premiere.ref)]


@SQLITE_SUFFIT
@pytest.mark.parametrize("numero", PAR_NUMERO)
@pytest.mark.parametrize("nom", ["LES PONTS", "Les Quais (exemple)"])
def test_le_tiers_connu_sous_ce_siren_ou_ce_rna_est_le_demandeur(
    atelier: Atelier, numero: dict[str, str], nom: str
) -> None:
    """Known by its SIRET, and its RNA: of the same name it is linked, of another a person says."""
    tiers = connaitre(atelier, siret=siret(953), rna=RNA, denomination="Les Ponts (exemple)")
    recu = recevoir(atelier, tiers={**numero, "denomination": nom})
    if nom == "Les Quais (exemple)":
        assert lire(atelier, recu).tiers_id is None
        assert "demandeur" in {attente.cle.code for attente in attentes(lire(atelier, recu))}
        confirmer(atelier, recu, **numero)
    assert lire(atelier, recu).tiers_id == tiers


@SQLITE_SUFFIT
@pytest.mark.parametrize("numero", PAR_NUMERO)
@pytest.mark.parametrize("nom", ["LES PONTS", "Les Quais (exemple)"])
def test_connu_par_son_seul_siren_ou_rna_un_tiers_prend_le_siret_de_sa_demande(
    atelier: Atelier, numero: dict[str, str], nom: str
) -> None:
    """Of the same name it is one tiers, found by both numbers; of another a person says. Never two, never a silent link."""
    tiers = connaitre(atelier, **numero, denomination="Les Ponts (exemple)")
    recu = recevoir(atelier, tiers={"siret": siret(953), "rna": RNA, "denomination": nom})
    if nom == "Les Quais (exemple)":
        assert lire(atelier, recu).tiers_id is None
        confirmer(atelier, recu, siret=siret(953))
    connu = atelier.services.trouver(Tiers, siret(953))
    assert lire(atelier, recu).tiers_id == connu.id == tiers
    assert (connu.siret, connu.ref, connu.denomination) == (siret(953), *numero.values(), "Les Ponts (exemple)")
    dit = connu.inscriptions[1].fait
    assert isinstance(dit, TiersEnregistre)
    assert dit.dossier == recu.id
    meme = recevoir(atelier, tiers={"siret": siret(953), "denomination": "Les Ponts"})
    assert lire(atelier, meme).tiers_id == tiers
    autre = un_autre_etablissement(siret(953))
    ailleurs = recevoir(atelier, tiers={"siret": autre, "denomination": "Les Ponts"})
    assert lire(atelier, ailleurs).tiers_id not in {None, tiers}, "another établissement"


@SQLITE_SUFFIT
def test_qui_n_a_qu_un_siren_ou_un_autre_etablissement_une_personne_dit_lequel_demande(atelier: Atelier) -> None:
    connaitre(atelier, siret=un_autre_etablissement(siret(953)), denomination="Les Ponts (exemple)")
    sans = connaitre(atelier, siren=siret(953)[:9], denomination="Les Ponts (exemple)")
    recu = recevoir(atelier, tiers={"siret": siret(953), "denomination": "Les Ponts (exemple)"})
    assert lire(atelier, recu).tiers_id is None
    confirmer(atelier, recu, siret=siret(953))
    assert lire(atelier, recu).tiers_id == identifiant("tiers", siret(953)) != sans


@SQLITE_SUFFIT
def test_un_agent_dit_le_siret_de_qui_n_en_avait_pas_et_n_en_fait_pas_un_second_tiers(atelier: Atelier) -> None:
    tiers = connaitre(atelier, siren=siret(953)[:9], denomination="Les Ponts (exemple)")
    dit: dict[str, Any] = {"denomination": "Les Ponts (exemple)", "siret": siret(953)}
    with pytest.raises(DejaFait, match="tiers corriger"):
        faire(atelier.services, "tiers enregistrer", "fanny", **dit)
    for faux in (siret(954), un_autre_etablissement(siret(955))):
        with pytest.raises(DejaFait):
            faire(atelier.services, "tiers corriger", "fanny", tiers=siret(953)[:9], **(dit | {"siret": faux}))
    faire(atelier.services, "tiers corriger", "fanny", tiers=siret(953)[:9], **dit)
    assert atelier.services.trouver(Tiers, siret(953)).id == tiers
    assert lire(atelier, recevoir(atelier, tiers={"siret": siret(953), "denomination": "Les Ponts"})).tiers_id == tiers
    connaitre(atelier, siret=siret(956), denomination="Les Quais (exemple)")
    rna = connaitre(atelier, rna=RNA, denomination="Les Quais (exemple)")
    with pytest.raises(DejaFait, match="un autre tiers"):
        faire(atelier.services, "tiers corriger", "fanny", tiers=RNA, **(dit | {"siret": siret(956)}))
    assert atelier.services.store.charger(Tiers, rna).siret is None


@SQLITE_SUFFIT
def test_de_deux_etablissements_d_un_siren_une_personne_dit_lequel(atelier: Atelier) -> None:
    siren, autre = siret(953)[:9], un_autre_etablissement(siret(953))
    ids = [
        connaitre(atelier, siret=numero, denomination=f"Les Ponts de {ville}")
        for numero, ville in ((siret(953), "Lens"), (autre, "Liévin"))
    ]
    meme = recevoir(atelier, tiers={"siren": siren, "denomination": "Les Ponts de Liévin"})
    assert lire(atelier, meme).tiers_id == ids[1]
    recu = recevoir(atelier, tiers={"siren": siren, "denomination": "Les Ponts (exemple)"})
    assert lire(atelier, recu).tiers_id is None
    confirmer(atelier, recu, siret=siret(953))
    assert lire(atelier, recu).tiers_id is None, "of another name: said again, it is the applicant"
    confirmer(atelier, recu, siret=siret(953))
    assert lire(atelier, recu).tiers_id == ids[0]


def test_une_date_de_depot_corrigee_est_jugee_comme_la_premiere(atelier: Atelier) -> None:
    atelier.services.store.enregistreur.regler_horloge(debut_de_jour(RECEPTION) + timedelta(hours=9))
    depot = un_depot()
    for jour in (30, 31):
        recu = faire(atelier.services, "dossier deposer", "ines", le=date(2026, 12, jour), **depot)
        faire_ce_qui_est_du(atelier.services, 0, "cli")
    assert [code for code, _ in motifs(lire(atelier, recu))] == ["en_double"]
    vrai: dict[str, Any] = {"fait": 1, "vraie_date": date(2027, 1, 5), "motif": "cachet du guichet, relu"}
    faire(atelier.services, "dossier corriger-date", "ines", dossier=recu.ref, **vrai)
    assert [code for code, _ in motifs(lire(atelier, recu))] == ["en_double", "tardif"]
