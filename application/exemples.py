"""An example of what each geste takes, as a program gives it: the one place of the examples that every door shows."""

from collections.abc import Mapping
from typing import Any, Final

from application.declaration import Geste

REFERENCES: Final = {
    "agent": "ines",
    "habilitation": "ines",
    "absence": "ines",
    "campagne": "NQE-2026",
    "dossier": "NQE-2026-7K3F6",
    "tiers": "00000001800002",
    "seance": "CP-2026-06-18",
    "deliberation": "DEL-2026-7K3F9",
    "enveloppe": "nqe-2026-fonctionnement",
    "subvention": "SUB-NQE-2026-7K3F6",
    "bordereau": "BORD-2026-06-18-1",
    "assemblee": "commission-permanente",
}
"""What a geste is done on, by noun."""

_VALEURS: Final[Mapping[str, Any]] = {
    **REFERENCES,
    "identifiant": "ines",
    "groupes": ["nord"],
    "autorite": "Département (exemple)",
    "texte": "le porteur rappelle lundi",
    "roles": ["instructeur"],
    "role": "instructeur",
    "acte": "arrêté 2026-01",
    "suppleant": "rene",
    "du": "2026-08-01",
    "au": "2026-08-15",
    "pieces": ["statuts", "budget"],
    "delai": "15 jours",
    "a_partir_du": "2026-06-15",
    "code": "statuts",
    "fichier": "statuts.pdf",
    "aupres_de": "ville",
    "sens": "favorable",
    "critere": "fil_rouge",
    "appreciation": "satisfait",
    "motif": "le porteur renonce",
    "recours": 1,
    "justification": "le porteur a envoyé un budget corrigé",
    "rapport": REFERENCES["deliberation"],
    "ligne": 1,
    "denomination": "Les Passerelles (exemple)",
    "siret": "00000001800002",
    "iban": "FR76 3000 6000 0112 3456 7890 189",
    "titulaire": "Les Passerelles (exemple)",
    "derniers_chiffres": "0189",
    "edition": "5f1e0c3a-0000-5000-8000-000000000001",
    "voies_de_recours": "oui",
    "destinataire": "autorite",
    "jour": "2026-06-18",
    "presences": [
        {"membre": "elu-01", "statut": "present"},
        {"membre": "elu-06", "statut": "represente", "pouvoir_a": "elu-01"},
    ],
    "membre": "elu-03",
    "statut": "absent",
    "heure": "15:30",
    "dossiers": [REFERENCES["dossier"]],
    "flux": "FLUX-EXEMPLE-1",
    "appreciations": [
        {"critere": "fil_rouge", "appreciation": "satisfait", "justification": "le fil rouge est partout (exemple)"},
        {"critere": "participation", "appreciation": "en_partie", "justification": "des habitants animent (exemple)"},
    ],
    "scrutin": {"defaut": "pour", "deports": ["elu-02"], "abstention": ["elu-03"], "heure": "10:15"},
    "dispositif": "nqe",
    "exercice": 2026,
    "section": "fonctionnement",
    "source": "budget primitif 2026",
    "lignes": [{"dossier": REFERENCES["dossier"], "montant_centimes": 711_200}],
    "echeance": 1,
    "montant_centimes": 711_200,
    "total_centimes": 711_200,
}
"""A value of each required field."""

_SOURCEE: Final = {"depuis": "2026-01-01", "source": "exemple fictif", "verifie_le": "2026-01-02"}

_PAR_GESTE: Final[Mapping[str, Mapping[str, Any]]] = {
    "assemblee composer": {
        "depuis": "2026-01-01",
        "source": "délibération d’exemple du 1er janvier 2026",
        "president": "elu-01",
        "membres": ["elu-01", "elu-02", "elu-03"],
    },
    "campagne ouvrir": {
        "campagne": {
            "code": "NQE-2026",
            "dispositif": "nqe",
            "exercice": 2026,
            "ouvre_le": "2026-01-05",
            "ferme_le": "2026-03-31",
        },
        "reglement": {
            "version": 3,
            "taux_max_points_base": {"valeur": 6000, **_SOURCEE},
            "plafond_centimes": {"valeur": 1_500_000, **_SOURCEE},
            "versements": {"valeur": "avance:70%,solde:30%", **_SOURCEE},
            "communication": {"valeur": "le soutien de la Région est montré (exemple)", **_SOURCEE},
            "demandeurs": {"valeur": ["92"], **_SOURCEE},
            "territoires": {"valeur": ["qpv"], **_SOURCEE},
            "periode": {"valeur": {"debut": "2026-07-01", "fin": "2026-08-31"}, **_SOURCEE},
            "principes": {"valeur": ["un fil rouge annuel"], **_SOURCEE},
            "pieces": [{"code": "statuts", "exigee_par": "exemple fictif"}],
            "criteres": [{"code": "fil_rouge", "libelle": "Fil rouge", "source": "exemple fictif"}],
        },
    },
    "dossier deposer": {
        "tiers": {"siret": "00000001800002", "denomination": "Les Passerelles (exemple)"},
        "objet": "Été au Pile",
        "montant_demande_centimes": 1_200_000,
        "budget": {
            "charges": [{"poste": "60 - Achats", "montant_centimes": 1_840_000}],
            "produits": [
                {"financeur": "Région", "montant_centimes": 1_200_000},
                {"financeur": "Ville", "montant_centimes": 640_000},
            ],
        },
    },
    "campagne reviser": {"fichier": "campagne.yaml", "portee": "deposes"},
    "campagne fixer-dua": {"duree": "10 ans", "source": "tableau de gestion (exemple fictif)"},
    "dossier ouvrir-controle": {"objet": "contrôle des comptes du projet (exemple fictif)"},
    "dossier terminer-controle": {"suite": "aucune observation"},
    "dossier corriger-date": {"fait": 1, "vraie_date": "2026-01-10"},
    "dossier demander-avis": {"delai": "15 jours"},
    "dossier enregistrer-recours": {
        "nature": "gracieux",
        "par": "demandeur",
        "contre": "decision",
        "texte": "le demandeur conteste le refus",
    },
    "dossier repondre-recours": {"sens": "rejete", "texte": "recours rejeté par l’autorité compétente"},
    "dossier communiquer-motifs-du-rejet": {"motifs": "le dossier n’a pas été voté dans les deux mois"},
    "dossier coder-financeur": {
        "financeur": "etat",
        "montant_centimes": 500_000,
        "source": "courrier de la préfecture",
    },
    "dossier constater-succession": {"transmission": "universelle", "acte": "traité de fusion du 2 mars 2026"},
    "dossier confirmer-demandeur": {"siret": "00000001800002"},
    "dossier preciser-montant": {"source": "courriel du porteur (exemple)"},
    "dossier repondre-motif": {"motif": "budget_desequilibre", "sens": "leve"},
    "deliberation ecarter-ligne": {"ligne": "1"},
    "horloge accepter": {"motif": "la base est restée fermée trois mois"},
    "tiers declarer-representant": {
        "personne": "Présidente d’exemple",
        "qualite": "representant_legal",
        "du": "2026-01-01",
        "acte": "procès-verbal d’assemblée générale d’exemple",
    },
    "tiers enregistrer": {"siret": "00000001800002"},
    "tiers declarer-nature": {"categorie": "9220", "du": "2001-05-03", "source": "avis de situation de l’INSEE"},
    "subvention constater-rejet": {"motif": "coordonnees_inconnues"},
}
"""What a field means in one geste alone, and what an example of it cannot do without."""


def valeur(geste: Geste, nom: str) -> Any:
    """Return what a field may hold; KeyError for an optional one that no example needs."""
    du_geste = _PAR_GESTE.get(f"{geste.agregat} {geste.nom}", {})
    return du_geste[nom] if nom in du_geste else _VALEURS[nom]


def exemple(geste: Geste) -> dict[str, Any]:
    """Return everything a geste needs but what it is done on."""
    propres = _PAR_GESTE.get(f"{geste.agregat} {geste.nom}", {})
    return {
        nom: valeur(geste, nom)
        for nom, champ in geste.commande.model_fields.items()
        if nom != geste.champ and (champ.is_required() or nom in propres)
    }
