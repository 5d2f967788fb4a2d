// Says on the first page that something saved on this phone has not been sent. Opens nothing: counts only.
import { all, get, wipe } from "./store.js";
import { stale } from "./clock.js";

const known = (await indexedDB.databases?.()) ?? [{ name: "hembesok" }];
if (known.some((base) => base.name === "hembesok")) {
  const left = (await all("outbox")).filter((row) => row.state !== "sent").length;
  const drafts = (await all("drafts")).length;
  const place = document.getElementById("on-phone");
  place.querySelector("b").textContent = left + drafts;
  place.hidden = left + drafts === 0;
  const pack = await get("pack", "pack");
  if (pack && stale(pack)) await wipe();
}
