// Sends what is saved here, one at a time, and writes down the receipt before anything is removed.
import { all, get, put, wipe } from "./store.js";
import { seal, unseal, vault } from "./vault.js";
import { apart, putRight } from "./clock.js";

const PATIENCE = 30000;
export const inOrder = (rows) => rows.sort((a, b) => a.n - b.n || (a.id < b.id ? -1 : 1));

const ask = (address, more) =>
  fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE), ...more });

/** Ask the server who we are and what time it is: {token, now, owner, over}, or a word for why not. */
const meet = async (address) => {
  const pack = await get("pack", "pack");
  const answer = await ask(`${address}?pack=${pack?.id ?? ""}`).catch(() => null);
  if (!answer) return "lost";
  if (answer.type === "opaqueredirect") return "signin";
  const told = await answer.json().catch(() => null);
  // A hotel's network answers too, but not with this.
  if (!answer.ok || typeof told?.token !== "string") return "lost";
  if (told.owner !== (await vault()).owner) return "another";
  const gone = pack && (told.over || told.now >= pack.expires);
  if (gone) await wipe();
  else if (pack) await put("pack", putRight(pack, told.now));
  return { ...told, gone };
};

const post = async (address, token, command) => {
  const answer = await ask(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(command),
  }).catch(() => null);
  if (!answer) return "lost";
  if (answer.type === "opaqueredirect") return "signin";
  const told = await answer.json().catch(() => null);
  // Only an answer about this very command is a receipt.
  return told?.id === command.id ? told : "trouble";
};

/**
 * Send all that waits; two tabs take turns. Gives a word for what stopped it, or "".
 * `changed` is called after each receipt.
 */
export const send = (key, address, changed) =>
  navigator.locks.request("hembesok-replay", async () => {
    const met = await meet(address);
    if (typeof met === "string") return met;
    let stopped = apart(met.now) ? "apart" : met.gone ? "gone" : "";
    for (const { id } of inOrder(await all("outbox"))) {
      const row = await get("outbox", id);
      if (row?.state !== "kept") continue;
      const { command, sheet } = await unseal(key, `outbox:${id}`, row);
      const told = await post(address, met.token, command);
      if (told === "lost" || told === "signin") return told;
      if (told === "trouble") {
        stopped = told;
        continue;
      }
      await put("outbox", await receipt(key, row, command, sheet, told));
      await changed();
    }
    return stopped;
  });

/** What stays of an item once the server has answered: the text only where it needs its writer. */
const receipt = async (key, row, command, sheet, told) => {
  const { html, ...of } = sheet;
  const refused = told.became === "refused";
  const left = refused ? { command, sheet } : { command: { visit: command.visit }, sheet: of };
  return {
    id: row.id, n: row.n, saved: row.saved, answered: Date.now(),
    state: refused || told.became === "competing" ? "you" : "sent",
    again: refused,
    ...(await seal(key, `outbox:${row.id}`, { ...left, told: told.words })),
  };
};
