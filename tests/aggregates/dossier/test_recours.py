"""Recours: filed against what silence made or the assembly decided, rejected by silence, answered, withdrawn, without object."""

from datetime import date, timedelta
from itertools import permutations

import pytest

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.notification import delai_contentieux
from aggregates.dossier.recours import RecoursInconnu, RienAAttaquer, issue_du_recours
from kernel.attentes import Attente, Role, dus
from kernel.instants import fin_de_jour
from kernel.refus import AvantLeJalon, DejaFait, GesteImpossible
from tests.aggregates.dossier.fabrique import (
    CALCULE,
    CONTENTIEUX,
    MOTIF,
    MOTIFS,
    RAPPORT,
    RECOURS,
    blanc,
    un_complet,
    un_decide,
    un_inscrit,
    un_recu,
)
from tests.aggregates.dossier.vies import executer
from tests.aggregates.fabrique import JOUR, etat, par, rien, topics, verbes, verifie_refus

NE_LE = date(2026, 3, 12)
"""Silence since 12 January 2026."""
TEXTE, AUTRE = MOTIF, RAPPORT


def former(
    dossier: Dossier,
    le: date,
    contre: str = "rejet_implicite",
    nature: str = "gracieux",
    par_qui: str = "demandeur",
    texte: object = TEXTE,
) -> Dossier:
    par(dossier, "agt-1", le).enregistrer_recours(nature, par_qui, contre, texte, RECOURS, CONTENTIEUX)  # type: ignore[arg-type]  # an id
    return dossier


def attente(dossier: Dossier, code: str = "recours") -> Attente | None:
    return next((a for a in attentes(dossier) if a.cle.code == code), None)


def tourner(dossier: Dossier, au: date) -> None:
    """Let the engine do what is due."""
    while attendus := dus(attentes(dossier), fin_de_jour(au)):
        version = dossier.version
        executer(dossier, attendus[0], au)
        assert dossier.version > version


def un_attaque(le: date = NE_LE + timedelta(days=20)) -> Dossier:
    """Return a dossier whose implicit refusal is attacked by its applicant."""
    dossier = un_complet()
    tourner(dossier, NE_LE)
    return former(dossier, le)


def test_un_recours_gracieux_ouvre_une_attente_de_deux_mois() -> None:
    dossier = un_attaque()
    assert topics(dossier) == ["dossier.recours_forme.v1"]
    attendu = attente(dossier)
    assert attendu is not None
    assert (attendu.de, attendu.cle.objet) == (Role.RESPONSABLE, "1")
    assert attendu.echeance == fin_de_jour(date(2026, 6, 1))
    assert verbes(attendu) == ("repondre-recours", "retirer-recours")
    assert former(dossier, NE_LE + timedelta(days=20)) is dossier
    assert rien(dossier)


def test_deux_mois_de_silence_sur_un_recours_valent_rejet_et_le_delai_contentieux_repart() -> None:
    """CRPA L411-7; a délai franc of two months starts anew, excluding its first and its last day (L411-2, CJA R421-1)."""
    dossier = former(un_decide(favorable=False), JOUR + timedelta(days=19), "decision")
    with verifie_refus(par(dossier, "SYSTEME", date(2026, 3, 30)), GesteImpossible):
        dossier.constater_rejet_du_recours(1, fin_de_jour(date(2026, 3, 30)))
    tourner(dossier, date(2026, 4, 1))
    assert issue_du_recours(dossier.recours[1]) == "rejete_par_silence"
    assert attente(dossier) is None
    court = delai_contentieux(dossier, dossier.recours[1])
    assert court is not None
    assert (court.depuis, court.dernier_jour) == (date(2026, 3, 31), date(2026, 6, 1))


def test_contre_un_rejet_implicite_aucun_delai_de_recours_ne_court() -> None:
    """CJA R421-3 1°: only an assembly can award a subsidy; there is no forclusion before an express refusal."""
    dossier = un_attaque()
    tourner(dossier, date(2026, 6, 1))
    assert issue_du_recours(dossier.recours[1]) == "rejete_par_silence"
    assert delai_contentieux(dossier, dossier.recours[1]) is None


def test_un_recours_contentieux_n_a_pas_d_echeance() -> None:
    dossier = former(un_decide(favorable=False), JOUR, "decision", "contentieux", "tiers")
    attendu = attente(dossier)
    assert attendu is not None
    assert (attendu.echeance, attendu.automatisme) == (None, None)
    par(dossier, "resp-1", date(2027, 1, 4)).repondre_recours(1, "rejete", AUTRE)
    assert attente(dossier) is None


def test_une_reponse_eteint_le_recours_et_ne_change_plus() -> None:
    dossier = un_attaque()
    par(dossier, "resp-1", date(2026, 4, 20)).repondre_recours(1, "accueilli", AUTRE)
    assert (topics(dossier), issue_du_recours(dossier.recours[1])) == (["dossier.recours_repondu.v1"], "accueilli")
    par(dossier, "resp-1", date(2026, 4, 20)).repondre_recours(1, "accueilli", AUTRE)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.repondre_recours(1, "rejete", AUTRE)
    with verifie_refus(dossier, DejaFait):
        dossier.retirer_recours(1, AUTRE)
    tourner(dossier, date(2026, 12, 31))
    assert issue_du_recours(dossier.recours[1]) == "accueilli"


def test_un_recours_retire_n_est_plus_attendu() -> None:
    dossier = un_attaque()
    par(dossier, "agt-1", date(2026, 4, 20)).retirer_recours(1, AUTRE)
    assert (attente(dossier), issue_du_recours(dossier.recours[1])) == (None, "retire")


def test_une_reponse_apprise_apres_le_terme_corrige_le_silence() -> None:
    dossier = un_attaque()
    tourner(dossier, date(2026, 7, 1))
    tacite = dossier.recours[1].rejete_par_silence
    assert tacite is not None
    par(dossier, "resp-1", date(2026, 5, 4), fin_de_jour(date(2026, 7, 2))).repondre_recours(1, "accueilli", AUTRE)
    assert dossier.inscriptions[-1].entete.corrige == tacite
    assert issue_du_recours(dossier.recours[1]) == "accueilli"
    assert dossier.recours[1].rejete_par_silence is None


def test_un_rejet_implicite_remplace_par_une_aide_rend_le_recours_sans_objet() -> None:
    """Transition 48 and case 6: the recours filed against the silence becomes without object at the vote."""
    vote = date(2026, 4, 15)
    dossier = un_inscrit()
    tourner(dossier, NE_LE)
    former(dossier, date(2026, 4, 1))
    par(dossier, "SYSTEME", vote).decider(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=vote)
    assert attente(dossier) is None
    tourner(dossier, vote)
    assert issue_du_recours(dossier.recours[1]) == "sans_objet"
    assert dossier.recours[1].fin is not None
    assert dossier.recours[1].fin.le == vote


def test_un_vote_defavorable_laisse_le_recours_courir() -> None:
    vote = date(2026, 4, 15)
    dossier = un_inscrit()
    tourner(dossier, NE_LE)
    former(dossier, date(2026, 4, 1))
    par(dossier, "SYSTEME", vote).decider(RAPPORT, favorable=False, montant_vote_centimes=0, vote_le=vote)
    tourner(dossier, vote)
    assert attente(dossier) is not None


def test_dans_n_importe_quel_ordre_de_saisie_les_recours_sont_les_memes() -> None:
    """A recours of April, the award of May and an answer to another, learned in any order, give the same issues."""
    vote, connu = date(2026, 5, 20), date(2026, 8, 3)

    def voter(d: Dossier) -> None:
        par(d, "SYSTEME", connu).decider(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=vote)

    def au_silence(d: Dossier) -> None:
        former(par(d, "agt-1", connu), date(2026, 4, 1))

    def du_tiers(d: Dossier) -> None:
        former(par(d, "agt-1", connu), date(2026, 3, 14), par_qui="tiers", texte=AUTRE)

    finis = set()
    for ordre in permutations((voter, au_silence, du_tiers)):
        dossier = un_inscrit()
        tourner(dossier, NE_LE)
        for saisie in ordre:
            saisie(dossier)
            tourner(dossier, connu)
        finis.add(tuple(sorted((r.par, issue_du_recours(r)) for r in dossier.recours.values())))
    assert finis == {(("demandeur", "sans_objet"), ("tiers", "rejete_par_silence"))}


@pytest.mark.parametrize("contre", ["rejet_implicite", "decision"])
def test_on_n_attaque_que_ce_qui_existe(contre: str) -> None:
    for dossier in (blanc(), un_recu()):
        with verifie_refus(dossier, RienAAttaquer):
            dossier.enregistrer_recours("gracieux", "tiers", contre, TEXTE, RECOURS, CONTENTIEUX)


def test_un_recours_ne_precede_pas_ce_qu_il_attaque() -> None:
    dossier = un_complet()
    tourner(dossier, NE_LE)
    avant = par(dossier, "agt-1", NE_LE - timedelta(days=2), fin_de_jour(NE_LE + timedelta(days=9)))
    with verifie_refus(avant, AvantLeJalon):
        avant.enregistrer_recours("gracieux", "demandeur", "rejet_implicite", TEXTE, RECOURS, CONTENTIEUX)
    dossier = former(un_decide(favorable=False), JOUR + timedelta(days=9), "decision")
    with verifie_refus(par(dossier, "resp-1", JOUR), AvantLeJalon):
        dossier.repondre_recours(1, "rejete", AUTRE)
    with verifie_refus(dossier, RecoursInconnu):
        dossier.repondre_recours(2, "rejete", AUTRE)


def test_les_motifs_d_un_rejet_implicite_sont_dus_dans_le_mois() -> None:
    """CRPA L232-4."""
    dossier = un_complet()
    with verifie_refus(dossier, RienAAttaquer):
        dossier.demander_motifs_du_rejet(MOTIFS)
    with verifie_refus(dossier, GesteImpossible):
        dossier.communiquer_motifs_du_rejet(TEXTE)
    tourner(dossier, NE_LE)
    par(dossier, "agt-1", date(2026, 3, 31)).demander_motifs_du_rejet(MOTIFS)
    attendu = attente(dossier, "motifs_du_rejet")
    assert attendu is not None
    assert (attendu.de, attendu.echeance) == (Role.INSTRUCTEUR, fin_de_jour(date(2026, 4, 30)))
    par(dossier, "agt-1", date(2026, 3, 31)).demander_motifs_du_rejet(MOTIFS)
    assert rien(dossier)
    par(dossier, "agt-1", date(2026, 4, 2)).communiquer_motifs_du_rejet(TEXTE)
    assert attente(dossier, "motifs_du_rejet") is None
    par(dossier, "agt-1", date(2026, 4, 2)).communiquer_motifs_du_rejet(TEXTE)
    assert rien(dossier)
    with verifie_refus(dossier, DejaFait):
        dossier.communiquer_motifs_du_rejet(AUTRE)


def test_le_moteur_ne_dit_rien_deux_fois() -> None:
    dossier = un_attaque()
    tourner(dossier, date(2026, 6, 1))
    fait = etat(dossier)
    par(dossier, "SYSTEME", date(2026, 6, 2)).constater_rejet_du_recours(1, fin_de_jour(date(2026, 6, 2)))
    assert (rien(dossier), etat(dossier)) == (True, fait)
    with verifie_refus(dossier, GesteImpossible):
        dossier.constater_recours_sans_objet(1)
