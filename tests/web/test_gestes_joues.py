"""Every geste of the registry, played through its form, records the facts that the command line records."""

import csv
import io
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import pytest
import yaml

from aggregates.bordereau import Bordereau, CleDeLigne, Ligne, SignatureNonPortee, reference_bordereau
from aggregates.dossier import Dossier
from aggregates.dossier.depot import Depose
from aggregates.dossier.etat import id_subvention_du
from aggregates.subvention import Subvention
from application.automatisme import Automatisme
from application.automatismes import executer
from application.commandes import Appel, Commande, FichierRecu, Recu
from application.consultations.recus import recu_de
from application.declaration import Geste
from application.gestes.recueil import par_nom, tous
from application.numeros import id_de
from application.services import Services
from application.store import _recu
from kernel.agregat import Agregat
from kernel.attentes import Role
from kernel.faits import Inscription
from kernel.identifiants import SYSTEME
from kernel.instants import debut_de_jour
from scenarios.institution import NATURE
from tests import moteur
from tests.aggregates.subvention.fabrique import SEUIL, ouverte
from tests.application import test_ordre_des_actes as vies
from tests.application.seance import JOUR, PRESENCES, SEANCE, UNANIME, Region, installer_region
from tests.exploitation.test_horloges import ANNEE, vieillir
from tests.moteur import PIECES, ouvrir_store, un_depot
from tests.web.fabrique import MALVEILLANT, Site, devant_le_store
from tests.web.formulaires import Personne, dit, envoyer, lire_la_page
from web import gestes
from web.adresses import du_geste
from web.formulaire.champs import champs_de
from web.gestes import RESERVES

A = TypeVar("A", bound=Agregat)
LOGINS: Final = {"ines": Role.INSTRUCTEUR, "fanny": Role.FINANCE, "rene": Role.RESPONSABLE, "aline": Role.ASSEMBLEES}
COMPLETES: Final = PRESENCES + "elu-05,absent,,,\n"
"""A form has a row for each member: who is not there is said so."""


class ParRecevoir(Region):
    """A Région whose gestes are sent as the command line sends them, each under the next id."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.enregistres: dict[str, list[list[tuple[str, Any]]]] = {}
        self._ids = itertools.count(1)

    def faire(self, nom: str, acteur: str, **options: Any) -> Recu:
        depuis, commande_id = self.services.store.derniere_position(), UUID(int=next(self._ids))
        recu = self.jouer(nom, acteur, commande_id, **options)
        nouveaux = self.services.store.lire_depuis(depuis, 500)
        self.enregistres.setdefault(nom, []).append([_fait(i) for i in nouveaux])
        return recu

    def instruire(self, nombre: int, *, viser: bool = True) -> list[str]:
        refs = [self.faire("dossier deposer", "ines", **un_depot()).ref for _ in range(nombre)]
        self.moteur()
        for ref in refs:
            self.faire("dossier declarer-complet", "ines", dossier=ref)
            self.faire("dossier proposer", "ines", dossier=ref)
            if viser:
                self.faire("dossier viser", "rene", dossier=ref)
        self.dossiers += refs
        return refs

    def tenir_seance(self, presences: str = COMPLETES) -> None:
        super().tenir_seance(presences)

    def jouer(self, nom: str, acteur: str, commande_id: UUID, **options: Any) -> Recu:
        return super().faire(nom, acteur, commande_id=commande_id, **options)


class ParFormulaire(ParRecevoir):
    """The same Région, where everything is typed in forms."""

    def __init__(self, services: Services, site: Site) -> None:
        super().__init__(services)
        self.site = site
        self._clients: dict[str, Personne] = {}

    def jouer(self, nom: str, acteur: str, commande_id: UUID, **options: Any) -> Recu:
        geste = par_nom(*nom.split())
        donnees = a_taper(nom, options)
        adresse = du_geste(geste, str(donnees.pop(geste.champ or "", "")))
        if nom not in self.enregistres:
            self._abuser(geste, adresse, acteur)
        reponse = self.personne(acteur).faire(adresse, donnees, str(commande_id))
        assert reponse.status_code == 303, (nom, reponse.status_code, dit(reponse)[-6000:])
        suite = self.personne(acteur).client.get(reponse.headers["location"])
        assert suite.status_code == 200
        assert 'id="recu"' in suite.text, (nom, reponse.headers["location"])
        ligne = recu_de(self.services, acteur, commande_id)
        assert ligne is not None
        return _recu(ligne, deja_fait=False)

    def personne(self, login: str) -> Personne:
        if login not in self._clients:
            self._clients[login] = Personne(self.site.client_de(login))
        return self._clients[login]

    def _abuser(self, geste: Geste, adresse: str, acteur: str) -> None:
        """Type what could be a mark in every text of the form, and ask it of who has not the role: nothing comes of it."""
        avant, client = self.services.store.derniere_position(), self.personne(acteur).client
        formulaire = lire_la_page(client.get(adresse))
        textes = formulaire.noms - RESERVES - formulaire.fichiers - formulaire.offres.keys()
        for champ in textes:
            formulaire.valeurs[champ] = [MALVEILLANT]
        if champs_de(geste) and (textes or geste.se_defait_par is None):  # else it would be done, and nothing was typed
            reponse = envoyer(client, formulaire)
            assert reponse.status_code in {200, 409, 422}, (adresse, reponse.status_code)
            assert "<script>" not in reponse.text, adresse
        for login in [login for login, role in LOGINS.items() if role not in geste.roles][:1]:
            assert self.personne(login).client.get(adresse).status_code == 403, adresse
        assert self.services.store.derniere_position() == avant, adresse


def _fait(inscription: Inscription) -> tuple[str, Any]:
    entete = inscription.entete
    return inscription.fait.topic, (
        inscription.fait.model_dump(),
        entete.acteur,
        entete.habilitation,
        entete.effectif_le,
    )


def a_taper(nom: str, options: dict[str, Any]) -> dict[str, Any]:
    """Return what a person types for the values that a geste is given: a file's are typed field by field."""
    if (lire := DOCUMENTS.get(nom)) is not None:
        return lire(options)
    return {cle: _a_taper(cle, valeur) for cle, valeur in options.items()}


def _depot(options: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(options["depot"].contenu)
    joints = options.get("jointes", {})
    for piece in document["pieces"]:
        piece["fichier"] = joints[piece["fichier"]]
    return document


def _yaml(options: dict[str, Any]) -> dict[str, Any]:
    lu: dict[str, Any] = yaml.safe_load(options["fichier"].contenu)
    return lu


DOCUMENTS: Final[dict[str, Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "dossier deposer": _depot,
    "campagne ouvrir": _yaml,
    "assemblee composer": _yaml,
}
LISTES: Final = {"roles", "groupes", "pieces", "dossiers"}


def _a_taper(cle: str, valeur: Any) -> Any:
    if cle == "presences":
        texte = valeur.contenu.decode()
        return [{c: v for c, v in ligne.items() if v} for ligne in csv.DictReader(io.StringIO(texte))]
    if cle == "scrutin":
        return yaml.safe_load(valeur.contenu)
    if cle == "echeances":
        return [dict(zip(("nature", "part"), part.split(":"), strict=True)) for part in valeur.split(",")]
    if cle == "lignes":
        paires = [ligne.split("=") for ligne in valeur.split(",")]
        return [{"dossier": ref, "montant_centimes": int(cents)} for ref, cents in paires]
    if cle in LISTES and isinstance(valeur, str):
        return valeur.split(",")
    return (
        valeur.isoformat()
        if isinstance(valeur, date)
        else valeur
        if not isinstance(valeur, int) or cle.endswith("_centimes")
        else str(valeur)
    )


def les_rares(vie: Region) -> None:
    """What a life seldom holds: a request changed elsewhere, a convention above the threshold, a signature refused."""
    vie.faire("agent enregistrer", "admin", identifiant="olga", roles="ordonnateur")
    depot, jour = vie.faire("dossier deposer", "ines", **un_depot()), date(2026, 1, 4)
    corriger(vie, depot.id, objet="Un autre objet (exemple fictif)")
    vie.faire("dossier ecarter-correction", "ines", dossier=depot.ref, motif="exemple fictif")
    corriger(vie, depot.id, montant_demande_centimes=900_000)
    vie.faire("dossier retenir-correction", "ines", dossier=depot.ref)
    vie.moteur()
    tiers = vie.dossier(depot.ref).tiers_id
    vie.faire("tiers declarer-nature", "fanny", tiers=str(tiers), **NATURE)
    au_dela = {"ref": f"SUB-{depot.ref}", "dossier": depot.id, "dossier_ref": depot.ref, "tiers": tiers}
    votee = ouverte(**au_dela, montant_centimes=SEUIL + 1, vote_le=jour)
    _ecrire(vie, Subvention, id_subvention_du(depot.id), lambda s: s.ouvrir(votee, SEUIL))
    vie.faire("subvention signer-convention", "fanny", subvention=depot.ref)
    cle = CleDeLigne(id_subvention_du(depot.id), 1, 1)
    mandat = Ligne(**cle._asdict(), montant_centimes=1, liquidee_par="fanny")
    ref = reference_bordereau(jour, 1)
    refusee = SignatureNonPortee(**cle._asdict(), code="geste_impossible")
    _ecrire(vie, Bordereau, id_de("bordereau", ref), lambda b: b.ajouter(jour, 1, mandat))
    vie.faire("bordereau signer", "olga", bordereau=ref, total_centimes=1)
    _ecrire(vie, Bordereau, id_de("bordereau", ref), lambda b: b.porter_signature((), [refusee]))
    vie.faire("bordereau relancer", "fanny", bordereau=ref)


def corriger(vie: Region, dossier: UUID, **champs: object) -> None:
    """Change at its téléservice what was filed here, as an import reads it."""

    def suivre(lu: Dossier) -> None:
        depose = next(i.fait for i in lu.inscriptions if isinstance(i.fait, Depose))
        lu.suivre_le_teleservice(depose.model_copy(update=champs))

    _ecrire(vie, Dossier, dossier, suivre)


def _ecrire(vie: Region, classe: type[A], agregat: UUID, decider: Callable[[A], object]) -> None:
    """Have the engine write what nobody could bring about in a few gestes."""
    appel = Appel(acteur=SYSTEME, commande_id=uuid4())
    automatisme = Automatisme(classe.nom, "ecrire", executer)
    vie.services.executer(automatisme, classe, agregat, decider, Commande(), appel)


@contextmanager
def par_formulaire(dossier: Path, *, repetition: bool = True) -> Iterator[ParFormulaire]:
    with ouvrir_store(dossier, repetition=repetition) as (services, base):
        installer_region(services)
        with devant_le_store(services, base) as application:
            yield ParFormulaire(services, Site(application, services, {}))


@contextmanager
def par_recevoir(dossier: Path) -> Iterator[ParRecevoir]:
    with ouvrir_store(dossier, repetition=True) as (services, _):
        installer_region(services)
        yield ParRecevoir(services)


VIES: Final = ((vies.agents, vies.une_vie), (vies.les_tiers, vies.l_engagement), (les_rares,))


def jouer(ouvrir: Any, dossier: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[tuple[str, Any]]]]:
    faits: dict[str, list[list[tuple[str, Any]]]] = {}
    for rang, actes in enumerate(VIES):
        monkeypatch.setattr(moteur, "_sirets", itertools.count(1))
        monkeypatch.setattr(vies, "PRESENCES", COMPLETES)
        (dossier / str(rang)).mkdir(parents=True)
        with ouvrir(dossier / str(rang)) as vie:
            for acte in actes:
                acte(vie)
            for nom, suites in vie.enregistres.items():
                faits.setdefault(nom, []).extend(suites)
    return faits


def test_chaque_geste_joue_par_son_formulaire_enregistre_les_memes_faits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attendus = jouer(par_recevoir, tmp_path / "recevoir", monkeypatch)
    # in both lives the engine does what follows when the test has it do so
    monkeypatch.setattr(gestes, "laisser_agir_le_moteur", lambda *_: None)
    obtenus = jouer(par_formulaire, tmp_path / "formulaire", monkeypatch)
    for nom, faits in attendus.items():
        assert obtenus[nom] == faits, nom
    assert {f"{g.agregat} {g.nom}" for g in tous()} - obtenus.keys() == {"horloge accepter"}, (
        "played below: no rehearsal has it"
    )


def test_un_fichier_reste_une_seconde_entree(tmp_path: Path) -> None:
    """The document that says everything, with those it names; the sheet of a sitting; the scrutin of a line."""
    with par_formulaire(tmp_path) as vie:
        clients = {login: Personne(vie.site.client_de(login)) for login in ("ines", "aline")}

        def joindre(login: str, adresse: str, *fichiers: tuple[str, FichierRecu]) -> str:
            formulaire, _ = clients[login].remplir(adresse, {})
            verifie = envoyer(clients[login].client, formulaire, fichiers=list(fichiers))
            dits = ("Été au Pile", "elu-05", "voix de tous")
            assert any(dit in unescape(verifie.text) for dit in dits), "what the file says is typed in the form"
            revu = lire_la_page(envoyer(clients[login].client, lire_la_page(verifie), bouton=("_modifier", "1")))
            reponse = envoyer(clients[login].client, lire_la_page(envoyer(clients[login].client, revu)))
            assert reponse.status_code == 303, dit(reponse)[-3000:]
            return str(reponse.headers["location"])

        depot = un_depot()
        joints = [("fichier-de:joints", piece) for piece in depot["jointes"].values()]
        lieu = joindre("ines", "/dossiers/gestes/deposer", ("fichier-de:", depot["depot"]), *joints)
        ref = urlsplit(lieu).path.rpartition("/")[2]
        assert vie.dossier(ref).pieces_recues.keys() == set(PIECES)
        for geste, acteur in (("declarer-complet", "ines"), ("proposer", "ines"), ("viser", "rene")):
            vie.faire(f"dossier {geste}", acteur, dossier=ref)
        vie.ouvrir_credits()
        vie.faire("seance prevoir", "aline", jour=JOUR)
        vie.faire("seance convoquer", "aline", seance=SEANCE)
        rapport = vie.preparer([ref])
        vie.services.store.enregistreur.regler_horloge(debut_de_jour(JOUR) + timedelta(hours=9))
        feuille = FichierRecu("presences.csv", COMPLETES.encode())
        joindre("aline", f"/seances/{SEANCE}/gestes/ouvrir", ("fichier-de:presences", feuille))
        scrutin = FichierRecu("scrutin.yaml", UNANIME.encode())
        joindre("aline", f"/deliberations/{rapport}/gestes/voter", ("fichier-de:scrutin", scrutin))
        assert vie.deliberation(rapport).tranchee


def test_l_horloge_d_une_base_qui_a_dormi_s_accepte_par_son_formulaire(tmp_path: Path) -> None:
    with par_formulaire(tmp_path, repetition=False) as vie:
        vieillir(vie.services, f"sqlite:///{tmp_path / 'essai.db'}", ANNEE)
        recu = vie.faire("horloge accepter", "admin", motif="service fermé un an (exemple fictif)")
        assert recu.faits == ("horloge.saut_accepte.v1",)
