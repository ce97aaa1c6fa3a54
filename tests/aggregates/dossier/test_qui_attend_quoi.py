"""Each attente of a dossier: of whom, by the law, the règlement or use, by which text, and after how many days it is long."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.elements import VisaPrevu
from aggregates.dossier.etat import Etat
from dispositifs.reglement import ServiceConsulte
from kernel.attentes import Attente, Delai, Nature, Role
from kernel.instants import debut_de_jour
from tests.aggregates.dossier.fabrique import (
    CALCULE,
    CONTENTIEUX,
    COPIE,
    MOTIF,
    RAPPORT,
    RECOURS,
    TIERS,
    TROIS_SEMAINES,
    blanc,
    depose,
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
from tests.aggregates.dossier.test_redits_et_antidates import (
    APRES,
    COMPLET,
    TARD,
    un_accuse_refuse,
    un_attaque,
    un_rejete_par_silence,
)
from tests.aggregates.fabrique import JOUR, par

EXPERTS = ServiceConsulte(
    code="caue", libelle="Architectes (exemple)", source="exemple fictif", experts=3, minimum=2, repute_rendu=True
)
RAPPELE = VisaPrevu(
    role=Role.RESPONSABLE,
    rappels=(Delai(code="visa", duree="5 jours", source="exemple fictif", nature=Nature.REGLEMENT),),
)


def mene(dossier: Dossier, *gestes: Callable[[Dossier], object], le: date = JOUR) -> Dossier:
    for geste in gestes:
        geste(par(dossier, "SYSTEME", le, TARD))
    return dossier


def un_echu() -> Dossier:
    dossier = un_incomplet()
    demande = dossier.demandes_de_pieces[0].version
    return mene(dossier, lambda d: d.constater_pieces_non_produites(demande, TARD))


def une_personne_publique(dossier: Dossier) -> Dossier:
    return mene(dossier, lambda d: d.constater_nature("7210", JOUR, MOTIF))


def un_corrige() -> Dossier:
    return mene(
        un_complet(),
        lambda d: d.venir_du_teleservice("dn", 131_016, 4001),
        lambda d: d.suivre_le_teleservice(depose(objet="Autre chose")),
    )


def un_annonce() -> Dossier:
    return mene(
        un_inscrit(),
        lambda d: d.annoncer_vote(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=JOUR),
    )


def un_repondu_apres_le_terme() -> Dossier:
    return mene(un_attaque(), lambda d: d.repondre_recours(1, "rejete", MOTIF), le=date(2026, 8, 1))


def un_juge_saisi() -> Dossier:
    return mene(
        un_rejete_par_silence(),
        lambda d: d.enregistrer_recours("contentieux", "tiers", "rejet_implicite", MOTIF, RECOURS, CONTENTIEUX),
        le=date(2026, 5, 4),
    )


def un_propose_ailleurs() -> Dossier:
    return mene(blanc(), lambda d: d.reprendre(repris(etat=Etat.PROPOSE)))


def au_controle() -> Dossier:
    return mene(un_complet(), lambda d: d.ouvrir_controle(MOTIF))


LOI, REGLEMENT, USAGE = Nature.LOI, Nature.REGLEMENT, Nature.USAGE
QUATRE_YEUX = "quatre yeux : le visa n’est pas donné par l’auteur"
SILENCE = "CRPA, art. L231-4 3° et L114-3"
ATTENDUES: list[tuple[str, Callable[[], Dossier], Role, Nature, int | None, str]] = [
    ("enregistrement", un_depose, Role.SYSTEME, LOI, None, "CRPA, art. R112-11-2"),
    ("tiers", un_depose, Role.SYSTEME, USAGE, None, "identité du demandeur"),
    ("demandeur", lambda: mene(un_depose(), lambda d: d.constater_desaccord(TIERS)), Role.INSTRUCTEUR, USAGE, 15, ""),
    ("envoi_refuse", un_accuse_refuse, Role.INSTRUCTEUR, USAGE, 5, "adresse refusée : accusé de réception"),
    ("completude", un_recu, Role.INSTRUCTEUR, USAGE, 15, "examen de la complétude"),
    ("pieces", un_incomplet, Role.PORTEUR, LOI, None, "CRPA, art. L114-5"),
    # an authority is not « le public » (CRPA L100-3): nobody but the instructeur asks it
    ("pieces", lambda: une_personne_publique(un_incomplet()), Role.PORTEUR, USAGE, None, "demande de l’instructeur"),
    ("suite_pieces", un_echu, Role.INSTRUCTEUR, USAGE, 15, "CRPA, art. L114-5"),
    ("criteres", COMPLET, Role.INSTRUCTEUR, REGLEMENT, 30, "nqe@3"),
    ("proposition", un_complet, Role.INSTRUCTEUR, USAGE, 30, "nqe@3"),
    ("avis", un_en_avis, Role.PARTENAIRE, REGLEMENT, None, "nqe@3, art. 9"),
    (
        "avis_groupe",
        lambda: mene(un_complet(), lambda d: d.consulter(EXPERTS, TROIS_SEMAINES)),
        Role.INSTRUCTEUR,
        REGLEMENT,
        None,
        "nqe@3, art. 9",
    ),
    (
        "motif",
        lambda: mene(un_complet(), lambda d: d.relever("double_financement")),
        Role.INSTRUCTEUR,
        REGLEMENT,
        15,
        "règlement de la campagne",
    ),
    ("motif", lambda: mene(un_complet(), lambda d: d.disparaitre(MOTIF)), Role.INSTRUCTEUR, USAGE, 15, ""),
    ("correction", un_corrige, Role.INSTRUCTEUR, USAGE, 15, "le porteur a modifié sa demande après son dépôt"),
    (
        "avis_de_transmission",
        lambda: mene(un_complet(), lambda d: d.transmettre_ailleurs(MOTIF)),
        Role.INSTRUCTEUR,
        LOI,
        5,
        "CRPA, art. L114-2 : la transmission est dite au demandeur",
    ),
    ("visa", un_propose, Role.RESPONSABLE, USAGE, 10, QUATRE_YEUX),
    (
        "visa",
        lambda: mene(un_complet(), lambda d: d.proposer(evaluation(), None, None, visas=(RAPPELE,))),
        Role.RESPONSABLE,
        REGLEMENT,
        10,
        "exemple fictif",
    ),
    ("visa", un_propose_ailleurs, Role.RESPONSABLE, USAGE, 10, "montant proposé inconnu"),
    ("inscription", un_vise, Role.ASSEMBLEES, USAGE, 60, "ordre du jour de la commission permanente"),
    ("vote", un_inscrit, Role.ASSEMBLEES, USAGE, 60, "vote de la commission permanente"),
    ("force_executoire", un_annonce, Role.ASSEMBLEES, USAGE, 60, "délibération à rendre exécutoire"),
    ("cloture", un_decide, Role.FINANCE, USAGE, 365, "solde de la subvention"),
    ("notification_rejet", lambda: un_decide(favorable=False), Role.INSTRUCTEUR, LOI, 15, "CRPA, art. L221-8"),
    (
        "cloture",
        lambda: mene(un_decide(favorable=False), lambda d: d.enregistrer_notification(None, COPIE, sans_recours=False)),
        Role.INSTRUCTEUR,
        USAGE,
        365,
        "rejet notifié",
    ),
    ("silence", un_depose, Role.INSTRUCTEUR, LOI, None, SILENCE),
    ("silence", un_vise, Role.ASSEMBLEES, LOI, None, SILENCE),
    ("recours", un_attaque, Role.RESPONSABLE, LOI, None, "CRPA, art. L411-7"),
    ("recours", un_juge_saisi, Role.RESPONSABLE, USAGE, None, "décision du juge"),
    ("rejet_du_recours", un_repondu_apres_le_terme, Role.SYSTEME, LOI, None, "CRPA, art. L411-7"),
    ("motifs_du_rejet", un_attaque, Role.INSTRUCTEUR, LOI, None, "CRPA, art. L232-4"),
    ("controle", au_controle, Role.RESPONSABLE, USAGE, None, "contrôle en cours"),
]


def attente(dossier: Dossier, code: str) -> Attente:
    (lue,) = [a for a in attentes(dossier) if a.cle.code == code]
    return lue


@pytest.mark.parametrize(("code", "fabrique", "de", "nature", "jours", "fondement"), ATTENDUES)
def test_chaque_attente_dit_de_qui_pourquoi_et_ce_qui_est_long(
    code: str, fabrique: Callable[[], Dossier], de: Role, nature: Nature, jours: int | None, fondement: str
) -> None:
    lue = attente(fabrique(), code)
    habituelle = None if jours is None else timedelta(days=jours)
    assert (lue.de, lue.nature, lue.habituelle, lue.fondement) == (de, nature, habituelle, fondement or lue.fondement)


def test_chaque_attente_court_depuis_le_fait_qui_l_ouvre() -> None:
    assert attente(COMPLET(), "criteres").depuis == debut_de_jour(APRES)
    assert attente(un_depose(), "silence").depuis == debut_de_jour(JOUR)
    assert attente(un_juge_saisi(), "recours").depuis == debut_de_jour(date(2026, 5, 4))
