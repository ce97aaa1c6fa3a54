"""Codes in French words, for people. The one place of the screens' vocabulary; codes stay ASCII everywhere else."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from dispositifs.catalogue import trouver_dispositif
from kernel.attentes import Public
from kernel.textes import de, sans_accents

NBSP: Final = "\u00a0"

ETATS: Final = {
    "brouillon": "Brouillon",
    "depose": "Déposé",
    "enregistre": "Enregistré",
    "recu": "À vérifier",
    "incomplet": "Pièces attendues",
    "complet": "Complet",
    "en_instruction": "En instruction",
    "propose": "Proposé",
    "inscrit": "Inscrit à l’ordre du jour",
    "decide": "Décidé",
    "clos": "Clos",
}
"""États of a dossier, in the order of its life."""

PARCOURS: Final = {
    "depose": "Déposés",
    "complet": "Complets",
    "instruit": "Instruits",
    "propose": "Proposés",
    "vote": "Votés",
    "engage": "Engagés",
    "paye": "Payés",
}
"""Steps of dossiers, from the dépôt to the payment."""

ETAPES: Final = {
    **ETATS,
    "a_prevoir": "Séance à prévoir",
    "prevue": "Séance prévue",
    "convoquee": "Séance convoquée",
    "sans_quorum": "Séance sans quorum",
    "ouverte": "Ouverte",
    "suspendue": "Séance suspendue",
    "levee": "Séance levée",
    "a_preparer": "À préparer",
    "preparee": "Rapport préparé",
    "votee": "Rapport voté",
    "numerotee": "Délibération numérotée",
    "transmise": "Transmise au préfet",
    "executoire": "Exécutoire",
    "portee": "Décisions portées",
}

ETATS_DE_CAMPAGNE: Final = {"preparee": "Préparée", "ouverte": "Ouverte", "close": "Close"}

NATURES_DE_CAMPAGNE: Final = {"appel": "Appel", "reprise": "Reprise"}

TERMES: Final = {"soldee": "Soldée", "renoncee": "Close par la renonciation du bénéficiaire"}
"""How a subvention ended."""

ISSUES: Final = {
    "attribue": "aide attribuée",
    "rejete": "demande rejetée",
    "retire": "demande retirée par le porteur",
    "transmis": "transmise à l’autorité compétente",
}

ESPECES: Final = {
    "agent": "Agent",
    "campagne": "Campagne",
    "dossier": "Dossier",
    "tiers": "Tiers",
    "enveloppe": "Enveloppe",
    "assemblee": "Assemblée",
    "chrono": "Série de numéros",
    "horloge": "Horloge",
    "seance": "Séance",
    "deliberation": "Délibération",
    "subvention": "Subvention",
    "bordereau": "Bordereau",
}

ESPECES_AU_PLURIEL: Final = {
    **{espece: f"{mot}s" for espece, mot in ESPECES.items()},
    "tiers": "Tiers",
    "bordereau": "Bordereaux",
    "chrono": "Séries de numéros",
}

ROLES: Final = {
    "instructeur": "Instructeur",
    "responsable": "Responsable",
    "assemblees": "Service des assemblées",
    "finance": "Service financier",
    "ordonnateur": "Ordonnateur",
    "auditeur": "Auditeur",
    "administrateur": "Administrateur",
    "partenaire": "Partenaire consulté",
    "porteur": "Porteur du projet",
    "SYSTEME": "Le moteur",
}

REGLEMENT: Final = {
    "mode_calcul": "Mode de calcul",
    "taux_max_points_base": "Taux maximal",
    "forfait_centimes": "Forfait",
    "bareme": "Barème",
    "plafond_centimes": "Plafond",
    "plancher_centimes": "Plancher",
    "arrondi_centimes": "Arrondi",
    "visas": "Visas",
    "taux_max_cumul_aides_publiques_points_base": "Cumul maximal des aides publiques",
    "depenses_exclues": "Dépenses exclues",
    "depenses_refusees": "Dépenses refusées",
    "demandeurs": "Qui peut demander",
    "delai_pieces": "Délai pour produire les pièces",
    "delai_avis": "Délai pour rendre un avis",
    "versements": "Versements",
    "communication": "Communication",
    "convention_seuil_centimes": "Convention exigée au-delà de",
    "principes": "Principes",
    "periode": "Période",
    "territoires": "Territoires",
    "date_du_territoire": "Date où le territoire est jugé",
    "commencement_apres": "Commencement, au plus tôt après",
}
"""Values of a règlement."""

REFUS: Final = {"geste_impossible": "Son état ne le permet pas"}
_CODE: Final = re.compile("[a-z]+(_[a-z]+)+")

RESULTATS: Final = {"adoptee": "Adoptée", "rejetee": "Rejetée", "ajournee": "Ajournée"}

ETAPES_DE_PAIEMENT: Final = {
    "a_liquider": "À liquider",
    "liquidee": "Liquidée",
    "mandatee": "Mandatée",
    "signee": "Bordereau signé",
    "payee": "Payée",
}

CANAUX: Final = {
    "papier": "Courrier papier",
    "courriel": "Courriel",
    "guichet": "Guichet",
    "teleservice": "Téléservice",
}
"""How a request came."""

CHOIX: Final = {
    **CANAUX,
    "acompte": "Acompte",
    "appel": "Appel",
    "appel_nominal": "Appel nominal",
    "attribution": "Attribution",
    "avance": "Avance",
    "bareme": "Barème",
    "decide": "Décidé",
    "decision": "Décision",
    "demande": "Demandé",
    "leve": "Levé",
    "defavorable": "Défavorable",
    "depot": "Le dépôt",
    "en_partie": "Satisfait en partie",
    "irrecevabilite": "Irrecevabilité",
    "main_levee": "À main levée",
    "opportunite": "Opportunité",
    "present": "Présent",
    "qpv": "Quartier prioritaire (QPV)",
    "rejet": "Rejet",
    "realisation": "La réalisation",
    "represente": "Représenté",
    "representant_legal": "Représentant légal",
    "delegataire": "Délégataire",
    "rejete": "Rejeté",
    "rejet_implicite": "Rejet implicite",
    "retenu": "Retenu contre la demande",
    "reserve": "Réservé",
    "sans_suite": "Classement sans suite",
    "solde": "Solde",
    "unique": "Versement unique",
    "veille": "Quartier de veille",
    "vote": "Le vote",
}
"""Choices of forms whose code is not their word."""

SENS: Final = {
    "defavorable": CHOIX["defavorable"],
    "reserve": CHOIX["reserve"],
    "repute_rendu": "Réputé rendu, sans réponse",
}
"""What an avis says."""

NATURES_DE_RECOURS: Final = {"gracieux": "Recours gracieux", "contentieux": "Recours contentieux"}
AUTEURS_DE_RECOURS: Final = {"demandeur": "le demandeur", "tiers": "un tiers"}
ATTAQUES: Final = {"rejet_implicite": "le rejet implicite", "decision": "la décision"}
ISSUES_DE_RECOURS: Final = {
    "en_cours": "En cours",
    "accueilli": "Accueilli",
    "rejete": "Rejeté",
    "irrecevable": "Irrecevable",
    "rejete_par_silence": "Rejeté par le silence",
    "retire": "Retiré par son auteur",
    "sans_objet": "Sans objet : une aide remplace le rejet implicite",
}
"""What recours are, and how they end."""

STATUTS: Final = {"present": "présent", "represente": "représenté", "absent": "absent"}

VOIX: Final = {"pour": "Pour", "contre": "Contre", "abstention": "Abstention", "nppv": "Ne prend pas part au vote"}

DROITS: Final = {True: ", personne morale de droit public", False: ", de droit privé", None: ""}
"""What the category of a tiers says of its law."""

PUBLICS: Final = {Public.TOUS: "tous", Public.DROIT_PRIVE: "droit privé"}

NATURES: Final = {"loi": "délai légal", "reglement": "délai du règlement", "usage": "usage"}

ETATS_DES_DOCUMENTS: Final = {
    "a_remettre": "à remettre",
    "a_envoyer": "envoi en cours",
    "envoye": "envoyé, réception présumée",
    "remis": "remis en main propre",
    "refuse": "adresse refusée",
}
"""What became of a document of the institution."""

DRAPEAUX: Final = {
    "delais_non_opposables": "Délais de recours non opposables au demandeur",
    "rejet_implicite_ne": "Rejet implicite né du silence ; il n’arrête pas l’instruction",
    "rejet_implicite_remplace": "La décision de l’assemblée a remplacé le rejet implicite",
    "recours_en_cours": "Recours en cours",
    "rejet_propose": "Rejet proposé ; l’assemblée en décide",
    "eligibilite_a_reexaminer": "Un doute est né depuis le dernier examen de l’éligibilité : à examiner de nouveau",
    "financement_change": "Le plan de financement a changé depuis la proposition : elle se renvoie",
    "postes_doubles": "Deux financeurs paient la même dépense",
    "derogation": "Dérogation : le montant proposé dépasse le calcul du règlement, par un acte cité",
    "controle_en_cours": "Contrôle en cours",
    "donnees_masquees": "Données personnelles masquées, gardées sous scellés",
    "demarrage_autorise": "Démarrage anticipé autorisé ; il ne vaut pas promesse de subvention",
    "repris": "Repris d’un fichier : commencé hors de ce service",
}

MONTANTS: Final = {
    "demande_centimes": "Demandé",
    "base_eligible_centimes": "Base éligible",
    "propose_centimes": "Proposé",
    "vote_centimes": "Voté",
    "engage_centimes": "Engagé",
    "liquide_centimes": "Liquidé",
    "mandate_centimes": "Mandaté",
    "paye_centimes": "Payé",
    "reverse_centimes": "Reversé",
}

DATES: Final = {
    "envoye_le": "Envoyé par le demandeur",
    "depose_le": "Reçu par le service",
    "enregistre_le": "Enregistrement",
    "recu_le": "Accusé de réception",
    "complet_le": "Déclaré complet",
    "decide_le": "Décidé",
    "rejet_notifie_le": "Rejet notifié",
    "recours_jusqu_au": "Recours devant le juge, jusqu’au",
}

CHAMPS: Final = {
    "ref": "Numéro",
    "version": "Nombre de faits connus",
    "campagne": "Campagne",
    "tiers": "Tiers rattaché",
    "beneficiaire.denomination": "Demandeur",
    "beneficiaire.siret": "SIRET",
    "objet": "Objet",
    "theme": "Thème",
    "canal": "Voie du dépôt",
    "charge": "Agent chargé",
    "groupe": "Groupe chargé",
    "territoire.qpv": "Quartiers prioritaires",
    "territoire.communes": "Communes",
    "etat": "État",
    "issue": "Issue",
    "terme": "Terme de la subvention",
    "reglement": "Règlement",
    "drapeaux": "Signalements",
    "deliberation": "Délibération",
    "subvention": "Subvention",
    "decision_externe": "Décision prise hors de ce service",
    "source": "Fichier d’origine",
    **{f"montants.{nom}": f"Montant {mot.lower()}" for nom, mot in MONTANTS.items() if nom != "base_eligible_centimes"},
    "montants.base_eligible_centimes": "Base éligible",
    **{f"dates.{nom}": mot for nom, mot in DATES.items()},
}


def de_qui(role: str) -> str:
    """Return of whom something is awaited: "de l’instructeur", "du service financier", "du moteur"."""
    nom = mot(ROLES, role).lower()
    if nom.startswith("le "):
        return de(nom)
    return f"de l’{nom}" if sans_accents(nom)[0] in "aeiou" else de(f"le {nom}")


def mot(table: dict[str, str], code: str | None) -> str:
    """Return the words of a code, nothing for none; an unknown code is shown as it is, never hidden."""
    if code is None:
        return ""
    return table.get(code) or code.replace("_", " ").replace("-", " ").capitalize()


def roles(codes: Iterable[str]) -> str:
    """Return the words of roles, in the order of the table."""
    voulus = set(codes)
    return ", ".join(mot for code, mot in ROLES.items() if code in voulus)


def dispositif(code: str | None) -> str:
    """Return the name of a scheme of aid."""
    connu = trouver_dispositif(code or "")
    return mot({}, code) if connu is None else connu.libelle


def nombre(valeur: int) -> str:
    """Return "1 234"."""
    return f"{valeur:,}".replace(",", "\u202f")


def compte(valeur: int, singulier: str, pluriel: str = "") -> str:
    """Return "1 dossier", "1 234 dossiers"."""
    return f"{nombre(valeur)}{NBSP}{singulier if valeur < 2 else pluriel or singulier + 's'}"


def typographie(texte: str) -> str:
    """Put no-break spaces where French wants them: before : ; ! ? € and inside « »."""
    texte = re.sub(r"\((\((?:réservé|oublié)\))\)", r"\1", texte)  # what the coffre does not give is already aside
    for signe in ":;!?€»%":
        texte = texte.replace(f" {signe}", f"{NBSP}{signe}")
    return texte.replace("« ", f"«{NBSP}").replace("n° ", f"n°{NBSP}").replace("art. ", f"art.{NBSP}")


def fondement(texte: str) -> str:
    """Return a basis for people: "nqe@3" is a version of a règlement; why an act was refused elsewhere is in words."""
    dispositif, arobase, version = texte.partition("@")
    if arobase and version.isdigit():
        return f"règlement {dispositif.upper()}, version{NBSP}{version}"
    avant, deux_points, code = texte.rpartition(" : ")
    return typographie(f"{avant} : {mot(REFUS, code).lower()}" if deux_points and _CODE.fullmatch(code) else texte)


def budget(document: Mapping[str, Any] | None) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return the two halves of the budget of a demande, each line with its name and its cents; none for no budget."""
    if document is None:
        return []
    charges = [
        (" – ".join(filter(None, (c["poste"], c["libelle"]))), c["montant_centimes"]) for c in document["charges"]
    ]
    produits = [(p["financeur"], p["montant_centimes"]) for p in document["produits"]]
    return [("Charges du budget", charges), ("Produits du budget", produits)]


def recalcul(lu: Mapping[str, Any]) -> str:
    """Return whether a calculation made again is the one recorded, else the first step that differs."""
    ecart = lu["difference"]
    if ecart is None:
        return typographie("Refait aujourd’hui depuis la même entrée : égal, étape par étape.")
    return typographie(
        f"Refait aujourd’hui depuis la même entrée : l’étape {ecart['rang']}, « {ecart['libelle']} », diffère."
    )


def illisible(lu: Mapping[str, Any]) -> str:
    """Return which element could not be read, of those that a document names."""
    return typographie(
        f"Illisible : {mot(ESPECES, lu['agregat']).lower()} {lu['id']} (fait n° {lu['version']}) : {lu['pourquoi']}."
    )
