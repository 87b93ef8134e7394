// A referral as it is written: a while after the last key the house is asked how the points of the national list stand, and the list beside the form says it.
// What is typed is sent to this address and kept nowhere before somebody saves it; without this file the list is made up when the referral is looked over.
(() => {
  "use strict";
  const form = document.querySelector("[data-refer]");
  if (!form) return;
  const sum = document.querySelector("[data-sum]");
  let waits = 0, n = 0;
  const look = async () => {
    const mine = ++n, body = new URLSearchParams(new FormData(form));
    for (const name of ["nummer", "fornavn", "etternavn", "kommune", "uten", "fodt", "kjonn", "legitimasjon", "legnr", "land"]) body.delete(name); // who it is matters nothing for what is written
    try {
      const r = await fetch(form.action + "/innhold", { method: "POST", body, redirect: "error" });
      if (!r.ok || mine !== n) return;
      const told = await r.json();
      for (const p of told.points) {
        const at = document.querySelector(`[data-point="${p.point}"]`);
        if (at) { at.dataset.held = p.held; at.textContent = p.text; }
      }
      if (sum.textContent !== told.sum) sum.textContent = told.sum;
    } catch { /* the next key asks again */ }
  };
  form.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(look, 400); });
})();
