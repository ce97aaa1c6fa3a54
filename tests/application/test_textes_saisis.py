"""What a person types about people goes to the coffre (design §1.10): a sentence, put in each field of each geste.

Whatever the field, the sentence is refused, or stays out of what would be recorded; the few that are public are named here.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import uuid4

import pytest
from pydantic import BaseModel

from aggregates.dossier.depot import Depose
from application.commandes import Appel, FichierRecu, Recu
from application.consultations.historique import historique
from application.consultations.moment import Moment
from application.consultations.voir import voir
from application.declaration import TexteLong
from application.gestes.recueil import par_nom
from application.noms import OUBLIE
from application.saisie import lire
from dispositifs.financeurs import reconnaitre
from kernel.identifiants import identifiant
from kernel.refus import Refus
from tests.application.seance import ENVELOPPE, Region, installer_region
from tests.application.test_ordre_des_actes import AILLEURS, Essayee, agents, l_engagement, les_tiers, une_vie
from tests.gestes import GESTES
from tests.moteur import PIECES, ouvrir_store, un_depot

PHRASE: Final = "Mme Zébulon Témoin, rue des Lilas"
PUBLICS: Final = {
    "dossier deposer objet": "the objet of a demande is public: it is in the délibération and in open data",
    "dossier deposer tiers.denomination": "the name of a legal person",
    "dossier constater-succession denomination": "the name of a legal person",
    "tiers enregistrer denomination": "the name of a legal person",
    "tiers corriger denomination": "the name of a legal person",
    "campagne ouvrir": "a règlement is a voted, published text: its values, words and sources are copied whole (§1.8)",
}
SAISIS: Final = {
    *("dossier deposer budget.produits.financeur", "dossier deposer pieces.fichier.nom", "dossier deposer contact.nom"),
    *("habilitation accorder acte", "habilitation retirer acte", "absence declarer acte", "absence revoquer acte"),
    *("enveloppe voter-budget source", "assemblee composer source", "dossier demander-avis source"),
    *(
        "dossier noter texte",
        "dossier constater-succession acte",
        "tiers declarer-representant personne",
        "tiers declarer-representant acte",
        "dossier transmettre-ailleurs autorite",
        "dossier repondre-motif justification",
        "dossier rendre-avis texte",
        "dossier oublier motif",
        "tiers declarer-coordonnees titulaire",
    ),
}
"""Some of those that the coffre keeps."""


class Enregistrerait(Refus, code="enregistrerait"):
    """The decision agreed: what it would record, and nothing is."""


class Indiscrete(Essayee):
    """A Région where each geste, the first time, is tried with the sentence in each of its fields, then done."""

    def __init__(self, region: Region) -> None:
        super().__init__(region)
        self.en_clair: set[str] = set()
        self.au_coffre: set[str] = set()

    def faire(self, nom: str, acteur: str, **options: Any) -> Recu:
        if nom not in self.essayes:
            self.essayes.add(nom)
            geste = par_nom(*nom.split())
            for champ, variante in dict(variantes(geste.lire(options))).items():
                self._essayer(geste, f"{nom} {champ}", variante, Appel(acteur=acteur, commande_id=uuid4()))
        return Region.faire(self, nom, acteur, **options)

    def _essayer(self, geste: Any, champ: str, variante: Any, appel: Appel) -> None:
        store: Any = self.services.store

        def dire(agregat: Any, *_: Any) -> NoReturn:
            raise Enregistrerait(".", faits=[fait.model_dump_json() for fait in agregat.nouveaux_faits])

        store._ecrire = dire
        try:
            geste.faire(lire(geste.commande, variante), appel, self.services)
        except Enregistrerait as dit:
            faits = "".join(dit.champs["faits"])
            (self.en_clair if PHRASE in faits else self.au_coffre).add(champ)
        except Refus:
            pass  # the field takes no sentence
        finally:
            del store._ecrire


def variantes(valeur: Any) -> Iterator[tuple[str, Any]]:
    """Yield a command with the sentence in place of each of its texts, the absent ones included, under the path of each."""
    if isinstance(valeur, BaseModel):
        ouvert = {nom: getattr(valeur, nom) for nom in type(valeur).model_fields}
        yield from (
            (f"{nom}.{suite}".rstrip("."), ouvert | {nom: variante})
            for nom, partie in ouvert.items()
            for suite, variante in variantes(partie)
        )
    elif isinstance(valeur, dict):
        yield "clé", valeur | {PHRASE: "exemple fictif"}
        yield from ((suite, valeur | {cle: v}) for cle, partie in valeur.items() for suite, v in variantes(partie))
    elif isinstance(valeur, list | tuple):
        yield "", [*valeur, PHRASE]
        yield from (
            (suite, [*valeur[:rang], variante, *valeur[rang + 1 :]])
            for rang, partie in enumerate(valeur)
            for suite, variante in variantes(partie)
        )
    elif isinstance(valeur, FichierRecu):
        yield "nom", replace(valeur, nom=PHRASE)
    elif valeur is None or isinstance(valeur, str):
        yield "", PHRASE


DES_PHRASES: Final = [
    (geste, nom)
    for geste in GESTES
    for nom, champ in geste.commande.model_fields.items()
    if any(isinstance(marque, TexteLong) for marque in champ.metadata)
]


@pytest.mark.parametrize("rien", ["", "  \n", ".", "x", "XX x", "----"])
def test_un_motif_dit_quelque_chose(rien: str) -> None:
    """One sign is typed to get past a field: a motive is what is read months later, by whoever asks why."""
    assert len(DES_PHRASES) >= 12
    for geste, champ in DES_PHRASES:
        with pytest.raises(Refus) as refus:
            lire(geste.commande, {champ: rien})
        assert champ in {erreur["champ"] for erreur in refus.value.champs["erreurs"]}, (geste.agregat, geste.nom)
        with pytest.raises(Refus) as refus:
            lire(geste.commande, {champ: "non", "inconnu": 1})  # says little, and says it: what is wrong is beside
        assert champ not in {erreur["champ"] for erreur in refus.value.champs["erreurs"]}


def test_ce_qu_une_personne_tape_ne_reste_dans_aucun_fait(tmp_path: Path) -> None:
    essayes, en_clair, au_coffre = set(AILLEURS), set[str](), set[str]()
    for rang, actes in enumerate(((agents, une_vie), (les_tiers, l_engagement))):
        (tmp_path / str(rang)).mkdir()
        with ouvrir_store(tmp_path / str(rang), repetition=True) as (services, _):
            vie = Indiscrete(installer_region(services))
            for acte in actes:
                acte(vie)
            essayes, en_clair, au_coffre = essayes | vie.essayes, en_clair | vie.en_clair, au_coffre | vie.au_coffre
    assert essayes == {f"{geste.agregat} {geste.nom}" for geste in GESTES}
    assert {champ for champ in en_clair if not champ.startswith(tuple(PUBLICS))} == set()
    assert {public for public in PUBLICS if not any(champ.startswith(public) for champ in en_clair)} == set()
    assert au_coffre >= SAISIS, "they were tried, and accepted"


def test_qui_finance_se_lit_dans_le_coffre_puis_s_oublie_sans_changer_un_montant(region: Region) -> None:
    """What the calculation needs of a name is in the fact; the name is the dossier's, and goes with its key."""
    ref = region.faire("dossier deposer", "ines", **un_depot(PIECES)).ref
    depose = next(
        i.fait for i in region.services.store.inscriptions(region.dossier(ref).id) if isinstance(i.fait, Depose)
    )
    assert depose.textes is not None
    noms = json.loads(region.services.coffre.lire(depose.textes) or "")["financeurs"]
    assert [reconnaitre(nom) for nom in noms] == [ligne.financeur for ligne in depose.produits]
    assert {"Région", "Ville"} <= set(noms)
    avant = region.dossier(ref).produits
    region.faire("dossier retirer", "ines", dossier=ref, motif="exemple fictif")
    region.faire("campagne fixer-dua", "admin", campagne="NQE-2026", duree="1 jour", source="exemple fictif")
    region.services.store.enregistreur.regler_horloge(region.services.maintenant() + timedelta(days=2))
    region.faire("dossier oublier", "admin", dossier=ref, motif="exemple fictif")
    region.moteur()
    assert region.services.coffre.lire(depose.textes) is None
    assert region.dossier(ref).produits == avant


def test_ce_qu_une_personne_a_tape_se_lit_a_l_histoire(region: Region) -> None:
    """By who may read it: sentences and `voir` turn the id into the text, and say so once it is forgotten."""
    region.faire("habilitation accorder", "admin", agent="ines", role="auditeur", acte="note de Mme Témoin")
    region.ouvrir_credits()
    ines, enveloppe, assemblee = (
        identifiant("agent", "ines"), identifiant("enveloppe", ENVELOPPE), identifiant("assemblee", "commission-permanente")
    )  # fmt: skip
    phrases = {
        ident: historique(region.services, ident, Moment())[-1]["phrase"] for ident in (ines, enveloppe, assemblee)
    }
    assert "(note de Mme Témoin)" in phrases[ines]
    assert all("(exemple fictif)" in phrases[ident] for ident in (enveloppe, assemblee))
    compositions = voir(region.services, "assemblee", "commission-permanente", Moment())["compositions"]
    assert [composition["source"] for composition in compositions] == ["exemple fictif"]
    region.services.coffre.detruire_cle(ines)
    assert f"({OUBLIE})" in historique(region.services, ines, Moment())[-1]["phrase"]
