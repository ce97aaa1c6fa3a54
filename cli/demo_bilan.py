"""What the demo says at its end: its figures, counted twice, and three commands to copy."""

import asyncio
from datetime import date
from typing import Any, Final

from temporalio.service import RPCError

from application import mots
from application.consultations import dossier as consultation
from application.consultations.moment import Moment
from application.consultations.totaux import totaux
from application.consultations.voir import voir
from application.services import Services
from bootstrap.lectures import Lectures
from cli.reprise import lignes_reprises
from kernel.instants import Instant, jour_de
from kernel.montants import en_euros
from readmodels.chronologie import requetes as chronologie
from readmodels.file import requetes
from scenarios.annee_2026 import DEBUT
from workers.processus import Moteur
from workers.rapport import Rapport
from workers.reconciliation import Reconciliation

CAMPAGNE: Final = "NQE-2026"
ESSAIS: Final = 10
"""Comparisons with Temporal before a difference is believed, or a call that fails is a fault."""


A_VOIR: Final = {
    "derogation": "une dérogation, qui cite son acte",
    "reglement_revise": "un règlement révisé en cours de campagne",
    "avis_d_experts": "deux avis sur trois experts : rappelés, l’un tardif",
    "lien_d_avis": "un avis rendu par un lien qui sert une fois",
    "visas": "des visas selon le montant, l’un par suppléance",
    "visa_ouvert": "un visa rappelé, puis ouvert au rôle au-dessus",
    "desequilibree": "une demande dont le budget est déséquilibré",
    "tardive": "une demande tardive",
    "en_double": "une demande en double",
    "transmise": "une demande transmise à une autre autorité",
    "teleservice": "une demande venue de Démarche Numérique",
    "succession": "un demandeur qui a fusionné",
    "interet": "un intérêt déclaré",
    "date_corrigee": "une date corrigée",
    "recours": "un recours gracieux",
    "masquee": "des données masquées",
}
"""What the paths that few requests take are, for people."""


async def compter(m: Moteur, reprises: dict[str, Any], a_voir: dict[str, str]) -> dict[str, Any]:
    """Fold the store, compare it with Temporal and with the read models, and count who drove what."""
    sommes = await asyncio.to_thread(totaux, m.services)
    rapport = await _comparer(m.reconciliation)
    await asyncio.to_thread(m.lectures.rattraper, "file")
    await asyncio.to_thread(m.lectures.rattraper, "chronologie")
    lus = {
        "faits": chronologie.compter(m.lectures),
        "dossiers": {"par_etat": requetes.par_etat(m.lectures)},
        "montants": requetes.totaux(m.lectures),
    }
    par = {"workflow": 0, "filet": 0, "cli": 0, **m.services.store.enregistreur.compter_par_pilote()}
    maintenant = m.services.maintenant()
    etat = requetes.etat(m.lectures, maintenant, maintenant)
    return {
        **sommes,
        "automatismes": {"par": par, "en_retard": etat["en_retard"]},
        "derive": len(rapport.derive) + len(rapport.parques) + (lus != sommes),
        "sans_attente": etat["sans_attente"],
        "retards_humains": etat["retards_humains"],
        "reprises": reprises,
        "a_voir": a_voir,
    }


async def _comparer(reconciliation: Reconciliation) -> Rapport:
    """Compare the store with Temporal until they agree: on a busy machine the last wake-up may still be on its way."""
    for essai in range(ESSAIS, 0, -1):
        try:
            rapport = await reconciliation.passer(seuil_s=0)
        except RPCError:
            if essai == 1:
                raise
        else:
            if rapport.sain or essai == 1:
                break
        await asyncio.sleep(1)
    return rapport


def phrases(document: dict[str, Any], services: Services, lectures: Lectures, base: str) -> str:
    """Return the summary for people."""
    montants = document["montants"]
    par_etat = document["dossiers"]["par_etat"]
    lignes = [f"{mots.compte(document['faits'], 'fait')}, {mots.compte(sum(par_etat.values()), 'dossier')} :"]
    lignes += [f"  {mot} : {mots.nombre(par_etat[etat])}" for etat, mot in mots.ETATS.items() if etat in par_etat]
    lignes.append("Montants :")
    lignes += [f"  {mots.mot(mots.MONTANTS, nom)} : {en_euros(montant)}" for nom, montant in montants.items()]
    par = ", ".join(f"{pilote} {nombre}" for pilote, nombre in document["automatismes"]["par"].items())
    lignes.append(f"Automatismes : {par} ; en retard : {document['automatismes']['en_retard']}.")
    lignes.append(
        f"Écarts entre la base, Temporal et les lectures : {document['derive']}. Retards de personnes : {document['retards_humains']}."
    )
    for nom, reprise in document["reprises"].items():
        lignes.append(
            f"Reprise des {nom} : {lignes_reprises(reprise)} ; {en_euros(reprise['montant_repris_centimes'])}."
        )
    if document["a_voir"]:
        lignes.append("À voir sur le site :")
        lignes += [
            f"  {document['a_voir'][code]} : {dit}" for code, dit in A_VOIR.items() if code in document["a_voir"]
        ]
    lignes.append(f"Joué en {document['duree_s']} s. À copier :")
    lignes += [f"  {commande} --base {base}" for commande in _commandes(services, lectures)]
    return "\n".join(lignes)


def _commandes(services: Services, lectures: Lectures) -> list[str]:
    """Return three commands: why a dossier is late, a past state, the reason of a payment. Early in a play some miss."""
    prefixe, commandes = ".venv/bin/diligence", []
    if (retard := _en_retard(lectures, services.maintenant())) is not None:
        commandes.append(f"{prefixe} dossier attentes {retard}")
    if (paye := _paye(services)) is not None:
        depose_le = consultation.voir(services, paye, Moment())["dates"]["depose_le"]  # None: taken over
        depose = date.fromisoformat(depose_le or DEBUT[:10])
        passe = depose + (jour_de(services.maintenant()) - depose) / 2
        commandes.append(f"{prefixe} dossier voir {paye} --au {passe}")
        commandes.append(f"{prefixe} subvention historique {paye}")
    return commandes


def _en_retard(lectures: Lectures, maintenant: Instant) -> str | None:
    """Return the dossier that has waited longest beyond its échéance, or what is usual: one of the example rather."""
    lignes = requetes.file(lectures, maintenant, limite=None)["lignes"]
    tardifs = [li["ref"] for li in lignes if li["agregat"] == "dossier" and li["attente"]["retard_jours"]]
    tardifs += [
        b["ref"] for b in requetes.bloques(lectures, maintenant, limite=len(lignes)) if b["agregat"] == "dossier"
    ]
    return min(tardifs, key=lambda ref: not ref.startswith(CAMPAGNE), default=None)


def _paye(services: Services) -> str | None:
    """Return the dossier of an award of which something was paid, of the example rather."""
    ids = services.store.enregistreur.ids_par_topic("subvention.paiement_constate.v1")
    refs = [voir(services, "subvention", str(id_), Moment())["dossier"] for id_ in ids]
    return min(refs, key=lambda ref: (not ref.startswith(CAMPAGNE), ref), default=None)
