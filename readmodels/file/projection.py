"""From aggregates to the rows of the queue: what is awaited, read from the one list."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from aggregates.registre import ESPECES, Espece
from kernel.agregat import Agregat
from kernel.attentes import Attente, instants
from kernel.faits import Inscription
from kernel.instants import Instant, triable
from kernel.textes import sans_accents
from readmodels.ecriture import inserer
from readmodels.etats import Etats, Nomme
from readmodels.file import parcours, schema

DOSSIER = Path(__file__).parent
ILLISIBLE = "illisible"
"""Where stands what has a fact that this program cannot read: it shows what is known of it, and awaits nobody."""
SANS_ECHEANCE = "9999-12-31T23:59:59.999999Z"
"""Comes after every échéance in the order of the queue."""


def _texte(instant: Instant | None) -> str | None:
    return None if instant is None else triable(instant)


class File:
    """The projection of the queue."""

    nom, plie = "file", True

    def tables(self, suffixe: str) -> sa.MetaData:
        """Return its tables."""
        return schema.tables(suffixe)

    def _tables(self, suffixe: str, *noms: str) -> list[sa.Table]:
        tables = self.tables(suffixe).tables
        return [tables[f"file_{nom}_{suffixe}"] for nom in noms]

    def projeter(self, connexion: sa.Connection, suffixe: str, nouveaux: Sequence[Inscription], etats: Etats) -> None:
        """Replace the rows of every aggregate that moved."""
        agregats, attentes, reperes = self._tables(suffixe, "agregats", "attentes", "reperes")
        touches = dict.fromkeys((i.entete.agregat, i.entete.id) for i in nouveaux if i.entete.agregat in ESPECES)
        touches |= dict.fromkeys(_avec_leur_dossier(connexion, agregats, touches))
        ids = [str(agregat_id) for _, agregat_id in touches]
        for table in (agregats, attentes, reperes):
            connexion.execute(sa.delete(table).where(table.c.id.in_(ids)))
        _prevoir(touches, etats)
        lignes, lignes_d_attente, trouves = [], [], []
        for espece, agregat_id in touches:
            agregat = etats.charger(espece, agregat_id)
            if not agregat.existe:  # its very first fact cannot be read
                continue
            attendues = etats.attentes(agregat)
            lignes.append(_ligne(ESPECES[espece], agregat, attendues, _demande_de(agregat, etats), etats))
            lignes_d_attente += [_ligne_d_attente(lignes[-1], attente, attendues) for attente in attendues]
            trouves += [{"id": str(agregat_id), "genre": genre, "cle": cle} for genre, cle in parcours.reperes(agregat)]
        inserer(connexion, agregats, lignes)
        inserer(connexion, attentes, lignes_d_attente)
        inserer(connexion, reperes, trouves)
        self._parcourir(connexion, suffixe, touches, etats)
        # a corrected denomination shows on the dossiers that have no other
        denominations = {
            str(agregat_id): _denomination(etats.charger(nom, agregat_id))
            for nom, agregat_id in touches
            if nom == "tiers"
        }
        if denominations:
            corriger = sa.update(agregats).where(agregats.c.tiers == sa.bindparam("du_tiers"))
            plie = sa.bindparam("plie", type_=sa.String)
            corriger = corriger.values(beneficiaire=sa.bindparam("dit"), cherche=agregats.c.simple + " " + plie)
            dits = [{"du_tiers": tiers, "dit": dit, "plie": sans_accents(dit)} for tiers, dit in denominations.items()]
            connexion.execute(corriger, dits)

    def _parcourir(self, connexion: sa.Connection, suffixe: str, touches: Iterable[Nomme], etats: Etats) -> None:
        """Count again the dossiers that moved, or whose award did."""
        suivis: dict[UUID, Agregat | None] = {}
        for espece, agregat_id in touches:
            if espece == "dossier":
                suivis.setdefault(agregat_id, None)
            elif (dossier := getattr(aide := etats.charger(espece, agregat_id), "dossier", None)) is not None:
                suivis[dossier] = aide
        if not suivis:
            return
        comptes, lieux = self._tables(suffixe, "parcours", "lieux")
        for table in (comptes, lieux):
            connexion.execute(sa.delete(table).where(table.c.id.in_(list(map(str, suivis)))))
        parcourus, situes = [], list[dict[str, Any]]()
        for dossier_id, aide_du_dossier in suivis.items():
            agregat = etats.charger("dossier", dossier_id)
            if agregat.existe:
                parcourus.append(parcours.parcourir(agregat, aide_du_dossier))
                situes += parcours.situer(agregat, parcourus[-1])
        inserer(connexion, comptes, parcourus)
        inserer(connexion, lieux, situes)


def _avec_leur_dossier(connexion: sa.Connection, agregats: sa.Table, touches: Iterable[Nomme]) -> list[Nomme]:
    """Return the subventions of these dossiers: they show what is asked, which a corrected file may change."""
    dossiers = [str(agregat_id) for espece, agregat_id in touches if espece == "dossier"]
    requete = sa.select(agregats.c.agregat, agregats.c.id).where(agregats.c.dossier.in_(dossiers))
    return [(ligne.agregat, UUID(ligne.id)) for ligne in connexion.execute(requete)] if dossiers else []


def _prevoir(touches: Iterable[Nomme], etats: Etats) -> None:
    """Read together all that rows will show: the aggregates, then the dossiers of subventions, then who asks."""
    etats.prevoir(touches)
    agregats = [etats.charger(*nomme) for nomme in touches]
    etats.prevoir(("dossier", dossier) for agregat in agregats if (dossier := getattr(agregat, "dossier", None)))
    demandes = [_demande_de(agregat, etats) for agregat in agregats]
    etats.prevoir(("tiers", tiers) for demande in demandes if (tiers := _tiers_nommant(demande)))


def _demande_de(agregat: Agregat, etats: Etats) -> Agregat:
    """Return the dossier behind a subvention, any other aggregate itself: who asks and for what is said there."""
    dossier = getattr(agregat, "dossier", None)
    return agregat if dossier is None else etats.charger("dossier", dossier)


def _tiers_nommant(demande: Agregat) -> UUID | None:
    """Return the tiers whose denomination says who asks, None when the dépôt said it."""
    return None if _denomination(demande) else getattr(demande, "tiers_id", None)


def _denomination(agregat: Agregat) -> str:
    return str(getattr(agregat, "denomination", ""))


def _ligne(
    espece: Espece, agregat: Agregat, attendues: Sequence[Attente], demande: Agregat, etats: Etats
) -> dict[str, Any]:
    etat, illisible = getattr(agregat, "etat", ""), (espece.nom, agregat.id) in etats.mis_de_cote
    ref, objet = str(getattr(agregat, "ref", "")), str(getattr(demande, "objet", ""))
    simple = sans_accents(f"{ref} {objet}")
    proposition = getattr(agregat, "proposition", None)
    tiers = _tiers_nommant(demande)
    denomination = _denomination(demande if tiers is None else etats.charger("tiers", tiers))
    return {
        "id": str(agregat.id),
        "agregat": espece.nom,
        "cherche": f"{simple} {sans_accents(denomination)}",
        "ref": ref,
        "tri": f"{ref} {agregat.id}",
        "objet": objet,
        "simple": simple,
        "etape": ILLISIBLE if illisible else str(getattr(etat, "value", etat)),
        "campagne": str(getattr(agregat, "campagne", "")),
        "beneficiaire": denomination,
        "charge": getattr(demande, "charge", None),
        "groupe": getattr(demande, "groupe", None),
        "tiers": None if tiers is None else str(tiers),
        "dossier": None if demande is agregat else str(demande.id),
        "demande_centimes": getattr(agregat, "demande_centimes", None),
        "propose_centimes": None if proposition is None else proposition.montant_centimes,
        **{nom: getattr(agregat, nom, None) for nom in schema.MONTANTS_DE_SUBVENTION},
        "reserve_centimes": getattr(agregat, "reserve_centimes", None),
        "enveloppe": getattr(agregat, "enveloppe_ref", None),
        **parcours.ordre_du_jour(agregat),
        "version": agregat.version,
        "attentes": len(attendues),
        "peut_reposer": espece.peut_reposer,
        "termine": espece.est_termine(agregat),
        "rejet_implicite": getattr(agregat, "porte_un_rejet_implicite", False),
        "prochain": _texte(min((du.instant for a in attendues for du in instants(a)), default=None)),
    }


def _ligne_d_attente(ligne: dict[str, Any], attente: Attente, toutes: Sequence[Attente]) -> dict[str, Any]:
    """Return the row of an attente; what only runs until the gestes of another are done is told there, with its échéance."""
    montree = _avec_son_horloge(attente, toutes)
    depuis, echeance = _texte(montree.depuis), _texte(montree.echeance)
    cle = " ".join(map(str, attente.cle))
    return {
        "id": ligne["id"],
        "agregat": ligne["agregat"],
        "de": montree.de.value,
        "ailleurs": attente.renvoie_a is not None or any(_court_pour(attente, autre) for autre in toutes),
        "tri": f"{echeance or SANS_ECHEANCE} {depuis} {ligne['tri']} {cle}",
        "depuis": depuis,
        "echeance": echeance,
        "automatisme": montree.automatisme,
        "prochain": _texte(min((du.instant for du in instants(attente)), default=None)),
        "bloque_apres": None if attente.habituelle is None else _texte(attente.depuis + attente.habituelle),
        "document": montree.en_json(montree.depuis),
    }


def _court_pour(horloge: Attente, attente: Attente) -> bool:
    """Tell whether the first only runs until what the second awaits is done: same gestes of the same people, and the engine after.

    So does the silence of a dossier, until it is complete, then proposed, then visé: for people that is one act.
    """
    seules = horloge.automatisme is not None and attente.automatisme is None and bool(attente.gestes)
    return seules and (horloge.de, horloge.gestes) == (attente.de, attente.gestes)


def _avec_son_horloge(attente: Attente, toutes: Sequence[Attente]) -> Attente:
    """Return what is awaited with the échéance that runs for it, when it falls before its own."""
    horloge = next((autre for autre in toutes if _court_pour(autre, attente)), None)
    if horloge is None or horloge.echeance is None or (attente.echeance and attente.echeance <= horloge.echeance):
        return attente
    return replace(
        attente,
        echeance=horloge.echeance,
        automatisme=horloge.automatisme,
        nature=horloge.nature,
        fondement=horloge.fondement,
        suspensions=horloge.suspensions,
    )
