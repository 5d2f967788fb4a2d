// Seals what is kept on the device. docs/decisions/0014-offline.md says against whom, and how far.
import { get, put } from "./store.js";

const ROUNDS = 600000;
export const TRIES = 10;
const GCM = "AES-GCM";
const crypt = crypto.subtle;
const utf8 = new TextEncoder();
const drawn = (length) => crypto.getRandomValues(new Uint8Array(length));
const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

/** The key that wraps, out of a secret and the device's own key. */
const wrapping = async (device, use, secret) => {
  const both = new Uint8Array([...utf8.encode(use), 0, ...new Uint8Array(secret)]);
  const raw = await crypt.sign("HMAC", device, both);
  return crypt.importKey("raw", raw, GCM, false, ["wrapKey", "unwrapKey"]);
};

const stretched = async (pin, salt, rounds) => {
  const raw = await crypt.importKey("raw", utf8.encode(pin), "PBKDF2", false, ["deriveBits"]);
  return crypt.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, raw, 256);
};

const wrap = async (key, by) => {
  const iv = drawn(12);
  return { iv, data: await crypt.wrapKey("raw", key, by, { name: GCM, iv }) };
};

const unwrap = ({ iv, data }, by, extractable = false) =>
  crypt.unwrapKey("raw", data, by, { name: GCM, iv }, GCM, extractable, ["encrypt", "decrypt"]);

/** Why a PIN may not be chosen, or nothing: too short, or among the first that anybody tries. */
export const weak = (pin) => {
  if (pin.length < 6) return "short";
  const steps = new Set([...pin].slice(1).map((c, n) => c.charCodeAt(0) - pin.charCodeAt(n)));
  return steps.size === 1 && Math.abs([...steps][0]) <= 1 ? "easy" : "";
};

export const vault = () => get("vault", "vault");

const withPin = async (row, key, pin) => {
  const salt = drawn(16);
  const by = await wrapping(row.device, "pin", await stretched(pin, salt, ROUNDS));
  return { ...row, salt, rounds: ROUNDS, tries: 0, byPin: await wrap(key, by) };
};

/** Make a vault in place of any other; `id` and `secret` are the server's, to open it when the PIN is gone. */
export const make = async ({ id, owner, secret }, pin) => {
  const hmac = { name: "HMAC", hash: "SHA-256", length: 256 };
  const device = await crypt.generateKey(hmac, false, ["sign"]);
  const key = await crypt.generateKey({ name: GCM, length: 256 }, true, ["encrypt", "decrypt"]);
  const by = await wrapping(device, "secret", bytes(secret));
  const row = { name: "vault", id, owner, device, bySecret: await wrap(key, by) };
  return { row: await withPin(row, key, pin), key: await unwrap(row.bySecret, by) };
};

/** Open with the PIN; gives nothing when it is wrong. A try is counted before it is made. */
export const open = async (pin) => {
  const row = await vault();
  if (row.tries >= TRIES) return null;
  row.tries += 1;
  await put("vault", row);
  try {
    const by = await wrapping(row.device, "pin", await stretched(pin, row.salt, row.rounds));
    const key = await unwrap(row.byPin, by);
    await put("vault", { ...row, tries: 0 });
    return key;
  } catch (error) {
    if (error.name !== "OperationError") throw error;
    return null;
  }
};

/** Let another secret of the server open the vault when its PIN is gone. */
export const bind = async ({ id, secret }, pin) => {
  const row = await vault();
  const byPin = await wrapping(row.device, "pin", await stretched(pin, row.salt, row.rounds));
  const key = await unwrap(row.byPin, byPin, true);
  const bySecret = await wrap(key, await wrapping(row.device, "secret", bytes(secret)));
  await put("vault", { ...row, id, bySecret });
};

/** Open with the secret that the server keeps, and choose a new PIN. */
export const renew = async (secret, pin) => {
  const row = await vault();
  const by = await wrapping(row.device, "secret", bytes(secret));
  const key = await unwrap(row.bySecret, by, true);
  await put("vault", await withPin(row, key, pin));
  return unwrap(row.bySecret, by);
};

/** Seal a value for one place: moved to another, it does not open. */
export const seal = async (key, place, value) => {
  const iv = drawn(12);
  const how = { name: GCM, iv, additionalData: utf8.encode(place) };
  return { iv, data: await crypt.encrypt(how, key, utf8.encode(JSON.stringify(value))) };
};

export const unseal = async (key, place, { iv, data }) => {
  const how = { name: GCM, iv, additionalData: utf8.encode(place) };
  return JSON.parse(new TextDecoder().decode(await crypt.decrypt(how, key, data)));
};
