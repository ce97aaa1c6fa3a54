"""Every act of a dossier: it follows what it rests on, and said again it is silent, unless it is given another date."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from aggregates.dossier import Dossier
from aggregates.dossier.ecrits import NatureDocument
from aggregates.dossier.etat import Appreciation, Cause
from aggregates.dossier.financement import FinancementCode
from kernel.instants import fin_de_jour
from kernel.refus import AvantLeJalon, DejaFait
from tests.aggregates.dossier.fabrique import (
    CALCULE,
    CONTENTIEUX,
    COPIE,
    CRITERES,
    EXIGEES,
    MOTIF,
    MOTIFS,
    RAPPORT,
    RECOURS,
    REGLEMENT,
    TROIS_SEMAINES,
    avec_pieces,
    blanc,
    depose,
    document,
    evaluation,
    un_complet,
    un_depose,
    un_inscrit,
    un_propose,
    un_recu,
    un_vise,
)
from tests.aggregates.fabrique import JOUR, par, rien, verifie_refus

ENTRE, APRES = JOUR + timedelta(days=5), JOUR + timedelta(days=10)
NE_LE = date(2026, 3, 12)
"""When the silence since JOUR makes a refusal."""
TARD = fin_de_jour(date(2026, 12, 31))
SIRET = "00000001900000"


class Acte(NamedTuple):
    """What is done, what it rests on, as the refusal calls it, and since when (`apres`); `entre` is before that."""

    nom: str
    avant: Callable[[], Dossier]
    geste: Callable[[Dossier], object]
    jalon: str = ""
    acteur: str = "agt-1"
    entre: date = ENTRE
    apres: date = APRES
    unique: bool = True
    """Whether the same again says nothing new."""


def puis(
    avant: Callable[[], Dossier], geste: Callable[[Dossier], object], acteur: str = "agt-1"
) -> Callable[[], Dossier]:
    """Return what makes a dossier, to which something happened on the day APRES."""

    def faire() -> Dossier:
        dossier = par(avant(), acteur, APRES)
        geste(dossier)
        return par(dossier, "agt-1", APRES)

    return faire


def un_accuse_refuse() -> Dossier:
    dossier = par(un_depose(), "SYSTEME")
    dossier.enregistrer()
    dossier.produire(document(dossier, NatureDocument.ACCUSE))
    par(dossier, "SYSTEME", APRES).constater_envoi_refuse(next(iter(dossier.documents)), 550)
    return dossier


def un_rejete_par_silence() -> Dossier:
    dossier = par(un_complet(), "SYSTEME")
    dossier.constater_rejet_implicite(TARD)
    return dossier


def un_attaque() -> Dossier:
    dossier = par(un_rejete_par_silence(), "agt-1", date(2026, 4, 20), TARD)
    dossier.demander_motifs_du_rejet(MOTIFS)
    former(dossier)
    return dossier


def former(dossier: Dossier, contre: str = "rejet_implicite") -> None:
    dossier.enregistrer_recours("gracieux", "demandeur", contre, MOTIF, RECOURS, CONTENTIEUX)


def demander_avis(dossier: Dossier) -> None:
    dossier.demander_avis("ville", TROIS_SEMAINES)


def declarer_complet(dossier: Dossier) -> None:
    dossier.declarer_complet(REGLEMENT, EXIGEES, CRITERES)


def proposer(dossier: Dossier) -> None:
    dossier.proposer(evaluation(), None, None)


def decider(dossier: Dossier, *, favorable: bool = True) -> None:
    dossier.decider(RAPPORT, favorable=favorable, montant_vote_centimes=CALCULE, vote_le=APRES)


def apprecier(dossier: Dossier) -> None:
    dossier.apprecier([Appreciation(critere=CRITERES[0], appreciation="oui", justification=MOTIF)])


def aux_pieces() -> Dossier:
    return avec_pieces(un_recu(), "statuts", "rib", le=APRES)


COMPLET = puis(lambda: avec_pieces(un_recu(), "statuts", "rib"), declarer_complet)
PROPOSE = puis(un_complet, proposer)
EN_AVIS = puis(un_complet, demander_avis)
INSCRIT = puis(un_vise, lambda d: d.inscrire(RAPPORT, 3), "assemblees-1")
DECIDE = puis(un_inscrit, decider, "SYSTEME")
REJETE = puis(un_inscrit, lambda d: decider(d, favorable=False), "SYSTEME")
ACTES = [
    Acte(
        "deposer ce qui fut envoyé",
        blanc,
        lambda d: d.deposer(depose(envoye_le=APRES)),
        "l’envoi de la demande",
        unique=False,
    ),
    Acte(
        "deposer ce qui fut transmis",
        blanc,
        lambda d: d.deposer(depose(recu_ailleurs_le=APRES)),
        "la réception par la première administration",
        unique=False,
    ),
    Acte(
        "enregistrer l’accusé",
        lambda: puis(un_depose, lambda d: d.enregistrer())(),
        lambda d: d.enregistrer_accuse(COPIE, sans_recours=False),
        "la réception de la demande",
        entre=JOUR - timedelta(days=1),
    ),
    Acte(
        "réexpédier",
        un_accuse_refuse,
        lambda d: d.reexpedier(next(iter(d.documents)), None),
        "le refus de l’adresse",
    ),
    Acte("vérifier les pièces", aux_pieces, lambda d: d.verifier_pieces(), "la réception de la pièce"),
    Acte("écarter une pièce", aux_pieces, lambda d: d.ecarter_piece("statuts", MOTIF), "la réception de la pièce"),
    Acte("déclarer complet", aux_pieces, declarer_complet, "la réception de la dernière pièce exigée"),
    Acte("annuler la complétude", COMPLET, lambda d: d.annuler_completude(), "la complétude"),
    Acte("prendre en charge", COMPLET, lambda d: d.prendre_en_charge(), "la complétude"),
    Acte("demander un avis", COMPLET, demander_avis, "la complétude"),
    Acte("rendre un avis", EN_AVIS, lambda d: d.rendre_avis("ville", "favorable", None), "la demande de cet avis"),
    Acte("révoquer un avis", EN_AVIS, lambda d: d.revoquer_avis("ville", MOTIF), "la demande de cet avis"),
    Acte("apprécier", COMPLET, apprecier, "la complétude"),
    Acte(
        "répondre à un motif",
        puis(un_complet, lambda d: d.relever("double_financement")),
        lambda d: d.repondre_motif("double_financement", None, "leve", MOTIF),
        "le relevé de ce motif",
    ),
    Acte(
        "proposer",
        puis(lambda: avec_pieces(un_recu(), "statuts", "rib"), lambda d: d.declarer_complet(REGLEMENT, EXIGEES)),
        proposer,
        "la complétude",
    ),
    Acte("proposer après un avis", EN_AVIS, proposer, "l’instruction"),
    Acte("proposer un rejet", EN_AVIS, lambda d: d.proposer_rejet(Cause.OPPORTUNITE, MOTIF), "l’instruction"),
    Acte("renvoyer", PROPOSE, lambda d: d.renvoyer(MOTIF), "la proposition", "resp-1"),
    Acte("viser", PROPOSE, lambda d: d.viser(), "la proposition", "resp-1"),
    Acte("inscrire", puis(un_propose, lambda d: d.viser(), "resp-1"), lambda d: d.inscrire(RAPPORT, 3), "le visa"),
    Acte("ajourner", INSCRIT, lambda d: d.ajourner(RAPPORT), "l’inscription à l’ordre du jour"),
    Acte("clore", DECIDE, lambda d: d.clore(rien_ne_reste_du=True), "la décision"),
    Acte("attaquer la décision", DECIDE, lambda d: former(d, "decision"), "la décision"),
    Acte("transmettre ailleurs", COMPLET, lambda d: d.transmettre_ailleurs(MOTIF), "la complétude"),
    Acte(
        "aviser de la transmission",
        puis(un_complet, lambda d: d.transmettre_ailleurs(MOTIF)),
        lambda d: d.aviser_transmission(COPIE),
        "la transmission",
    ),
    Acte(
        "terminer un contrôle",
        puis(un_complet, lambda d: d.ouvrir_controle(MOTIF)),
        lambda d: d.terminer_controle(MOTIF),
        "l’ouverture du contrôle",
    ),
    Acte(
        "démasquer",
        puis(un_complet, lambda d: d.masquer(MOTIF)),
        lambda d: d.demasquer(MOTIF),
        "le masquage",
        unique=False,
    ),
    Acte("attaquer le silence", un_rejete_par_silence, former, "la naissance du rejet implicite", apres=NE_LE),
    Acte(
        "demander les motifs",
        un_rejete_par_silence,
        lambda d: d.demander_motifs_du_rejet(MOTIFS),
        "la naissance du rejet implicite",
        apres=NE_LE,
    ),
    Acte(
        "communiquer les motifs",
        un_attaque,
        lambda d: d.communiquer_motifs_du_rejet(MOTIF),
        "la demande des motifs",
        entre=NE_LE,
        apres=date(2026, 4, 20),
    ),
    Acte(
        "répondre au recours",
        un_attaque,
        lambda d: d.repondre_recours(1, "rejete", MOTIF),
        "le recours",
        entre=NE_LE,
        apres=date(2026, 4, 20),
    ),
    Acte(
        "retirer le recours",
        un_attaque,
        lambda d: d.retirer_recours(1, MOTIF),
        "le recours",
        entre=NE_LE,
        apres=date(2026, 4, 20),
    ),
    Acte(
        "notifier le rejet",
        REJETE,
        lambda d: d.enregistrer_notification(None, COPIE, sans_recours=False),
        "la décision",
    ),
    Acte("recevoir une pièce", un_recu, lambda d: d.recevoir_piece("statuts", COPIE, None)),
    Acte("confirmer le demandeur", lambda: un_depose(siret=None), lambda d: d.confirmer_demandeur(SIRET)),
    Acte("succéder", un_complet, lambda d: d.succeder(SIRET, "Les Ponts (exemple)", MOTIF)),
    Acte("disparaître", un_complet, lambda d: d.disparaitre(MOTIF)),
    Acte("autoriser un démarrage", un_complet, lambda d: d.autoriser_demarrage(APRES + timedelta(days=30), MOTIF)),
    Acte("coder un financeur", un_complet, lambda d: d.coder_financeur(financement())),
    Acte("affecter", un_complet, lambda d: d.affecter("agt-2", "culture")),
    Acte("noter", un_complet, lambda d: d.noter(MOTIF)),
    Acte("déclarer un intérêt", un_complet, lambda d: d.declarer_interet(MOTIF)),
    Acte("ouvrir un contrôle", un_complet, lambda d: d.ouvrir_controle(MOTIF)),
    Acte("masquer", un_complet, lambda d: d.masquer(MOTIF)),
    Acte("retirer", un_complet, lambda d: d.retirer(MOTIF)),
]


def financement() -> FinancementCode:
    return FinancementCode(
        ligne=2,
        financeur="commune",
        tiers=None,
        public=True,
        stade="demande",
        montant_centimes=640_000,
        poste=None,
        source=MOTIF,
    )


def le(dossier: Dossier, jour: date, acteur: str) -> Dossier:
    """Put it under a command whose date a person gave."""
    par(dossier, acteur, jour, TARD)
    return dossier.sous(replace(dossier.contexte, date_donnee=True))


def nom(acte: Acte) -> str:
    return acte.nom


@pytest.mark.parametrize("acte", [acte for acte in ACTES if acte.jalon], ids=nom)
def test_un_acte_ne_precede_pas_ce_dont_il_depend(acte: Acte) -> None:
    dossier = le(acte.avant(), acte.entre, acte.acteur)
    with verifie_refus(dossier, AvantLeJalon) as refus:
        acte.geste(dossier)
    assert (refus.value.champs["le"], refus.value.champs["jalon"]) == (acte.entre.isoformat(), acte.jalon)
    acte.geste(le(dossier, acte.apres, acte.acteur))
    assert not rien(dossier)


@pytest.mark.parametrize("acte", [acte for acte in ACTES if acte.unique], ids=nom)
def test_un_acte_redit_ne_dit_rien_et_pas_d_une_autre_date(acte: Acte) -> None:
    dossier = le(acte.avant(), acte.apres, acte.acteur)
    acte.geste(dossier)
    assert not rien(dossier)
    acte.geste(le(dossier, acte.apres, acte.acteur))
    assert rien(dossier)
    with verifie_refus(le(dossier, acte.apres + timedelta(days=1), acte.acteur), DejaFait) as refus:
        acte.geste(dossier)
    dit = refus.value.champs
    assert (dit["le"], dit["enregistre_au"]) == (
        (acte.apres + timedelta(days=1)).isoformat(),
        acte.apres.isoformat(),
    )
