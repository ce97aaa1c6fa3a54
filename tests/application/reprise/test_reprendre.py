"""Rows become facts: re-running changes nothing, one corrected cell changes the one aggregate that owns it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.store.schema import migrer
from aggregates.agents import RoleManquant
from aggregates.campagne import CampagneFermee
from aggregates.dossier import Dossier
from aggregates.dossier.reprise import Repris
from application.commandes import FichierRecu
from application.consultations import campagne_reprise
from application.consultations.attributions import attributions
from application.consultations.dossier import voir
from application.consultations.moment import Moment
from application.numeros import id_de
from application.reprise.correspondance import Correspondance, lire_correspondance
from application.reprise.fichier import prendre_fichier
from application.reprise.reprendre import CampagneDeReprise, RepriseDeFichier
from application.services import Services
from bootstrap.cablage import services
from bootstrap.lectures import Lectures
from bootstrap.lectures import lectures as ouvrir_lectures
from bootstrap.reglages import Reglages
from kernel.identifiants import identifiant
from kernel.refus import SaisieInvalide
from readmodels.file import requetes
from tests.application.bureau import de, envoyer
from tests.conftest import Dire
from tests.epreuves import compte

CORRESPONDANCE = """
campagne: REPRISE-ESSAI
stade: {constante: decide}
identite: [numero]
champs:
  tiers.siret: {colonne: siret, type: siret}
  tiers.denomination: {colonne: nom}
  objet: {colonne: objet}
  montant_vote: {colonne: montant, type: montant}
  conditions_versement: {colonne: conditions}
  date_decision: {colonne: date, type: date}
  reference_decision: {colonne: acte}
"""
ENTETE = "numero;siret;nom;objet;montant;conditions;date;acte"
LIGNES = [
    "1;00000001800002;Les Passerelles (exemple);Jardin;1000,00;unique;2026-01-05;A-1",
    "2;00000040600009;Les Soirées du Mail (exemple);Bal;300,50;autre : 2 versements 50%-50%;2026-01-05;A-1",
    "3;00000040600009;Les Soirées du Mail (exemple);Atelier;20,00;échelonné;;",
]


class Guichet:
    """A take-over campaign, and a file that people correct."""

    def __init__(self, ouverts: Services, dossier: Path) -> None:
        self.services, self.dossier, self.rejets = ouverts, dossier, dossier / "rejets.csv"
        self.correspondance: Correspondance = lire_correspondance(CORRESPONDANCE)

    def reprendre(self, *lignes: str, fichier: Path | None = None) -> dict[str, Any]:
        chemin = fichier or self.dossier / "attributions.csv"
        if fichier is None:
            chemin.write_text("\n".join([ENTETE, *lignes]) + "\n", encoding="utf-8")
        return prendre_fichier(
            RepriseDeFichier(self.services, "REPRISE-ESSAI", "ines"), chemin, self.correspondance, self.rejets
        )

    def versions(self) -> dict[str, int]:
        """Return the version of every aggregate a row made."""
        refs = set(self._refs())
        vus = {f"dossier {ref}": voir(self.services, ref, Moment()) for ref in refs}
        versions = {nom: vu["version"] for nom, vu in vus.items()}
        for nom, vu in vus.items():
            subvention = identifiant("subvention", vu["id"])
            versions[nom.replace("dossier", "subvention")] = len(self.services.store.inscriptions(subvention))
            tiers = self.services.store.inscriptions(identifiant("tiers", vu["beneficiaire"]["siret"]))
            versions[f"tiers {vu['beneficiaire']['siret']}"] = len(tiers)
        return versions

    def _refs(self) -> list[str]:
        tous = campagne_reprise.payables(self.services, "REPRISE-ESSAI")
        autres = self.services.store.enregistreur.ids_par_topic("subvention.reprise.v1")
        refs = {self.services.store.inscriptions(i)[0].fait.dossier_ref for i in autres}  # type: ignore[attr-defined]
        return sorted(refs | {p.ref.removeprefix("SUB-") for p in tous})


@pytest.fixture
def guichet(tmp_path: Path) -> Iterator[Guichet]:
    base = f"sqlite:///{tmp_path / 'essai.db'}"
    migrer(base)
    with services(Reglages(base=base)) as ouverts:
        envoyer(ouverts, "agent enregistrer", de(None), identifiant="adm", roles="administrateur")
        envoyer(ouverts, "agent enregistrer", de("adm"), identifiant="ines", roles="instructeur")
        fichier = FichierRecu(
            "c.yaml", b"campagne: {code: REPRISE-ESSAI, dispositif: essai, exercice: 2026, nature: reprise}"
        )
        envoyer(ouverts, "campagne ouvrir", de("adm"), fichier=fichier)
        yield Guichet(ouverts, tmp_path)


def test_reprendre_deux_fois_ne_change_rien(guichet: Guichet) -> None:
    premier = guichet.reprendre(*LIGNES)
    position = guichet.services.store.enregistreur.derniere_position()
    second = guichet.reprendre(*LIGNES)
    assert (premier["lues"], premier["appliquees"], premier["montant_repris_centimes"]) == (3, 3, 132_050)
    assert (second["lues"], second["appliquees"], second["deja_connues"]) == (3, 0, 3)
    assert guichet.services.store.enregistreur.derniere_position() == position


@pytest.mark.parametrize(
    ("avant", "apres", "proprietaire"),
    [
        ("Les Passerelles (exemple)", "Les Passerelles réunies (exemple)", "tiers 00000001800002"),
        ("1000,00", "1000,01", "subvention"),
        ("unique", "autre : 2 versements 50%-50%", "subvention"),
        ("Jardin", "Jardin partagé", "dossier"),
        ("2026-01-05", "2026-01-06", "dossier"),
        ("A-1", "A-2", "dossier"),
    ],
)
def test_une_cellule_corrigee_change_le_seul_agregat_a_qui_elle_est(
    guichet: Guichet, avant: str, apres: str, proprietaire: str
) -> None:
    guichet.reprendre(*LIGNES)
    versions = guichet.versions()
    bilan = guichet.reprendre(LIGNES[0].replace(avant, apres), *LIGNES[1:])
    changes = {nom: n - versions[nom] for nom, n in guichet.versions().items() if n != versions[nom]}
    assert bilan["appliquees"] == 1
    assert bilan["disparues"] == []
    assert len(changes) == 1
    ((nom, faits),) = changes.items()
    assert nom.startswith(proprietaire)
    assert faits == 1


def test_remettre_l_ancienne_valeur_est_une_correction_de_plus(guichet: Guichet) -> None:
    guichet.reprendre(*LIGNES)
    guichet.reprendre(LIGNES[0].replace("1000,00", "900,00"), *LIGNES[1:])
    bilan = guichet.reprendre(*LIGNES)
    assert (bilan["appliquees"], bilan["deja_connues"]) == (1, 2)
    (jardin,) = [v for v in map(_vu(guichet), guichet._refs()) if v["objet"] == "Jardin"]
    assert jardin["montants"]["vote_centimes"] == 100_000


def _vu(guichet: Guichet) -> Callable[[str], dict[str, Any]]:
    return lambda ref: voir(guichet.services, ref, Moment())


def test_changer_l_identite_fait_une_nouvelle_ligne_et_liste_l_ancienne(guichet: Guichet) -> None:
    guichet.reprendre(*LIGNES)
    bilan = guichet.reprendre("9" + LIGNES[0][1:], *LIGNES[1:])
    assert (bilan["appliquees"], len(bilan["disparues"])) == (1, 1)
    assert bilan["disparues"][0]["ligne"] == 2


def test_une_mauvaise_ligne_s_ecarte_se_corrige_et_se_rejoue(guichet: Guichet) -> None:
    mauvaise = LIGNES[1].replace("00000040600009", "00000040600008")
    bilan = guichet.reprendre(LIGNES[0], mauvaise, LIGNES[2])
    assert (bilan["appliquees"], bilan["rejetees"], bilan["motifs"][0]["ligne"]) == (2, 1, 3)
    corrige = guichet.rejets.read_text(encoding="utf-8").replace("00000040600008", "00000040600009")
    rejoue = guichet.dossier / "corrige.csv"
    rejoue.write_text(corrige, encoding="utf-8")
    bilan = guichet.reprendre(fichier=rejoue)
    assert (bilan["lues"], bilan["appliquees"], bilan["disparues"]) == (1, 1, [])
    (bal,) = [v for v in map(_vu(guichet), guichet._refs()) if v["objet"] == "Bal"]
    assert bal["source"]["ligne"] == 3
    assert guichet.reprendre(*LIGNES)["deja_connues"] == 3


def test_une_ligne_rejetee_n_est_pas_disparue(guichet: Guichet) -> None:
    guichet.reprendre(*LIGNES)
    bilan = guichet.reprendre(LIGNES[0].replace("1000,00", "mille"), *LIGNES[1:])
    assert (bilan["rejetees"], bilan["deja_connues"], bilan["disparues"]) == (1, 2, [])


def test_une_ligne_refusee_n_ecrit_rien(guichet: Guichet) -> None:
    """The amount of an award that is known cannot become unknown; nothing else of the row is written then."""
    guichet.reprendre(*LIGNES)
    position = guichet.services.store.enregistreur.derniere_position()
    vide = LIGNES[0].replace("1000,00", "").replace("Jardin", "Potager").replace("(exemple)", "de l’Est (exemple)")
    bilan = guichet.reprendre(vide, *LIGNES[1:])
    assert (bilan["rejetees"], bilan["deja_connues"], bilan["disparues"]) == (1, 2, [])
    assert bilan["motifs"][0]["colonne"] == "montant"
    assert "est connu (1\u202f000,00\u00a0€)" in bilan["motifs"][0]["motif"]
    assert guichet.services.store.enregistreur.derniere_position() == position


def test_une_attribution_sans_montant_se_garde_et_s_ouvre_quand_il_est_su(guichet: Guichet) -> None:
    sans = LIGNES[0].replace("1000,00", "")
    assert guichet.reprendre(sans, *LIGNES[1:])["appliquees"] == 3
    assert guichet.reprendre(sans, *LIGNES[1:])["deja_connues"] == 3
    assert [(p.beneficiaire, p.montant_centimes) for p in attributions(guichet.services) if not p.ref] == [
        ("Les Passerelles (exemple)", None)
    ]
    avant = guichet.services.store.enregistreur.derniere_position()
    assert guichet.reprendre(*LIGNES)["appliquees"] == 1
    assert guichet.services.store.enregistreur.derniere_position() == avant + 1
    assert all(p.ref for p in attributions(guichet.services))


def test_un_tiers_que_son_premier_rang_ne_nomme_pas_garde_son_nom(guichet: Guichet) -> None:
    """Its first row has no denomination, the second has one: read again, neither changes anything."""
    lignes = [LIGNES[1].replace("Les Soirées du Mail (exemple)", ""), LIGNES[2]]
    guichet.reprendre(*lignes)
    bilan = guichet.reprendre(*lignes)
    assert (bilan["appliquees"], bilan["deja_connues"]) == (0, 2)
    assert {p.beneficiaire for p in attributions(guichet.services)} == {"Les Soirées du Mail (exemple)"}
    seule = LIGNES[0].replace("Les Passerelles (exemple)", "")
    guichet.reprendre(seule)
    assert None in {p.beneficiaire for p in attributions(guichet.services)}


def test_rejouer_un_rejet_ne_renomme_pas_le_tiers_de_sa_source(guichet: Guichet) -> None:
    lignes = [LIGNES[1], LIGNES[2].replace("20,00", "vingt").replace("(exemple)", "(Exemple), antenne nord")]
    guichet.reprendre(*lignes)
    rejoue = guichet.dossier / "corrige.csv"
    rejoue.write_text(guichet.rejets.read_text(encoding="utf-8").replace("vingt", "20"), encoding="utf-8")
    assert guichet.reprendre(fichier=rejoue)["appliquees"] == 1
    assert guichet.reprendre(*lignes)["appliquees"] == 0
    autre = rejoue.read_text(encoding="utf-8").replace("Les Soirées", "Le Bal")
    rejoue.write_text(autre, encoding="utf-8")
    (motif,) = guichet.reprendre(fichier=rejoue)["motifs"]
    assert (motif["colonne"], motif["valeur"][:6]) == ("nom", "Le Bal")
    assert "déjà connu sous une autre dénomination, « Les Soirées du Mail (exemple) »" in motif["motif"]


def test_un_rejet_dont_l_identite_corrigee_est_celle_d_une_autre_ligne_vient_apres_elle(guichet: Guichet) -> None:
    """Two awards have the same identity once corrected: neither takes the place of the other."""
    fausse = LIGNES[0].replace("1;", "1 bis;", 1).replace("1000,00", "cent").replace("Jardin", "Serre")
    guichet.reprendre(*LIGNES, fausse)
    rejoue = guichet.dossier / "corrige.csv"
    corrige = guichet.rejets.read_text(encoding="utf-8").replace("1 bis;", "1;").replace(";cent;", ";100;")
    rejoue.write_text(corrige, encoding="utf-8")
    for appliquees in (1, 0):
        assert guichet.reprendre(fichier=rejoue)["appliquees"] == appliquees
    objets = {v["objet"]: v["source"]["rang"] for v in map(_vu(guichet), guichet._refs())}
    assert objets == {"Jardin": 1, "Serre": 2, "Bal": 1, "Atelier": 1}
    assert guichet.reprendre(*LIGNES, fausse)["disparues"] == []
    entier = guichet.reprendre(*LIGNES, fausse.replace("1 bis;", "1;").replace("cent", "100"))
    assert (entier["deja_connues"], entier["disparues"]) == (4, [])


def test_ce_que_le_fichier_ne_dit_pas_reste_inconnu(guichet: Guichet) -> None:
    guichet.reprendre(*LIGNES)
    (atelier,) = [v for v in map(_vu(guichet), guichet._refs()) if v["objet"] == "Atelier"]
    assert atelier["etat"] == "decide"
    assert atelier["dates"]["decide_le"] is None
    assert atelier["montants"]["demande_centimes"] is None
    assert atelier["deliberation"] is None
    payables = {p.ref: p.echeances for p in campagne_reprise.payables(guichet.services, "REPRISE-ESSAI")}
    assert sorted(payables.values()) == [(15_025, 15_025), (100_000,)]
    assert f"SUB-{atelier['ref']}" not in payables


def test_une_campagne_d_appel_ne_reprend_rien(guichet: Guichet) -> None:
    exemples = Path(__file__).parents[3] / "examples" / "nqe" / "campagne.yaml"
    envoyer(guichet.services, "campagne ouvrir", de("adm"), fichier=FichierRecu("n.yaml", exemples.read_bytes()))
    with pytest.raises(CampagneDeReprise):
        RepriseDeFichier(guichet.services, "NQE-2026", "ines")


def test_un_role_perdu_en_chemin_arrete_la_reprise_au_lieu_de_rejeter_la_suite(
    guichet: Guichet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def retirer(_point: str) -> None:
        envoyer(guichet.services, "habilitation retirer", de("adm"), agent="ines", role="instructeur", acte="départ")

    monkeypatch.setattr("application.reprise.reprendre.passer", retirer)
    with pytest.raises(RoleManquant):
        guichet.reprendre(*LIGNES)
    assert len(guichet._refs()) == 1
    assert not guichet.rejets.exists()


def test_une_campagne_close_ne_reprend_plus_rien(guichet: Guichet) -> None:
    guichet.reprendre(*LIGNES)
    envoyer(guichet.services, "campagne clore", de("adm"), campagne="REPRISE-ESSAI")
    with pytest.raises(CampagneFermee):
        guichet.reprendre(*LIGNES)


def test_les_rejets_ne_prennent_pas_la_place_de_la_source(guichet: Guichet) -> None:
    source = guichet.dossier / "attributions.csv"
    source.write_text("\n".join([ENTETE, *LIGNES]) + "\n", encoding="utf-8")
    guichet.rejets = source
    with pytest.raises(SaisieInvalide, match="il serait perdu"):
        guichet.reprendre(fichier=source)
    assert source.read_text(encoding="utf-8").startswith(f"{ENTETE}\n1;")


def test_vingt_mille_lignes_se_reprennent_sans_en_perdre(guichet: Guichet, dire: Dire) -> None:
    nombre = compte(1_000, 20_000)
    lignes = [
        f"{n};00000001800002;Les Passerelles (exemple);Projet {n};10,00;unique;2026-01-05;A" for n in range(nombre)
    ]
    bilan = guichet.reprendre(*lignes)
    dire(f"{nombre} lignes")
    assert (bilan["lues"], bilan["appliquees"]) == (nombre, nombre)
    assert bilan["montant_repris_centimes"] == nombre * 1_000


def test_l_objet_corrige_se_voit_aussi_sur_la_subvention(guichet: Guichet) -> None:
    reglages = Reglages(base=f"sqlite:///{guichet.dossier / 'essai.db'}")
    with ouvrir_lectures(reglages, guichet.services) as lectures:
        guichet.reprendre(*LIGNES)
        lectures.rattraper("file")
        guichet.reprendre(LIGNES[0].replace("Jardin", "Jardin partagé"), *LIGNES[1:])
        lectures.rattraper("file")
        lues = requetes.file(lectures, guichet.services.maintenant(), limite=None)["lignes"]
        objets = {ligne["objet"] for ligne in lues if ligne["agregat"] == "subvention"}
        lectures.reconstruire("file")
        refaites = requetes.file(lectures, guichet.services.maintenant(), limite=None)["lignes"]
    assert "Jardin partagé" in objets
    assert "Jardin" not in objets
    assert refaites == lues


def test_un_dossier_se_cherche_par_le_nom_corrige_de_son_tiers(guichet: Guichet) -> None:
    def objets(lectures: Lectures, mots: str) -> list[str]:
        return [lu["objet"] for lu in requetes.dossiers(lectures, requetes.FiltreDeDossiers(mots=mots))["lignes"]]

    reglages = Reglages(base=f"sqlite:///{guichet.dossier / 'essai.db'}")
    with ouvrir_lectures(reglages, guichet.services) as lectures:
        guichet.reprendre(*LIGNES)
        lectures.rattraper("file")
        assert objets(lectures, "passerelles") == ["Jardin"]
        guichet.reprendre(LIGNES[0].replace("Les Passerelles", "L’Œuvre des Ponts"), *LIGNES[1:])
        lectures.rattraper("file")
        assert objets(lectures, "l'oeuvre PONTS jardin") == ["Jardin"]
        assert objets(lectures, "passerelles") == []


def test_un_tiers_sans_siret_est_celui_de_son_rna_ou_de_son_siren_dans_tout_fichier(guichet: Guichet) -> None:
    """Known by its RNA from a first file, by its SIRET and its RNA from another: each row is tied to whom its number designates."""
    numeros = "  tiers.siret: {colonne: siret}\n  tiers.siren: {colonne: conditions}\n  tiers.rna: {colonne: acte}\n"
    guichet.correspondance = lire_correspondance(
        "campagne: REPRISE-ESSAI\nstade: {constante: depose}\nidentite: [numero]\nchamps:\n"
        f"{numeros}  tiers.denomination: {{colonne: nom}}\n  objet: {{colonne: objet}}\n"
    )
    bilan = guichet.reprendre(
        "1;00000001800002;Les Passerelles (exemple);Jardin;;;;W595000001",
        "2;;Les Passerelles (exemple);Bal;;;;W595000001",
        "3;;Les Passerelles (exemple);Atelier;;000000018;;",
        "4;;Les Ponts (exemple);Atelier;;;;W595000002",
        "5;;Les Ponts (exemple);Bal;;;;W595000002",
        "6;;Les Quais (exemple);Bal;;000000019;;",
    )
    assert (bilan["appliquees"], bilan["rejetees"]) == (5, 1), "a SIREN has its key"
    tiers = {d.objet + d.ref: d.tiers_id for d in guichet.services.store.ayant(Dossier, Repris)}
    assert set(tiers.values()) == {id_de("tiers", "00000001800002"), id_de("tiers", "W595000002")}
    assert guichet.reprendre("5;;Les Ponts (exemple);Bal;;;;W595000002")["deja_connues"] == 1


COFINANCES = """
campagne: REPRISE-ESSAI
stade: {constante: en_instruction}
identite: [numero]
champs:
  tiers.siret: {colonne: siret}
  tiers.denomination: {colonne: nom}
  objet: {colonne: objet}
produits:
  - {financeur: "Commune", montant: montant}
  - {colonne: acte, montant: conditions}
"""


def test_un_financeur_que_nul_ne_connait_est_un_motif_d_un_dossier_repris_aussi(guichet: Guichet) -> None:
    guichet.correspondance = lire_correspondance(COFINANCES)
    ligne = "1;00000001800002;Les Passerelles (exemple);{};300,50;1000,00;;Le Club des Deux Rives"
    assert (
        guichet.reprendre(ligne.format("Bal"), "2;00000001800002;Les Passerelles (exemple);Été;;x;;")["rejetees"] == 1
    )
    (dossier,) = guichet.services.store.ayant(Dossier, Repris)
    assert [(p.financeur, p.montant_centimes) for p in dossier.produits] == [("commune", 30_050), (None, 100_000)]
    assert [(m.code, m.objet) for m in dossier.motifs_sans_reponse] == [("financeur_inconnu", "2")]
    assert not any("Deux Rives" in i.fait.model_dump_json() for i in dossier.inscriptions), (
        "its words are in the coffre"
    )
    budget = voir(guichet.services, dossier.ref, Moment())["budget"]
    assert [produit["financeur"] for produit in budget["produits"]] == ["Commune", "Le Club des Deux Rives"]
    code = {"dossier": dossier.ref, "ligne": 2, "financeur": "prive", "source": "leur courrier (exemple)"}
    envoyer(guichet.services, "dossier coder-financeur", de(), **code)
    assert guichet.reprendre(ligne.format("Bal"))["deja_connues"] == 1
    assert guichet.reprendre(ligne.format("Grand bal"))["appliquees"] == 1
    (dossier,) = guichet.services.store.ayant(Dossier, Repris)
    assert (dossier.objet, dossier.motifs_sans_reponse) == ("Grand bal", []), "a corrected cell asks nothing again"
