"""`diligence reprendre`: what is said of a file and of its bad rows, with which exit code."""

from pathlib import Path

import pytest

from application.formules import desarmer, rearmer
from tests.cli.conftest import Console, Reponse

CORRESPONDANCE = """
campagne: REPRISE-CLI
stade: {constante: decide}
identite: [numero]
champs:
  tiers.siret: {colonne: siret}
  tiers.denomination: {colonne: nom}
  objet: {colonne: objet}
  montant_vote: {colonne: montant}
"""
ENTETE = "numero;siret;nom;objet;montant\n"
BONNE = "1;00000001800002;Les Passerelles [/b] (exemple);Jardin :smile: [red];10\n"


@pytest.fixture
def guichet(console: Console) -> Console:
    campagne = "campagne: {code: REPRISE-CLI, dispositif: essai, exercice: 2026, nature: reprise}"
    console.fait("campagne", "ouvrir", console.ecrire("campagne.yaml", campagne), acteur="admin")
    console.ecrire("selon.yaml", CORRESPONDANCE)
    return console


def reprendre(guichet: Console, *lignes: str, nom: str = "f.csv", options: tuple[object, ...] = ()) -> Reponse:
    """Take a file over as a person does, without --json."""
    fichier = guichet.ecrire(nom, ENTETE + "".join(lignes))
    selon = guichet.dossier / "selon.yaml"
    return guichet.lancer([*map(str, ("reprendre", fichier, "--selon", selon, "--acteur", "ines", *options))])


def test_ce_qu_une_cellule_ecrit_entre_crochets_se_dit_tel_quel(
    guichet: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.reprise.LIGNES_ENTRE_DEUX_AVIS", 2)
    mauvaise = BONNE.replace("1;", "2;", 1).replace(";10", ";cent [/bold] :smile:")
    reponse = reprendre(guichet, BONNE, mauvaise, nom="a [b].csv", options=("--rejets", guichet.dossier / "r.csv"))
    assert reponse.code == 5, reponse
    assert "2 lignes lues : 1 reprise, 0 déjà connue, 0 ignorée, 1 rejetée." in reponse.sortie.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert (
        "  ligne 3 : Colonne « montant », valeur « cent [/bold] :smile: » : ce n’est pas un montant" in reponse.sortie
    )
    assert reponse.erreurs == "a [b].csv : 2\N{NO-BREAK SPACE}lignes lues, 100\N{NO-BREAK SPACE}%\n"
    assert guichet.lancer(["file"]).code == 0


def test_toutes_les_mauvaises_lignes_sont_dans_le_document_et_les_premieres_a_l_ecran(guichet: Console) -> None:
    mauvaises = [f"{n};00000001800002;Les Passerelles (exemple);Jardin;x{n}\n" for n in range(60)]
    reponse = reprendre(guichet, *mauvaises)
    assert reponse.sortie.count("  ligne ") == 50
    assert "  … et 10\N{NO-BREAK SPACE}autres lignes rejetées (--rejets FICHIER les écrit toutes)" in reponse.sortie
    document = guichet("reprendre", guichet.dossier / "f.csv", "--selon", guichet.dossier / "selon.yaml").document
    assert [(m["ligne"], m["colonne"], m["valeur"]) for m in document["motifs"]] == [
        (n + 2, "montant", f"x{n}") for n in range(60)
    ]
    assert document["lues"] == document["rejetees"] == 60


def test_un_fichier_qui_ne_se_lit_pas_est_refuse(guichet: Console) -> None:
    for contenu, code in {
        "": "fichier_vide",
        "a;b;c\n1;2;3\n": "colonne_absente",
        f"nom;{ENTETE}": "colonne_ambigue",
        "\x00\x01\x02\x03\x04": "fichier_illisible",
    }.items():
        fichier = guichet.ecrire("g.csv", contenu)
        guichet.verifie_refus(code, "reprendre", fichier, "--selon", guichet.dossier / "selon.yaml")


def test_seul_l_en_tete_est_un_fichier_sans_ligne(guichet: Console) -> None:
    reponse = reprendre(guichet)
    assert (reponse.code, reponse.sortie.splitlines()[0][:14]) == (0, "0\N{NO-BREAK SPACE}ligne lue : ")


def test_une_autre_personne_valide_les_attributions_d_un_fichier(guichet: Console) -> None:
    reponse = reprendre(guichet, BONNE, BONNE.replace("1;", "2;", 1))
    empreinte = reponse.sortie.split("diligence reprise valider ")[1].split()[0]
    guichet.verifie_refus("role_manquant", "reprise", "valider", empreinte)
    guichet.verifie_refus("saisie_invalide", "reprise", "valider", "f.csv", acteur="rene")
    guichet.verifie_refus("reference_inconnue", "reprise", "valider", "0" * 64, acteur="rene")
    faite = guichet("reprise", "valider", empreinte, acteur="rene").document
    assert faite == {"validees": 2, "montant_valide_centimes": 2_000, "deja_validees": 0, "refusees": []}
    assert guichet("reprise", "valider", empreinte, acteur="rene").document["deja_validees"] == 2


def test_qui_reprend_ne_valide_pas(guichet: Console) -> None:
    guichet.fait(
        "habilitation", "accorder", "ines", "--role", "responsable", "--acte", "exemple fictif", acteur="admin"
    )
    empreinte = reprendre(guichet, BONNE).sortie.split("diligence reprise valider ")[1].split()[0]
    guichet.verifie_refus("quatre_yeux", "reprise", "valider", empreinte)


def test_des_refus_avant_toute_ligne(guichet: Console, tmp_path: Path) -> None:
    reprendre(guichet)
    fichier, selon = guichet.dossier / "f.csv", guichet.dossier / "selon.yaml"
    guichet.verifie_refus("fichier_absent", "reprendre", tmp_path / "absent.csv", "--selon", selon)
    guichet.verifie_refus("acteur_manquant", "reprendre", fichier, "--selon", selon, acteur=None)
    guichet.verifie_refus("role_manquant", "reprendre", fichier, "--selon", selon, acteur="fanny")
    guichet.verifie_refus("date_future", "reprendre", fichier, "--selon", selon, "--le", "2027-01-01")
    guichet.verifie_refus("fichier_non_ecrit", "reprendre", fichier, "--selon", selon, "--rejets", tmp_path)
    fausse = guichet.ecrire("fausse.yaml", CORRESPONDANCE.replace("objet: {", "objett: {"))
    champs = guichet.verifie_refus("correspondance_invalide", "reprendre", fichier, "--selon", fausse)
    assert champs["ligne"] == 8  # the key itself
    ailleurs = guichet.ecrire("ailleurs.yaml", CORRESPONDANCE.replace("REPRISE-CLI", "REPRISE-AILLEURS"))
    guichet.verifie_refus("reference_inconnue", "reprendre", fichier, "--selon", ailleurs)


@pytest.mark.parametrize(
    ("texte", "arme"),
    [("=1+1", True), ("@SUM(A1)", True), ("+33 3 20", True), ("-cmd|' /C calc'!A0", True), ("- 2|x", True),
     ("\n=1", True),
     ("'=1+1", True), ("''@a", True), ("'été", False),
     ("- des ateliers", False), ("-- x", False), ("-12", False), ("l’été", False), ("", False)],
)  # fmt: skip
def test_une_formule_se_desarme_et_se_rearme(texte: str, arme: bool) -> None:  # noqa: FBT001
    assert desarmer(texte) == (f"'{texte}" if arme else texte)
    assert rearmer(desarmer(texte)) == texte
