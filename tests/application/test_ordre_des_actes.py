"""Acts have an order (design §1.12): each geste of the registry, tried at a date that the law makes impossible."""

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from aggregates.bordereau import Bordereau, CleDeLigne, Ligne, SignatureNonPortee
from aggregates.subvention import Subvention
from application.commandes import FichierRecu, Recu
from bench.identites import siret
from kernel.instants import debut_de_jour, jour_de
from kernel.refus import AvantLeJalon, DejaFait, Refus
from scenarios.institution import SERVICE
from tests.aggregates.fabrique import UN, par, verifie_refus
from tests.aggregates.subvention.fabrique import SEUIL, SOIXANTE_JOURS, ouverte
from tests.application.argent import attribuer, fixer, payer, ref_bordereau, reprendre, signer, subvention, valider_iban
from tests.application.seance import (
    COMPOSITION,
    ENVELOPPE,
    JOUR,
    NOTIFIE,
    PRESENCES,
    SEANCE,
    UNANIME,
    Region,
    installer_region,
)
from tests.gestes import GESTES
from tests.moteur import AVEC_GRILLE, EXEMPLES, GRILLE, REMISE, la_campagne, ouvrir_store, un_depot

IMPOSSIBLE: Final = date(2020, 1, 1)
HORS_D_ORDRE: Final = {"avant_le_jalon", "seance_pas_encore"}
LIBRES: Final = {
    "agent enregistrer": "an agent is recorded when the tool is installed, not when he came",
    "agent rattacher": "an agent may have worked in a group before it was said",
    "absence declarer": "its own two days say when; its act may be old",
    "campagne ouvrir": "opens on the day its file gives",
    "dossier deposer": "every demand is registered: one sent before the opening has a motif",
    "tiers enregistrer": "a legal person was there before we knew it",
    "tiers declarer-nature": "it says its own day",
    "tiers declarer-representant": "it says its own days",
    "tiers declarer-coordonnees": "an account may be old; what counts is its validation",
    "tiers corriger": "a correction has the date of what it corrects",
    "assemblee composer": "a composition has the date its file gives",
    "enveloppe ouvrir": "is opened to enter credits that were voted before",
    "enveloppe voter-budget": "the first fact that the law dates in an enveloppe",
    "seance prevoir": "the first fact of a sitting: only its own day bounds it, from above",
}
"""Gestes that follow nothing: any past date may be true."""
SA_DATE: Final = {"tiers corriger", "assemblee composer", "dossier deposer"}
"""What the content dates: a date given beside it is not theirs; and another dépôt is another request."""


AILLEURS: Final = {
    *("bordereau relancer", "subvention signer-convention", "horloge accepter"),
    *("dossier retenir-correction", "dossier ecarter-correction"),
}
"""Tried below, in test_horloge.py or in test_teleservice.py, on their aggregate alone: rare in a life, or impossible in a
rehearsal."""


class Essayee(Region):
    """A Région where each geste, the first time, is tried at an impossible date; then done; then said again at that date."""

    def __init__(self, region: Region) -> None:
        super().__init__(region.services)
        self.essayes: set[str] = set()

    def faire(self, nom: str, acteur: str, **options: Any) -> Recu:
        if nom in self.essayes:
            return super().faire(nom, acteur, **options)
        self.essayes.add(nom)
        if nom not in LIBRES:
            assert self._refus(nom, acteur, options) in HORS_D_ORDRE, nom
        recu = super().faire(nom, acteur, **options)
        if nom not in SA_DATE:
            assert self._refus(nom, acteur, options), nom
        return recu

    def _refus(self, nom: str, acteur: str, options: dict[str, Any]) -> str:
        with pytest.raises(Refus) as refus:
            super().faire(nom, acteur, le=IMPOSSIBLE, **options)
        return refus.value.code


def agents(vie: Essayee) -> None:
    vie.faire("agent enregistrer", "admin", identifiant="paul", roles="instructeur")
    habilitation = {"agent": "paul", "role": "instructeur", "acte": "exemple fictif"}
    vie.faire("agent rattacher", "admin", agent="paul", groupes="nord")
    vie.faire("habilitation retirer", "admin", **habilitation)
    vie.faire("habilitation accorder", "admin", **habilitation)
    jours = {"du": date(2026, 1, 1), "au": date(2026, 12, 31), "acte": "exemple fictif"}
    vie.faire("absence declarer", "admin", agent="paul", suppleant="ines", **jours)
    vie.faire("absence terminer", "paul")
    vie.faire("absence declarer", "admin", agent="paul", suppleant="rene", **jours)
    vie.faire("absence revoquer", "admin", agent="paul", du=date(2026, 1, 1), acte="exemple fictif")
    vie.faire("habilitation retirer", "admin", **habilitation)
    vie.faire("agent oublier", "admin", agent="paul", motif="exemple fictif")


def des_courriers(vie: Essayee, dossier: dict[str, str]) -> None:
    """Acknowledge a request at an address that is refused, then hand the document; write to another authority."""
    campagne = vie.dossier(dossier["dossier"]).campagne
    vie.faire("campagne declarer-service", "admin", campagne=campagne, **SERVICE)
    vie.faire("dossier accuser-reception", "ines", **dossier, courriel="contact@refuse.invalid")
    vie.moteur()
    *_, edition = vie.dossier(dossier["dossier"]).documents  # the accusé d’enregistrement came first
    vie.faire("dossier reexpedier", "ines", **dossier, edition=str(edition), canal="main_propre")
    ecrite = {"autorite": "Commune d’exemple", "destinataire": "autorite", "canal": "main_propre"}
    vie.faire("dossier envoyer-transmission", "ines", **dossier, **ecrite)


def des_pieces(vie: Essayee, dossier: dict[str, Any]) -> None:
    """Ask for a pièce, set aside the one that comes, verify the next, twice."""
    vie.faire("dossier demander-pieces", "ines", **dossier, pieces="attestation_cer", delai="15 jours")
    vie.faire("dossier enregistrer-remise", "ines", **dossier, **REMISE)
    piece = FichierRecu("attestation_cer.txt", b"exemple fictif")
    vie.faire("dossier recevoir-piece", "ines", **dossier, code="attestation_cer", fichier=piece)
    vie.faire("dossier ecarter-piece", "ines", **dossier, code="attestation_cer", motif="exemple fictif")
    piece = FichierRecu("attestation_cer.txt", b"une autre (exemple fictif)")
    vie.faire("dossier recevoir-piece", "ines", **dossier, code="attestation_cer", fichier=piece)
    vie.faire("dossier verifier-pieces", "ines", **dossier)
    vie.faire("dossier annuler-verification", "ines", **dossier)
    vie.faire("dossier verifier-pieces", "ines", **dossier)


def une_demande(vie: Essayee) -> str:
    """Bring one request from its dépôt to its visa, with all that may happen to it on the way."""
    vie.faire("campagne ouvrir", "admin", fichier=la_campagne(2026, AVEC_GRILLE))
    depot = un_depot(("statuts", "budget", "rib"), AVEC_GRILLE)
    lu = json.loads(depot["depot"].contenu)
    demandeur = lu["tiers"]["siret"]
    lu["budget"]["charges"][0]["montant_centimes"] += 100
    montant = lu.pop("montant_demande_centimes")
    depot["depot"] = replace(depot["depot"], contenu=json.dumps(lu).encode())
    vie.faire("tiers enregistrer", "fanny", siret=demandeur, denomination="Connu sous un autre nom (exemple)")
    dossier = {"dossier": vie.faire("dossier deposer", "ines", **depot).ref}
    vie.moteur()
    vie.faire("dossier confirmer-demandeur", "ines", **dossier, siret=demandeur)
    vie.moteur()
    vie.faire("dossier repondre-motif", "ines", **dossier, motif="budget_desequilibre", sens="leve", justification="vu")
    vie.faire("dossier preciser-montant", "ines", **dossier, montant_centimes=montant, source="exemple fictif")
    successeur = {"siret": siret(99_998), "denomination": "Les Passerelles unies (exemple)", "acte": "exemple fictif"}
    vie.faire("dossier constater-succession", "ines", **dossier, transmission="universelle", **successeur)
    vie.moteur()
    des_courriers(vie, dossier)
    des_pieces(vie, dossier)
    vie.faire("dossier declarer-complet", "ines", **dossier)
    vie.faire("dossier annuler-completude", "ines", **dossier)
    vie.faire("dossier declarer-complet", "ines", **dossier)
    vie.faire("dossier affecter", "ines", **dossier, agent="ines", groupe="nord")
    vie.faire("dossier prendre-en-charge", "ines", **dossier)
    vie.faire("dossier noter", "ines", **dossier, texte="exemple fictif")
    vie.faire("dossier demander-avis", "ines", **dossier, aupres_de="ville", delai="21 jours")
    vie.faire("dossier envoyer-demande-avis", "ines", **dossier, aupres_de="ville", courriel="ville@exemple.invalid")
    vie.faire("dossier demander-avis", "ines", **dossier, aupres_de="caf", delai="21 jours")
    vie.faire("dossier revoquer-avis", "ines", **dossier, aupres_de="caf", motif="exemple fictif")
    vie.faire("dossier rendre-avis", "ines", **dossier, aupres_de="ville", sens="favorable")
    rendu, jour = vie.dossier(str(dossier["dossier"])).version, jour_de(vie.services.maintenant())
    vie.faire("dossier corriger-date", "ines", **dossier, fait=rendu, vraie_date=jour, motif="exemple fictif")
    vie.faire("dossier examiner-eligibilite", "ines", **dossier)
    autorisation = {"a_partir_du": date(2026, 12, 1), "acte": "exemple fictif"}
    vie.faire("dossier autoriser-demarrage-anticipe", "rene", **dossier, **autorisation)
    vie.faire("dossier apprecier", "ines", **dossier, appreciations=GRILLE)
    etat = {"financeur": "etat", "montant_centimes": 1_000, "source": "exemple fictif"}
    vie.faire("dossier coder-financeur", "ines", **dossier, **etat)
    vie.faire("dossier proposer", "ines", **dossier)
    vie.faire("dossier renvoyer", "rene", **dossier, motif="exemple fictif")
    vie.faire("dossier proposer", "ines", **dossier)
    vie.faire("dossier viser", "rene", **dossier)
    return str(dossier["dossier"])


def des_fins(vie: Essayee) -> tuple[str, str]:
    """End requests, each in its way; forget one. Return one whose rejet is to be voted, and one left to silence."""
    retire, irrecevable = vie.instruire(2, viser=False)
    vie.faire("dossier retirer", "ines", dossier=retire, motif="exemple fictif")
    vie.faire("dossier declarer-interet", "ines", dossier=retire, motif="exemple fictif")
    vie.faire("dossier retirer-interet", "rene", dossier=retire, agent="ines", motif="exemple fictif")
    vie.faire("dossier renvoyer", "rene", dossier=irrecevable, motif="exemple fictif")
    vie.faire("dossier declarer-irrecevable", "ines", dossier=irrecevable, motif="exemple fictif")
    vie.faire("dossier viser", "rene", dossier=irrecevable)
    incomplet = vie.faire("dossier deposer", "ines", **un_depot(("statuts", "budget", "rib"))).ref
    ailleurs = vie.faire("dossier deposer", "ines", **un_depot()).ref
    vie.faire("dossier transmettre-ailleurs", "ines", dossier=ailleurs, autorite="Département (exemple)")
    vie.faire("dossier aviser-transmission", "ines", dossier=ailleurs, fichier=FichierRecu("l.txt", b"exemple fictif"))
    vie.moteur()
    copie = {"fichier": FichierRecu("accuse.pdf", b"exemple fictif"), "voies_de_recours": "oui"}
    vie.faire("dossier enregistrer-accuse", "ines", dossier=incomplet, **copie)
    vie.faire("dossier demander-pieces", "ines", dossier=incomplet, pieces="attestation_cer", delai="15 jours")
    vie.faire("dossier enregistrer-remise", "ines", dossier=incomplet, **REMISE)
    vie.services.store.enregistreur.regler_horloge(vie.services.maintenant() + timedelta(days=30))
    vie.moteur()
    vie.faire("dossier classer-sans-suite", "ines", dossier=incomplet, motif="exemple fictif")
    vie.faire("campagne fixer-dua", "admin", campagne="NQE-2026", duree="1 jour", source="exemple fictif")
    vie.faire("dossier oublier", "admin", dossier=retire, motif="exemple fictif")
    return irrecevable, vie.faire("dossier deposer", "ines", **un_depot(("statuts", "budget", "rib"))).ref


def une_seance(vie: Essayee, vise: str, irrecevable: str) -> None:
    """Hold a sitting on these requests and three others: rejected, withdrawn since the vote, adjourned and put back."""
    vie.ouvrir_credits()
    rejete, retire, ajourne = vie.instruire(3)
    seance = {"seance": SEANCE}
    vie.faire("seance prevoir", "aline", jour=JOUR)
    vie.faire("seance convoquer", "aline", **seance)
    rapport = vie.preparer([vise, rejete, retire, irrecevable])
    autre = vie.preparer([ajourne])
    vie.faire("enveloppe reserver", "fanny", enveloppe=ENVELOPPE, rapport=rapport, montant_centimes=100_000)
    vie.faire("enveloppe liberer", "fanny", enveloppe=ENVELOPPE, rapport=rapport)
    vie.faire("dossier ajourner", "aline", dossier=ajourne, deliberation=autre)
    vie.faire("dossier inscrire", "aline", dossier=ajourne, deliberation=autre, ligne=1)
    vie.services.store.enregistreur.regler_horloge(debut_de_jour(JOUR) + timedelta(hours=9))
    vie.moteur()
    vie.faire("seance ouvrir", "aline", **seance, presences=FichierRecu("p.csv", PRESENCES.encode()))
    vie.faire("seance noter-presence", "aline", **seance, membre="elu-05", statut="present", heure="08:30")
    vie.faire("seance suspendre", "aline", **seance)
    vie.faire("seance reprendre", "aline", **seance)
    vie.voter(rapport, "{mode: main_levee, defaut: contre}", ligne="2")
    vie.voter(rapport, UNANIME)
    vie.faire("seance lever", "aline", **seance)
    vie.faire("dossier retirer", "ines", dossier=retire, motif="exemple fictif")
    vie.rendre_executoire(rapport)
    vie.moteur()
    vie.faire("deliberation ecarter-ligne", "aline", deliberation=rapport, ligne="3", motif="exemple fictif")
    vie.faire("dossier enregistrer-notification", "ines", dossier=rejete, **NOTIFIE)
    vie.faire("campagne declarer-service", "admin", campagne=vie.dossier(irrecevable).campagne, **SERVICE)
    vie.faire("dossier notifier-rejet", "ines", dossier=irrecevable, canal="main_propre")
    for refuse in (rejete, irrecevable):
        vie.faire("dossier clore", "ines", dossier=refuse)


def l_argent(vie: Essayee, dossier: str) -> None:
    """Pay one award in two échéances, the first rejected once."""
    fixer(vie, dossier)
    valider_iban(vie, dossier)
    payes = {"subvention": dossier, "echeance": 1}
    vie.faire("subvention liquider", "fanny", **payes)
    vie.faire("subvention mandater", "olga", **payes)
    vie.moteur()
    bordereau = ref_bordereau(vie, dossier)
    signer(vie, bordereau)
    vie.faire("bordereau transmettre", "fanny", bordereau=bordereau, flux="PES-1")
    vie.faire("subvention constater-rejet", "farid", **payes, motif="compte_clos")
    vie.faire("subvention liquider", "fanny", **payes)
    vie.faire("subvention mandater", "olga", **payes)
    vie.moteur()
    vie.faire("bordereau retirer-mandat", "olga", bordereau=ref_bordereau(vie, dossier), **payes)
    vie.moteur()
    payer(vie, dossier, 1)
    payer(vie, dossier, 2)
    vie.faire("subvention solder", "fanny", subvention=dossier)
    vie.moteur()


def des_recours(vie: Essayee, clos: str, tacite: str) -> None:
    """File recours: against what was decided of one request, answered and withdrawn; against the silence kept on another."""
    recours = {"nature": "gracieux", "par": "demandeur", "contre": "decision"}
    vie.faire("dossier enregistrer-recours", "ines", dossier=clos, texte="exemple fictif", **recours)
    vie.faire("dossier repondre-recours", "rene", dossier=clos, recours=1, sens="rejete", texte="exemple fictif")
    vie.faire("dossier enregistrer-recours", "ines", dossier=clos, texte="un autre exemple", **recours)
    vie.faire("dossier retirer-recours", "ines", dossier=clos, recours=2, motif="exemple fictif")
    vie.faire("dossier ouvrir-controle", "rene", dossier=clos, objet="exemple fictif")
    vie.faire("dossier terminer-controle", "rene", dossier=clos, suite="exemple fictif")
    vie.faire("dossier masquer", "admin", dossier=clos, motif="exemple fictif")
    vie.faire("dossier demasquer", "admin", dossier=clos, motif="exemple fictif")
    vie.faire("dossier demander-motifs-du-rejet", "ines", dossier=tacite)
    vie.faire("dossier communiquer-motifs-du-rejet", "ines", dossier=tacite, motifs="exemple fictif")


def une_vie(vie: Essayee) -> None:
    vise = une_demande(vie)
    clos, tacite = des_fins(vie)
    vie.faire("agent enregistrer", "admin", identifiant="olga", roles="ordonnateur")
    une_seance(vie, vise, clos)
    l_argent(vie, vise)
    des_recours(vie, clos, tacite)
    revise = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8").replace("version: 3", "version: 4")
    fichier = FichierRecu("c.yaml", revise.encode())
    vie.faire("campagne reviser", "admin", campagne="NQE-2026", fichier=fichier, portee="deposes")
    vie.faire("campagne clore", "admin", campagne="NQE-2026")


def l_engagement(vie: Essayee) -> None:
    """Vote awards before their enveloppe is open: engaged by hand, then given up before the budget, told again, released."""
    vie.faire("agent enregistrer", "admin", identifiant="olga", roles="ordonnateur")
    (dossier,) = vie.instruire(1)
    vie.tenir_seance()
    options = {"seance": SEANCE, "dossiers": dossier, "section": "fonctionnement"}
    rapport = vie.faire("deliberation preparer", "aline", **options).ref
    vie.moteur()
    vie.voter(rapport, UNANIME)
    vie.rendre_executoire(rapport)
    vie.moteur()
    vie.faire("enveloppe ouvrir", "fanny", dispositif="nqe", exercice=2026, section="fonctionnement")
    lignes = f"{dossier}={subvention(vie, dossier).vote_centimes}"
    vie.faire("enveloppe engager", "fanny", enveloppe=ENVELOPPE, deliberation=rapport, lignes=lignes)
    vie.faire("deliberation redemander-engagement", "fanny", deliberation=rapport, enveloppe=ENVELOPPE)
    vie.moteur()
    vie.faire("subvention renoncer", "fanny", subvention=dossier, motif="exemple fictif")
    vie.faire("enveloppe voter-budget", "fanny", enveloppe=ENVELOPPE, montant_centimes=100_000_000, source="exemple")
    vie.moteur()
    vie.faire("enveloppe relancer", "fanny", enveloppe=ENVELOPPE, rapport=rapport)
    vie.moteur()
    vie.faire("enveloppe degager", "fanny", enveloppe=ENVELOPPE, dossier=dossier, motif="exemple fictif")


def les_tiers(vie: Essayee) -> None:
    connu = siret(99_999)
    vie.faire("tiers enregistrer", "fanny", siret=connu, denomination="Les Passerelles (exemple)")
    vie.faire("tiers corriger", "fanny", tiers=connu, denomination="Passerelles (exemple)")
    vie.faire("tiers declarer-nature", "ines", tiers=connu, categorie="9220", du=JOUR, source="exemple fictif")
    pouvoir = {
        "personne": "Présidente d’exemple",
        "qualite": "representant_legal",
        "du": JOUR,
        "acte": "exemple fictif",
    }
    vie.faire("tiers declarer-representant", "ines", tiers=connu, **pouvoir)
    vie.faire("subvention valider-reprise", "rene", subvention=reprendre(vie)[0])
    vie.faire("tiers oublier", "admin", tiers=connu, motif="exemple fictif")
    composition = COMPOSITION.replace("2026-01-01", "2026-02-01")
    vie.faire("assemblee composer", "aline", fichier=FichierRecu("cp.yaml", composition.encode()))
    campagne = (EXEMPLES / "campagne.yaml").read_text(encoding="utf-8").replace("NQE-2026", "NQE-2027")
    vie.faire("campagne ouvrir", "admin", fichier=FichierRecu("c.yaml", campagne.encode()))


def test_chaque_geste_a_une_date_impossible_est_refuse_puis_redit_a_une_autre_date_aussi(tmp_path: Path) -> None:
    essayes = set(AILLEURS)
    for rang, actes in enumerate(((agents, une_vie), (les_tiers, l_engagement))):
        (tmp_path / str(rang)).mkdir()
        with ouvrir_store(tmp_path / str(rang), repetition=True) as (services, _):
            vie = Essayee(installer_region(services))
            for acte in actes:
                acte(vie)
            essayes |= vie.essayes
    assert essayes == {f"{g.agregat} {g.nom}" for g in GESTES}, (
        "a new geste names what it follows, or is free for a reason"
    )


def test_une_signature_relancee_suit_la_signature() -> None:
    cle = CleDeLigne(UN, 1, 1)
    bordereau = par(Bordereau(UN), "SYSTEME", JOUR)
    bordereau.ajouter(JOUR, 1, Ligne(**cle._asdict(), montant_centimes=1, liquidee_par="fina-1"))
    par(bordereau, "ordo-1", JOUR).signer(1)
    par(bordereau, "SYSTEME", JOUR).porter_signature((), [SignatureNonPortee(**cle._asdict(), code="x")])
    with verifie_refus(par(bordereau, "fina-1", JOUR - timedelta(days=1)), AvantLeJalon):
        bordereau.relancer()


def test_une_convention_suit_le_vote_et_peut_preceder_la_force_executoire() -> None:
    s = par(Subvention(UN), "SYSTEME", JOUR + timedelta(days=9))
    s.ouvrir(ouverte(montant_centimes=SEUIL + 1, vote_le=JOUR), SEUIL)
    with verifie_refus(par(s, "fina-1", JOUR - timedelta(days=1)), AvantLeJalon):
        s.signer_convention(SOIXANTE_JOURS)
    par(s, "fina-1", JOUR).signer_convention(SOIXANTE_JOURS)
    assert s.convention is not None


def test_une_date_que_personne_n_a_donnee_ne_dit_rien(region: Region) -> None:
    """Said again later without a date, a payment is silent; at another date, in the past or not, it is another payment."""
    (dossier,) = attribuer(region)
    fixer(region, dossier)
    valider_iban(region, dossier)
    payer(region, dossier)
    region.services.store.enregistreur.regler_horloge(region.services.maintenant() + timedelta(days=9))
    paiement = {"subvention": dossier, "echeance": 1}
    assert not region.faire("subvention constater-paiement", "farid", **paiement).faits
    assert not region.faire("subvention constater-paiement", "farid", **paiement, le=JOUR).faits
    with pytest.raises(DejaFait) as refus:
        region.faire("subvention constater-paiement", "farid", **paiement, le=JOUR + timedelta(days=3))
    assert refus.value.champs["fait"] == "subvention.paiement_constate.v1"
    assert "21/06/2026" in refus.value.message
