"""The PDF of each document: what it declares, its tags, its language, its title, the same bytes; a project says that it is one."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from adapters.editions import EditeurTypst
from scenarios.institution import SERVICE

LE = datetime(2026, 3, 2, tzinfo=UTC)
COMMUNES: dict[str, Any] = {
    "institution": "Région d’exemple",
    "service": SERVICE,
    "destinataire": ["Les Passerelles (exemple)"],
    "le": "2 mars 2026",
    "public": False,
    "dossier": {
        "ref": "NQE-2026-7K3F9",
        "demandeur": "Les Passerelles",
        "objet": "Été #au *Pile* $x$ <y>",
        "montant": None,
    },
}
PROPRES: dict[str, dict[str, Any]] = {
    "accuse_enregistrement": {"recue_le": "12 janvier"},
    "accuse_reception": {"recue_le": "12 janvier", "electronique": True, "rejet_le": "12 mars", "pieces": ["statuts"]},
    "demande_pieces": {"pieces": [{"piece": "statuts", "exigee_par": "article 3 (exemple)"}], "delai": "15 jours"},
    "demande_avis": {
        "aupres_de": "ville",
        "delai": "21 jours",
        "fondement": "usage",
        "repute_rendu": True,
        "territoire": "Pile",
        "periode": None,
    },
    "notification_rejet": {
        "deliberation": "2026.00012",
        "vote_le": "18 juin",
        "cause": "irrecevabilité",
        "motif": "hors période (exemple)",
        "contentieux": {"duree": "2 mois francs", "source": "CJA, art. R421-1"},
        "gracieux": "2 mois",
    },
    "rappel_avis": {"aupres_de": "ville", "demande_le": "2 mars", "avant_le": "23 mars", "repute_rendu": False},
    "transmission": {"au_demandeur": True, "autorite": "Commune d’exemple", "recue_le": "12 janvier"},
}
TITRES = {
    "accuse_enregistrement": "Accusé d’enregistrement de votre demande",
    "accuse_reception": "Accusé de réception de votre demande",
    "demande_pieces": "Pièces à produire pour votre demande",
    "demande_avis": "Demande d’avis",
    "notification_rejet": "Notification du rejet de votre demande",
    "rappel_avis": "Rappel d’une demande d’avis",
    "transmission": "Transmission de votre demande",
}


def composer(modele: str, *, projet: bool = False, **autres: Any) -> bytes:
    return EditeurTypst().composer(modele, {**COMMUNES, **PROPRES[modele], **autres}, LE, projet=projet)


def ouvrir(contenu: bytes, dossier: Path) -> pikepdf.Pdf:
    (chemin := dossier / "document.pdf").write_bytes(contenu)
    return pikepdf.open(chemin)


@pytest.mark.parametrize("modele", sorted(PROPRES))
def test_un_document_declare_pdf_a_2a_et_pdf_ua_1_et_porte_ce_qui_va_avec(modele: str, tmp_path: Path) -> None:
    with ouvrir(composer(modele), tmp_path) as pdf:
        xmp = pdf.open_metadata()
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"], xmp["pdfuaid:part"]) == ("2", "A", "1")
        assert str(xmp["dc:title"]) == str(pdf.docinfo["/Title"]) == TITRES[modele]
        assert str(pdf.Root.Lang) == "fr-FR"
        (intention,) = pdf.Root.OutputIntents
        assert str(intention.S) == "/GTS_PDFA1"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert {"/Document", "/H1", "/P"} <= roles(pdf.Root.StructTreeRoot)
        assert len(pdf.pages) == 1


def roles(noeud: Any) -> set[str]:
    """Return the roles of the tags of a tree."""
    vus = {str(noeud.S)} if "/S" in noeud else set()
    enfants = noeud.get("/K", [])
    for enfant in enfants if isinstance(enfants, pikepdf.Array) else [enfants]:
        if isinstance(enfant, pikepdf.Dictionary):
            vus |= roles(enfant)
    return vus


def test_le_meme_document_a_les_memes_octets_et_un_autre_d_autres() -> None:
    premier = composer("accuse_reception")
    time.sleep(1.1)  # a second of the clock is in no document
    assert composer("accuse_reception") == premier
    assert composer("accuse_reception", le="3 mars 2026") != premier


def test_un_instant_de_la_machine_a_des_microsecondes_et_le_document_se_compose() -> None:
    donnees = {**COMMUNES, **PROPRES["accuse_reception"]}
    instant = LE.replace(microsecond=123_456)
    assert EditeurTypst().composer("accuse_reception", donnees, instant) == composer("accuse_reception")


@pytest.mark.parametrize(
    ("objet", "ecrit"),
    [
        ("Fête 🎉 des voisins", "Fête [?] des voisins"),
        ("👩‍👩‍👧 1\u20e3 漢字", "[?] 1 [?]"),
        ("שלום 🎉 Привет", "[?] [?] Привет"),
        ("\u0488 œuvre 🎈", "[?] œuvre [?]"),
    ],
)
def test_ce_qu_aucune_police_ne_dessine_n_empeche_pas_d_ecrire(objet: str, ecrit: str) -> None:
    def de(objet: str) -> bytes:
        return composer("accuse_reception", dossier={**COMMUNES["dossier"], "objet": objet})

    assert de(objet) == de(ecrit)


def test_un_projet_le_dit_et_n_est_pas_le_document() -> None:
    assert composer("accuse_reception", projet=True) != composer("accuse_reception")
    modele = (Path("adapters") / "editions" / "modeles" / "lettre.typ").read_text(encoding="utf-8")
    assert modele.count("PROJET") == 2


def test_une_autorite_publique_ne_lit_pas_ce_qui_est_dit_au_public() -> None:
    assert len(composer("accuse_reception", public=True)) < len(composer("accuse_reception"))


def test_les_outils_d_un_document_sont_nommes_par_leur_empreinte() -> None:
    editeur = EditeurTypst()
    accuse, demande = editeur.outils("accuse_reception"), editeur.outils("demande_pieces")
    assert accuse.modele != demande.modele
    assert (accuse.polices, accuse.typst) == (demande.polices, demande.typst)
    assert len(accuse.polices) == 64
