// Keys and small comforts, and what a list needs when htmx has changed a block of the page. Everything works without this file; nothing here moves the page by
// itself or sends anything anywhere.
(() => {
  "use strict";
  const $ = (q, at = document) => at.querySelector(q);
  const all = (q, at = document) => [...at.querySelectorAll(q)];
  const on = () => localStorage.getItem("keys") !== "off";

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
      a.before(mark, " "); // before the name: a long one is cut short, the mark never
    }
  });

  // Single letters can be turned off (WCAG 2.1.4).
  const turn = $("[data-keys]");
  const offer = () => { turn.textContent = on() ? turn.dataset.off : turn.dataset.on; turn.setAttribute("aria-pressed", String(!on())); };
  if (turn) { offer(); turn.addEventListener("click", () => { localStorage.setItem("keys", on() ? "off" : "on"); offer(); }); }

  // The way back to the list as it was left.
  const back = $("[data-back]");
  const list = sessionStorage.getItem("list");
  if (back && list && list.startsWith("/") && !list.startsWith("//")) back.href = list;

  // Chosen rows: how many, and the nearest deadline among them.
  const boxes = () => all(".wl tbody input[type=checkbox]");
  const chosen = () => {
    const each = boxes(), every = $("[data-all]"), count = $("[data-chosen]"), nearest = $("[data-nearest]");
    const some = each.filter(b => b.checked);
    for (const b of each) b.closest("tr").classList.toggle("sel", b.checked);
    if (every) { every.checked = some.length > 0 && some.length === each.length; every.indeterminate = some.length > 0 && some.length < each.length; }
    if (!count || !some.length) return;
    count.textContent = count.dataset.chosen.replace("#", some.length);
    const dated = some.filter(b => b.dataset.deadline).sort((a, b) => a.dataset.deadline.localeCompare(b.dataset.deadline));
    nearest.textContent = dated.length ? nearest.dataset.nearest.replace("#", dated[0].dataset.text) : "";
  };
  document.addEventListener("change", e => {
    if (e.target.matches?.("[data-all]")) for (const b of boxes()) b.checked = e.target.checked;
    if (e.target.matches?.("[data-all], .wl tbody input[type=checkbox]")) chosen();
  });
  document.addEventListener("reset", e => { if (e.target.id === "valgte") setTimeout(() => { for (const b of boxes()) b.checked = false; chosen(); }); });

  // What is done with the page when it is new, and with a list when it is.
  const fresh = () => {
    for (const e of all("[data-needs-script], [data-print]")) e.hidden = false;
    if ($(".wl, .rows-table") && location.pathname !== "/sok") sessionStorage.setItem("list", location.pathname + location.search);
    chosen();
  };
  fresh();
  document.addEventListener("click", e => { if (e.target.closest?.("[data-print]")) print(); });

  // A block that htmx fetches: said when it takes long, said when it is there, and shown as the page it is when it is something else (signed out, refused, a fault).
  const told = $("[data-told]");
  const parts = [".views", ".filters", "thead", ".ds-pagination"];
  const reachable = e => all("a[href], button, input, select", e);
  const alike = e => o => o.tagName === e.tagName && o.id === e.id && (o.id !== "" || o.textContent.replace(/\d/g, "") === e.textContent.replace(/\d/g, ""));
  const mostRows = 500; // fetched by scrolling; then the pages are turned
  let waits = 0, held = null;
  const say = (text, seen) => { if (!told) return; told.classList.toggle("ds-sr-only", !seen); told.classList.toggle("live", seen); told.replaceChildren(text); };
  const still = () => { clearTimeout(waits); for (const t of all("[aria-busy]")) t.removeAttribute("aria-busy"); };
  const block = ctx => ctx?.target instanceof Element && ctx.target.closest("#listen, #treff");
  document.addEventListener("htmx:before:request", e => {
    const ctx = e.detail?.ctx, at = block(ctx);
    if (!at) return;
    if (ctx.sourceElement.id === "mer" && $("#rader").rows.length >= mostRows) { e.preventDefault(); return; }
    still();
    waits = setTimeout(() => { ($("table", at) || at).setAttribute("aria-busy", "true"); if (told) say(told.dataset.loading, false); }, 500);
  });
  document.addEventListener("htmx:after:request", e => {
    const ctx = e.detail?.ctx, at = block(ctx);
    if (!at || ctx.text.includes(`id="${at.id}"`)) return;
    e.preventDefault();
    still();
    if (ctx.request.method === "GET" && ctx.sourceElement.id !== "mer") location.assign(ctx.request.action);
  });
  document.addEventListener("htmx:before:swap", e => {
    const ctx = e.detail?.ctx, has = document.activeElement;
    held = null;
    if (!block(ctx) || ctx.sourceElement.id === "mer") return;
    const part = parts.find(p => has?.closest("#listen " + p));
    if (part) held = { part, n: reachable(has.closest(part)).filter(alike(has)).indexOf(has), has };
  });
  document.addEventListener("htmx:after:swap", e => {
    const ctx = e.detail?.ctx;
    still();
    fresh();
    if (ctx?.select === "#rader > tr") { // more rows, and none twice
      const seen = new Set();
      for (const b of boxes()) { if (seen.has(b.value)) b.closest("tr").remove(); seen.add(b.value); }
      const shown = $(".shown[data-shown]");
      if (shown) { shown.textContent = shown.dataset.shown.replace("#", $("#rader").rows.length); say(shown.textContent, false); }
      return;
    }
    const now = $(ctx?.select === "#treff" ? "#treff" : "#listen");
    if (now?.dataset.tell) say(now.dataset.tell, false);
    if (!held || document.activeElement !== document.body) return;
    const head = $("#listen h1");
    if (held.part === ".ds-pagination" && head) { head.tabIndex = -1; head.focus(); head.scrollIntoView({ block: "start" }); }
    else reachable($("#listen " + held.part) || document).filter(alike(held.has))[held.n]?.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:error", e => {
    const ctx = e.detail?.ctx;
    if (!block(ctx) || !told) return;
    still();
    const again = document.createElement("a");
    again.href = ctx.request.method === "GET" && ctx.sourceElement.id !== "mer" ? ctx.request.action : ""; again.textContent = told.dataset.again;
    say(told.dataset.failed + " ", true);
    told.append(again);
  });

  const links = () => all(".wl tbody th a, .rows-table tbody th a");
  const here = () => links().findIndex(a => a.closest("tr").contains(document.activeElement));
  const move = step => {
    const rows = links(), at = here();
    if (rows.length) rows[Math.min(Math.max(at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step, 0), rows.length - 1)].focus();
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
      case "x": case "X": { const b = row >= 0 && $("input[type=checkbox]", links()[row].closest("tr")); if (!b) return; b.checked = !b.checked; chosen(); break; }
      case "Enter": if (row < 0 || t.matches("a, button, summary")) return; links()[row].click(); break;
      case "p": if (!page) return; go("plikter"); break;
      case "b": if (!page) return; go("brev"); break;
      case "h": if (!page) return; go("hendt"); break;
      case "w": { const d = page && $("details.why"); if (!d) return; d.open = !d.open; $("summary", d).focus(); break; }
      default: return;
    }
    e.preventDefault();
  });
})();
