"""A refusal writes nothing: neither fact nor receipt, nor a text in the coffre, nor a file on the disk."""

import inspect
import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from aggregates.dossier import Dossier
from application.commandes import FichierRecu, Recu
from application.services import Services
from application.store import CommandeDejaUtilisee, Store
from bench.identites import siret
from kernel.agregat import Agregat
from kernel.refus import GesteImpossible, Refus
from tests.aggregates.fabrique import UN
from tests.application.argent import attribuer
from tests.application.bureau import Atelier, Compte, compter, de, envoyer, un_dossier
from tests.application.seance import COMPOSITION, ENVELOPPE, JOUR, Region
from tests.gestes import GESTES
from tests.moteur import EXEMPLES, faire, un_oubliable

MOTIF = "Jeanne Exemple est malade"
RECOURS = {"nature": "gracieux", "par": "tiers", "contre": "decision"}


@dataclass(frozen=True)
class Essai:
    """A geste that keeps a text or a file, and by which rule it is refused once its references are found."""

    acteur: str
    sans_role: str
    options: dict[str, Any]
    code: str


def un_depot(**champs: Any) -> dict[str, Any]:
    document = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    document |= {"pieces": [{"code": "statuts", "fichier": "s.txt"}]} | champs
    return {
        "depot": FichierRecu("d.json", json.dumps(document).encode()),
        "jointes": {"s.txt": FichierRecu("s.txt", b"statuts")},
    }


def des_actes(region: Region) -> dict[str, Essai]:
    """Say what each geste that cites an act of the institution is refused for."""
    region.faire("habilitation accorder", "admin", agent="ines", role="auditeur", acte="premier motif")
    region.faire("agent oublier", "admin", agent="farid", motif="premier motif")
    composition = COMPOSITION.replace(", elu-05", "").replace("exemple fictif", MOTIF)
    ines = {"agent": "ines", "acte": MOTIF}
    return {
        "habilitation accorder": Essai("admin", "ines", {**ines, "role": "auditeur"}, "deja_decide_autrement"),
        "habilitation retirer": Essai("admin", "ines", {**ines, "role": "ordonnateur"}, "role_manquant"),
        "agent oublier": Essai("admin", "aline", {"agent": "farid", "motif": MOTIF}, "deja_decide_autrement"),
        "absence declarer": Essai(
            "admin", "aline", {**ines, "suppleant": "ines", "du": JOUR, "au": JOUR}, "saisie_invalide"
        ),
        "absence revoquer": Essai("admin", "aline", {**ines, "du": JOUR}, "geste_impossible"),
        "assemblee composer": Essai(
            "aline", "ines", {"fichier": FichierRecu("cp.yaml", composition.encode())}, "deja_decide_autrement"
        ),
        "campagne fixer-dua": Essai(
            "admin",
            "aline",
            {"campagne": "NQE-2026", "duree": "10 ans", "source": MOTIF, "le": date(2020, 1, 1)},
            "avant_le_jalon",
        ),
        "enveloppe voter-budget": Essai(
            "fanny", "aline", {"enveloppe": ENVELOPPE, "montant_centimes": 0, "source": MOTIF}, "saisie_invalide"
        ),
    }


def des_suites(dossier: str, oublie: str, attribue: str) -> dict[str, Essai]:
    """Say what each geste that answers something is refused for: nothing was decided, found nor asked."""
    suites: dict[str, tuple[str, dict[str, Any], str]] = {
        "dossier revoquer-avis": ("ines", {"aupres_de": "ville", "motif": MOTIF}, "avis_non_demande"),
        "dossier enregistrer-recours": ("ines", {**RECOURS, "texte": MOTIF}, "rien_a_attaquer"),
        "dossier repondre-recours": ("rene", {"recours": 1, "sens": "rejete", "texte": MOTIF}, "recours_inconnu"),
        "dossier retirer-recours": ("ines", {"recours": 1, "motif": MOTIF}, "recours_inconnu"),
        "dossier communiquer-motifs-du-rejet": ("ines", {"motifs": MOTIF}, "geste_impossible"),
        "dossier ecarter-correction": ("ines", {"motif": MOTIF}, "geste_impossible"),
        "dossier constater-succession": ("ines", {"transmission": "aucune", "acte": MOTIF}, "geste_impossible"),
        "dossier transmettre-ailleurs": ("ines", {"autorite": MOTIF}, "geste_impossible"),
        "dossier aviser-transmission": ("ines", {"fichier": FichierRecu("Jeanne.pdf", b"x")}, "geste_impossible"),
        "dossier declarer-interet": ("ines", {"motif": MOTIF, "le": date(2020, 1, 1)}, "avant_le_jalon"),
        "dossier coder-financeur": (
            "ines",
            {"ligne": 9, "financeur": "etat", "montant_centimes": 1, "source": MOTIF},
            "ligne_du_budget_inconnue",
        ),
        "dossier preciser-montant": ("ines", {"montant_centimes": 1, "source": MOTIF}, "geste_impossible"),
        "dossier repondre-motif": (
            "ines",
            {"motif": "tardif", "sens": "leve", "justification": MOTIF},
            "motif_non_releve",
        ),
        "dossier apprecier": (
            "ines",
            {"appreciations": [{"critere": "rev3", "appreciation": "satisfait", "justification": MOTIF}]},
            "geste_impossible",
        ),
        "dossier ouvrir-controle": ("rene", {"objet": MOTIF}, "deja_decide_autrement"),
        "dossier terminer-controle": ("rene", {"dossier": attribue, "suite": MOTIF}, "geste_impossible"),
        "dossier masquer": ("admin", {"dossier": oublie, "motif": MOTIF}, "geste_impossible"),
        "dossier demasquer": ("admin", {"motif": MOTIF}, "geste_impossible"),
        "dossier autoriser-demarrage-anticipe": (
            "rene",
            {"a_partir_du": JOUR, "acte": MOTIF},
            "geste_impossible",
        ),
        "dossier ecarter-piece": ("ines", {"code": "rib", "motif": MOTIF}, "geste_impossible"),
        "dossier corriger-date": ("ines", {"fait": 99, "vraie_date": JOUR, "motif": MOTIF}, "date_non_corrigible"),
    }
    return {
        nom: Essai(acteur, "aline", {"dossier": dossier, **options}, code)
        for nom, (acteur, options, code) in suites.items()
    }


def des_tiers(tiers: dict[str, Any]) -> dict[str, Essai]:
    """Say what each geste on a legal person is refused for."""
    return {
        "tiers declarer-representant": Essai(
            "fanny",
            "rene",
            {**tiers, "personne": MOTIF, "qualite": "delegataire", "du": JOUR, "au": "2020-01-01", "acte": MOTIF},
            "saisie_invalide",
        ),
        "tiers declarer-nature": Essai(
            "ines", "aline", {**tiers, "categorie": "abcd", "du": JOUR, "source": MOTIF}, "categorie_inconnue"
        ),
        "tiers declarer-coordonnees": Essai(
            "fanny", "ines", {**tiers, "iban": "FR76", "titulaire": MOTIF}, "iban_invalide"
        ),
    }


def des_courriers(sans_motif: dict[str, Any]) -> dict[str, Essai]:
    """Say what each geste that writes is refused for, on a dossier withdrawn whose service nobody declared."""
    return {
        "dossier enregistrer-accuse": Essai(
            "ines",
            "rene",
            {**sans_motif, "fichier": FichierRecu("Jeanne.pdf", b"copie"), "voies_de_recours": "oui"},
            "geste_impossible",
        ),
        "dossier enregistrer-remise": Essai(
            "ines", "rene", {**sans_motif, "fichier": FichierRecu("Jeanne.pdf", b"lettre")}, "geste_impossible"
        ),
        "dossier retirer-interet": Essai(
            "rene", "ines", {**sans_motif, "agent": "paul", "motif": MOTIF}, "geste_impossible"
        ),
        "dossier enregistrer-notification": Essai(
            "ines",
            "rene",
            {**sans_motif, "fichier": FichierRecu("Jeanne.pdf", b"preuve"), "voies_de_recours": "oui"},
            "geste_impossible",
        ),
        "dossier envoyer-transmission": Essai(
            "ines",
            "rene",
            {**sans_motif, "autorite": MOTIF, "destinataire": "autorite", "canal": "main_propre"},
            "service_non_declare",
        ),
        "dossier reexpedier": Essai(
            "ines", "rene", {**sans_motif, "edition": str(UN), "courriel": "jeanne@exemple.invalid"}, "saisie_invalide"
        ),
        "campagne declarer-service": Essai(
            "admin", "ines", {"campagne": "NQE-1999", "service": MOTIF}, "reference_inconnue"
        ),
    }


def essais(region: Region) -> dict[str, Essai]:
    """Play a life: a dossier withdrawn, another forgotten, an award given up; then say what each geste is refused for."""
    (attribue,) = attribuer(region)
    region.faire("subvention renoncer", "fanny", subvention=attribue, motif="premier motif")
    (retire,), oublie = region.instruire(1), un_oubliable(region.services).ref
    region.faire("dossier retirer", "ines", dossier=retire, motif="premier motif")
    region.faire("tiers enregistrer", "fanny", siret=siret(99_999), denomination="Sans demande (exemple)")
    tiers = {"tiers": siret(99_999)}
    region.faire("dossier oublier", "admin", dossier=oublie, motif="premier motif")
    region.faire("tiers oublier", "admin", **tiers, motif="premier motif")
    region.faire("dossier ouvrir-controle", "rene", dossier=retire, objet="premier contrôle")
    motive, sans_motif = {"dossier": retire, "motif": MOTIF}, {"dossier": retire}
    return (
        des_actes(region)
        | des_tiers(tiers)
        | des_suites(retire, oublie, attribue)
        | des_courriers(sans_motif)
        | {
            "dossier demander-avis": Essai(
                "ines",
                "rene",
                {**sans_motif, "aupres_de": "ville", "delai": "15 jours", "source": MOTIF},
                "geste_impossible",
            ),
            "dossier noter": Essai("ines", "aline", {"dossier": oublie, "texte": MOTIF}, "geste_impossible"),
            "dossier deposer": Essai("ines", "rene", un_depot(recu_ailleurs_le="2099-01-01"), "avant_le_jalon"),
            "dossier recevoir-piece": Essai(
                "ines",
                "rene",
                {**sans_motif, "code": "rib", "fichier": FichierRecu("Jeanne.pdf", b"rib")},
                "geste_impossible",
            ),
            "dossier rendre-avis": Essai(
                "ines",
                "rene",
                {**sans_motif, "aupres_de": "ville", "sens": "reserve", "texte": MOTIF},
                "avis_non_demande",
            ),
            "dossier proposer": Essai("ines", "rene", {**motive, "montant_centimes": 1}, "geste_impossible"),
            "dossier renvoyer": Essai("rene", "ines", motive, "geste_impossible"),
            "dossier retirer": Essai("ines", "rene", motive, "deja_decide_autrement"),
            "dossier declarer-irrecevable": Essai("ines", "rene", motive, "geste_impossible"),
            "dossier classer-sans-suite": Essai("ines", "rene", motive, "geste_impossible"),
            "enveloppe degager": Essai("fanny", "ines", {**motive, "enveloppe": ENVELOPPE}, "reference_inconnue"),
            "deliberation ecarter-ligne": Essai(
                "aline", "ines", {"deliberation": region.rapports[0], "ligne": "1", "motif": MOTIF}, "geste_impossible"
            ),
            "dossier oublier": Essai("admin", "ines", {"dossier": oublie, "motif": MOTIF}, "deja_decide_autrement"),
            "tiers oublier": Essai("admin", "ines", {**tiers, "motif": MOTIF}, "deja_decide_autrement"),
            "horloge accepter": Essai("admin", "ines", {"motif": MOTIF}, "geste_impossible"),
            "subvention renoncer": Essai(
                "fanny", "ines", {"subvention": attribue, "motif": MOTIF}, "deja_decide_autrement"
            ),
        }
    )


def qui_gardent() -> set[str]:
    """Return the gestes whose decision keeps a text or a file."""
    sources = {f"{g.agregat} {g.nom}": inspect.getsource(g.commande) for g in GESTES}
    return {nom for nom, source in sources.items() if "services.confier" in source or "services.garder" in source}


def test_un_refus_ne_laisse_ni_texte_ni_fichier_quel_que_soit_le_geste(region: Region, tmp_path: Path) -> None:
    connus = essais(region)
    assert connus.keys() == qui_gardent()

    def compte() -> Compte:
        return compter(f"sqlite:///{tmp_path / 'essai.db'}", tmp_path / "fichiers")

    for nom, essai in connus.items():
        for acteur, code in ((None, "acteur_manquant"), (essai.sans_role, "role_manquant"), (essai.acteur, essai.code)):
            avant = compte()
            with pytest.raises(Refus) as refus:
                faire(region.services, nom, acteur, **essai.options)
            assert (nom, refus.value.code) == (nom, code)
            assert compte() == replace(avant, refus=(*avant.refus, (code, acteur))), nom


class StoreDevance(Store):
    """Lets somebody else write between a decision and its append, the first time."""

    def __init__(self, store: Store, autre: Any) -> None:
        super().__init__(store.application)
        self._autre = autre

    def _ecrire(self, agregat: Agregat, *reste: Any) -> Recu:
        autre, self._autre = self._autre, None
        if autre is not None:
            autre()
        return super()._ecrire(agregat, *reste)


def devance(services: Services, autre: Any) -> Services:
    return replace(services, store=StoreDevance(services.store, autre))


def test_une_course_perdue_qui_finit_en_refus_reprend_ce_qu_elle_seule_a_garde(atelier: Atelier) -> None:
    services, ref = atelier.services, un_dossier(atelier.services).ref
    avant = atelier.compte

    def retirer() -> None:
        envoyer(services, "dossier retirer", de(), dossier=ref, motif="l’autre motif")

    fichier = FichierRecu("Jeanne.pdf", b"neuf")
    with pytest.raises(GesteImpossible):
        envoyer(devance(services, retirer), "dossier recevoir-piece", de(), dossier=ref, code="rib", fichier=fichier)
    assert (atelier.compte.textes, atelier.compte.fichiers) == (avant.textes + 1, avant.fichiers), "only l’autre motif"


def test_une_course_perdue_ne_reprend_pas_ce_qu_un_autre_fait_nomme(atelier: Atelier) -> None:
    """The same motive of the same dossier is one text: the one who came second and won relies on it."""
    services, recu = atelier.services, un_dossier(atelier.services)

    def retirer() -> None:
        envoyer(services, "dossier retirer", de(), dossier=recu.ref, motif=MOTIF)

    options = {"dossier": recu.ref, "motif": MOTIF}
    with pytest.raises(GesteImpossible):
        envoyer(devance(services, retirer), "dossier declarer-irrecevable", de(), **options)
    dossier = services.store.charger(Dossier, recu.id)
    motif = dossier.inscriptions[-1].fait.model_dump()["motif"]
    assert services.coffre.lire(motif) == MOTIF


def test_deux_livraisons_de_la_meme_commande_laissent_un_fait_et_son_texte(atelier: Atelier) -> None:
    services, recu, appel = atelier.services, un_dossier(atelier.services), de()

    def la_meme() -> None:
        envoyer(services, "dossier retirer", appel, dossier=recu.ref, motif=MOTIF)

    rendu = envoyer(devance(services, la_meme), "dossier retirer", appel, dossier=recu.ref, motif=MOTIF)
    assert rendu.deja_fait
    motif = services.store.charger(Dossier, recu.id).inscriptions[-1].fait.model_dump()["motif"]
    assert services.coffre.lire(motif) == MOTIF


def test_un_identifiant_de_commande_deja_utilise_ne_laisse_rien(atelier: Atelier) -> None:
    """Decided, kept, then refused by the journal: its commande_id came before with another content."""
    services, recu, appel = atelier.services, un_dossier(atelier.services), de()
    envoyer(services, "dossier declarer-complet", appel, dossier=recu.ref)
    avant = atelier.compte
    with pytest.raises(CommandeDejaUtilisee):
        envoyer(services, "dossier retirer", appel, dossier=recu.ref, motif=MOTIF)
    assert atelier.compte == replace(avant, refus=(*avant.refus, ("commande_deja_utilisee", "ines")))


def test_un_texte_ne_se_confie_que_pendant_une_commande(atelier: Atelier) -> None:
    avant = atelier.compte
    with pytest.raises(RuntimeError):
        atelier.services.confier("perdu", uuid4(), "motif")
    assert atelier.compte == avant
