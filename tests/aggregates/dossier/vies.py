"""Random lives of a dossier: people decide, late or not; the engine does what is due."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from hypothesis import strategies as st

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.etat import Cause
from kernel.attentes import Du, dus
from kernel.instants import Instant, fin_de_jour
from kernel.refus import Refus
from tests.aggregates.dossier.fabrique import (
    AUTRE_RAPPORT,
    CALCULE,
    CONTENTIEUX,
    COPIE,
    EXIGEES,
    MOTIF,
    MOTIFS,
    QUINZE_JOURS,
    RAPPORT,
    RECOURS,
    REGLEMENT,
    TIERS,
    TROIS_SEMAINES,
    consulter,
    demander,
    demander_par_courriel,
    document,
    envoyer,
    evaluation,
    repris,
    un_complet,
    un_decide,
    un_depose,
    un_en_avis,
    un_incomplet,
    un_inscrit,
    un_propose,
    un_recu,
    un_vise,
)
from tests.aggregates.fabrique import JOUR, par

AUTRE_SIRET = "00000001900000"


def ecrire_le_rejet(dossier: Dossier) -> None:
    """Write the letter that tells a rejet, where there is one."""
    dossier.exiger_rejete("notifier-rejet")
    dossier.produire(document(dossier, NatureDocument.REJET))


GESTES: dict[str, Callable[[Dossier, date], object]] = {
    "demander statuts": lambda d, _: demander(d, ["statuts"]),
    "demander statuts et rib": lambda d, _: demander(d, ["statuts", "rib"]),
    "demander rib sans le remettre": lambda d, _: d.demander_pieces(["rib"], QUINZE_JOURS),
    "remettre la demande": lambda d, _: d.enregistrer_remise(min(d.a_remettre, default=None), "8" * 64),
    "demander bilan": lambda d, _: demander(d, ["bilan"]),
    "recevoir statuts": lambda d, _: d.recevoir_piece("statuts", "a" * 64, None),
    "recevoir rib": lambda d, _: d.recevoir_piece("rib", "b" * 64, None),
    "recevoir bilan": lambda d, _: d.recevoir_piece("bilan", "c" * 64, None),
    "enregistrer l'accusé": lambda d, _: d.enregistrer_accuse(COPIE, sans_recours=False),
    "enregistrer l'accusé sans recours": lambda d, _: d.enregistrer_accuse("e" * 64, sans_recours=True),
    "accuser par courriel": lambda d, _: d.produire(document(d, NatureDocument.ACCUSE)),
    "accuser en main propre": lambda d, _: d.produire(document(d, NatureDocument.ACCUSE, adresse=None)),
    "demander statuts par courriel": lambda d, _: demander_par_courriel(d, "statuts"),
    "confirmer le demandeur": lambda d, _: d.confirmer_demandeur(d.siret or AUTRE_SIRET),
    "corriger le demandeur": lambda d, _: d.confirmer_demandeur(AUTRE_SIRET),
    "relever un motif": lambda d, _: d.relever("double_financement"),
    "lever le motif": lambda d, _: d.repondre_motif("double_financement", None, "leve", MOTIF),
    "retenir le motif": lambda d, _: d.repondre_motif("double_financement", None, "retenu", MOTIF),
    "prendre en charge": lambda d, _: d.prendre_en_charge(),
    "affecter": lambda d, _: d.affecter("agt-1", None),
    "noter": lambda d, _: d.noter(MOTIF),
    "transmettre ailleurs": lambda d, _: d.transmettre_ailleurs(MOTIF),
    "aviser de la transmission": lambda d, _: d.aviser_transmission("e" * 64),
    "succeder": lambda d, _: d.succeder(AUTRE_SIRET, "Les Ponts (exemple)", MOTIF),
    "disparaitre": lambda d, _: d.disparaitre(MOTIF),
    "declarer complet": lambda d, _: d.declarer_complet(REGLEMENT, EXIGEES),
    "classer sans suite": lambda d, _: d.proposer_rejet(Cause.SANS_SUITE, MOTIF),
    "declarer irrecevable": lambda d, _: d.proposer_rejet(Cause.IRRECEVABILITE, MOTIF),
    "demander avis ville": lambda d, _: consulter(d, "ville"),
    "remettre la demande d’avis": lambda d, _: d.recevoir_demande_avis("caf", presumee=True),
    "demander avis caf": lambda d, _: d.demander_avis("caf", TROIS_SEMAINES),
    "rendre avis ville": lambda d, _: d.rendre_avis("ville", "favorable", None),
    "proposer": lambda d, _: d.proposer(evaluation(), None, None),
    "proposer autrement": lambda d, _: d.proposer(evaluation(), 1, MOTIF),
    "viser": lambda d, _: d.viser(),
    "renvoyer": lambda d, _: d.renvoyer(MOTIF),
    "inscrire": lambda d, _: d.inscrire(RAPPORT, 1),
    "inscrire ailleurs": lambda d, _: d.inscrire(AUTRE_RAPPORT, 1),
    "ajourner": lambda d, _: d.ajourner(RAPPORT),
    "annoncer le vote": lambda d, le: d.annoncer_vote(
        RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=le
    ),
    "decider": lambda d, le: d.decider(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=le),
    "refuser": lambda d, _: d.proposer_rejet(Cause.OPPORTUNITE, MOTIF),
    "ne pas adopter": lambda d, le: d.decider(
        RAPPORT, favorable=False, montant_vote_centimes=0, vote_le=le, adopte=False
    ),
    "rejeter": lambda d, le: d.decider(RAPPORT, favorable=False, montant_vote_centimes=0, vote_le=le),
    "notifier le rejet": lambda d, _: d.enregistrer_notification(None, "7" * 64, sans_recours=False),
    "ecrire le rejet": lambda d, _: ecrire_le_rejet(d),
    "notifier la reponse au recours": lambda d, le: d.enregistrer_notification(
        1, "6" * 64, sans_recours=bool(le.day % 2)
    ),
    "clore": lambda d, _: d.clore(rien_ne_reste_du=True),
    "retirer": lambda d, _: d.retirer(MOTIF),
    "former un recours": lambda d, le: d.enregistrer_recours(
        "gracieux", "demandeur", "rejet_implicite" if le.day % 2 else "decision", MOTIF, RECOURS, CONTENTIEUX
    ),
    "saisir le juge": lambda d, _: d.enregistrer_recours(
        "contentieux", "tiers", "rejet_implicite", RAPPORT, RECOURS, CONTENTIEUX
    ),
    "repondre au recours": lambda d, _: d.repondre_recours(1, "rejete", MOTIF),
    "retirer le recours": lambda d, _: d.retirer_recours(max(d.recours, default=1), MOTIF),
    "demander les motifs du rejet": lambda d, _: d.demander_motifs_du_rejet(MOTIFS),
    "communiquer les motifs du rejet": lambda d, _: d.communiquer_motifs_du_rejet(MOTIF),
    "oublier": lambda d, _: d.oublier(MOTIF),
    "corriger la reprise": lambda d, le: d.reprendre(repris(montant_demande_centimes=CALCULE + le.toordinal())),
}
MOTEUR: dict[str, Callable[[Dossier, Du, Instant], None]] = {
    "enregistrer": lambda d, _du, _au: d.enregistrer(),
    "envoyer_document": lambda d, du, _au: envoyer(d, du.ouverte_par),
    "rattacher_tiers": lambda d, du, _au: (
        d.constater_desaccord(TIERS) if d.confirme is None and du.instant.day % 2 else d.rattacher_tiers(TIERS)
    ),
    "constater_rejet_implicite": lambda d, _du, au: d.constater_rejet_implicite(au),
    "repondre_au_rejet_implicite": lambda d, du, _au: d.repondre_au_rejet_implicite(du.ouverte_par),
    "constater_pieces_non_produites": lambda d, du, au: d.constater_pieces_non_produites(du.ouverte_par, au),
    "reputer_avis_rendu": lambda d, du, au: d.reputer_avis_rendu(du.ouverte_par, au),
    "constater_rejet_du_recours": lambda d, du, au: d.constater_rejet_du_recours(int(du.objet), au),
    "constater_recours_sans_objet": lambda d, du, _au: d.constater_recours_sans_objet(int(du.objet)),
    "detruire_cle": lambda d, _du, _au: d.constater_cle_detruite(),
}
"""The engine's decisions on a dossier, by automatisme."""

_COURANTS = ["declarer complet", "proposer", "viser", "inscrire", "recevoir statuts", "recevoir rib"]


@dataclass(frozen=True)
class Pas:
    """One command: days later, said true `retard` days before, by whom; then perhaps the engine's turn."""

    geste: str
    apres: int
    retard: int
    acteur: str
    moteur: bool


PAS = st.builds(
    Pas,
    geste=st.one_of(st.sampled_from(_COURANTS), st.sampled_from(sorted(GESTES))),
    apres=st.integers(0, 25),
    retard=st.integers(0, 20),
    acteur=st.sampled_from(["agt-1", "resp-1"]),
    moteur=st.booleans(),
)
NAISSANCES: dict[str, Callable[[], Dossier]] = {
    fabrique.__name__: fabrique
    for fabrique in (
        un_depose,
        un_recu,
        un_incomplet,
        un_complet,
        un_en_avis,
        un_propose,
        un_vise,
        un_inscrit,
        un_decide,
    )
}
STADES = [Etat.DEPOSE, Etat.COMPLET, Etat.EN_INSTRUCTION, Etat.PROPOSE, Etat.DECIDE]
VIES = st.tuples(
    st.one_of(st.sampled_from(["un_depose", "un_recu"]), st.sampled_from([*NAISSANCES, *STADES])),
    st.lists(PAS, min_size=1, max_size=14),
)
"""A dossier filed here and already led to a step, or taken over at a stage, and what happens to it."""


def naitre(depart: str) -> Dossier:
    if depart in NAISSANCES:
        return NAISSANCES[depart]()
    dossier = par(Dossier(UUID(int=7)))
    dossier.reprendre(repris(etat=depart))
    return dossier


def avancer(dossier: Dossier, pas: Pas, jour: date) -> None:
    """Send one command; a refusal is an answer like another."""
    le = max(JOUR, jour - timedelta(days=pas.retard))
    par(dossier, pas.acteur, le, fin_de_jour(jour))
    with contextlib.suppress(Refus):
        GESTES[pas.geste](dossier, le)


def dus_au(dossier: Dossier, jour: date) -> list[Du]:
    return dus(attentes(dossier), fin_de_jour(jour))


def executer(dossier: Dossier, du: Du, jour: date) -> None:
    au = fin_de_jour(jour)
    par(dossier, "SYSTEME", jour, au)
    MOTEUR[du.automatisme](dossier, du, au)
