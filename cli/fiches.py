"""What an aggregate, what it awaits and what was done are for people: words, days of Paris, euros."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from application import mots
from application.consultations.reglement import valeur
from application.gestes.recueil import titre_de
from application.libelles import SANS, Appellations
from application.libelles import attente as attente_dite
from application.teleservice.distant import suites_dites
from cli import examen
from cli.examen import jour
from cli.tableau import Grille
from kernel.instants import dernier_jour
from kernel.montants import en_euros
from kernel.textes import de

RIEN = "–"


def demarche(lue: dict[str, Any]) -> str:
    """Return how far a démarche of a téléservice was read, and why it stopped when it did."""
    finie = "jamais finie" if lue["finie_le"] is None else f"finie le {jour(lue['finie_le'])}"
    rejetes = mots.compte(lue["rejetes"], "dossier rejeté ou pris en partie", "dossiers rejetés ou pris en partie")
    suites = suites_dites(lue["decisions"], lue["messages"])
    suites = f" Non repris de là-bas : {suites}." if suites else ""
    arretee = f" Arrêtée : {lue['panne']}" if lue["panne"] else ""
    return f"démarche {lue['demarche']} : dernière passe {finie}, {rejetes}.{suites}{arretee}"


def echeance(attente: dict[str, Any]) -> str:
    """Return the last day, in Paris, of what is awaited."""
    lue: str | None = attente["echeance"]
    return "" if lue is None else f"{dernier_jour(datetime.fromisoformat(lue)):%d/%m/%Y}"


def euros(centimes: int | None) -> str:
    """Return an amount; a dash when nobody knows it, or when there is nothing."""
    return en_euros(centimes) if centimes else RIEN


def gestes(attente: dict[str, Any], *, au_plus: int | None = None) -> str:
    """Return what ends an attente: what people can do, the usual next step first; or where it is done, or the engine."""
    if attente["gestes"]:
        des = f" (dès le {jour(attente['pas_avant'])})" if attente["pas_avant"] else ""
        return ", ".join(titre_de(geste["geste"]) + des for geste in attente["gestes"][:au_plus])
    if ailleurs := attente["renvoie_a"]:
        return f"se fait ailleurs : {mots.mot(mots.ESPECES, ailleurs['agregat']).lower()}"
    return "sans intervention"


def attente_en_phrase(attente: dict[str, Any], libelles: Appellations) -> str:
    """Return what is awaited, from whom, until when, and the usual next step."""
    limite = echeance(attente)
    quoi = attente_dite(attente["code"], attente["objet"], libelles)
    qui = mots.mot(mots.ROLES, attente["de"])
    return (
        f"{quoi} – {qui}"
        + (f", jusqu’au {limite}" if limite else "")
        + (f" ({possibles})" if (possibles := gestes(attente, au_plus=1)) else "")
    )


def table_d_attentes(titre: str, attentes: Sequence[dict[str, Any]], libelles: Appellations) -> Grille:
    """Return the attentes of an aggregate."""
    colonnes = ["attendu", "de", "depuis", "jusqu’au", "retard (j)", "geste", "fondement"]
    lignes = [
        [
            attente_dite(a["code"], a["objet"], libelles),
            mots.mot(mots.ROLES, a["de"]),
            jour(a["depuis"]),
            echeance(a),
            str(a["retard_jours"] or ""),
            gestes(a),
            mots.fondement(a["fondement"]),
        ]
        for a in attentes
    ]
    return Grille(titre if attentes else f"{titre} : plus rien n’est attendu.", colonnes, lignes)


def etapes_d_un_delai(titre: str, document: dict[str, Any]) -> Grille:
    """Return how a délai is counted, step by step."""
    lignes = [[e["du"], e["au"], str(e["jours"]), e["motif"], e["source"]] for e in document["etapes"]]
    return Grille(titre, ["du", "au", "jours", "motif", "source"], lignes)


def recalcul(document: dict[str, Any]) -> Grille:
    """Return a calculation made again, step by step, and whether it is the one recorded."""
    colonnes = ["étape", "calcul", "résultat", "source"]
    lignes = [[e["libelle"], e["calcul"], en_euros(e["resultat_centimes"]), e["source"]] for e in document["etapes"]]
    return Grille(f"{document['ref']} : {mots.recalcul(document)}", colonnes, lignes)


def histoire(titre: str, lignes: Sequence[dict[str, Any]]) -> Grille:
    """Return the facts of an aggregate."""
    colonnes = ["n°", "vrai le", "enregistré le", "par", "au titre de", "fait"]
    return Grille(titre, colonnes, [_fait(ligne) for ligne in lignes])


def _fait(ligne: dict[str, Any]) -> list[str]:
    correction = f" (corrige le fait {ligne['corrige']})" if ligne["corrige"] else ""
    par_le_moteur = ligne["acteur"] == "SYSTEME"
    return [
        str(ligne["version"]),
        jour(ligne["effectif_le"]),
        jour(ligne["enregistre_le"]),
        "le moteur" if par_le_moteur else ligne["acteur"],
        "" if par_le_moteur else mots.ROLES.get(ligne["habilitation"] or "", ligne["habilitation"] or ""),
        ligne["phrase"] + correction,
    ]


def dossier(document: dict[str, Any], libelles: Appellations = SANS) -> str:
    """Return a dossier: what it is, its amounts, its dates, what it awaits."""
    issue = f" ({mots.mot(mots.ISSUES, document['issue'])})" if document["issue"] else ""
    return "\n".join(
        [
            f"{document['ref']} – {document['objet'] or 'objet inconnu'}",
            f"{document['beneficiaire']['denomination'] or 'Demandeur inconnu'} – "
            f"{mots.mot(mots.ETATS, document['etat'])}{issue}",
            *(mots.mot(mots.DRAPEAUX, drapeau) for drapeau in document["drapeaux"]),
            *([f"  {document['delais_non_opposables']}"] if document["delais_non_opposables"] else []),
            *examen.recours(document["recours_contentieux"]),
            *examen.motifs(document),
            *(f"Même demandeur, même objet : {autre}" for autre in document["meme_demande"]),
            *illisibles(document),
            "",
            *_champs((mots.mot(mots.MONTANTS, nom), euros(montant)) for nom, montant in document["montants"].items()),
            *_budget(document["budget"]),
            "",
            *_champs((mots.mot(mots.DATES, nom), jour(le)) for nom, le in document["dates"].items() if le),
            "",
            *_documents(document["documents"]),
            *_attendu(document["attentes"], libelles),
            *examen.silence(document["silence"]),
        ]
    )


def _documents(documents: Sequence[dict[str, Any]]) -> list[str]:
    dits = _champs(
        (
            f"{d['titre']} ({d['destinataire']}), {mots.ETATS_DES_DOCUMENTS[d['etat']]} le {jour(d['depuis'])}",
            d["edition"],
        )
        for d in documents
    )
    return ["Documents :", *dits, ""] if dits else []


def _budget(budget: dict[str, Any] | None) -> list[str]:
    return [
        ligne
        for titre, lignes in mots.budget(budget)
        for ligne in ("", f"{titre} :", *_champs((nom, euros(montant)) for nom, montant in lignes))
    ]


def illisibles(document: dict[str, Any]) -> list[str]:
    """Return what could not be read, and is not told or not written."""
    return [mots.illisible(lu) for lu in document["illisibles"]]


def _champs(champs: Any) -> list[str]:
    return [f"  {nom} : {valeur}" for nom, valeur in champs]


def _attendu(attentes: Sequence[dict[str, Any]], libelles: Appellations) -> list[str]:
    if not attentes:
        return ["Plus rien n’est attendu."]
    return ["Attendu :", *(f"  {attente_en_phrase(a, libelles)}" for a in attentes)]


def recu(
    ref: str,
    phrases: Sequence[str],
    attentes: Sequence[dict[str, Any]],
    *,
    deja_fait: bool,
    non_votes: Sequence[str] = (),
    libelles: Appellations = SANS,
) -> str:
    """Return what was done, what is awaited now, and the rapports that a sitting left without a vote."""
    debut = "déjà fait." if deja_fait else "rien de nouveau." if not phrases else ""
    dites = [f"{ref} : {debut}"] if debut else [f"{ref} : {phrases[0]}", *(f"  {phrase}" for phrase in phrases[1:])]
    restes = [
        f"Attention : le rapport {rapport} n’est pas voté. Ajournez-le (« deliberation voter », scrutin "
        "« ajournement: true ») : ses dossiers reviennent parmi les propositions visées, pour une autre séance."
        for rapport in non_votes
    ]
    return "\n".join([*dites, *_attendu(attentes, libelles), *restes])


def subvention(document: dict[str, Any]) -> str:
    """Return an award: what was decided, each échéance, where each stands."""
    convention = (
        "signée" if document["convention_signee"] else "à signer" if document["convention_exigee"] else "non exigée"
    )
    reprise = document["reprise"] and (
        f"  Reprise d’une décision prise ailleurs (ligne {document['reprise']['ligne']} du fichier "
        f"{document['reprise']['fichier'][:12]}), {'validée' if document['reprise']['validee'] else 'à valider'}"
    )
    echeances = [
        f"  Échéance {e['echeance']} ({mots.mot({}, e['nature']).lower()}) : {euros(e['montant_centimes'])}, "
        f"{mots.mot(mots.ETAPES_DE_PAIEMENT, e['etape']).lower()}"
        + (f", rejetée : {e['rejet'].replace('_', ' ')}" if e["rejet"] else "")
        for e in document["echeances"]
    ]
    return "\n".join(
        [
            f"{document['ref']} – dossier {document['dossier']}",
            *([mots.mot(mots.TERMES, document["terme"])] if document["terme"] else []),
            *_champs((mots.mot(mots.MONTANTS, nom), euros(montant)) for nom, montant in document["montants"].items()),
            *([reprise] if reprise else []),
            f"  Convention : {convention}",
            *(["Échéancier :", *echeances] if echeances else ["  Échéancier : pas encore fixé"]),
        ]
    )


def enveloppe(document: dict[str, Any]) -> str:
    """Return credits: voted, held, engaged, left."""
    noms = {
        "vote_centimes": "Votés",
        "reserve_centimes": "Réservés",
        "engage_centimes": "Engagés",
        "en_attente_centimes": "En attente de crédits",
        "disponible_centimes": "Disponibles",
    }
    budget = "" if document["budget_vote"] else " – budget pas encore voté"
    return "\n".join(
        [f"{document['ref']}{budget}", *_champs((nom, euros(document[champ])) for champ, nom in noms.items())]
    )


def deliberation(document: dict[str, Any]) -> Grille:
    """Return a rapport: one row per line, its result, its amount and its counts."""
    numero = f"n° {document['numero']}" if document["numero"] else "sans numéro"
    titre = f"{document['ref']} – {mots.mot(mots.ETAPES, document['etat'])}, {numero}"
    if document["executoire_le"]:
        titre += f", exécutoire le {jour(document['executoire_le'])}"
    colonnes = ["ligne", "dossier", "proposé", "résultat", "voté", "pour", "contre", "abstentions", "ne votent pas"]
    lignes = []
    for li in document["lignes"]:
        scrutin = li["scrutin"] or {}
        resultat = (
            f"Refusée : {mots.mot(mots.REFUS, li['refus']).lower()}"
            if li["refus"]
            else mots.mot(mots.RESULTATS, li["resultat"])
        )
        voix = [str(scrutin.get(nom, "")) for nom in ("pour", "contre", "abstentions", "nppv")]
        lignes.append(
            [
                str(li["ligne"]),
                li["dossier"],
                _propose(li),
                resultat,
                euros(li["vote_centimes"]),
                *voix,
            ]
        )
    return Grille(titre, colonnes, lignes)


def _propose(ligne: dict[str, Any]) -> str:
    """Return what a line proposes: a rejet and its cause, or an amount and the act that allows more than the règlement."""
    if ligne["nature"] == "rejet":
        return f"Rejet : {mots.mot(mots.CHOIX, ligne['cause']).lower()}"
    derogation = f" (dérogation : {ligne['derogation']})" if ligne["derogation"] else ""
    return f"{euros(ligne['propose_centimes'])}{derogation}"


def bordereau(document: dict[str, Any]) -> Grille:
    """Return a bordereau: its total, who signed it, its lines."""
    signe = f"signé par {document['signe_par']}" if document["signe_par"] else "à signer"
    titre = f"{document['ref']} – {euros(document['total_centimes'])}, {signe}"
    lignes = [
        [
            li["subvention"] + (" (reprise)" if li["reprise"] else ""),
            str(li["echeance"]),
            str(li["tentative"]),
            euros(li["montant_centimes"]),
        ]
        for li in document["lignes"]
    ]
    return Grille(titre, ["subvention", "échéance", "tentative", "montant"], lignes)


def campagne(document: dict[str, Any]) -> str:
    """Return a campagne: its dates, and each value of its règlement with its date and source."""
    ouverte = f"du {jour(document['ouvre_le'])} au {jour(document['ferme_le'])}" if document["ouvre_le"] else ""
    reglement = document["reglement"] or {}
    valeurs = [
        f"  {mots.mot(mots.REGLEMENT, nom)} : {valeur(nom, lu['valeur'])} "
        f"(depuis le {jour(lu['depuis'])} ; {lu['source']})"
        for nom, lu in reglement.items()
        if isinstance(lu, dict) and {"valeur", "depuis", "source"} <= lu.keys()
    ]
    fondement = mots.fondement(document["reglement_ref"] or "")
    return "\n".join(
        [
            f"{document['ref']} – {mots.mot(mots.ETATS_DE_CAMPAGNE, document['etat'])} {ouverte}".rstrip(),
            *([fondement[:1].upper() + fondement[1:], *valeurs] if fondement else ["Sans règlement."]),
            *(f"  Pièce : {piece['code'].replace('_', ' ')}" for piece in reglement.get("pieces") or ()),
            *(f"  Critère : {critere['libelle']}" for critere in reglement.get("criteres") or ()),
        ]
    )


def agent(document: dict[str, Any]) -> str:
    """Return an agent and what it may do."""
    roles = [mots.mot(mots.ROLES, role) for role in document["roles"]]
    supplee = [
        f"  {mots.mot(mots.ROLES, role)}, en l’absence {de(absent)}" for role, absent in document["supplee"].items()
    ]
    absences = [
        f"  absent du {jour(a['du'])} au {jour(a['au'])}, suppléé par {a['suppleant']}" for a in document["absences"]
    ]
    return "\n".join([f"{document['ref']} – {', '.join(roles) or 'aucun rôle'}", *supplee, *absences])


def tiers(document: dict[str, Any]) -> str:
    """Return a legal person, and whether it can be paid."""
    coordonnees = {
        None: "inconnues",
        "declarees": "déclarées, à valider par une autre personne",
        "validees": "validées",
    }
    champs = [("SIRET", document["siret"]), ("SIREN", document["siren"]), ("RNA", document["rna"])]
    comptes = [
        ("IBAN validé", document["iban_valide"]),
        (
            "IBAN à valider",
            document["iban_declare"] and f"{document['iban_declare']}, déclaré par {document['declare_par']}",
        ),
        ("Même compte que", ", ".join(document["aussi_de"])),
    ]
    return "\n".join(
        [
            f"{document['ref']} – {document['denomination']}",
            *_champs((nom, valeur) for nom, valeur in champs if valeur and valeur != document["ref"]),
            *(
                f"  Nature juridique : catégorie {n['categorie']}{mots.DROITS[n['droit_public']]}, "
                f"depuis le {jour(n['du'])} ({n['source']})"
                for n in document["natures"]
            ),
            f"  Coordonnées bancaires : {coordonnees[document['coordonnees']]}",
            *_champs((nom, valeur) for nom, valeur in comptes if valeur),
        ]
    )


def assemblee(document: dict[str, Any]) -> str:
    """Return an assembly and who sits in it, the last composition first."""
    compositions = [
        f"  Depuis le {jour(c['depuis'])} ({c['source']}) : {mots.compte(len(c['membres']), 'membre')}, "
        f"présidée par {c['president']} – {', '.join(c['membres'])}"
        for c in document["compositions"]
    ]
    return "\n".join([document["ref"], *compositions])


def seance(document: dict[str, Any]) -> str:
    """Return a sitting: its day, how far it went, who is there."""
    presences = [
        f"  {p['membre']} : {mots.mot(mots.STATUTS, p['statut'])}"
        + (f", pouvoir à {p['pouvoir_a']}" if p["pouvoir_a"] else "")
        for p in document["presences"]
    ]
    etape = mots.mot(mots.ETAPES, document["etat"])
    return "\n".join([f"{document['ref']} – {etape}, le {jour(document['jour'])}", *presences])
