"use strict";
// The page works without this script; with it, it is live: it looks every second whether a phone has changed and
// swaps only what changed, so that typing, scrolling and screen readers are not disturbed.
(() => {
  const LOOK_EVERY = 900, KEY_PAUSE = 2000, AWAY = "The local carrier does not answer.";
  const columns = () => [...document.querySelectorAll("[data-number]")];
  const seen = new Map();
  const spoken = new Set([...document.querySelectorAll("[data-say]")].map((li) => li.dataset.key));
  let aloud = false, looking = false;

  const EXTENDED = "^{}\\[~]|€\f";
  const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡" +
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  function measure(text) {
    const characters = [...text];
    const gsm = characters.every((c) => BASIC.includes(c) || EXTENDED.includes(c));
    const widths = characters.map((c) => (gsm ? (EXTENDED.includes(c) ? 2 : 1) : c.length));
    const units = widths.reduce((a, b) => a + b, 0);
    if (units <= (gsm ? 160 : 70)) return { units, segments: 1, gsm };
    let segments = 1, used = 0;
    for (const width of widths) {
      if (used + width > (gsm ? 153 : 67)) { segments += 1; used = 0; }
      used += width;
    }
    return { units, segments, gsm };
  }

  function count(area) {
    const place = area.form.querySelector("[data-count]"), size = measure(area.value);
    place.textContent = area.value
      ? `${size.units} of ${size.gsm ? "GSM-7" : "UCS-2"}, ${size.segments} segment${size.segments > 1 ? "s" : ""}` : "";
    area.style.height = "auto";
    area.style.height = Math.min(area.scrollHeight + 2, 128) + "px";
  }

  const isLow = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 60;

  function keyed(live, fresh) {
    const old = new Map([...live.children].map((li) => [li.dataset.key, li]));
    let after = null;
    for (const item of [...fresh.children]) {
      const same = old.get(item.dataset.key);
      old.delete(item.dataset.key);
      let placed = same;
      if (!same || same.outerHTML !== item.outerHTML) {
        placed = document.importNode(item, true);
        if (same) same.replaceWith(placed);
      }
      const next = after ? after.nextElementSibling : live.firstElementChild;
      if (next !== placed) live.insertBefore(placed, next);
      after = placed;
    }
    for (const gone of old.values()) gone.remove();
  }

  function swap(live, fresh) {
    if (live.dataset.shown === fresh.innerHTML) return;
    live.dataset.shown = fresh.innerHTML;
    const focus = document.activeElement, id = live.contains(focus) ? focus.id : "", value = focus && focus.value;
    const held = live.contains(focus) && !id ? focus.value : null;
    const open = live.querySelector("details") && live.querySelector("details").open;
    const sid = (live.querySelector("[data-sid]") || {dataset: {}}).dataset.sid;
    live.innerHTML = fresh.innerHTML;
    const box = live.querySelector("[data-sid]");
    if (box && box.dataset.sid === sid && box.classList.contains("over")) box.open = open;
    if (id) { const again = document.getElementById(id); if (again) { again.value = value; again.focus(); } }
    if (held) { const again = [...live.querySelectorAll("button")].find((b) => b.value === held); if (again) again.focus(); }
    const log = live.querySelector(".heard");
    if (log) log.scrollTop = log.scrollHeight;
    const check = live.querySelector("[data-aloud]");
    if (check) check.checked = aloud;
    readAloud(live);
  }

  function readAloud(live) {
    for (const line of live.querySelectorAll("[data-say]")) {
      if (spoken.has(line.dataset.key)) continue;
      spoken.add(line.dataset.key);
      if (!aloud || !window.speechSynthesis) continue;
      const words = new SpeechSynthesisUtterance(line.dataset.say);
      words.lang = line.dataset.lang;
      speechSynthesis.speak(words);
    }
  }

  async function refresh(column) {
    const answer = await fetch("/phone/part/" + encodeURIComponent(column.dataset.number));
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const thread = column.querySelector(".thread"), low = isLow(thread);
    for (const part of fresh.querySelectorAll("[data-region]")) {
      const live = column.querySelector(`[data-region="${part.dataset.region}"]`);
      if (part.dataset.region === "thread") keyed(live, part); else swap(live, part);
    }
    if (low) thread.scrollTop = thread.scrollHeight;
    seen.set(column.dataset.number, Number(fresh.querySelector("[data-version]").dataset.version));
  }

  async function look() {
    if (looking || document.hidden) return;
    looking = true;
    try {
      const query = columns().map((c) => "n=" + encodeURIComponent(c.dataset.number)).join("&");
      const told = await (await fetch("/phone/api/changes?" + query)).json();
      for (const column of columns()) {
        if (told.people[column.dataset.number] !== seen.get(column.dataset.number)) await refresh(column);
      }
      document.getElementById("now").textContent = told.now;
      document.getElementById("ahead").textContent = told.ahead;
      others(told.others);
      if (document.getElementById("notice").textContent === AWAY) say("");
    } catch (error) {
      say(AWAY);
    } finally { looking = false; }
  }

  function others(known) {
    const form = document.getElementById("others"), shown = new Set(columns().map((c) => c.dataset.number));
    const fresh = known.filter(([number]) => !shown.has(number)), mark = fresh.join(" ");
    if (form.dataset.mark === mark) return;
    form.dataset.mark = mark;
    form.hidden = fresh.length === 0;
    for (const button of form.querySelectorAll("button")) button.remove();
    for (const [number, name] of fresh) {
      const button = document.createElement("button");
      button.name = "number";
      button.value = number;
      button.textContent = name;
      form.append(button);
    }
  }

  function say(words) {
    const notice = document.getElementById("notice");
    if (notice.textContent !== words) notice.textContent = words;
  }

  async function send(form, data) {
    const answer = await fetch(form.action, {
      method: "POST", body: new URLSearchParams(data), headers: { "X-Phone-Script": "1" },
    });
    if (!answer.ok) {
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      alertOnce((page.getElementById("what") || {}).textContent || "That was not done.");
    }
  }

  function alertOnce(words) { say(words); setTimeout(() => say(""), 6000); }

  async function submit(form, button) {
    const data = new FormData(form);
    if (button && button.name) data.set(button.name, button.value);
    const column = form.closest("[data-number]");
    if (form.hasAttribute("data-clears")) {
      const field = form.querySelector("textarea, input:not([type=hidden])");
      if (!field.value.trim()) return;
      field.value = "";
      if (field.tagName === "TEXTAREA") count(field);
    }
    const early = setTimeout(look, 120);
    await send(form, data);
    clearTimeout(early);
    if (column) await refresh(column);
    await look();
  }

  let keyTimer = 0;
  async function press(form, key) {
    clearTimeout(keyTimer);
    const column = form.closest("[data-number]");
    const data = new FormData();
    data.set("digits", key);
    data.set("more", "1");
    await send(form, data);
    await refresh(column);
    const box = column.querySelector("[data-sid]");
    if (box && box.dataset.keys) keyTimer = setTimeout(async () => {
      await send(form, new FormData());
      await refresh(column);
    }, KEY_PAUSE);
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-keypad]")) { event.preventDefault(); press(form, event.submitter.value); }
    else if (form.matches("[data-live]")) { event.preventDefault(); submit(form, event.submitter); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.matches("textarea[name=body]") && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });
  document.addEventListener("input", (event) => { if (event.target.matches("textarea[name=body]")) count(event.target); });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-aloud]")) aloud = event.target.checked;
    if (event.target.matches("select[name=behaviour]")) event.target.form.requestSubmit();
  });

  for (const thread of document.querySelectorAll(".thread")) thread.scrollTop = thread.scrollHeight;
  for (const log of document.querySelectorAll(".heard")) log.scrollTop = log.scrollHeight;
  setInterval(look, LOOK_EVERY);
  look();
})();
