// The visits that were taken along: opened with the PIN, written in, saved, sent. /offline and /outbox.
import { all, get, isFull, put, wipe, write } from "./store.js";
import { TRIES, open, seal, unseal, vault } from "./vault.js";
import { judged, stale } from "./clock.js";
import { inOrder, send } from "./replay.js";
import { at, clock, day, keepShell, said, set, show, tell } from "./page.js";

const AWAY = 1000 * Number(set.lockAfter), HIDDEN = 30000, REST = 700, AGAIN = 60000;
const tabs = new BroadcastChannel("hembesok-offline");
let key = null, visits = [], sheet = null, last = Date.now(), hidden = 0, resting = 0, busy = false;
let wiped = false;

// Lists

const counted = async () => {
  const rows = await all("outbox");
  for (const place of document.querySelectorAll("[data-n]"))
    place.textContent = rows.filter((row) => row.state === place.dataset.n).length;
  return rows;
};

/** Fill a copy of a template: each [data-f] with its text, or left out without one. */
const filled = (template, values) => {
  const copy = at(template).content.firstElementChild.cloneNode(true);
  for (const place of copy.querySelectorAll("[data-f]")) {
    const value = values[place.dataset.f];
    if (typeof value === "function") place.addEventListener("click", value);
    else if (value && place.tagName === "A") place.href = value;
    else if (value) place.textContent = value;
    if (!value) place.remove();
  }
  return copy;
};

const unsealed = async (name, rows) =>
  Promise.all(rows.map(async (row) => ({ row, ...(await unseal(key, `${name}:${row.id ?? row.visit}`, row)) })));

const stateOf = (item) => {
  const time = clock(item.row.answered ?? item.row.saved);
  if (item.row.state === "kept") return said("kept", { time });
  return `${said(item.row.state === "sent" ? "sent" : "you", { time })} ${item.told}`;
};

/** All that can be written in: what was taken along, and what waits though its pack is gone. */
const sheets = (items, drafts) => {
  const found = new Map(visits.map((one) => [one.uid, one]));
  for (const one of [...items, ...drafts])
    if (one.sheet.html && !found.has(one.sheet.uid)) found.set(one.sheet.uid, one.sheet);
  return [...found.values()];
};

const list = async () => {
  const rows = await counted();
  if (!key) return;
  const items = await unsealed("outbox", inOrder(rows));
  const drafts = await unsealed("drafts", await all("drafts"));
  const of = (uid) => items.filter((item) => item.command.visit === uid).at(-1);
  at("visits").replaceChildren(...sheets(items, drafts).map((one) => {
    const item = of(one.uid);
    const draft = drafts.find((d) => d.sheet.uid === one.uid);
    const closed = item && !draft && (item.row.state === "sent" || !item.sheet.html);
    return filled("visit-row", {
      when: one.when, who: one.who, what: one.what, where: one.where,
      state: draft ? said("draft") : item && stateOf(item),
      open: closed ? null : () => begin(one, item, draft),
    });
  }));
  at("no-visits").hidden = at("visits").children.length > 0;
  at("items").replaceChildren(...items.map((item) => filled("item-row", {
    who: item.sheet.who, what: item.sheet.what, state: stateOf(item),
    again: item.row.again && (() => retry(item)),
    seen: item.row.state === "you" && !item.row.again && (() => seen(item)),
    link: item.row.state === "you" && item.sheet.link,
  })));
  at("no-items").hidden = items.length > 0;
};

const changed = async () => {
  tabs.postMessage("changed");
  await list();
};
tabs.onmessage = () => list();

const retry = async ({ row }) => {
  await put("outbox", { ...row, state: "kept" });
  await changed();
  await go();
};
const seen = async ({ row }) => {
  await put("outbox", { ...row, state: "sent" });
  await changed();
};

// Opening and closing

const start = async () => {
  const row = await vault();
  await counted();
  if (!row) return show("none");
  const pack = await get("pack", "pack");
  if (pack && stale(pack)) {
    await wipe();
    wiped = true;
  }
  show(row.tries >= TRIES ? "shut" : "pin");
};

const enter = async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  const field = event.target.elements.pin;
  const pin = field.value;
  field.value = "";
  try {
    key = await open(pin);
  } catch (error) {
    // A try is counted before it is made, and here it could not be.
    if (!isFull(error)) throw error;
    return tell("crowded");
  } finally {
    busy = false;
  }
  if (!key) {
    const left = TRIES - (await vault()).tries;
    tell(left ? "wrong" : "", { n: left });
    return left ? field.focus() : show("shut");
  }
  tell(wiped ? "gone" : "");
  wiped = false;
  last = Date.now();
  await unpack();
  await go();
};

/** Take the visits out of the pack, if its time and the device's clock allow. */
const unpack = async (sure = false) => {
  const pack = await get("pack", "pack");
  visits = [];
  const verdict = pack ? judged(pack) : "";
  if (verdict === "ask" && !sure) {
    at("day").textContent = day(Date.now());
    return show("clock");
  }
  if (verdict === "back") await put("pack", { ...pack, closed: true });
  if (verdict === "back" || verdict === "over") tell(verdict);
  else if (pack) {
    ({ visits } = await unseal(key, `pack:${pack.id}`, pack));
    await put("pack", { ...pack, seen: Date.now() });
  }
  await list();
  show("open");
};

const close = async (covered = false) => {
  if (!key) return;
  await rest().catch(() => {});
  key = sheet = null;
  visits = [];
  for (const id of ["sheet", "visits", "items"]) at(id).replaceChildren();
  at("title").textContent = "";
  if (!covered) tell("closed");
  await start();
};

const go = async () => {
  if (!key) return;
  const stopped = await send(key, set.replay, changed);
  at("signin").hidden = stopped !== "signin";
  at("coverage").hidden = stopped !== "lost";
  if (["trouble", "another", "apart", "gone"].includes(stopped)) tell(stopped);
  if (!key || sheet || ["lost", "signin", "another"].includes(stopped)) return;
  // The server has told the time: the pack may be opened after all, or is over.
  if (!visits.length || !(await get("pack", "pack"))) await unpack();
};

/** Look at the clock while the visits are open: it may have been set, or the time may be out. */
const heed = async () => {
  const pack = await get("pack", "pack");
  if (!key || !pack) return;
  const verdict = judged(pack);
  if (!verdict) return put("pack", { ...pack, seen: Date.now() });
  if (verdict === "ask") return;
  tell(verdict);
  if (!sheet) await unpack();
};

// A visit's form

const fieldsOf = (form, by) =>
  [...new FormData(form, by)].filter(([, value]) => typeof value === "string");

const fillIn = (form, fields) => {
  for (const one of form.elements) {
    if (!one.name || ["hidden", "submit", "button"].includes(one.type)) continue;
    const values = fields.filter(([name]) => name === one.name).map(([, value]) => value);
    if (one.type === "radio" || one.type === "checkbox") one.checked = values.includes(one.value);
    else if (one.tagName === "SELECT")
      for (const option of one.options) option.selected = values.includes(option.value);
    else one.value = values[0] ?? "";
  }
};

const begin = (visit, item, draft) => {
  sheet = { visit, item };
  // Put in as it is: what came from the server, sealed; the policy runs no script in it.
  at("sheet").innerHTML = visit.html;
  at("title").textContent = `${visit.what}, ${visit.who}`;
  const form = at("sheet").querySelector("form");
  for (const hint of form.querySelectorAll("[data-when]")) hint.hidden = true;
  // Else the browser writes what is typed, in clear, to the file from which it restores pages.
  form.autocomplete = "off";
  for (const one of form.elements) Object.assign(one, { autocomplete: "off", spellcheck: false });
  const fields = draft?.fields ?? (item?.row.state !== "sent" && item?.command.fields);
  if (fields) fillIn(form, fields);
  form.dispatchEvent(new Event("change", { bubbles: true }));
  at("saved").textContent = draft ? said("draft") : "";
  show("form");
  at("title").focus();
};

const leave = async () => {
  await rest();
  sheet = null;
  at("sheet").replaceChildren();
  await list();
  show("open");
};

/** Keep what is being written, now rather than when the hand has rested. */
const rest = async () => {
  if (!resting) return;
  clearTimeout(resting);
  resting = 0;
  const { visit } = sheet;
  const fields = fieldsOf(at("sheet").querySelector("form"));
  const row = { visit: visit.uid, ...(await seal(key, `drafts:${visit.uid}`, { fields, sheet: visit })) };
  try {
    await put("drafts", row);
    at("saved").textContent = said("draft");
  } catch (error) {
    tell(isFull(error) ? "full" : "failed");
    throw error;
  }
};

const save = async (event) => {
  event.preventDefault();
  if (busy || !sheet) return;
  busy = true;
  clearTimeout(resting);
  resting = 0;
  const { visit, item } = sheet;
  const again = item?.row.again ? item : null;
  const id = crypto.randomUUID();
  const command = {
    id, pack: visit.pack, visit: visit.uid, base: visit.base, made: new Date().toISOString(),
    after: (again ? again.command.after : item?.row.id) ?? null,
    fields: fieldsOf(event.target, event.submitter),
  };
  try {
    const n = 1 + Math.max(0, ...(await all("outbox")).map((row) => row.n));
    const sealed = await seal(key, `outbox:${id}`, { command, sheet: visit });
    await write(["outbox", "drafts"], (outbox, drafts) => {
      outbox.put({ id, n, state: "kept", saved: Date.now(), ...sealed });
      drafts.delete(visit.uid);
      if (again) outbox.delete(again.row.id);
    });
  } catch (error) {
    return tell(isFull(error) ? "full" : "failed");
  } finally {
    busy = false;
  }
  tell("");
  await leave();
  await changed();
  await go();
};

// What the person and the device do

at("pin-form").addEventListener("submit", enter);
at("right").addEventListener("click", () => unpack(true).then(go));
at("not-right").addEventListener("click", async () => {
  await put("pack", { ...(await get("pack", "pack")), closed: true });
  await unpack();
});
at("back").addEventListener("click", () => leave());
at("lock").addEventListener("click", () => close());
at("send").addEventListener("click", () => go());
at("sheet").addEventListener("submit", save);
at("sheet").addEventListener("input", () => {
  at("saved").textContent = "";
  clearTimeout(resting);
  resting = setTimeout(() => rest().catch(() => {}), REST);
});

for (const kind of ["pointerdown", "keydown", "input", "touchmove"])
  addEventListener(kind, () => (last = Date.now()), { capture: true, passive: true });
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    hidden = Date.now();
    rest().catch(() => {});
  } else if (Date.now() - hidden > HIDDEN) close();
  document.body.classList.toggle("covered", document.hidden && !!key);
});
setInterval(() => {
  if (Date.now() - last > AWAY || (document.hidden && Date.now() - hidden > HIDDEN)) close();
}, 1000);
setInterval(async () => {
  await heed();
  if ((await all("outbox")).some((row) => row.state === "kept")) await go();
}, AGAIN);
addEventListener("online", () => go());

keepShell();
start();
