// Locks the screen of a person who has been away: what the page held is taken out of it and
// kept in memory only, until the lock is opened. Without JavaScript the site locks by itself
// at the next request.
"use strict";
(() => {
  const body = document.body;
  const set = body.dataset;
  const phone = matchMedia("(pointer: coarse)").matches;
  const away = 1000 * Number(phone ? set.lockAfterPhone : set.lockAfter);
  const HIDDEN = 30000, WARN = 30000, TELL = 60000;
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("hembesok-lock") : null;
  let last = Date.now(), told = last, hidden = 0, kept = null, title = "";

  const warning = () => document.getElementById("lock-warning");
  const post = (address, more) => {
    const form = document.querySelector("form input[name=csrfmiddlewaretoken]");
    const data = new URLSearchParams({ csrfmiddlewaretoken: form.value, ...more });
    return fetch(address, { method: "POST", body: data, redirect: "manual", keepalive: true });
  };

  const lock = (here = true) => {
    if (kept) return;
    title = document.title;
    if (here) post(set.lock).catch(() => {});
    kept = document.createDocumentFragment();
    const screen = document.getElementById("lock-screen").content.cloneNode(true);
    kept.append(...body.childNodes);
    body.append(screen);
    body.classList.remove("covered");
    document.title = set.lockTitle;
    body.querySelector("h1").focus();
    document.dispatchEvent(new Event("lock-shown"));
    if (here) tabs?.postMessage("lock");
  };
  const open = (here = true) => {
    if (!kept) return;
    body.replaceChildren(kept);
    kept = null;
    document.title = title;
    last = told = Date.now();
    warning().hidden = true;
    if (here) tabs?.postMessage("open");
  };

  const tick = () => {
    if (kept) return;
    const idle = Date.now() - last;
    const gone = phone && hidden ? Date.now() - hidden : 0;
    if (idle >= away || gone >= HIDDEN) return lock();
    if (warning().hidden !== idle < away - WARN) warning().hidden = idle < away - WARN;
    // The site must know too that somebody is here, as when a long note is written.
    if (last > told && Date.now() - told > TELL) {
      told = Date.now();
      post(set.seen).then((answer) => answer.status !== 204 && lock(), () => {});
    }
  };
  const seen = () => {
    if (kept) return;
    // Not after the time has passed, as when a computer has slept: then it is a stranger's touch.
    tick();
    last = Date.now();
  };

  for (const kind of ["pointerdown", "click", "keydown", "input", "wheel", "touchmove"])
    addEventListener(kind, seen, { capture: true, passive: true });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) hidden = Date.now();
    if (phone && !kept) body.classList.toggle("covered", document.hidden);
    tick();
    if (!document.hidden) hidden = 0;
  });
  addEventListener("pageshow", tick);
  if (tabs) tabs.onmessage = ({ data }) => (data === "lock" ? lock(false) : open(false));

  // The lock is opened without leaving the page, so that what was being written is still there.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!kept || form.getAttribute("action") !== set.locked) return;
    event.preventDefault();
    const wrong = document.getElementById("lock-wrong");
    const answer = await post(set.locked, { ...Object.fromEntries(new FormData(form)), stay: "1" })
      .catch(() => null);
    if (answer?.status === 204) return open();
    if (answer?.type === "opaqueredirect") return location.reload();
    form.reset();
    if (form.elements.credential) form.elements.credential.value = "";
    wrong.textContent = answer
      ? wrong.dataset[answer.status === 429 ? "blocked" : "wrong"] : wrong.dataset.lost;
  });
  setInterval(tick, 1000);
})();
