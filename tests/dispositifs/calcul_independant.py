"""The amount of an aid worked out a second time, from plain numbers: nothing of the product is read here."""

from fractions import Fraction
from typing import Any


def vers_le_bas(exact: Fraction, pas: int = 1) -> int:
    return int(exact // pas) * pas


def montant(
    reglement: dict[str, Any], charges: list[tuple[str | None, int]], publiques: list[int], demande: int
) -> int:
    v = {nom: dit["valeur"] for nom, dit in reglement.items() if isinstance(dit, dict)}
    exclus = v.get("depenses_exclues") or []
    base = sum(cout for poste, cout in charges if not (poste and any(poste.startswith(e) for e in exclus)))
    mode = v.get("mode_calcul", "taux")
    if mode == "forfait":
        aide = v["forfait_centimes"]
    elif mode == "bareme":
        atteints = [t for t in v["bareme"] if t["a_partir_de_centimes"] <= base]
        aide = max(atteints, key=lambda t: int(t["a_partir_de_centimes"]))["montant_centimes"] if atteints else 0
    else:
        aide = vers_le_bas(Fraction(base * v["taux_max_points_base"], 10_000))
    plafonds = [base, demande]
    if "plafond_centimes" in v:
        plafonds.append(v["plafond_centimes"])
    if "taux_max_cumul_aides_publiques_points_base" in v:
        permis = vers_le_bas(Fraction(base * v["taux_max_cumul_aides_publiques_points_base"], 10_000))
        plafonds.append(max(0, permis - sum(publiques)))
    aide = vers_le_bas(Fraction(min(aide, *plafonds)), v.get("arrondi_centimes", 1))
    return 0 if aide < v.get("plancher_centimes", 0) else int(aide)
