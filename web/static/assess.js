// The assessment's keys, the two fields of the deadline kept alike, and the draft kept as one goes. Everything works without this file; what is typed is sent
// to the same address as the form, and nowhere else.
(() => {
  "use strict";
  const $ = q => document.querySelector(q);
  const form = $("[data-assess]");
  if (!form) return;
  const on = () => localStorage.getItem("keys") !== "off";

  const weeks = $("#uker"), date = $("#dato");
  const base = Date.parse(date.dataset.base + "T00:00:00Z"), day = 86400000;
  const two = n => String(n).padStart(2, "0");
  weeks.addEventListener("input", () => {
    if (Number.isNaN(base)) return;
    const n = Number(weeks.value.trim());
    if (!Number.isInteger(n) || n < 1 || n > 520) return;
    const d = new Date(base + n * 7 * day);
    date.value = `${two(d.getUTCDate())}.${two(d.getUTCMonth() + 1)}.${d.getUTCFullYear()}`;
  });
  date.addEventListener("input", () => {
    const m = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})$/.exec(date.value.trim());
    if (!m || Number.isNaN(base)) return;
    const n = (Date.UTC(+m[3], m[2] - 1, +m[1]) - base) / day / 7;
    weeks.value = Number.isInteger(n) && n > 0 ? n : "";
  });

  // A while after the last key, and when the page is left, what is typed is kept as a draft.
  const told = $("[data-saved]");
  let waits = 0, kept = "", sending = false;
  const body = () => { const b = new URLSearchParams(new FormData(form)); b.set("do", "save"); return b; };
  const same = b => { const c = new URLSearchParams(b); c.delete("key"); return c.toString(); };
  const save = async () => {
    clearTimeout(waits);
    const b = body();
    if (sending || same(b) === kept) return;
    try {
      const r = await fetch(form.action, { method: "POST", body: b, keepalive: true, redirect: "manual" });
      if (r.status === 200 && told) told.textContent = await r.text();
      if (r.ok) kept = same(b);
    } catch { /* the next key tries again; the form itself is as it was */ }
  };
  kept = same(body());
  form.addEventListener("input", () => { clearTimeout(waits); waits = setTimeout(save, 2000); });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(); });
  form.addEventListener("submit", () => { sending = true; clearTimeout(waits); });

  // After a step is sent, focus stands where it goes on.
  const at = location.hash && document.getElementById(location.hash.slice(1));
  if (at && at.tabIndex === -1) at.focus();

  const press = what => { const b = form.querySelector(`.decide button[value="${what}"], section button[value="${what}"]`); if (b) b.click(); };
  const go = e => { if (!e) return; e.focus(); e.scrollIntoView({ block: "start" }); };
  // Enter in the search, and on a condition, does what stands beside it.
  form.addEventListener("keydown", e => {
    if (e.key !== "Enter" || e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
    const what = e.target.id === "sok" ? "search" : e.target.name === "tilstand" ? "guide" : "";
    if (!what) return;
    e.preventDefault();
    press(what);
  });
  document.addEventListener("keydown", e => {
    if (e.isComposing || !on()) return;
    if ((e.ctrlKey || e.metaKey) && !e.altKey) {
      if (e.key === "Enter") press("decide");
      else if (e.key === "s") press("draft");
      else return;
    } else if (e.altKey && !e.ctrlKey && !e.metaKey) {
      switch (e.code) {
        case "Digit1": case "Digit2": case "Digit3": case "Digit4": go($("#steg-" + e.code.slice(5))); break;
        case "KeyV": if ($("input#sok")) { go($("input#sok")); $("#sok").select(); } else press("guide"); break;
        case "KeyF": date.focus(); date.select(); break;
        case "ArrowLeft": { const a = $("a[rel=prev]"); if (!a) return; a.click(); break; }
        case "ArrowRight": { const a = $("a[rel=next]"); if (!a) return; a.click(); break; }
        default: return;
      }
    } else return;
    e.preventDefault();
  });
})();
