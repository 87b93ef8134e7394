// How far a download has come, and a way to stop it. Without this file the browser's own list of downloads shows both.
(() => {
  "use strict";
  const form = document.querySelector("[data-export]");
  const box = form?.querySelector("[data-progress]");
  if (!box) return;
  const text = box.querySelector("[data-so-far]"), bar = box.querySelector("progress"), stop = box.querySelector("[data-stop]");
  const nr = form.elements.nr.value;
  let timer = 0, seen = false, quiet = 0;
  const end = said => { clearInterval(timer); text.textContent = said; stop.hidden = bar.hidden = true; };
  const ask = async () => {
    try {
      const got = await (await fetch("/liste/eksport/framdrift?nr=" + encodeURIComponent(nr), { headers: { Accept: "application/json" } })).json();
      if (!got.total) { if (seen || ++quiet > 3) end(text.dataset.done); return; }
      seen = true;
      bar.max = got.total; bar.value = got.rows || 0; text.textContent = got.text;
    } catch { end(text.dataset.done); }
  };
  form.addEventListener("submit", () => {
    clearInterval(timer);
    seen = false; quiet = 0; stop.hidden = bar.hidden = box.hidden = false; bar.value = 0;
    text.textContent = text.dataset.begun;
    timer = setInterval(ask, 1000);
  });
  stop.addEventListener("click", async () => {
    await fetch("/liste/eksport/stopp", { method: "POST", body: new URLSearchParams({ nr }) });
    end(text.dataset.stopped);
  });
})();
