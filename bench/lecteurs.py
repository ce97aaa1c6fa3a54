"""Two hundred readers of live pages while somebody writes: how long what changed is not told to who has an older page open.

    python -m bench.lecteurs http://127.0.0.1:8400 NQE-2026-7K3F9

before a rehearsal that is served (`diligence demo`), in a minute. Each reader does what the script of the site does: it opens a
page, asks the position every three seconds, gives up after one, and says either. Told, it reads on for a while, then opens again.
"""

import asyncio
import json
import random
import re
import sys
import time
from typing import Final
from uuid import uuid4

import httpx

from bench.mesure import centile, machine

LECTEURS: Final = 200
DUREE_S: Final = 40.0
ECRITURE_S: Final = 2.0
"""Between two gestes of who writes."""
CADENCE_S, PATIENCE_S = 3.0, 1.0
"""Those of web/static/site.js."""
LECTURE_S: Final = (10.0, 40.0)
"""How long one who is told goes on reading."""
PAGES: Final = ("/file?de=tous", "/dossiers", "/seances", "/dossiers/{ref}")
AGENTS: Final = ("ines", "igor", "rosa", "samir", "fatou", "felix", "odile", "aude")
_POSITION: Final = re.compile(r'data-position="(\d+)"')
_CACHES: Final = re.compile(r'name="(version|commande_id|jeton)" value="([^"]*)"')


async def _entrer(site: str, agent: str) -> httpx.AsyncClient:
    client = httpx.AsyncClient(base_url=site, timeout=30, headers={"origin": site, "sec-fetch-site": "same-origin"})
    reponse = await client.post("/connexion/agir-comme", data={"agent": agent})
    assert reponse.status_code == httpx.codes.SEE_OTHER, reponse.text
    return client


async def _ecrire(client: httpx.AsyncClient, ref: str, fin: float, ecrits: list[float]) -> None:
    """Note something on a dossier every two seconds, and when it was acknowledged."""
    adresse = f"/dossiers/{ref}/gestes/noter"
    while time.monotonic() < fin:
        caches = dict(_CACHES.findall((await client.get(adresse)).text))
        dit = {**caches, "commande_id": str(uuid4()), "texte": f"Note fictive {uuid4()}", "confirme": "1"}
        reponse = await client.post(adresse, data=dit)
        assert reponse.status_code == httpx.codes.SEE_OTHER, reponse.text
        ecrits.append(time.monotonic())
        await asyncio.sleep(ECRITURE_S)


async def _ouvrir(client: httpx.AsyncClient, adresse: str) -> tuple[float, int]:
    """Return when a page was asked for, and the position it shows."""
    demandee = time.monotonic()
    return demandee, int(_POSITION.findall((await client.get(adresse)).text)[0])


async def _lire(
    client: httpx.AsyncClient,
    adresse: str,
    vue: tuple[float, int],
    fin: float,
    ecrits: list[float],
    retards: list[float],
) -> None:
    """Read one page again and again; keep how long each change was not told."""
    hasard = random.Random(str(vue))
    attente = hasard.random() * CADENCE_S  # it was opened at some moment before the first geste
    while time.monotonic() < fin:
        ouverte, montree = vue
        while time.monotonic() < fin:
            await asyncio.sleep(attente)
            attente = CADENCE_S
            try:
                lu = (await client.get("/position", timeout=PATIENCE_S)).json()["position"]
            except httpx.TimeoutException:
                lu = None  # the page says that the server does not answer
            if lu != montree:
                manques = [quand for quand in ecrits if quand > ouverte]
                retards += [time.monotonic() - manques[0]] if manques else []
                break
        await asyncio.sleep(hasard.uniform(*LECTURE_S))
        vue = await _ouvrir(client, adresse)


async def mesurer(site: str, ref: str) -> dict[str, object]:
    """Return how long changes were not told, at most and at the usual ranks, in seconds."""
    depart, ecrits, retards = machine(), list[float](), list[float]()
    clients = [await _entrer(site, agent) for agent in AGENTS]
    ouvertes = [(clients[rang % len(clients)], PAGES[rang % len(PAGES)].format(ref=ref)) for rang in range(LECTEURS)]
    vues = [await _ouvrir(*ouverte) for ouverte in ouvertes]  # one after the other, before anything is written
    fin = time.monotonic() + DUREE_S
    lecteurs = (_lire(*ouverte, vue, fin, ecrits, retards) for ouverte, vue in zip(ouvertes, vues, strict=True))
    await asyncio.gather(_ecrire(clients[0], ref, fin, ecrits), *lecteurs)
    for client in clients:
        await client.aclose()
    rangs = {f"p{rang}_s": round(centile(retards, rang), 2) for rang in (50, 95)}
    return {
        "lecteurs": LECTEURS,
        "gestes": len(ecrits),
        "dits": len(retards),
        **rangs,
        "max_s": round(max(retards), 2),
        "machine": depart,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(mesurer(sys.argv[1], sys.argv[2])), ensure_ascii=False))
