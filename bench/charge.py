"""Agents who each ask at their own times, run as a process by `bench.site`: a plan comes in, what each asking took goes out.

The times are set beforehand: a slow answer makes nobody ask less often, and what waited behind it counts.
"""

import asyncio
import html
import json
import re
import sys
import time
from dataclasses import asdict, dataclass
from typing import Any, Final

import httpx

DELAI_S: Final = 30.0
GARDEES: Final = httpx.Limits(keepalive_expiry=2.0)
"""A connection is not asked when the server may be closing it: a browser would ask again."""
_CACHE: Final = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass(frozen=True, slots=True)
class Visite:
    """What one agent asks, so many seconds after the beginning; a geste is its form, then what it sends."""

    agent: int
    quand: float
    quoi: str
    chemin: str


@dataclass(frozen=True, slots=True)
class Reponse:
    """How long it took, in seconds; `envoi` is the part of a geste that is sent."""

    quoi: str
    quand: float
    duree: float
    envoi: float = 0.0


def caches(page: str) -> dict[str, str]:
    """Return the hidden fields of the form of a geste, as a browser sends them."""
    formulaire = page.partition('<form class="geste"')[2].partition("</form>")[0]
    return {nom: html.unescape(valeur) for nom, valeur in _CACHE.findall(formulaire)}


async def _visiter(client: httpx.AsyncClient, visite: Visite, debut: float) -> Reponse:
    await asyncio.sleep(debut + visite.quand - time.monotonic())
    depart = time.monotonic()
    lue = await client.get(visite.chemin)
    fin = relue = time.monotonic()
    _exiger(lue, 303 if visite.quoi == "numero" else 200)
    if visite.quoi == "geste":
        _exiger(await client.post(visite.chemin, data=caches(lue.text)), 303)
        fin = time.monotonic()
    return Reponse(visite.quoi, visite.quand, fin - depart, fin - relue)


def _exiger(reponse: httpx.Response, statut: int) -> None:
    if reponse.status_code != statut:
        raise RuntimeError(f"{reponse.request.method} {reponse.request.url}: {reponse.status_code} instead of {statut}")


async def _charger(adresse: str, temoin: str, secrets: list[str], visites: list[Visite]) -> list[Reponse]:
    """Let each agent ask with its own cookie and connection; return what each asking took."""
    clients = [
        httpx.AsyncClient(base_url=adresse, cookies={temoin: secret}, timeout=DELAI_S, limits=GARDEES)
        for secret in secrets
    ]
    debut = time.monotonic()
    try:
        return list(await asyncio.gather(*(_visiter(clients[v.agent], v, debut) for v in visites)))
    finally:
        for client in clients:
            await client.aclose()


if __name__ == "__main__":
    plan: dict[str, Any] = json.load(sys.stdin)
    plan["visites"] = [Visite(**visite) for visite in plan["visites"]]
    json.dump([asdict(reponse) for reponse in asyncio.run(_charger(**plan))], sys.stdout)
