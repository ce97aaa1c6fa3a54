"""The YAML of a mapping: what is accepted, and the line of what is not."""

from pathlib import Path

import pytest

from application.reprise.correspondance import CIBLES, CorrespondanceInvalide, lire_correspondance

EXEMPLES = Path(__file__).parents[3] / "examples" / "reprise"
DEMANDES = """\
feuille: 1
campagne: REPRISE-2014
stade: {colonne: Etape, traduire: {"Conseil Municipal": propose, Demande: depose}, sinon: rejeter}
identite: [Code, Nom du projet, Type]
champs:
  tiers.cle: {colonne: Code}
  theme: {colonne: Thématique, reporter: true}
  montant_demande: {colonne: Montant Demandé 2014, type: montant}
constantes: {exercice: 2014}
ignorer_si: [{colonne: Code, egal: Code}, {toutes: [{colonne: Code, vide: true}, {colonne: Etape, vide: true}]}]
"""


@pytest.mark.parametrize(
    "chemin",
    sorted(set(EXEMPLES.glob("*.yaml")) - set(EXEMPLES.glob("campagne-*.yaml"))),
    ids=lambda chemin: chemin.stem,
)
def test_les_correspondances_livrees_se_lisent(chemin: Path) -> None:
    assert lire_correspondance(chemin.read_text(encoding="utf-8")).champs


def test_une_correspondance_dit_les_colonnes_dont_elle_a_besoin() -> None:
    correspondance = lire_correspondance(DEMANDES)
    assert correspondance.colonnes() == (
        "Code", "Nom du projet", "Type", "Thématique", "Montant Demandé 2014", "Etape",
    )  # fmt: skip
    assert correspondance.constantes == {"exercice": 2014}
    assert correspondance.stade.lire(" Conseil  Municipal ") == "propose"
    assert correspondance.stade.lire("Notification") == "rejeter"


@pytest.mark.parametrize(
    ("cellules", "ignoree"),
    [
        ({"Code": " Code "}, True),
        ({"Code": " ", "Etape": ""}, True),
        ({"Code": " ", "Etape": "Demande"}, False),
        ({"Code": "12", "Etape": ""}, False),
    ],
)
def test_une_ligne_s_ignore_selon_ses_cellules(cellules: dict[str, str], ignoree: bool) -> None:  # noqa: FBT001
    conditions = lire_correspondance(DEMANDES).ignorer_si
    assert any(c.vraie(lambda colonne: cellules.get(colonne, "")) for c in conditions) is ignoree


@pytest.mark.parametrize(
    ("avant", "apres", "ligne", "message"),
    [
        ("feuille: 1", "feuile: 1", 1, "feuile : champ inconnu"),
        ("campagne: REPRISE-2014", "", 1, "campagne : champ manquant"),
        ("reporter: true", "raporter: true", 7, "champs.theme.raporter : champ inconnu"),
        ("  theme:", "  thème:", 7, "cible inconnue « thème » ; cibles connues : tiers.cle, "),
        ("type: montant", "type: argent", 8, "type : une de ces valeurs est attendue : 'texte', 'montant', 'date'"),
        ("type: montant", "type: texte", 5, "« montant_demande » est de type montant, pas texte"),
        ("type: montant", "format: '%d'", 5, "« format » ne sert qu’aux dates"),
        ("Demande: depose", "Demande: vote", 3, "Demande : une de ces valeurs est attendue : 'depose', 'complet', "),
        ("{exercice: 2014}", "{exercice: deux mille}", 9, "un nombre entier est attendu"),
        ("{exercice: 2014}", "{theme: Culture}", 1, "à la fois dans « champs » et dans « constantes » : theme"),
        ("tiers.cle:", "objet:", 1, "rien ne désigne le tiers"),
        ("egal: Code", "egale: Code", 10, "ignorer_si[0].egale : champ inconnu"),
        ("{colonne: Code, egal: Code}", "{colonne: Code}", 10, "une condition s’écrit"),
        ("{colonne: Etape, traduire:", "{constante: decide, traduire:", 1, "sans la colonne du SIRET"),
        (", traduire:", ", constante: propose, traduire:", 3, "« stade » donne soit « constante », soit « colonne »"),
        ("identite: [Code", "identite: [[Code]", 4, "identite[0] : un texte est attendu"),
        ("  tiers.cle: {colonne: Code}", "  theme: {colonne: Code}", 7, "la clé « theme » est déjà donnée ligne 6"),
        ("[Code, Nom du projet, Type]", "Code", 4, "identite : une liste est attendue (lu : « Code »)"),
        ("[Code, Nom du projet, Type]", "[]", 4, "identite : au moins un élément est attendu"),
        (
            "reporter: true",
            "reporter: souvent",
            7,
            "champs.theme.reporter : true ou false est attendu (lu : « souvent »)",
        ),
        ("sinon: rejeter", "sinon: jeter", 3, "stade.sinon : une de ces valeurs est attendue : 'depose', "),
        ("constantes: {", "constantes: [", 9, "crochet n’est pas refermé, ou une virgule manque"),
        ("  theme:", "\ttheme:", 7, "une tabulation est mal placée"),
        ("Code, Nom", "*Code, Nom", 4, "alias"),
    ],
)
def test_une_correspondance_fausse_est_refusee_avec_sa_ligne(avant: str, apres: str, ligne: int, message: str) -> None:
    assert avant in DEMANDES
    with pytest.raises(CorrespondanceInvalide) as refus:
        lire_correspondance(DEMANDES.replace(avant, apres), "c.yaml")
    assert refus.value.message.startswith(f"c.yaml, ligne {ligne} : ")
    assert message in refus.value.message
    assert refus.value.champs == {"ligne": ligne}


def test_un_numero_qui_commence_par_zero_reste_celui_qui_est_tape() -> None:
    lue = lire_correspondance(DEMANDES.replace("{exercice: 2014}", "{exercice: 2014, objet: 01500}"))
    assert lue.constantes["objet"] == "01500"  # YAML 1.1 reads 832: octal


@pytest.mark.parametrize("texte", ["", "# rien\n", "[]", "texte", "\x00", "a: !!python/object:os.system {}"])
def test_ce_qui_n_est_pas_une_correspondance_est_refuse(texte: str) -> None:
    with pytest.raises(CorrespondanceInvalide):
        lire_correspondance(texte)


def test_toute_cible_a_un_type_et_un_nom_ascii() -> None:
    assert all(cible.isascii() and nature for cible, nature in CIBLES.items())
