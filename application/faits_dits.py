"""The kinds of facts, and why attempts are refused, in French words: what an auditor picks in a list."""

from typing import Final

FAITS_DITS: Final = {
    "agent": {
        "absence_declaree": "absence déclarée",
        "absence_terminee": "absence terminée",
        "cle_detruite": "clé détruite",
        "enregistre": "enregistré",
        "habilitation_accordee": "habilitation accordée",
        "habilitation_retiree": "habilitation retirée",
        "oubli_decide": "oubli décidé",
    },
    "assemblee": {"composee": "composée"},
    "bordereau": {
        "ligne_ajoutee": "ligne ajoutée",
        "ligne_retiree": "ligne retirée",
        "ouvert": "ouvert",
        "retrait_porte": "retrait porté",
        "signature_portee": "signature portée",
        "signature_relancee": "signature relancée",
        "signe": "signé",
        "transmis": "transmis",
    },
    "campagne": {"close": "close", "dua_fixee": "durée de conservation fixée", "ouverte": "ouverte"},
    "chrono": {"rang_attribue": "rang attribué"},
    "deliberation": {
        "credits_engages": "engagement demandé",
        "decisions_portees": "décisions portées",
        "engagement_redemande": "engagement redemandé",
        "ligne_ecartee": "ligne écartée",
        "lignes_ajournees": "lignes ajournées",
        "lignes_inscrites": "lignes inscrites",
        "numero_demande": "numéro demandé",
        "numerotee": "numérotée",
        "preparee": "préparée",
        "rendue_executoire": "rendue exécutoire",
        "scrutin_tenu": "scrutin tenu",
        "transmise": "transmise",
    },
    "dossier": {
        "ajourne": "ajourné",
        "avis_demande": "avis demandé",
        "avis_rendu": "avis rendu",
        "avis_repute_rendu": "avis réputé rendu",
        "cle_detruite": "clé détruite",
        "clos": "clos",
        "completude_annulee": "complétude annulée",
        "correction_ecartee": "correction du porteur écartée",
        "correction_retenue": "correction du porteur retenue",
        "corrige_au_teleservice": "corrigé sur Démarche Numérique",
        "controle_ouvert": "contrôle ouvert",
        "controle_termine": "contrôle terminé",
        "date_corrigee": "date corrigée",
        "decide": "décidé",
        "declare_complet": "déclaré complet",
        "demande_satisfaite": "demande de pièces satisfaite",
        "demandeur_confirme": "demandeur confirmé",
        "demandeur_en_desaccord": "demandeur en désaccord",
        "depose": "déposé",
        "donnees_demasquees": "données de nouveau lisibles",
        "donnees_masquees": "données masquées",
        "enregistre": "accusé d’enregistrement",
        "inscrit": "inscrit à l’ordre du jour",
        "motifs_du_rejet_communiques": "motifs du rejet communiqués",
        "motifs_du_rejet_demandes": "motifs du rejet demandés",
        "nature_constatee": "nature du demandeur constatée",
        "motif_releve": "motif relevé",
        "motif_repondu": "motif répondu",
        "oubli_decide": "oubli décidé",
        "piece_recue": "pièce reçue",
        "pieces_demandees": "pièces demandées",
        "pieces_non_produites": "pièces non produites",
        "propose": "montant proposé",
        "reception_accusee": "réception accusée",
        "recours_forme": "recours formé",
        "recours_rejete_par_silence": "recours rejeté par le silence",
        "recours_repondu": "recours répondu",
        "recours_retire": "recours retiré",
        "recours_sans_objet": "recours sans objet",
        "recu_du_teleservice": "reçu de Démarche Numérique",
        "rejet_implicite_ne": "rejet implicite né",
        "rejet_implicite_remplace": "rejet implicite remplacé",
        "rejet_implicite_repute_non_ne": "rejet implicite réputé non né",
        "renvoye": "proposition renvoyée",
        "repris": "repris d’un fichier",
        "rejet_non_adopte": "rejet non adopté",
        "rejet_propose": "rejet proposé",
        "retire": "retiré",
        "supprime_au_teleservice": "supprimé de Démarche Numérique",
        "tiers_rattache": "tiers rattaché",
        "vise": "proposition visée",
        "vote_annonce": "vote annoncé",
    },
    "enveloppe": {
        "budget_vote": "budget voté",
        "credits_engages": "crédits engagés",
        "credits_reserves": "crédits réservés",
        "engagement_degage": "engagement dégagé",
        "engagement_mis_en_attente": "engagement mis en attente",
        "engagement_porte": "engagement porté",
        "engagement_relance": "engagement relancé",
        "ouverte": "ouverte",
        "reservation_liberee": "réservation libérée",
    },
    "horloge": {"saut_accepte": "saut accepté"},
    "seance": {
        "convoquee": "convoquée",
        "levee": "levée",
        "ouverte": "ouverte",
        "presence_notee": "présence notée",
        "prevue": "prévue",
        "quorum_manque": "quorum manqué",
        "reprise": "reprise",
        "suspendue": "suspendue",
    },
    "subvention": {
        "cloture_constatee": "clôture constatée",
        "convention_signee": "convention signée",
        "degagement_constate": "dégagement constaté",
        "echeance_liquidee": "échéance liquidée",
        "echeance_mandatee": "échéance mandatée",
        "echeancier_fixe": "échéancier fixé",
        "engagement_constate": "engagement constaté",
        "mandat_porte_au_bordereau": "mandat porté au bordereau",
        "mandat_retire": "mandat retiré",
        "ouverte": "ouverte",
        "paiement_constate": "paiement constaté",
        "rejet_constate": "rejet constaté",
        "renoncee": "renoncée",
        "reprise": "reprise d’un fichier",
        "reprise_validee": "reprise validée",
        "signature_constatee": "signature constatée",
        "soldee": "soldée",
    },
    "tiers": {
        "cle_detruite": "clé détruite",
        "coordonnees_declarees": "coordonnées déclarées",
        "coordonnees_validees": "coordonnées validées",
        "demande_recue": "demande reçue",
        "nature_declaree": "nature juridique déclarée",
        "nature_portee": "nature juridique portée aux dossiers",
        "enregistre": "enregistré",
        "oubli_decide": "oubli décidé",
    },
}
"""By kind of aggregate, and by the noun of the topic, whatever its version."""

VOIES: Final = {
    "instruction": "Instruction",
    "pieces": "Pièces",
    "avis": "Avis",
    "vote": "Vote",
    "recours": "Recours",
    "argent": "Argent",
}
"""What a history may be read by."""
_VOIES_DES_FAITS: Final = {
    **dict.fromkeys(("piece_recue", "pieces_demandees", "pieces_non_produites", "demande_satisfaite"), "pieces"),
    **dict.fromkeys(("avis_demande", "avis_rendu", "avis_repute_rendu"), "avis"),
    **dict.fromkeys(
        (
            *("recours_forme", "recours_repondu", "recours_retire", "recours_sans_objet", "recours_rejete_par_silence"),
            *("motifs_du_rejet_demandes", "motifs_du_rejet_communiques"),
        ),
        "recours",
    ),
    **dict.fromkeys(("inscrit", "ajourne", "decide"), "vote"),
}
"""Those of the facts of a dossier that are not of its instruction."""

REFUS_DITS: Final = {
    "absent": "agent absent",
    "acteur_inconnu": "agent inconnu",
    "acteur_manquant": "agent non dit",
    "avant_le_jalon": "date avant ce dont l’acte dépend",
    "commande_deja_utilisee": "autre contenu sous le même envoi",
    "conservation_en_cours": "encore conservé",
    "coordonnees_non_validees": "coordonnées bancaires non validées",
    "credits_insuffisants": "crédits insuffisants",
    "d_une_personne": "geste réservé à une personne",
    "date_non_corrigible": "date que personne n’a donnée",
    "deja_decide_autrement": "déjà décidé autrement",
    "dua_inconnue": "durée de conservation inconnue",
    "geste_impossible": "l’état ne le permet pas",
    "hors_du_jeton": "hors de ce que permet le jeton",
    "motif_exige": "motif exigé",
    "pieces_manquantes": "pièces manquantes",
    "quatre_yeux": "une autre personne est exigée",
    "quorum_non_atteint": "quorum non atteint",
    "recours_inconnu": "aucun recours de ce numéro",
    "reference_inconnue": "référence inconnue",
    "reference_illisible": "référence mal recopiée",
    "rien_a_attaquer": "ni décision ni rejet implicite",
    "role_manquant": "rôle manquant",
    "saisie_invalide": "saisie invalide",
    "sans_jeton": "formulaire d’une autre session",
    "sans_regle": "adresse ouverte à personne",
    "total_different": "total différent",
    "version_perimee": "version dépassée",
}
"""The commonest; another is said by its code."""


def type_de_fait(topic: str) -> str:
    """Return what kind of fact a topic is."""
    espece, _, nom = topic.partition(".")
    nom = nom.partition(".")[0]
    return FAITS_DITS.get(espece, {}).get(nom) or nom.replace("_", " ")


def voie(topic: str) -> str:
    """Return what a fact of a dossier, of its délibération or of its award is about, a key of VOIES."""
    espece, _, nom = topic.partition(".")
    if espece != "dossier":
        return "vote" if espece == "deliberation" else "argent"
    return _VOIES_DES_FAITS.get(nom.partition(".")[0], "instruction")
