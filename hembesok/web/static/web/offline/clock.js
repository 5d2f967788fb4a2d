// Whether a pack can be trusted by the device's clock, and what the server's clock makes of it.
const MINUTE = 60000;
const SLACK = 5 * MINUTE, APART = 10 * MINUTE, NIGHT = 20 * 60 * MINUTE, DAY = 24 * 60 * MINUTE;

/** "back", "over", "ask" or "": `pack` holds the times of the taking, and when it was last seen. */
export const judged = (pack, now = Date.now()) => {
  if (pack.closed || now < Math.max(pack.taken, pack.seen) - SLACK) return "back";
  // Put right by what the two clocks differed when the pack was taken.
  if (now + pack.server - pack.taken >= pack.expires) return "over";
  // Set forward cannot be told from a night in a drawer: ask.
  return now - pack.seen > NIGHT ? "ask" : "";
};

/** Whether an expired pack is to be wiped though no server has said what time it is. */
export const stale = (pack, now = Date.now()) => now + pack.server - pack.taken >= pack.expires + DAY;

/** A pack as it stands once the server has told the time: open again, by the right clock. */
export const putRight = (pack, server, now = Date.now()) =>
  ({ ...pack, closed: false, taken: now, seen: now, server });

export const apart = (server, now = Date.now()) => Math.abs(now - server) > APART;
