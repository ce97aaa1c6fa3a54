"""Design §1.7: one true history, recorded late, in any order, the engine passing when it will: one law, one result."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.dossier import Dossier, attentes
from aggregates.dossier.silence import echeance_du_silence, rejet_implicite_ne, rejet_implicite_remplace
from kernel.attentes import Role
from tests.aggregates.dossier.fabrique import (
    CALCULE,
    EXIGEES,
    MOTIF,
    RAPPORT,
    REGLEMENT,
    demander,
    evaluation,
    un_recu,
)
from tests.aggregates.dossier.vies import dus_au, executer
from tests.aggregates.fabrique import JOUR, par
from tests.aggregates.proprietes import exiger_vie

AUJOURD_HUI = JOUR + timedelta(days=400)
PIECES = ("bilan", "rib", "statuts")
COMMUNE, ASSOCIATION = "7210", "9220"


class Histoire(NamedTuple):
    """What happened: when each pièce came, what was asked when, and how it ended."""

    recues: dict[str, int]
    demandes: list[tuple[int, tuple[str, ...]]]
    fin: int
    issue: str
    publique: bool


@st.composite
def histoires(draw: st.DrawFn) -> Histoire:
    recues = {code: draw(st.integers(0, 60)) for code in PIECES}
    demandes = []
    for jour in draw(st.lists(st.integers(0, 60), max_size=3, unique=True)):
        manquantes = [code for code in PIECES if recues[code] > jour]
        if manquantes:
            demandees = draw(st.lists(st.sampled_from(manquantes), min_size=1, unique=True))
            demandes.append((jour, tuple(sorted(demandees))))
    apres = max(recues.values()) + 1
    return Histoire(
        recues,
        demandes,
        apres + draw(st.integers(0, 90)),
        draw(st.sampled_from(["", "voter", "retirer"])),
        draw(st.booleans()),
    )


def le(jour: int) -> date:
    return JOUR + timedelta(days=jour)


def moteur(dossier: Dossier) -> None:
    """Do all that the engine owes at the time of the entry."""
    for _ in range(30):
        a_faire = dus_au(dossier, AUJOURD_HUI)
        if not a_faire:
            return
        executer(dossier, a_faire[0], AUJOURD_HUI)
    raise AssertionError("the engine never comes to rest")


def saisir(histoire: Histoire, ordre: list[int], passages: list[bool], *, apres_la_fin: bool = False) -> Dossier:
    """Record pièces and demandes in an order, then the complétude, then the demandes left, before the end or after it."""
    dossier = un_recu()
    completude = max(histoire.recues.values()) + 1

    def piece(code: str) -> None:
        par(dossier, le=le(histoire.recues[code])).recevoir_piece(code, code * 8, None)

    def demande(jour: int, codes: tuple[str, ...]) -> None:
        demander(par(dossier, le=le(jour)), codes)

    saisies: list[Any] = [lambda c=code: piece(c) for code in PIECES]
    saisies += [lambda j=jour, c=codes: demande(j, c) for jour, codes in histoire.demandes]
    categorie = COMMUNE if histoire.publique else ASSOCIATION
    saisies.append(lambda: par(dossier, "SYSTEME", AUJOURD_HUI).constater_nature(categorie, date(2001, 5, 3), MOTIF))
    melangees = [saisies[rang] for rang in ordre if rang < len(saisies)]
    tardives = [s for s in melangees[len(melangees) // 2 :] if s in saisies[len(PIECES) :] or s is saisies[0]]
    for rang, saisie in enumerate([s for s in melangees if s not in tardives]):
        saisie()
        if passages[rang]:
            moteur(dossier)
    par(dossier, le=le(completude)).declarer_complet(REGLEMENT, EXIGEES)
    if apres_la_fin:
        _finir(dossier, histoire, completude, passages)
    for saisie in tardives:
        saisie()
        if passages[-1]:
            moteur(dossier)
    if not apres_la_fin:
        _finir(dossier, histoire, completude, passages)
    moteur(dossier)
    return dossier


def _finir(dossier: Dossier, histoire: Histoire, completude: int, passages: list[bool]) -> None:
    """Withdraw it, or vote it: the dossier is told the vote, then that the act is exécutoire, the engine passing or not."""
    if histoire.issue == "retirer":
        par(dossier, le=le(histoire.fin)).retirer(MOTIF)
    if histoire.issue == "voter":
        par(dossier, le=le(completude)).proposer(evaluation(), None, None)
        par(dossier, "resp-1", le(completude)).viser()
        par(dossier, "SYSTEME", le(completude)).inscrire(RAPPORT, 1)
        for porter, passe in ((Dossier.annoncer_vote, passages[0]), (Dossier.decider, passages[1])):
            if passe or porter is Dossier.decider:
                porter(
                    par(dossier, "SYSTEME", AUJOURD_HUI),
                    RAPPORT,
                    favorable=True,
                    montant_vote_centimes=CALCULE,
                    vote_le=le(histoire.fin),
                )
            if passe:
                moteur(dossier)


@settings(deadline=None)
@given(
    histoire=histoires(),
    ordre=st.permutations(range(7)),
    passages=st.lists(st.booleans(), min_size=8, max_size=8),
    apres_la_fin=st.booleans(),
)
def test_une_histoire_a_une_seule_suite_en_droit(
    *, histoire: Histoire, ordre: list[int], passages: list[bool], apres_la_fin: bool
) -> None:
    """Before or after the vote, in any order: the same échéance, and the same refusals, born, replaced, or never born."""
    un = saisir(histoire, list(range(7)), [False] * 8)
    autre = saisir(histoire, ordre, passages, apres_la_fin=apres_la_fin)
    echeance = echeance_du_silence(un)
    assert echeance == echeance_du_silence(autre)
    assert (echeance is None) is histoire.publique
    attendu = echeance is not None and (not histoire.issue or le(histoire.fin) > echeance.dernier_jour)
    for dossier in (un, autre):
        assert rejet_implicite_ne(dossier) is attendu
        assert list(dossier.rejets_implicites.values()) == ([echeance.dernier_jour] if echeance and attendu else [])
        assert rejet_implicite_remplace(dossier) is (attendu and histoire.issue == "voter")
        assert not [a for a in attentes(dossier) if a.de is Role.SYSTEME]
        exiger_vie(dossier)
    assert (un.etat, un.issue, un.vote_centimes, un.complet_le) == (
        autre.etat,
        autre.issue,
        autre.vote_centimes,
        autre.complet_le,
    )
