"""What holds for every life of a dossier (design §1.3 and §1.7)."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from aggregates.dossier import Dossier, Etat, attentes
from aggregates.dossier.completude import PieceRecue, PiecesDemandees
from aggregates.dossier.ecrits import EtatDocument, NatureDocument
from aggregates.dossier.etat import Cause
from aggregates.dossier.silence import echeance_du_silence
from kernel.agregat import plier
from kernel.attentes import Attente, Cle, Role, instants
from kernel.instants import fin_de_jour
from kernel.refus import Refus
from tests.aggregates.dossier.fabrique import (
    MOTIF,
    QUINZE_JOURS,
    RAPPORT,
    REGLEMENT,
    demander,
    document,
    evaluation,
    un_recu,
)
from tests.aggregates.dossier.vies import VIES, Pas, avancer, dus_au, executer, naitre
from tests.aggregates.fabrique import JOUR, etat, par, verbes
from tests.aggregates.proprietes import exiger_passes_lisibles

Vie = tuple[str, list[Pas]]
ASSEZ = 30
"""More executions than a dossier can be owed at one instant: beyond, it is a loop."""


def vivre(vie: Vie) -> Iterator[tuple[Dossier, date]]:
    """Yield a dossier after its birth, each command and each turn of the engine."""
    depart, pas_a_pas = vie
    dossier, jour = naitre(depart), JOUR
    yield dossier, jour
    for pas in pas_a_pas:
        jour += timedelta(days=pas.apres)
        avancer(dossier, pas, jour)
        yield dossier, jour
        for _ in range(ASSEZ):
            a_faire = dus_au(dossier, jour) if pas.moteur else []
            if not a_faire:
                break
            executer(dossier, a_faire[0], jour)
            yield dossier, jour
        else:
            raise AssertionError(f"never done: {dus_au(dossier, jour)}")


def par_cle(dossier: Dossier) -> dict[Cle, Attente]:
    return {attente.cle: attente for attente in attentes(dossier)}


@given(vie=VIES)
def test_un_dossier_ouvert_attend_toujours_quelque_chose_et_quelqu_un(vie: Vie) -> None:
    for dossier, _ in vivre(vie):
        attendues = attentes(dossier)
        assert attendues or dossier.etat is Etat.CLOS
        restees = {a.cle.code for a in attendues if a.de is not Role.SYSTEME}
        assert dossier.etat is not Etat.CLOS or restees <= {
            "recours",
            "notification_recours",
            "motifs_du_rejet",
            "avis_de_transmission",
        }
        assert len(par_cle(dossier)) == len(attendues)
        assert all(a.gestes or a.renvoie_a or a.de is Role.SYSTEME for a in attendues)
        assert any(a.cle.code != "silence" for a in attendues) or dossier.etat is Etat.CLOS


@given(vie=VIES)
def test_un_automatisme_du_eteint_son_attente_ou_avance_son_instant(vie: Vie) -> None:
    for dossier, jour in vivre(vie):
        for du in dus_au(dossier, jour):
            copie = plier(Dossier, dossier.id, dossier.inscriptions)
            executer(copie, du, jour)
            attente = par_cle(copie).get(Cle(du.code, du.objet, du.ouverte_par))
            suivants = [] if attente is None else [d.instant for d in instants(attente)]
            assert all(instant > du.instant for instant in suivants), (du, suivants)


def refuse(dossier: Dossier) -> UUID:
    return next(lu.edition for lu in dossier.documents.values() if lu.etat is EtatDocument.REFUSE)


POSSIBLES: dict[str, Callable[[Dossier, Attente], object]] = {
    "retirer": lambda d, _: d.retirer(MOTIF),
    "declarer-irrecevable": lambda d, _: d.proposer_rejet(Cause.IRRECEVABILITE, MOTIF),
    "classer-sans-suite": lambda d, _: d.proposer_rejet(Cause.SANS_SUITE, MOTIF),
    "accuser-reception": lambda d, _: d.produire(document(d, NatureDocument.ACCUSE)),
    "enregistrer-accuse": lambda d, _: d.enregistrer_accuse("9" * 64, sans_recours=False),
    "envoyer-demande-avis": lambda d, a: d.produire(document(d, NatureDocument.AVIS, a.cle.objet)),
    "enregistrer-remise": lambda d, a: d.enregistrer_remise(a.cle.ouverte_par, "8" * 64),
    "notifier-rejet": lambda d, _: d.produire(document(d, NatureDocument.REJET)),
    "enregistrer-notification": lambda d, a: d.enregistrer_notification(
        int(a.cle.objet) if a.cle.objet else None, "7" * 64, sans_recours=False
    ),
    "reexpedier": lambda d, _: d.reexpedier(refuse(d), None),
    "confirmer-demandeur": lambda d, _: d.confirmer_demandeur(d.siret or ""),
    "declarer-complet": lambda d, _: d.declarer_complet(REGLEMENT, d.pieces_exigees),
    "demander-pieces": lambda d, _: demander(d, [p.code for p in d.pieces_manquantes]),
    "recevoir-piece": lambda d, a: d.recevoir_piece(a.cle.objet.partition(",")[0] or "statuts", "d" * 64, None),
    "rendre-avis": lambda d, a: d.rendre_avis(a.cle.objet, "favorable", None),
    "envoyer-transmission": lambda d, _: d.produire(document(d, NatureDocument.TRANSMISSION)),
    "aviser-transmission": lambda d, _: d.aviser_transmission("e" * 64),
    "repondre-motif": lambda d, _: d.repondre_motif(
        (d.motifs_sans_reponse or d.motifs_retenus)[0].code, None, "leve", MOTIF
    ),
    "proposer": lambda d, _: d.proposer(evaluation(), 1, MOTIF),
    "viser": lambda d, _: d.viser(),
    "renvoyer": lambda d, _: d.renvoyer(MOTIF),
    "examiner-eligibilite": lambda d, _: d.examiner_eligibilite((JOUR, "a"), []),
    "demander-avis": lambda d, _: d.demander_avis("departement", QUINZE_JOURS),
    "repondre-recours": lambda d, a: d.repondre_recours(int(a.cle.objet), "accueilli", RAPPORT),
    "retirer-recours": lambda d, a: d.retirer_recours(int(a.cle.objet), RAPPORT),
    "communiquer-motifs-du-rejet": lambda d, _: d.communiquer_motifs_du_rejet(RAPPORT),
    "tiers declarer-nature": lambda d, _: d.constater_nature("9220", JOUR, MOTIF),
    "deliberation preparer": lambda d, _: d.inscrire(RAPPORT, 1),
    "clore": lambda d, _: d.clore(rien_ne_reste_du=True),
}


@given(vie=VIES)
def test_tout_geste_qu_une_attente_nomme_est_accepte_a_cet_etat(vie: Vie) -> None:
    """A person who is told what can end it is not then told that it cannot, whatever the refusal.

    He acts when the engine is done with the day, as its last délai ends: on the day itself none that ends then is over.
    """
    dossier, jour = [*vivre(vie)][-1]
    for attente in attentes(dossier):
        for geste in attente.gestes:
            copie = par(plier(Dossier, dossier.id, dossier.inscriptions), "resp-9", fin_de_jour(jour))
            POSSIBLES[geste.nom.removeprefix("dossier ")](copie, attente)


@given(vie=VIES)
def test_une_completude_annulee_laisse_attendre_ce_qui_l_etait(vie: Vie) -> None:
    dossier, jour = [*vivre(vie)][-1]
    if any("declarer-complet" in verbes(attente) for attente in attentes(dossier)):
        copie = par(plier(Dossier, dossier.id, dossier.inscriptions), "resp-9", jour)
        copie.declarer_complet(REGLEMENT, dossier.pieces_exigees)
        copie.annuler_completude()
        assert attentes(copie) == attentes(dossier)
        version = copie.version
        copie.annuler_completude()
        assert copie.version == version


@given(vie=VIES)
def test_un_fait_qui_ne_reveille_personne_ne_change_aucune_attente(vie: Vie) -> None:
    dossier = [d for d, _ in vivre(vie)][-1]
    for rang, inscription in enumerate(dossier.inscriptions):
        if not inscription.fait.reveille:
            avant, apres = (plier(Dossier, dossier.id, dossier.inscriptions[: rang + i]) for i in (0, 1))
            assert attentes(avant) == attentes(apres)


@given(vie=VIES)
def test_le_repli_d_un_prefixe_est_l_agregat_a_cette_version(vie: Vie) -> None:
    etats: dict[int, dict[str, Any]] = {}
    for dossier, _ in vivre(vie):
        etats[dossier.version] = etat(dossier)
        etats_derniers = dossier
    for version, attendu in etats.items():
        prefixe = [i for i in etats_derniers.inscriptions if i.entete.version <= version]
        assert etat(plier(Dossier, etats_derniers.id, prefixe)) == attendu
    exiger_passes_lisibles(etats_derniers)


JOURS = st.integers(1, 70).map(lambda n: JOUR + timedelta(days=n))
SAISIES = st.lists(
    st.tuples(st.sampled_from(["demande", "piece"]), st.sampled_from(["statuts", "rib", "bilan"]), JOURS),
    min_size=2,
    max_size=6,
)


def saisir(saisies: list[tuple[str, str, date]]) -> Dossier:
    dossier = un_recu()
    for genre, quoi, jour in saisies:
        par(dossier, le=jour)
        try:
            if genre == "demande":
                demander(dossier, [quoi])
            else:
                dossier.recevoir_piece(quoi, quoi * 8, None)
        except Refus:
            continue
    return dossier


@given(saisies=SAISIES, au_hasard=st.randoms(use_true_random=False))
def test_l_echeance_du_silence_ne_depend_pas_de_l_ordre_des_saisies(saisies: Any, au_hasard: Any) -> None:
    """Design §1.7: demandes and pièces recorded late, in any order, the same bytes twice or not, give one date."""
    melangees = list(saisies)
    au_hasard.shuffle(melangees)
    un, autre = saisir(sorted(saisies, key=lambda s: s[2])), saisir(melangees)
    assert echeance_du_silence(un) == echeance_du_silence(autre)
    assert un.etat == autre.etat


FAITS = st.lists(
    st.tuples(
        JOURS,
        st.one_of(
            st.builds(PieceRecue, code=st.sampled_from(["statuts", "rib"]), sha256=st.just("a" * 64), nom=st.none()),
            st.builds(
                PiecesDemandees,
                pieces=st.sampled_from([("statuts",), ("rib", "statuts")]),
                jusqu_au=JOURS,
                delai=st.just(QUINZE_JOURS),
            ),
        ),
    ),
    max_size=7,
)


@given(faits=FAITS, au_hasard=st.randoms(use_true_random=False))
def test_les_memes_faits_dans_un_autre_ordre_donnent_la_meme_echeance(faits: Any, au_hasard: Any) -> None:
    melanges = list(faits)
    au_hasard.shuffle(melanges)
    echeances = []
    for ordre in (faits, melanges):
        dossier = un_recu()
        for jour, fait in ordre:
            dossier.survient(fait, effectif_le=jour)
        echeances.append(echeance_du_silence(dossier))
    assert echeances[0] == echeances[1]
