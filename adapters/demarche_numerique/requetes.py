"""What is asked of Démarche Numérique, and nothing more: each query validates against its schema (tests)."""

from typing import Final

_FICHIER: Final = "fragment Fichier on File { filename url checksum byteSizeBigInt createdAt }"
_CHAMP: Final = """
fragment Reponse on Champ {
  __typename champDescriptorId label stringValue
  ... on DateChamp { date }
  ... on CommuneChamp { commune { code } }
  ... on AddressChamp { commune { code } }
  ... on MultipleDropDownListChamp { values }
  ... on PieceJustificativeChamp { files { ...Fichier } }
}
"""
_DOSSIER: Final = f"""
fragment Demande on Dossier {{
  number state dateDepot dateDerniereModification
  messages {{ id }}
  usager {{ email }}
  demandeur {{
    __typename
    ... on PersonneMorale {{ siret entreprise {{ raisonSociale }} association {{ rna titre }} }}
    ... on PersonneMoraleIncomplete {{ siret }}
  }}
  champs {{ ...Reponse ... on RepetitionChamp {{ rows {{ champs {{ ...Reponse }} }} }} }}
}}
{_CHAMP}{_FICHIER}
"""

DOSSIERS: Final = f"""
query Dossiers($demarche: Int!, $depuis: ISO8601DateTime, $premiers: Int!, $apres: String) {{
  demarche(number: $demarche) {{
    dossiers(updatedSince: $depuis, first: $premiers, after: $apres) {{
      pageInfo {{ hasNextPage endCursor }}
      nodes {{ ...Demande }}
    }}
  }}
}}
{_DOSSIER}
"""
UN_DOSSIER: Final = f"""
query UnDossier($numero: Int!) {{ dossier(number: $numero) {{ ...Demande }} }}
{_DOSSIER}
"""
_SUPPRESSIONS: Final = """
query Suppressions($demarche: Int!, $depuis: ISO8601DateTime, $premiers: Int!, $apres: String) {
  demarche(number: $demarche) {
    suppressions: LISTE(deletedSince: $depuis, first: $premiers, after: $apres) {
      pageInfo { hasNextPage endCursor }
      nodes { number dateSupression reason }
    }
  }
}
"""
EN_ATTENTE: Final = _SUPPRESSIONS.replace("LISTE", "pendingDeletedDossiers")
DEFINITIVES: Final = _SUPPRESSIONS.replace("LISTE", "deletedDossiers")
