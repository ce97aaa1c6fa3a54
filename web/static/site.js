// Makes forms quicker, and nothing else: every button does the same without it. A row comes or goes, and what depends on a
// choice is shown, without a new page.
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
