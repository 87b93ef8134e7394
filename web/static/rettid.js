// Keys and small comforts. Everything works without this file; nothing here moves the page by itself or sends anything anywhere.
(() => {
  "use strict";
  const $ = (q, at = document) => at.querySelector(q);
  const all = (q, at = document) => [...at.querySelectorAll(q)];
  const on = () => localStorage.getItem("keys") !== "off";

  for (const e of all("[data-needs-script], [data-print]")) e.hidden = false;
  $("[data-print]")?.addEventListener("click", () => print());

  // Cases somebody else has changed, as they are heard of (the sse extension of htmx): their rows say so. The page itself stays as it is.
  document.addEventListener("rettid:changed", e => {
    const word = e.target.dataset?.changed, cases = new Set((e.detail?.data || "").split(" "));
    if (!word) return;
    for (const tr of all("main tbody tr")) {
      const a = $("th a", tr), at = a && new URL(a.href).pathname.match(/^\/sak\/[^/]+\/\d+/)?.[0];
      if (!at || !cases.has(at) || tr.classList.contains("changed")) continue;
      tr.classList.add("changed");
      const mark = document.createElement("span");
      mark.className = "changedmark"; mark.textContent = word;
      a.after(" ", mark);
    }
  });

  // Single letters can be turned off (WCAG 2.1.4).
  const turn = $("[data-keys]");
  const say = () => { turn.textContent = on() ? turn.dataset.off : turn.dataset.on; turn.setAttribute("aria-pressed", String(!on())); };
  if (turn) { say(); turn.addEventListener("click", () => { localStorage.setItem("keys", on() ? "off" : "on"); say(); }); }

  // The way back to the list as it was left.
  if ($(".wl, .rows-table") && location.pathname !== "/sok") sessionStorage.setItem("list", location.pathname + location.search);
  const back = $("[data-back]");
  const list = sessionStorage.getItem("list");
  if (back && list && list.startsWith("/") && !list.startsWith("//")) back.href = list;

  // Chosen rows: how many, and the nearest deadline among them.
  const boxes = all(".wl tbody input[type=checkbox]");
  const every = $("[data-all]");
  const count = $("[data-chosen]"), nearest = $("[data-nearest]");
  const chosen = () => {
    const some = boxes.filter(b => b.checked);
    for (const b of boxes) { b.closest("tr").classList.toggle("sel", b.checked); }
    if (every) { every.checked = some.length > 0 && some.length === boxes.length; every.indeterminate = some.length > 0 && some.length < boxes.length; }
    if (!count || !some.length) return;
    count.textContent = count.dataset.chosen.replace("#", some.length);
    const dated = some.filter(b => b.dataset.deadline).sort((a, b) => a.dataset.deadline.localeCompare(b.dataset.deadline));
    nearest.textContent = dated.length ? nearest.dataset.nearest.replace("#", dated[0].dataset.text) : "";
  };
  for (const b of boxes) b.addEventListener("change", chosen);
  every?.addEventListener("change", () => { for (const b of boxes) b.checked = every.checked; chosen(); });
  $("#valgte")?.addEventListener("reset", () => { setTimeout(() => { for (const b of boxes) b.checked = false; chosen(); }); });
  chosen();

  const links = all(".wl tbody th a, .rows-table tbody th a");
  const here = () => links.findIndex(a => a.closest("tr").contains(document.activeElement));
  const move = step => {
    if (!links.length) return;
    const at = here();
    links[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step, 0), links.length - 1)].focus();
  };
  const go = id => { const e = document.getElementById(id); if (e) { e.focus(); e.scrollIntoView({ block: "start" }); } };

  document.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || !on()) return;
    const t = e.target;
    if (e.key === "Escape") {
      const open = t.closest?.("details.asof[open]");
      if (open) { open.open = false; $("summary", open).focus(); return; }
      if (t.matches?.("input, select, textarea")) { t.blur(); return; }
      if (back) location.href = back.href;
      return;
    }
    if (t.matches?.("input:not([type=checkbox]), select, textarea")) return;
    const row = here();
    const page = document.body.classList.contains("casepage");
    switch (e.key) {
      case "/": $("#q-top:not([hidden])")?.offsetParent ? $("#q-top").focus() : location.assign("/sok"); break;
      case "?": location.assign("/tastatur"); break;
      case "j": move(1); break;
      case "k": move(-1); break;
      case "x": case "X": { const b = row >= 0 && $("input[type=checkbox]", links[row].closest("tr")); if (!b) return; b.checked = !b.checked; chosen(); break; }
      case "Enter": if (row < 0 || t.matches("a, button, summary")) return; links[row].click(); break;
      case "p": if (!page) return; go("plikter"); break;
      case "b": if (!page) return; go("brev"); break;
      case "h": if (!page) return; go("hendt"); break;
      case "w": { const d = page && $("details.why"); if (!d) return; d.open = !d.open; $("summary", d).focus(); break; }
      default: return;
    }
    e.preventDefault();
  });
})();
