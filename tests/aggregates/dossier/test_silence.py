"""Two months of silence: a refusal is born, stops nothing, and its date is corrected when the clock was wrong."""

from datetime import date, timedelta
from typing import Any

import pytest

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.completude import PieceNonExigee
from aggregates.dossier.etat import Cause
from aggregates.dossier.silence import (
    CauseDeNonNaissance,
    RejetImpliciteRemplace,
    RejetImpliciteReputeNonNe,
    echeance_du_silence,
    rejet_implicite_ne,
)
from kernel.agregat import plier
from kernel.attentes import Role
from kernel.instants import fin_de_jour
from kernel.refus import AvantLeJalon, GesteImpossible
from tests.aggregates.dossier.fabrique import (
    CALCULE,
    COPIE,
    MOTIF,
    RAPPORT,
    avec_pieces,
    blanc,
    demander,
    evaluation,
    un_clos,
    un_complet,
    un_decide,
    un_depose,
    un_inscrit,
    un_propose,
    un_recu,
    un_vise,
)
from tests.aggregates.fabrique import JOUR, par, rien, topics, verbes, verifie_refus

NE_LE = date(2026, 3, 12)
"""Two months after the dépôt of 12 January 2026."""
ASSEZ_TARD = date(2026, 9, 1)


def ne(dossier: Dossier, le: date = NE_LE) -> Dossier:
    par(dossier, "SYSTEME", le).constater_rejet_implicite(fin_de_jour(le))
    return par(dossier, "agt-1", le)


def repondre(dossier: Dossier) -> Dossier:
    """Do what the engine owes each refusal."""
    for attente in attentes(dossier):
        if attente.automatisme == "repondre_au_rejet_implicite":
            par(dossier, "SYSTEME", ASSEZ_TARD).repondre_au_rejet_implicite(attente.cle.ouverte_par)
    return dossier


def dernier_jour(dossier: Dossier) -> date:
    echeance = echeance_du_silence(dossier)
    assert echeance is not None
    return echeance.dernier_jour


@pytest.mark.parametrize("fabrique", [un_depose, un_recu, un_inscrit])
def test_le_rejet_implicite_est_constate_a_sa_date_et_n_arrete_rien(fabrique: Any) -> None:
    dossier = fabrique()
    etat = dossier.etat
    par(dossier, "SYSTEME", date(2026, 5, 4)).constater_rejet_implicite(fin_de_jour(date(2026, 5, 4)))
    assert topics(dossier) == ["dossier.rejet_implicite_ne.v1"]
    assert dossier.inscriptions[-1].entete.effectif_le == NE_LE
    assert dossier.etat is etat
    assert "silence" not in {a.cle.code for a in attentes(dossier)}
    par(dossier).constater_rejet_implicite(fin_de_jour(date(2026, 5, 4)))
    assert rien(dossier)


def test_un_rejet_implicite_ne_s_efface_pas_par_un_acte_d_avant_le_depot() -> None:
    dossier = par(ne(un_recu()), le=date(2025, 6, 1))
    with verifie_refus(dossier, AvantLeJalon):
        dossier.retirer(MOTIF)
    with verifie_refus(dossier, AvantLeJalon):
        dossier.proposer_rejet(Cause.IRRECEVABILITE, MOTIF)
    assert rejet_implicite_ne(dossier)


def test_un_instant_trop_tot_rien_n_est_ne() -> None:
    dossier = un_recu()
    with verifie_refus(dossier, GesteImpossible):
        dossier.constater_rejet_implicite(fin_de_jour(NE_LE) - timedelta(microseconds=1))


@pytest.mark.parametrize("fabrique", [blanc, un_decide, un_clos])
def test_une_decision_a_fait_taire_le_silence(fabrique: Any) -> None:
    dossier = fabrique()
    with verifie_refus(dossier, GesteImpossible):
        dossier.constater_rejet_implicite(fin_de_jour(date(2027, 1, 1)))


def test_une_demande_apprise_trop_tard_corrige_la_date_du_rejet() -> None:
    dossier = ne(un_recu())
    assert rejet_implicite_ne(dossier)
    demander(par(dossier, le=date(2026, 2, 2)), ["statuts"])
    assert not rejet_implicite_ne(dossier)
    deplace = dernier_jour(dossier)
    assert deplace == NE_LE + timedelta(days=16)
    premier = max(dossier.rejets_implicites)
    repondre(dossier)
    reponse = dossier.inscriptions[-1]
    assert (reponse.entete.corrige, reponse.entete.effectif_le) == (premier, NE_LE)
    assert reponse.fait == RejetImpliciteReputeNonNe(
        rejet=premier, ne_le=NE_LE, cause=CauseDeNonNaissance.DELAI, le=deplace
    )
    ne(dossier, deplace)
    assert list(dossier.rejets_implicites.values()) == [deplace]
    assert rejet_implicite_ne(dossier)


def test_un_rejet_deux_fois_ne_au_meme_jour_est_deux_faits() -> None:
    """A demande moved the clock, and turns out to have been made in error: what is awaited again has a command of its own."""
    dossier = ne(un_recu())
    avant = next(iter(dossier.rejets_implicites))
    demander(par(dossier, le=date(2026, 2, 2)), ["statuts"])
    repondre(dossier)
    avec_pieces(dossier, "statuts", le=date(2026, 2, 1))
    (silence,) = [a for a in attentes(dossier) if a.cle.code == "silence"]
    assert (dernier_jour(dossier), silence.cle.ouverte_par) == (NE_LE, dossier.silence_ouvert_par)
    assert dossier.silence_ouvert_par > avant
    ne(dossier)
    assert list(dossier.rejets_implicites.values()) == [NE_LE]
    assert not [a for a in attentes(dossier) if a.automatisme == "repondre_au_rejet_implicite"]


@pytest.mark.parametrize(("vote_le", "ne_encore"), [(date(2026, 3, 20), False), (date(2026, 4, 16), True)])
@pytest.mark.parametrize("clos", [False, True])
def test_une_demande_apprise_apres_le_vote_corrige_le_rejet_comme_avant(
    *, vote_le: date, ne_encore: bool, clos: bool
) -> None:
    """Learned before the vote or after it, a demande suspended the silence: a refusal falsely born does not stay."""
    complete, demande = date(2026, 1, 30), date(2026, 1, 20)
    dossier = avec_pieces(un_recu(), "statuts", "rib", le=complete)
    dossier.declarer_complet("nqe@3", ())
    dossier.proposer(evaluation(), None, None)
    par(dossier, "resp-1", complete).viser()
    par(dossier, "assemblees-1", complete).inscrire(RAPPORT, 1)
    ne(dossier)
    par(dossier, "SYSTEME", vote_le).decider(RAPPORT, favorable=False, montant_vote_centimes=0, vote_le=vote_le)
    if clos:
        par(dossier, le=vote_le).enregistrer_notification(None, COPIE, sans_recours=False)
        dossier.clore(rien_ne_reste_du=True)
    etat = dossier.etat
    assert rejet_implicite_ne(dossier)
    demander(par(dossier, le=demande), ["statuts"])
    deplace = NE_LE + (complete - demande) + timedelta(days=1)
    assert (dossier.etat, dernier_jour(dossier), rejet_implicite_ne(dossier)) == (etat, deplace, False)
    assert ("silence" in {a.cle.code for a in attentes(dossier)}) is ne_encore
    repondre(dossier)
    if ne_encore:
        ne(dossier, deplace)
        assert (list(dossier.rejets_implicites.values()), dossier.etat) == ([deplace], etat)
    par(dossier, le=complete)
    with verifie_refus(dossier, GesteImpossible):
        demander(dossier, ["statuts"])


def test_cas_6_un_rejet_implicite_puis_une_attribution() -> None:
    """Domain.md, hard case 6: the refusal born of silence gives way to the award, and both stay in the history."""
    dossier = ne(avec_pieces(un_recu(), "statuts", "rib"))
    dossier.declarer_complet("nqe@3", ())
    dossier.proposer(evaluation(), None, None)
    par(dossier, "resp-1", NE_LE).viser()
    par(dossier, "assemblees-1", date(2026, 4, 10)).inscrire(RAPPORT, 1)
    par(dossier, "SYSTEME", date(2026, 5, 21)).decider(
        RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=date(2026, 5, 20)
    )
    assert (dossier.etat, dossier.issue, dossier.vote_centimes) == (Etat.DECIDE, "attribue", CALCULE)
    histoire = [i.fait.topic for i in dossier.inscriptions]
    assert histoire.index("dossier.rejet_implicite_ne.v1") < histoire.index("dossier.decide.v1")
    avant = plier(Dossier, dossier.id, dossier.inscriptions, au=date(2026, 4, 1))
    assert avant.porte_un_rejet_implicite
    assert avant.decide_le is None
    rejet, decision = max(dossier.rejets_implicites), dossier.version
    repondre(dossier)
    repondre(dossier)
    assert dossier.nouveaux_faits[-1] == RejetImpliciteRemplace(
        rejet=rejet, decision=decision, favorable=True, vote_le=date(2026, 5, 20)
    )
    assert dossier.inscriptions[-1].entete.effectif_le == date(2026, 5, 20)
    assert (rejet_implicite_ne(dossier), dossier.porte_un_rejet_implicite) == (True, False)
    assert not rejet_implicite_ne(plier(Dossier, dossier.id, dossier.inscriptions, au=NE_LE - timedelta(days=1)))


def test_cas_7_deux_arrets_de_l_horloge_et_une_demande_sans_texte() -> None:
    """Domain.md, hard case 7: only the lawful demandes suspend; the refused one leaves no trace in the clock."""
    dossier = un_recu()
    demander(par(dossier, le=date(2026, 1, 20)), ["statuts"])
    par(dossier, le=date(2026, 1, 22))
    with verifie_refus(dossier, PieceNonExigee):
        demander(dossier, ["plan_de_communication"])
    avec_pieces(dossier, "statuts", le=date(2026, 1, 26))
    demander(par(dossier, le=date(2026, 2, 10)), ["rib"])
    suspendus = (date(2026, 1, 26) - date(2026, 1, 19)).days + (date(2026, 2, 25) - date(2026, 2, 9)).days
    assert dernier_jour(dossier) == NE_LE + timedelta(days=suspendus)
    rejoue = plier(Dossier, dossier.id, dossier.inscriptions)
    assert dernier_jour(rejoue) == dernier_jour(dossier)


def test_une_demande_faite_par_erreur_ne_suspend_rien() -> None:
    """The pièce had come the day before; it was only recorded later."""
    dossier = un_recu()
    demander(par(dossier, le=date(2026, 1, 20)), ["statuts"])
    assert dernier_jour(dossier) > NE_LE
    avec_pieces(dossier, "statuts", le=date(2026, 1, 19))
    assert dernier_jour(dossier) == NE_LE
    assert dossier.etat is Etat.RECU


def decide_le(dossier: Dossier, vote_le: date) -> Dossier:
    par(dossier, "SYSTEME", ASSEZ_TARD).decider(RAPPORT, favorable=True, montant_vote_centimes=CALCULE, vote_le=vote_le)
    return par(dossier, "SYSTEME", ASSEZ_TARD)


def dus(dossier: Dossier) -> list[str | None]:
    return [a.automatisme for a in attentes(dossier) if a.echeance and a.echeance <= fin_de_jour(ASSEZ_TARD)]


@pytest.mark.parametrize(("vote_le", "naitra"), [(NE_LE, False), (NE_LE + timedelta(days=1), True)])
@pytest.mark.parametrize("moteur_d_abord", [True, False])
def test_une_histoire_saisie_tard_donne_le_meme_rejet_quel_que_soit_le_moment_ou_le_moteur_passe(
    *, moteur_d_abord: bool, naitra: bool, vote_le: date
) -> None:
    """The vote of last year is entered today: what counts is its date against the two months, not who wrote first."""
    dossier = un_inscrit()
    if moteur_d_abord:
        ne(dossier, ASSEZ_TARD)
    decide_le(dossier, vote_le)
    reponse = ["repondre_au_rejet_implicite"] if moteur_d_abord else []
    assert dus(dossier) == (["constater_rejet_implicite"] if naitra and not moteur_d_abord else reponse)
    if naitra and not moteur_d_abord:
        assert all(a.gestes or a.renvoie_a or a.de is Role.SYSTEME for a in attentes(dossier))
        dossier.constater_rejet_implicite(fin_de_jour(ASSEZ_TARD))
        assert dossier.inscriptions[-1].entete.effectif_le == NE_LE
    repondre(dossier)
    assert rejet_implicite_ne(dossier) is naitra
    assert dossier.porte_un_rejet_implicite is False
    assert rejet_implicite_ne(plier(Dossier, dossier.id, dossier.inscriptions, au=NE_LE)) is naitra
    assert dus(dossier) == []


def test_un_retrait_saisi_apres_deux_mois_laisse_constater_ce_que_le_silence_avait_fait() -> None:
    dossier = par(un_recu(), le=date(2026, 4, 1))
    dossier.retirer(MOTIF)
    (attente,) = attentes(dossier)
    assert (attente.de, attente.gestes, attente.automatisme) == (Role.SYSTEME, (), "constater_rejet_implicite")
    par(dossier, "SYSTEME", ASSEZ_TARD).constater_rejet_implicite(fin_de_jour(ASSEZ_TARD))
    assert (dossier.etat, rejet_implicite_ne(dossier), attentes(dossier)) == (Etat.CLOS, True, ())


@pytest.mark.parametrize(
    ("fabrique", "gestes"),
    [
        (un_recu, ("demander-pieces", "recevoir-piece", "retirer", "declarer-irrecevable")),
        (un_complet, ("proposer", "demander-avis", "examiner-eligibilite", "retirer", "declarer-irrecevable")),
        (un_propose, ("viser", "renvoyer")),
        (un_vise, ("deliberation preparer",)),
        (un_inscrit, ()),
    ],
)
def test_le_silence_nomme_ce_qui_le_rompt_a_cet_etat(fabrique: Any, gestes: tuple[str, ...]) -> None:
    assert next(verbes(a) for a in attentes(fabrique()) if a.cle.code == "silence") == gestes


def test_une_demande_d_avant_la_completude_saisie_apres_elle_suspend_le_silence_et_laisse_le_dossier_complet() -> None:
    dossier = avec_pieces(un_recu(), "statuts", "rib", le=date(2026, 1, 30))
    par(dossier, le=date(2026, 2, 2)).declarer_complet("nqe@3", ())
    demander(par(dossier, le=date(2026, 1, 20)), ["statuts", "rib"])
    assert topics(dossier) == ["dossier.pieces_demandees.v1", "dossier.demande_de_pieces_recue.v1"]
    assert (dossier.etat, dernier_jour(dossier)) == (Etat.COMPLET, NE_LE + timedelta(days=11))
    avant = plier(Dossier, dossier.id, dossier.inscriptions, au=date(2026, 1, 25))
    assert avant.etat is Etat.INCOMPLET
    par(dossier, le=date(2026, 2, 2))
    with verifie_refus(dossier, GesteImpossible):
        demander(dossier, ["bilan"])


def test_une_piece_dont_on_apprend_qu_elle_etait_venue_plus_tot_compte_de_ce_jour() -> None:
    """The same bytes said to have come later are silent; said to have come earlier, they move the date."""
    echeances = set()
    for jours in ((20, 25), (25, 20)):
        dossier = un_recu()
        demander(par(dossier, le=date(2026, 1, 15)), ["statuts"])
        for jour in jours:
            avec_pieces(dossier, "statuts", le=date(2026, 1, jour))
        par(dossier, le=date(2026, 1, 28)).recevoir_piece("statuts", "statuts" * 8, None)
        assert rien(dossier)
        echeances.add(dernier_jour(dossier))
    assert echeances == {NE_LE + timedelta(days=6)}


def test_le_silence_a_pris_fin_au_premier_jour_qui_l_a_rompu() -> None:
    dossier = un_decide(JOUR)
    par(dossier, le=date(2026, 6, 1)).clore(rien_ne_reste_du=True)
    assert dossier.silence_fini_le == JOUR
