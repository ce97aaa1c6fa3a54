"""The gestes of the sitting as a person types them: files read with their line, references unknown, nothing written."""

from datetime import timedelta

import pytest

from aggregates.assemblee import Assemblee
from aggregates.deliberation.depouillement import QuorumNonAtteint
from aggregates.registre import attentes
from aggregates.seance import Seance
from aggregates.tiers import ChiffresDifferents, Tiers
from application.commandes import FichierRecu
from application.consultations.moment import Moment
from application.consultations.seances import a_ajourner
from application.consultations.voir import voir
from application.gestes.rapport import DossiersNonPrets, SectionInconnue
from application.noms import NomsDesServices
from bench.identites import siret
from dispositifs.identites import IbanInvalide, SiretInvalide
from dispositifs.lecture_yaml import YamlIllisible
from kernel.identifiants import ReferenceInconnue, identifiant
from kernel.instants import debut_de_jour
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible, Refus, SaisieInvalide
from tests.application.seance import COMPOSITION, JOUR, SEANCE, UNANIME, Region

SIRET, AUTRE_SIRET = "00000001800002", siret(7)
IBAN = "FR1420041010050500013M02606"


def position(region: Region) -> int:
    return region.services.store.enregistreur.derniere_position()


def composer(region: Region, texte: str) -> None:
    region.faire("assemblee composer", "aline", fichier=FichierRecu("cp.yaml", texte.encode()))


def ouvrir(region: Region, texte: str) -> None:
    region.faire("seance ouvrir", "aline", seance=SEANCE, presences=FichierRecu("p.csv", texte.encode()))


def test_une_composition_illisible_est_refusee_avec_sa_ligne(region: Region) -> None:
    avant = position(region)
    with pytest.raises(YamlIllisible) as illisible:
        composer(region, "assemblee: x\ndepuis: [")
    assert illisible.value.champs["ligne"] >= 2
    with pytest.raises(SaisieInvalide) as invalide:
        composer(region, COMPOSITION.replace("2026-01-01", "2026-02-30"))
    assert invalide.value.champs["ligne"] == 2
    assert position(region) == avant


def test_une_nouvelle_composition_ne_change_pas_l_ancienne(region: Region) -> None:
    composer(region, COMPOSITION.replace("2026-01-01", "2026-07-01").replace(", elu-05", ""))
    assemblee = region.services.store.charger(Assemblee, identifiant("assemblee", "commission-permanente"))
    assert len(assemblee.composition(JOUR).membres) == 5


@pytest.mark.parametrize(
    ("texte", "ligne"),
    [
        ("membre;presence\nelu-01;oui\n", 1),
        ("membre,statut\nelu-01,la\n", 2),
        ("membre,statut,arrivee\nelu-01,present,25:00\n", 2),
        ("membre,statut\nelu-01,present,trop\n", 2),
        ('membre,statut\nelu-01,"present\n', 2),
        ("membre,statut\nelu-01,present\n,present\n", 3),
    ],
)
def test_une_feuille_de_presence_illisible_est_refusee_avec_sa_ligne(region: Region, texte: str, ligne: int) -> None:
    region.faire("seance prevoir", "aline", jour=JOUR)
    region.faire("seance convoquer", "aline", seance=SEANCE)
    avant = position(region)
    with pytest.raises(SaisieInvalide) as refus:
        ouvrir(region, texte)
    assert refus.value.champs["ligne"] == ligne
    assert position(region) == avant


def test_une_feuille_de_presence_avec_des_heures(region: Region) -> None:
    region.tenir_seance(
        "membre;statut;pouvoir_a;arrivee;depart\nelu-01;present;;;\nelu-02;present;;;16h30\n"
        "elu-02;represente;elu-01;16:30;\nelu-03;present;;;\n\n"
    )
    seance = region.services.store.charger(Seance, identifiant("seance", SEANCE))
    assert seance.feuille is not None
    assert [p.bornee for p in seance.feuille.presences] == [False, True, True, False]
    region.faire("seance lever", "aline", seance=SEANCE)


@pytest.mark.parametrize(
    ("nom", "options"),
    [
        ("seance convoquer", {"seance": "CP-2026-01-01"}),
        ("seance lever", {"seance": "CP-2026-01-01"}),
        (
            "seance ouvrir",
            {"seance": "CP-2026-01-01", "presences": FichierRecu("p.csv", b"membre,statut\nelu-01,present\n")},
        ),
        ("deliberation preparer", {"seance": "CP-2026-01-01", "dossiers": "NQE-2026-2A3B4"}),
        ("deliberation voter", {"deliberation": "DEL-2026-XXXXX", "scrutin": FichierRecu("s.yaml", UNANIME.encode())}),
        ("deliberation numeroter", {"deliberation": "DEL-2026-XXXXX"}),
        ("deliberation transmettre", {"deliberation": "DEL-2026-XXXXX", "flux": "F"}),
        ("deliberation rendre-executoire", {"deliberation": "DEL-2026-XXXXX"}),
        ("deliberation ecarter-ligne", {"deliberation": "DEL-2026-XXXXX", "ligne": "1", "motif": "exemple"}),
    ],
)
def test_une_reference_inconnue_est_refusee(region: Region, nom: str, options: dict[str, object]) -> None:
    avant = position(region)
    with pytest.raises(ReferenceInconnue):
        region.faire(nom, "aline", **options)
    assert position(region) == avant


def test_preparer_refuse_avec_la_liste_des_dossiers_qui_ne_sont_pas_prets(region: Region) -> None:
    region.ouvrir_credits()
    prets, autres = region.instruire(1), region.instruire(2, viser=False)
    region.tenir_seance()
    avant = position(region)
    with pytest.raises(DossiersNonPrets) as refus:
        region.preparer([*prets, *autres])
    assert [d["ref"] for d in refus.value.champs["dossiers"]] == autres
    assert position(region) == avant


def test_la_section_n_est_jamais_devinee(region: Region) -> None:
    refs = region.instruire(1)
    region.tenir_seance()
    with pytest.raises(SectionInconnue):
        region.preparer(refs)
    region.faire("enveloppe ouvrir", "fanny", dispositif="nqe", exercice=2026, section="investissement")
    ref = region.preparer(refs)
    assert region.deliberation(ref).lignes[1].rapport.enveloppe == "nqe-2026-investissement"


def test_un_deport_qui_fait_tomber_le_quorum_n_ecrit_rien(region: Region) -> None:
    region.ouvrir_credits()
    refs = region.instruire(2)
    region.tenir_seance()
    ref = region.preparer(refs)
    avant = position(region)
    with pytest.raises(QuorumNonAtteint):
        region.voter(ref, "{defaut: pour, deports: [elu-02, elu-03]}", ligne=refs[0])
    assert position(region) == avant
    region.voter(ref, "{defaut: pour, deports: [elu-02]}", ligne=refs[0])


def test_voter_hors_seance_est_refuse(region: Region) -> None:
    region.ouvrir_credits()
    refs = region.instruire(1)
    region.tenir_seance()
    ref = region.preparer(refs)
    region.faire("seance suspendre", "aline", seance=SEANCE)
    with pytest.raises(GesteImpossible) as refus:
        region.voter(ref, UNANIME)
    assert "« séance suspendue »" in refus.value.message
    levee = region.faire("seance lever", "aline", seance=SEANCE)
    assert a_ajourner(region.services, levee.id) == [ref]
    with pytest.raises(GesteImpossible) as refus:
        region.voter(ref, UNANIME)
    assert "« ajournement: true »" in refus.value.message
    assert "Ce qui est attendu" not in refus.value.message
    assert refus.value.champs["attentes"] == []
    region.voter(ref, "{ajournement: true}")
    assert a_ajourner(region.services, levee.id) == []


def test_voter_avant_l_ouverture_dit_d_ouvrir_la_seance(region: Region) -> None:
    region.ouvrir_credits()
    refs = region.instruire(1)
    region.faire("seance prevoir", "aline", jour=JOUR)
    ref = region.preparer(refs)
    with pytest.raises(GesteImpossible, match="n’est pas ouverte") as refus:
        region.voter(ref, UNANIME)
    assert "seance ouvrir" in refus.value.message


@pytest.mark.parametrize("scrutin", ["{mode: main_levee}", "{defaut: peut-etre}", "{defaut: pour, contres: [elu-01]}"])
def test_un_scrutin_illisible_est_refuse(region: Region, scrutin: str) -> None:
    with pytest.raises(SaisieInvalide):
        region.voter("DEL-2026-XXXXX", scrutin)


def test_l_heure_du_scrutin_se_lit_sans_guillemets(region: Region) -> None:
    region.ouvrir_credits()
    refs = region.instruire(1)
    region.tenir_seance()
    ref = region.preparer(refs)
    region.services.store.enregistreur.regler_horloge(debut_de_jour(JOUR) + timedelta(hours=16))
    region.voter(ref, "defaut: pour\nheure: 15:30\n")
    scrutin = region.deliberation(ref).inscriptions[-1].entete
    assert scrutin.effectif_le == debut_de_jour(JOUR) + timedelta(hours=15, minutes=30), "its hour is kept"
    with pytest.raises(AvantLeJalon):
        region.faire("seance lever", "aline", seance=SEANCE, le=scrutin.effectif_le - timedelta(minutes=1))
    region.faire("seance lever", "aline", seance=SEANCE, le=scrutin.effectif_le)
    assert region.deliberation(ref).lignes[1].vote_centimes > 0


def test_ce_qui_est_a_valider_se_lit_masque_et_un_compte_partage_se_voit(region: Region) -> None:
    """Once, a second person validated blindly whatever had been declared last."""
    for numero, nom in ((SIRET, "Les Passerelles"), (AUTRE_SIRET, "Les Ponts")):
        region.faire("tiers enregistrer", "fanny", siret=numero, denomination=nom)
        region.faire("tiers declarer-coordonnees", "fanny", tiers=numero, iban=IBAN, titulaire=nom)
    vu = voir(region.services, "tiers", AUTRE_SIRET, Moment())
    assert (vu["iban_declare"], vu["declare_par"], vu["iban_valide"]) == (f"FR14 •••• {IBAN[-4:]}", "fanny", None)
    assert vu["aussi_de"] == ["Les Passerelles"]
    partage = region.services.trouver(Tiers, AUTRE_SIRET)
    assert ["même compte" in a.fondement for a in attentes(partage)] == [True]
    phrase = partage.inscriptions[-1].fait.phrase(NomsDesServices(region.services))
    assert phrase.endswith("Ce compte est aussi celui de Les Passerelles.")
    assert IBAN not in phrase
    region.faire("tiers valider-coordonnees", "farid", tiers=AUTRE_SIRET, derniers_chiffres=IBAN[-4:])
    vu = voir(region.services, "tiers", AUTRE_SIRET, Moment())
    assert (vu["iban_declare"], vu["iban_valide"]) == (None, f"FR14 •••• {IBAN[-4:]}")


def test_les_coordonnees_bancaires_restent_dans_le_coffre(region: Region) -> None:
    recu = region.faire("tiers enregistrer", "fanny", siret="000 000 018 00002", denomination="Les Passerelles")
    region.faire("tiers declarer-coordonnees", "fanny", tiers=SIRET, iban=IBAN, titulaire="Les Passerelles")
    with pytest.raises(Refus) as refus:
        region.faire("tiers valider-coordonnees", "fanny", tiers=SIRET, derniers_chiffres=IBAN[-4:])
    assert refus.value.code == "quatre_yeux"
    for faux in (IBAN[:4], IBAN[-5:-1]):
        with pytest.raises(ChiffresDifferents):
            region.faire("tiers valider-coordonnees", "farid", tiers=SIRET, derniers_chiffres=faux)
    region.faire("tiers valider-coordonnees", "farid", tiers=SIRET, derniers_chiffres=IBAN[-4:])
    tiers = region.services.store.charger(Tiers, recu.id)
    assert tiers.coordonnees_valides is not None
    assert IBAN in (region.services.coffre.lire(tiers.coordonnees_valides) or "")
    (faits,) = region.faits(recu.id)
    assert all(IBAN not in fait.model_dump_json() for fait in faits)


def test_siret_iban_et_identite_sont_verifies(region: Region) -> None:
    with pytest.raises(SiretInvalide):
        region.faire("tiers enregistrer", "fanny", siret="00000001800003", denomination="X")
    region.faire("tiers enregistrer", "fanny", siret=SIRET, denomination="Les Passerelles")
    with pytest.raises(DejaFait):
        region.faire("tiers enregistrer", "fanny", siret=SIRET, denomination="Les passerelles")
    with pytest.raises(IbanInvalide):
        region.faire("tiers declarer-coordonnees", "fanny", tiers=SIRET, iban=IBAN[:-1] + "7", titulaire="X")
    region.faire("tiers corriger", "fanny", tiers=SIRET, denomination="Les passerelles")


def test_un_tiers_sans_siret_se_retrouve_par_sa_cle(region: Region) -> None:
    recu = region.faire("tiers enregistrer", "fanny", cle="2014-017", denomination="Repris")
    region.faire("tiers corriger", "fanny", tiers="2014-017", denomination="Repris (exemple)")
    assert region.services.store.charger(Tiers, recu.id).denomination == "Repris (exemple)"


def test_un_membre_qui_part_ne_vote_plus_a_partir_de_son_heure(region: Region) -> None:
    region.ouvrir_credits()
    region.instruire(1)
    region.tenir_seance()
    ref = region.preparer(region.dossiers)
    region.services.store.enregistreur.regler_horloge(debut_de_jour(JOUR) + timedelta(hours=12))
    for membre in ("elu-03", "elu-04"):
        note = {"seance": SEANCE, "membre": membre, "statut": "absent", "heure": "10:30"}
        assert region.faire("seance noter-presence", "aline", **note).faits == ("seance.presence_notee.v1",)
    with pytest.raises(SaisieInvalide):
        region.faire("seance noter-presence", "aline", seance=SEANCE, membre="elu-02", statut="absent", heure="15:00")
    region.faire("seance suspendre", "aline", seance=SEANCE)
    with pytest.raises(GesteImpossible):
        region.voter(ref, "{defaut: pour, heure: '10:00'}")
    region.faire("seance reprendre", "aline", seance=SEANCE)
    with pytest.raises(QuorumNonAtteint):
        region.voter(ref, "{defaut: pour, heure: '10:30'}")
    with pytest.raises(QuorumNonAtteint):
        region.voter(ref, UNANIME)  # now, that is noon
    assert region.voter(ref, "{defaut: pour, heure: '10:29'}").faits == ("deliberation.scrutin_tenu.v1",)
