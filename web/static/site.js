// Makes forms quicker: every button does the same without it. A row comes or goes, and what depends on a choice is shown,
// without a new page. And a page that stays open says when the store knows more than it shows.
"use strict";
const SANS_ENREGISTRER = "form.geste button[name='_ajouter'], form.geste button[name='_retirer'], form.geste button[name='_actualiser']";

async function demander(formulaire, bouton) {
  const donnees = new FormData(formulaire);
  donnees.append(bouton.name, bouton.value);
  const simple = formulaire.enctype !== "multipart/form-data";
  const reponse = await fetch(formulaire.action, {
    method: "POST",
    body: simple ? new URLSearchParams(donnees) : donnees,
  });
  const page = new DOMParser().parseFromString(await reponse.text(), "text/html");
  const neuf = page.querySelector("form.geste");
  if (!reponse.ok || !neuf) throw new Error(reponse.statusText);
  const avant = new Set([...formulaire.elements].map((champ) => champ.name));
  const ouverts = [...formulaire.querySelectorAll("details[open]")].map((bloc) => bloc.id).filter(Boolean);
  formulaire.replaceWith(neuf);
  ouverts.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  const arrive = [...neuf.elements].find((champ) => champ.name && champ.type !== "hidden" && !avant.has(champ.name));
  (arrive || neuf.querySelector(`button[name="${bouton.name}"]`) || neuf.querySelector("input, select"))?.focus();
}

document.addEventListener("click", (evenement) => {
  const bouton = evenement.target.closest(SANS_ENREGISTRER);
  if (!bouton) return;
  evenement.preventDefault();
  demander(bouton.form, bouton).catch(() => bouton.form.requestSubmit(bouton));
});

document.addEventListener("change", (evenement) => {
  const recharge = evenement.target.closest("select")?.parentElement.querySelector("button[name='_actualiser']");
  if (recharge) recharge.click();
});

// Asked every 3 s and waited for 1 s, of an answer half a second old at most: nobody sees for 5 s what is no longer so, untold.
const CADENCE_MS = 3000, PATIENCE_MS = 1000;

// A form is about one element: when the store has moved, its version alone says whether that one did.
async function inchange(ligne, position) {
  const { element, version } = ligne.dataset;
  if (!element) return false;
  const reponse = await fetch(`/position/${element}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!reponse.ok || String((await reponse.json()).version) !== version) return false;
  ligne.dataset.position = position;
  return true;
}

async function comparer(ligne) {
  if (document.hidden) return;
  let quand = "muet";
  try {
    const reponse = await fetch("/position", { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { position } = await reponse.json();
    quand = String(position) === ligne.dataset.position || (await inchange(ligne, position)) ? "" : "depuis";
  } catch { /* said: it does not answer */ }
  ligne.classList.toggle("vieille", quand !== "");
  for (const dit of ligne.querySelectorAll("[data-quand]")) dit.hidden = dit.dataset.quand !== quand;
}

const ligne = document.querySelector("[data-position]");
if (ligne) {
  setInterval(comparer, CADENCE_MS, ligne);
  document.addEventListener("visibilitychange", () => comparer(ligne));
  window.addEventListener("pageshow", (evenement) => evenement.persisted && comparer(ligne));
}
