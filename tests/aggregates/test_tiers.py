"""A tiers: its identity, and bank details two persons agree on."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from aggregates.registre import attentes
from aggregates.tiers import (
    CategorieInconnue,
    CoordonneesDeclarees,
    CoordonneesValidees,
    NatureDeclaree,
    RepresentantDeclare,
    Tiers,
    TiersEnregistre,
)
from dispositifs.identites import RnaInvalide, SirenInvalide, SiretInvalide
from kernel.agregat import plier
from kernel.identifiants import SYSTEME, ReferenceInconnue, identifiant
from kernel.refus import DejaFait, GesteImpossible, QuatreYeux, SaisieInvalide
from tests.aggregates.fabrique import DEUX, JOUR, UN, par, rien, topics, verbes, verifie_refus
from tests.aggregates.seance.fabrique import contexte

SIRET = "00000001800002"
PASSERELLES = TiersEnregistre(ref=SIRET, siret=SIRET, denomination="Les Passerelles (exemple)", rna=None, cle=None)


def coordonnees(rang: int) -> CoordonneesDeclarees:
    return CoordonneesDeclarees(
        coordonnees=UUID(int=rang), empreinte_iban=f"iban-{rang}", empreinte_titulaire="titulaire"
    )


def un_tiers(*, acteur: str = "finance-1") -> Tiers:
    tiers = par(Tiers(identifiant("tiers", SIRET)), acteur)
    tiers.enregistrer(PASSERELLES)
    tiers.collect_events()
    return tiers


def test_enregistrer() -> None:
    tiers = Tiers(identifiant("tiers", SIRET)).sous(contexte())
    tiers.enregistrer(PASSERELLES)
    tiers.enregistrer(PASSERELLES)
    assert tiers.nouveaux_faits == [PASSERELLES]
    assert (tiers.ref, tiers.siret) == (SIRET, SIRET)
    assert attentes(tiers) == ()


@pytest.mark.parametrize(
    ("champs", "refus"),
    [
        ({"siret": "00000001800003"}, SiretInvalide),
        ({"rna": "W12"}, RnaInvalide),
        ({"denomination": " "}, SaisieInvalide),
        ({"siret": None}, SaisieInvalide),
    ],
)
def test_une_identite_fausse_est_refusee(champs: dict[str, object], refus: type[Exception]) -> None:
    tiers = Tiers(identifiant("tiers", SIRET)).sous(contexte())
    with pytest.raises(refus):
        tiers.enregistrer(PASSERELLES.model_copy(update=champs))
    assert not tiers.nouveaux_faits


def test_une_autre_denomination_est_refusee_a_une_personne_et_sans_effet_pour_le_moteur() -> None:
    autre = PASSERELLES.model_copy(update={"denomination": "LES PASSERELLES"})
    tiers = un_tiers()
    with pytest.raises(DejaFait):
        tiers.enregistrer(autre)
    tiers.sous(contexte(SYSTEME)).enregistrer(autre)
    assert not tiers.nouveaux_faits
    assert tiers.denomination == "Les Passerelles (exemple)"


def test_une_demande_est_de_son_tiers_s_il_a_le_meme_nom_ou_qu_une_personne_l_a_dit() -> None:
    tiers = Tiers(identifiant("tiers", SIRET)).sous(contexte(SYSTEME))
    tiers.recevoir_demande(PASSERELLES, UN, meme=False)
    assert topics(tiers) == ["tiers.enregistre.v1", "tiers.demande_recue.v1"]
    par(tiers, SYSTEME).recevoir_demande(PASSERELLES, UN, meme=True)
    tiers.recevoir_demande(PASSERELLES, DEUX, meme=False)
    assert rien(tiers)
    tiers.recevoir_demande(PASSERELLES, DEUX, meme=True)
    assert (tiers.demandes, attentes(tiers)) == ([UN, DEUX], ())
    inconnu = Tiers(identifiant("tiers", SIRET)).sous(contexte(SYSTEME))
    with verifie_refus(inconnu, SaisieInvalide):
        inconnu.recevoir_demande(PASSERELLES.model_copy(update={"denomination": " "}), UN, meme=True)


def test_corriger_l_identite_nomme_le_fait_corrige_et_vaut_depuis_le_debut() -> None:
    tiers = un_tiers().sous(contexte(le=date(2026, 9, 1)))
    tiers.corriger_identite(denomination="Les Passerelles", rna="W123456789")
    tiers.corriger_identite(denomination="Les Passerelles", rna="W123456789")
    (correction,) = tiers.collect_events()
    assert correction.entete.corrige == 1
    assert plier(Tiers, tiers.id, tiers.inscriptions, au=date(2026, 7, 1)).denomination == "Les Passerelles"


def test_corriger_un_tiers_inconnu_est_refuse() -> None:
    with pytest.raises(ReferenceInconnue):
        Tiers(identifiant("tiers", SIRET)).sous(contexte()).corriger_identite(denomination="X", rna=None)


DU, SOURCE = date(2001, 5, 3), UUID(int=77)


def test_la_nature_declaree_est_portee_aux_dossiers_par_passes() -> None:
    tiers = un_tiers()
    tiers.declarer_nature("9220", DU, SOURCE)
    tiers.declarer_nature("9220", DU, SOURCE)
    assert (tiers.nouveaux_faits, attentes(tiers)) == ([NatureDeclaree(categorie="9220", du=DU, source=SOURCE)], ())
    par(tiers, SYSTEME)
    for dossier in (UN, DEUX):
        tiers.recevoir_demande(PASSERELLES, dossier, meme=True)
    tiers.declarer_nature("7210", DU, SOURCE)
    assert tiers.natures[DU].categorie == "7210", "said again of that day, it replaces"
    nature = tiers.version
    for portes in ([UN], [UN], [DEUX]):
        (attente,) = attentes(tiers)
        assert (attente.automatisme, attente.cle.objet) == ("porter_nature", str(nature))
        tiers.porter_nature(nature, portes)
    assert attentes(tiers) == ()
    assert topics(tiers)[-3:] == ["tiers.nature_declaree.v1", *["tiers.nature_portee.v1"] * 2]


@pytest.mark.parametrize("categorie", ["922", "92200", "0220", "922a", "A220", "92 0", ""])
def test_une_categorie_qui_n_est_pas_de_l_insee_est_refusee(categorie: str) -> None:
    tiers = un_tiers()
    with verifie_refus(tiers, CategorieInconnue):
        tiers.declarer_nature(categorie, DU, SOURCE)
    with verifie_refus(tiers, GesteImpossible):
        tiers.porter_nature(9, [UN])


def test_declarer_des_coordonnees() -> None:
    tiers = un_tiers()
    tiers.declarer_coordonnees(coordonnees(1))
    tiers.declarer_coordonnees(coordonnees(1))
    assert tiers.nouveaux_faits == [coordonnees(1)]
    assert tiers.coordonnees_valides is None
    (attente,) = attentes(tiers)
    assert verbes(attente)[0] == "valider-coordonnees"


def test_declarer_les_coordonnees_d_un_tiers_inconnu_est_refuse() -> None:
    with pytest.raises(ReferenceInconnue):
        Tiers(identifiant("tiers", SIRET)).sous(contexte()).declarer_coordonnees(coordonnees(1))


def test_une_autre_personne_valide_les_coordonnees() -> None:
    tiers = un_tiers()
    tiers.declarer_coordonnees(coordonnees(1))
    with pytest.raises(QuatreYeux) as refus:
        tiers.valider_coordonnees(lues=True)
    assert refus.value.code == "quatre_yeux"
    tiers.sous(contexte("finance-2")).valider_coordonnees(lues=True)
    tiers.valider_coordonnees(lues=True)
    assert tiers.nouveaux_faits[1:] == [CoordonneesValidees(coordonnees=UUID(int=1))]
    assert (tiers.coordonnees_valides, attentes(tiers)) == (UUID(int=1), ())
    with pytest.raises(DejaFait):
        tiers.sous(contexte("finance-3")).valider_coordonnees(lues=True)


def test_valider_sans_coordonnees_declarees_est_refuse() -> None:
    with pytest.raises(GesteImpossible):
        un_tiers().valider_coordonnees(lues=True)


def test_les_anciennes_coordonnees_servent_jusqu_a_la_validation_des_nouvelles() -> None:
    tiers = un_tiers()
    tiers.declarer_coordonnees(coordonnees(1))
    tiers.sous(contexte("finance-2")).valider_coordonnees(lues=True)
    tiers.declarer_coordonnees(coordonnees(2))
    assert tiers.coordonnees_valides == UUID(int=1)
    tiers.sous(contexte("finance-1")).valider_coordonnees(lues=True)
    assert tiers.coordonnees_valides == UUID(int=2)


def test_un_tiers_oublie_n_a_plus_de_coordonnees_et_n_en_attend_plus() -> None:
    tiers = un_tiers()
    par(tiers).declarer_coordonnees(coordonnees(1))
    par(tiers, "finance-2").valider_coordonnees(lues=True)
    par(tiers).declarer_coordonnees(coordonnees(2))
    par(tiers, "admin-1").oublier(UN)
    assert topics(tiers) == ["tiers.oubli_decide.v1"]
    assert tiers.coordonnees_valides == UUID(int=1)
    assert [a.cle.code for a in attentes(tiers)] == ["coordonnees", "oubli"]
    par(tiers, SYSTEME).constater_cle_detruite()
    assert topics(tiers) == ["tiers.cle_detruite.v1"]
    assert attentes(tiers) == ()
    assert (tiers.coordonnees_valides is None, tiers.identite) == (True, PASSERELLES)
    par(tiers, "admin-1").oublier(UN)
    assert rien(tiers)
    with verifie_refus(tiers, DejaFait):
        tiers.oublier(DEUX)
    with verifie_refus(tiers, GesteImpossible):
        tiers.valider_coordonnees(lues=True)


def test_un_tiers_inconnu_ne_s_oublie_pas() -> None:
    tiers = Tiers(identifiant("tiers", SIRET)).sous(contexte("admin-1"))
    with verifie_refus(tiers, ReferenceInconnue):
        tiers.oublier(UN)
    connu = un_tiers()
    with verifie_refus(connu, GesteImpossible):
        connu.constater_cle_detruite()


def test_un_pouvoir_a_ses_jours_et_se_redit_sans_rien_ecrire() -> None:
    tiers = par(Tiers(UN))
    tiers.enregistrer(
        TiersEnregistre(ref="000000018", siret=None, siren="000000018", denomination="X", rna=None, cle=None)
    )
    assert tiers.ref == "000000018"
    pouvoir = RepresentantDeclare(nom=UN, qualite="delegataire", du=JOUR, jusqu_au=JOUR + timedelta(days=9), acte=DEUX)
    par(tiers).declarer_representant(pouvoir)
    assert topics(tiers) == ["tiers.representant_declare.v1"]
    assert [len(tiers.representants_le(JOUR + timedelta(days=n))) for n in (-1, 0, 9, 10)] == [0, 1, 1, 0]
    par(tiers).declarer_representant(pouvoir)
    assert rien(tiers)
    with verifie_refus(tiers, SaisieInvalide):
        tiers.declarer_representant(pouvoir.model_copy(update={"jusqu_au": JOUR - timedelta(days=1)}))


def test_un_siren_faux_est_refuse() -> None:
    tiers = par(Tiers(UN))
    with verifie_refus(tiers, SirenInvalide):
        tiers.enregistrer(
            TiersEnregistre(ref="000000019", siret=None, siren="000000019", denomination="X", rna=None, cle=None)
        )
