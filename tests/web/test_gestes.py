"""Gestes on the site: nothing lost, nothing twice, nothing that a form was not meant to say."""

import json
import re
from collections.abc import Iterator
from html import unescape
from uuid import uuid4

import pytest
from httpx import Response

from application.commandes import FichierRecu
from application.declaration import Geste
from application.gestes.recueil import par_nom, tous
from application.store import FluxDispute
from bench.identites import siret
from kernel.identifiants import identifiant
from kernel.refus import Empechement, SaisieInvalide
from tests.moteur import EXEMPLES, PIECES, deposer, faire
from tests.web.fabrique import MALVEILLANT, Site, ouvrir_site
from tests.web.formulaires import Formulaire, Personne, envoyer, lire_la_page
from web.formulaire.champs import champs_de
from web.formulaire.saisie import FormulaireRempli, Lue, fautes
from web.gestes import RESERVES


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A store of its own: these tests write."""
    with ouvrir_site(tmp_path_factory.mktemp("gestes")) as site:
        yield site


@pytest.fixture
def ines(site: Site) -> Personne:
    return Personne(site.client_de("ines"), en_navigateur=True)


@pytest.fixture
def dossier(site: Site) -> str:
    """A request just filed, whole."""
    return deposer(site.services, pieces=PIECES, le=None, lot=None).ref


def position(site: Site) -> int:
    return site.services.store.derniere_position()


def faits(site: Site, ref: str) -> list[str]:
    inscriptions = site.services.store.inscriptions(identifiant("dossier", ref))
    return [i.fait.topic.split(".")[1] for i in inscriptions if i.entete.acteur != "SYSTEME"]


def retrait(ines: Personne, ref: str, motif: str = "le porteur renonce") -> Formulaire:
    """Return the withdrawal of a request, filled."""
    formulaire, _ = ines.remplir(f"/dossiers/{ref}/gestes/retirer", {"motif": motif})
    return formulaire


def page(reponse: Response) -> str:
    return unescape(reponse.text).replace("\u00a0", " ")


def test_le_formulaire_dit_de_quel_dossier_il_s_agit(ines: Personne, dossier: str) -> None:
    for suite in ("proposer", "retirer"):
        lu = page(ines.client.get(f"/dossiers/{dossier}/gestes/{suite}"))
        assert "Les Passerelles (exemple) · 12 000,00 € demandés" in lu.replace("\u202f", " ")
    assert '<p class="situation">' not in page(ines.client.get("/dossiers/gestes/deposer"))


def test_declarer_complet_se_fait_en_un_clic_se_lit_et_se_defait(site: Site, ines: Personne, dossier: str) -> None:
    lue = ines.client.get(f"/dossiers/{dossier}").text
    (clic,) = re.findall(r'<form method="post" action="([^"]+/declarer-complet)">(.*?)</form>', lue, re.S)
    champs = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', clic[1]))
    fait = ines.client.post(clic[0], data=champs)
    assert fait.status_code == 303
    assert fait.headers["location"] == f"/dossiers/{dossier}?recu={champs['commande_id']}"
    suite = ines.client.get(fait.headers["location"])
    assert "Dossier déclaré complet sous le règlement" in page(suite)
    assert "Attendu maintenant : " in page(suite)
    assert 'id="recu"' not in site.client_de("rene").get(fait.headers["location"]).text, "a receipt is its sender’s"
    defaire, dedans = re.findall(
        r'<form method="post" action="([^"]+/annuler-completude)">(.*?)</form>', suite.text, re.S
    )[0]
    assert "Défaire ce geste" in dedans
    assert (
        ines.client.post(defaire, data=dict(re.findall(r'name="([^"]+)" value="([^"]*)"', dedans))).status_code == 303
    )
    assert faits(site, dossier)[-2:] == ["declare_complet", "completude_annulee"]


def test_ce_qui_ne_se_defait_pas_se_verifie_avant(site: Site, ines: Personne, dossier: str) -> None:
    avant, formulaire = position(site), retrait(ines, dossier, "le porteur renonce 👍 مرحبا")
    verifie = envoyer(ines.client, formulaire)
    assert (verifie.status_code, position(site)) == (200, avant)
    assert "Vérifiez" in verifie.text
    assert "le porteur renonce 👍 مرحبا" in verifie.text
    assert "La demande sera close." in page(verifie)
    revu = lire_la_page(envoyer(ines.client, lire_la_page(verifie), bouton=("_modifier", "1")))
    assert revu.valeurs["motif"] == ["le porteur renonce 👍 مرحبا"]
    fait = envoyer(ines.client, lire_la_page(envoyer(ines.client, revu)))
    assert fait.status_code == 303
    assert "le porteur renonce 👍 مرحبا" in page(ines.client.get(fait.headers["location"]))


def test_un_double_clic_et_le_retour_en_arriere_n_enregistrent_qu_une_fois(
    site: Site, ines: Personne, dossier: str
) -> None:
    formulaire = retrait(ines, dossier)
    formulaire.valeurs["confirme"] = ["1"]
    premiere, seconde = (envoyer(ines.client, formulaire) for _ in range(2))
    assert premiere.status_code == seconde.status_code == 303
    assert premiere.headers["location"] == seconde.headers["location"]
    formulaire.remplir("motif", "un autre motif, tapé après le retour en arrière")
    autre = envoyer(ines.client, formulaire)
    assert autre.status_code in {409, 422}
    assert lire_la_page(autre).valeurs["motif"] == ["un autre motif, tapé après le retour en arrière"]
    assert lire_la_page(autre).valeurs["commande_id"] != formulaire.valeurs["commande_id"]
    assert faits(site, dossier).count("retire") == 1


def test_ce_qu_un_autre_a_fait_entre_temps_est_dit_et_la_saisie_est_gardee(
    site: Site, ines: Personne, dossier: str
) -> None:
    formulaire = retrait(ines, dossier)
    faire(site.services, "dossier declarer-complet", "ines", dossier=dossier)
    formulaire.valeurs["confirme"] = ["1"]
    conflit = envoyer(ines.client, formulaire)
    assert conflit.status_code == 409
    assert "Dossier déclaré complet" in page(conflit)
    assert "le porteur renonce" in page(conflit)
    assert "retire" not in faits(site, dossier)
    assert envoyer(ines.client, lire_la_page(conflit)).status_code == 303
    assert "retire" in faits(site, dossier)


@pytest.mark.parametrize(
    ("champ", "valeur", "statut"),
    [
        ("version", "9999", 409),
        ("version", "-1", 409),
        ("version", "", 422),
        ("version", "deux", 422),
        ("version", "9" * 400, 409),
        ("commande_id", "", 422),
        ("commande_id", "pas-un-uuid", 422),
        ("le", "demain", 422),
        ("le", "31/12/2099", 422),
        ("le", "01/01/2020", 422),
    ],
)
def test_des_champs_caches_touches_n_enregistrent_rien(
    site: Site, ines: Personne, dossier: str, champ: str, valeur: str, statut: int
) -> None:
    formulaire = retrait(ines, dossier)
    formulaire.valeurs |= {"confirme": ["1"], champ: [valeur]}
    avant = position(site)
    reponse = envoyer(ines.client, formulaire)
    assert (reponse.status_code, position(site)) == (statut, avant), page(reponse)[:3000]
    assert lire_la_page(reponse).valeurs["motif"] == ["le porteur renonce"]


@pytest.mark.parametrize(
    "vers", ["/file\r\nSet-Cookie: volee=1", "//ailleurs.invalid", "https://ailleurs.invalid", "/\\x"]
)
def test_un_retour_forge_ramene_a_la_page_du_geste(site: Site, ines: Personne, dossier: str, vers: str) -> None:
    montre = ines.client.get(f"/dossiers/{dossier}/gestes/retirer", params={"vers": vers})
    assert "vers" not in lire_la_page(montre).valeurs
    formulaire = retrait(ines, dossier)
    formulaire.valeurs |= {"confirme": ["1"], "vers": [vers]}
    fait = envoyer(ines.client, formulaire)
    assert fait.headers["location"].startswith(f"/dossiers/{dossier}?recu=")
    assert "set-cookie" not in fait.headers


def test_un_disque_plein_se_dit_et_le_meme_envoi_reussit_ensuite(site: Site, ines: Personne, dossier: str) -> None:
    def plein(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    avant, formulaire = position(site), retrait(ines, dossier)
    formulaire.valeurs["confirme"] = ["1"]
    with pytest.MonkeyPatch.context() as panne:
        panne.setattr(type(site.services.store.enregistreur), "insert_events", plein)
        assert envoyer(ines.client, formulaire).status_code == 503
    assert position(site) == avant
    assert envoyer(ines.client, formulaire).status_code == 303
    assert faits(site, dossier).count("retire") == 1


def test_le_formulaire_d_un_autre_role_est_refuse_avec_sa_raison(site: Site, ines: Personne, dossier: str) -> None:
    rene, avant = site.client_de("rene"), position(site)
    refus = rene.get(f"/dossiers/{dossier}/gestes/retirer")
    assert refus.status_code == 403
    assert "exige le rôle" in page(refus)
    formulaire = retrait(ines, dossier)
    formulaire.valeurs["confirme"] = ["1"]
    assert envoyer(rene, formulaire).status_code == 403
    assert position(site) == avant
    assert "gestes/declarer-complet" not in rene.get(f"/dossiers/{dossier}").text, "neither offered nor said"


@pytest.mark.parametrize(
    "adresse",
    [
        "/dossiers/{}/gestes/inconnu",
        "/inconnus/{}/gestes/retirer",
        "/dossiers/{}/gestes/deposer",
        "/dossiers/gestes/retirer",
        "/subventions/{}/gestes/ouvrir",
        "/dossiers/NQE-2026-AAAAA/gestes/retirer",
    ],
)
def test_une_adresse_devinee_n_est_pas_une_page(ines: Personne, dossier: str, adresse: str) -> None:
    assert ines.client.get(adresse.format(dossier)).status_code == 404


def test_une_faute_est_dite_a_son_champ_et_tout_ce_qui_est_tape_reste(site: Site, ines: Personne) -> None:
    donnees = {
        "campagne": "NQE-2026",
        "tiers": {"siret": "000 000 018 00003", "denomination": "Les Passerelles (exemple)"},
        "objet": MALVEILLANT,
        "budget": {"charges": [{"poste": "60"}, {"poste": "61", "montant_centimes": 100}]},
    }
    formulaire, _ = ines.remplir("/dossiers/gestes/deposer", donnees)
    formulaire.remplir("montant_demande_centimes", "mille")
    avant, reponse = position(site), envoyer(ines.client, formulaire)
    assert (reponse.status_code, position(site)) == (422, avant)
    assert "<title>Erreur : Déposer un dossier" in unescape(reponse.text)
    assert MALVEILLANT not in reponse.text, "what was typed comes out as text"
    garde = lire_la_page(reponse)
    for nom in ("tiers.siret", "objet", "montant_demande_centimes", "budget.charges.1.montant_centimes"):
        assert garde.valeurs[nom] == formulaire.valeurs[nom]
    fautes = dict(re.findall(r'<li><a href="#([^"]+)">([^<]+)</a></li>', page(reponse)))
    assert fautes["montant_demande_centimes"].startswith("Montant demandé : « mille » n’est pas un montant lisible")
    assert fautes["budget-charges-0-montant_centimes"] == "Montant : à remplir."
    assert all(f'id="{ou}"' in reponse.text for ou in fautes), "each leads to its field"
    garde.remplir("montant_demande_centimes", "")
    garde.remplir("budget.charges.0.montant_centimes", "10,00")
    garde.remplir("budget.produits.0.financeur", "Région")
    garde.remplir("budget.produits.0.montant_centimes", "11,00")
    verifie = envoyer(ines.client, garde)
    assert verifie.status_code == 200, page(verifie)
    assert "Budget, charges, 2, montant" in page(verifie)
    motif = "Numéro du demandeur qui n’en est pas un (siret)"
    assert motif in page(verifie), "said before it is recorded"
    enregistre = envoyer(ines.client, lire_la_page(verifie))
    assert (enregistre.status_code, motif in page(ines.client.get(enregistre.headers["location"]))) == (303, True)


def test_une_ligne_s_ajoute_et_se_retire_sans_rien_perdre_ni_enregistrer(site: Site, ines: Personne) -> None:
    donnees = {"campagne": "NQE-2026", "objet": "Été", "budget": {"charges": [{"poste": "60"}, {"poste": "61"}]}}
    avant, (formulaire, _) = position(site), ines.remplir("/dossiers/gestes/deposer", donnees)
    reste = lire_la_page(envoyer(ines.client, formulaire, bouton=("_retirer", "budget.charges.0")))
    assert "budget.charges.0.poste" not in reste.noms
    assert (reste.valeurs["budget.charges.1.poste"], reste.valeurs["objet"]) == (["61"], ["Été"])
    assert position(site) == avant


def test_un_quartier_se_trouve_par_son_nom(site: Site, ines: Personne) -> None:
    lu = json.loads((EXEMPLES / "depots" / "01.json").read_text(encoding="utf-8"))
    document = lu | {"pieces": [], "criteres": {}}
    document["tiers"]["siret"] = siret(990_001)
    document["territoire"]["qpv"] = [f"{site.services.qpv['QN05981M'].upper()} (QN05981M)"]
    reponse = ines.faire("/dossiers/gestes/deposer", document)
    assert reponse.status_code == 303, page(reponse)
    assert "QN05981M" in ines.client.get(reponse.headers["location"]).text


@pytest.mark.parametrize(
    ("corps", "statut"),
    [
        ({f"champ{n}": "x" for n in range(10_000)}, 422),
        ({"motif": "x" * 10_000_000}, 413),
        ({"motif": "x" * 20_000}, 422),
        ({"motif": "a\x00b"}, 422),
        ({"motif": "   "}, 422),
        ({"_ajouter": "inconnu.9999.autre"}, 422),
        ({"_retirer": "motif.0.0"}, 200),
    ],
    ids=["10000-champs", "10-Mo", "20000-signes", "nul", "blancs", "ligne-inconnue", "retrait-inconnu"],
)
def test_ce_qu_aucun_formulaire_n_envoie_ne_casse_rien(
    site: Site, ines: Personne, dossier: str, corps: dict[str, str], statut: int
) -> None:
    formulaire, avant = retrait(ines, dossier), position(site)
    caches = {nom: formulaire.valeurs[nom][0] for nom in ("version", "commande_id", "jeton")}
    reponse = ines.client.post(formulaire.action, data={**caches, "confirme": "1", **corps})
    assert (reponse.status_code, position(site)) == (statut, avant), page(reponse)[:2000]


def test_une_piece_vide_trop_lourde_ou_sans_fichier_est_refusee_a_son_champ(
    site: Site, ines: Personne, dossier: str
) -> None:
    adresse, trop = f"/dossiers/{dossier}/gestes/recevoir-piece", site.services.taille_max_fichier + 1
    for contenu in (b"", b" \n", b"x" * trop):
        piece = FichierRecu("../../Jeanne.pdf", contenu)
        avant, reponse = position(site), ines.faire(adresse, {"code": "rib", "fichier": piece})
        assert (reponse.status_code, position(site)) == (422, avant)
        assert '<a href="#fichier">' in reponse.text
        assert "Jeanne.pdf" in page(reponse)
        assert lire_la_page(reponse).valeurs["code"] == ["rib"]
    sans = ines.faire(adresse, {"code": "rib"})
    assert sans.status_code == 422
    assert "Fichier : à remplir." in page(sans)


def test_lire_un_formulaire_n_ecrit_rien_pas_meme_un_refus(site: Site, dossier: str) -> None:
    avant = position(site), site.services.store.enregistreur.compter_refus()
    for login, role in (
        ("ines", "instructeur"),
        ("rene", "responsable"),
        ("aline", "assemblees"),
        ("admin", "administrateur"),
    ):
        client = site.client_de(login)
        for geste in tous():
            if geste.cible.classe.nom == "dossier" and geste.champ is not None and role in geste.roles:
                assert client.get(f"/dossiers/{dossier}/gestes/{geste.nom}").status_code == 200
        assert client.get(f"/dossiers/{dossier}?recu={uuid4()}").status_code == 200
        assert client.get(f"/dossiers/{dossier}?recu=<script>").status_code == 200
    assert (position(site), site.services.store.enregistreur.compter_refus()) == avant


def test_un_geste_hors_de_son_moment_dit_pourquoi_et_ce_qui_est_attendu(site: Site, dossier: str) -> None:
    rene = site.client_de("rene")
    lue = page(rene.get(f"/dossiers/{dossier}/gestes/viser"))
    assert re.search("« viser » est impossible : le dossier .* à l’état « déposé ».*Ce qui est attendu", lue)
    assert "dossier declarer-complet" not in lue, "gestes by their titles"
    assert "Viser" in page(rene.get(f"/dossiers/{dossier}")).split("Pas maintenant")[1]


def test_aucun_champ_d_un_geste_n_a_le_nom_d_un_champ_cache() -> None:
    assert {c.nom for geste in tous() for c in champs_de(geste)} & RESERVES == set()


def test_un_texte_malveillant_sort_en_texte_partout(site: Site, ines: Personne, dossier: str) -> None:
    recu = ines.faire(f"/dossiers/{dossier}/gestes/retirer", {"motif": MALVEILLANT})
    assert recu.status_code == 303
    suite = ines.client.get(recu.headers["location"])
    assert MALVEILLANT not in suite.text
    assert MALVEILLANT in page(suite)
    assert re.fullmatch(r"/dossiers/[A-Z0-9-]+\?recu=[0-9a-f-]{36}", recu.headers["location"]), (
        "no text of people in an address"
    )


@pytest.mark.parametrize(
    "panne", [FluxDispute("12 conflicts in a row"), Empechement("Le disque est plein : rien n’est écrit.")]
)
def test_ce_qu_aucune_regle_ne_refuse_se_renvoie_tel_quel(
    site: Site, ines: Personne, dossier: str, monkeypatch: pytest.MonkeyPatch, panne: Exception
) -> None:
    formulaire = retrait(ines, dossier)
    formulaire.valeurs["confirme"] = ["1"]

    def empeche(*_: object) -> None:
        raise panne

    with monkeypatch.context() as en_panne:
        en_panne.setattr(Geste, "recevoir", empeche)
        reponse = envoyer(ines.client, formulaire)
    assert reponse.status_code == 503
    assert "n’est é" in page(reponse) or "rien n’est enregistré" in page(reponse)
    encore = lire_la_page(reponse)
    assert encore.valeurs["commande_id"] == formulaire.valeurs["commande_id"]
    assert envoyer(ines.client, lire_la_page(envoyer(ines.client, encore))).status_code == 303


def test_une_liste_vide_n_offre_pas_un_geste_que_personne_ne_pourrait_remplir(ines: Personne, dossier: str) -> None:
    lue = page(ines.client.get(f"/dossiers/{dossier}"))
    assert "Rendre l’avis : Rien à choisir : partenaire." in re.sub("<[^>]+>", "", lue)


@pytest.mark.parametrize(
    ("message", "dit"),
    [
        (
            "elu-01 n’est pas présent : dites qui préside (--preside-par).",
            "dites qui préside (« Président de séance »).",
        ),
        ("Saisi après coup, il porte sa date (--le).", "il porte sa date."),
        ("« defaut » manque : pour, contre ou abstention", "« Voix de tous » manque"),
        ("donnez --section, ou ouvrez", "donnez « Section », ou"),
    ],
)
def test_un_refus_appelle_un_champ_par_son_titre(message: str, dit: str) -> None:
    noms = ("seance ouvrir", "deliberation voter", "deliberation preparer")
    champs = [champ for nom in noms for champ in champs_de(par_nom(*nom.split()))]
    assert dit in fautes(SaisieInvalide(message), Lue(), FormulaireRempli(), champs)[""]
    en_detail = SaisieInvalide("…", erreurs=[{"champ": "inconnu", "message": message}])
    assert dit in fautes(en_detail, Lue(), FormulaireRempli(), champs)[""]


def test_ce_qui_est_attendu_est_choisi_d_avance(site: Site) -> None:
    client = site.client_de("ines")
    lue = client.get(f"/dossiers/{site.refs['avis']}/gestes/rendre-avis")
    assert lire_la_page(lue).valeurs["aupres_de"] == ["ville"]
    piece = lire_la_page(client.get(f"/dossiers/{site.refs['pieces']}/gestes/recevoir-piece"))
    assert piece.valeurs["code"] == ["attestation_cer"], "the first of those asked for"
    assert piece.offres["code"][0] == "statuts", "the others may be chosen"
