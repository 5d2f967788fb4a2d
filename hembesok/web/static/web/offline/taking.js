// Takes visits along: asks the server for them, and seals them on this device. The page /pack.
import { all, get, isFull, put, write } from "./store.js";
import { TRIES, bind, make, open, renew, seal, vault, weak } from "./vault.js";
import { at, keepShell, set, show, tell } from "./page.js";

const post = async (address, body) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const answer = await fetch(address, {
    method: "POST",
    redirect: "manual",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (answer.type === "opaqueredirect") location.reload();
  if (!answer.ok) throw new Error("refused");
  return answer.json();
};

/** The chosen PIN; says why not and gives nothing where it is too weak or written in two ways. */
const chosen = (form) => {
  const { pin, again } = form.elements;
  const why = weak(pin.value) || (pin.value === again.value ? "" : "differ");
  if (why) {
    tell(why);
    pin.focus();
  }
  return why ? "" : pin.value;
};

const kept = async () =>
  (await all("outbox")).some((row) => row.state !== "sent") || (await all("drafts")).length > 0;

const start = async () => {
  const row = await vault();
  if (!row || (row.owner !== set.owner && !(await kept()))) return show("choose");
  if (row.owner !== set.owner) return show("another");
  show(row.tries >= TRIES ? "renew" : "pin");
};

/** Write the pack in place of the earlier one. What was sent is cleared away; what was not is not. */
const keep = async (key, { pack }, row) => {
  const now = Date.now();
  const { visits, ...times } = pack;
  const sealed = await seal(key, `pack:${pack.id}`, { visits });
  const sent = (await all("outbox")).filter((one) => one.state === "sent");
  await write(["vault", "pack", "outbox", "drafts"], (vaults, packs, outbox, drafts) => {
    if (row) {
      vaults.put(row);
      outbox.clear();
      drafts.clear();
    }
    packs.put({ name: "pack", ...times, taken: now, seen: now, closed: false, ...sealed });
    for (const one of sent) outbox.delete(one.id);
  });
};

const done = async (persistent) => {
  for (const form of document.querySelectorAll("form[data-part]")) form.reset();
  show("taken");
  at("persistent").hidden = persistent;
};

const asked = (work) => async (event) => {
  event.preventDefault();
  const button = event.target.querySelector("button");
  if (button.disabled) return;
  button.disabled = true;
  tell("");
  try {
    await work(event.target);
  } catch (error) {
    tell(isFull(error) ? "full" : "lost");
  } finally {
    button.disabled = false;
  }
};

const lasting = () => navigator.storage?.persist?.().catch(() => false) ?? false;

at("choose").addEventListener("submit", asked(async (form) => {
  const pin = chosen(form);
  if (!pin) return;
  const told = await post(set.take, { device: null });
  const { row, key } = await make({ ...told.device, owner: set.owner }, pin);
  await keep(key, told, row);
  await done(await lasting());
}));

at("pin").addEventListener("submit", asked(async (form) => {
  const pin = form.elements.pin.value;
  const key = await open(pin);
  form.reset();
  if (!key) {
    const left = TRIES - (await vault()).tries;
    tell(left ? "wrong" : "", { n: left });
    return left || show("renew");
  }
  const told = await post(set.take, { device: (await vault()).id });
  // A server that does not know this device any more gives another secret.
  if (told.device.secret) await bind(told.device, pin);
  await keep(key, told);
  await done(await lasting());
}));

at("renew").addEventListener("submit", asked(async (form) => {
  const pin = chosen(form);
  if (!pin) return;
  const { secret } = await post(set.secret, { device: (await vault()).id });
  await renew(secret, pin);
  form.reset();
  show("pin");
  tell("renewed");
}));

at("forgotten").addEventListener("click", () => show("renew"));

keepShell();
start();
