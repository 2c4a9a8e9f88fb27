// Keeps what is marked on the page up to date. Without this script everything works by forms and reloads.
"use strict";
(() => {
  const live = document.getElementById("live");
  const bottoms = () => document.querySelectorAll("[data-bottom]");
  const down = (box) => { box.scrollTop = box.scrollHeight; };
  bottoms().forEach(down);
  if (!live) return;

  const parts = () => [live, ...document.querySelectorAll("[data-live]")];
  const busy = (part) => part.contains(document.activeElement) && document.activeElement !== part;

  function swap(part, fresh) {
    if (!fresh || part.innerHTML === fresh.innerHTML || busy(part)) return;
    const atEnd = part.scrollHeight - part.scrollTop - part.clientHeight < 40;
    const open = [...part.querySelectorAll("details")].map((one) => one.open);
    part.replaceChildren(...[...fresh.childNodes].map((node) => document.importNode(node, true)));
    part.querySelectorAll("details").forEach((one, n) => { one.open = Boolean(open[n]); });
    if (part.hasAttribute("data-bottom") && atEnd) down(part);
  }

  const writing = () => [...document.querySelectorAll("textarea")].some((field) => field.value);

  async function look() {
    if (document.hidden) return;
    try {
      const answer = await fetch(live.dataset.from, { redirect: "manual", credentials: "same-origin" });
      if (answer.type === "opaqueredirect") { location.reload(); return; }
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.title = page.title;
      if (page.getElementById("live")?.dataset.state !== live.dataset.state && !writing()) { location.reload(); return; }
      for (const part of parts()) swap(part, page.getElementById(part.id));
    } catch { /* the next look comes soon */ }
  }

  setInterval(look, 1000 * Number(live.dataset.every));
  document.addEventListener("visibilitychange", look);
})();
