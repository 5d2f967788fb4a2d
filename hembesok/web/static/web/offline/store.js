// What is kept on the device, in IndexedDB: sealed texts, and beside them times and ids that name nobody.
const STORES = { vault: "name", pack: "name", drafts: "visit", outbox: "id" };

const asked = (request) =>
  new Promise((done, failed) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });

let opening = null;
const opened = () =>
  (opening ??= new Promise((done, failed) => {
    const request = indexedDB.open("hembesok", 1);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES))
        request.result.createObjectStore(name, { keyPath });
    };
    request.onsuccess = () => {
      const base = request.result;
      // A newer version of the site in another tab must not wait for this one.
      base.onversionchange = base.onclose = () => {
        base.close();
        opening = null;
      };
      done(base);
    };
    request.onerror = () => {
      opening = null;
      failed(request.error);
    };
  }));

/** Write in one transaction, all or nothing; resolves when it lies on the disk. */
export const write = async (names, work) => {
  const base = await opened();
  return new Promise((done, failed) => {
    const step = base.transaction(names, "readwrite", { durability: "strict" });
    step.oncomplete = () => done();
    step.onerror = step.onabort = () => failed(step.error ?? new Error("aborted"));
    work(...names.map((name) => step.objectStore(name)));
  });
};

export const get = async (name, key) =>
  asked((await opened()).transaction(name).objectStore(name).get(key));

export const all = async (name) =>
  asked((await opened()).transaction(name).objectStore(name).getAll());

export const put = (name, row) => write([name], (rows) => rows.put(row));

/** Remove the pack, and what is left of items that were sent a day ago. What is not sent stays. */
export const wipe = async () => {
  const old = (row) => row.state === "sent" && Date.now() - row.answered > 86400000;
  const gone = (await all("outbox")).filter(old);
  await write(["pack", "outbox"], (packs, outbox) => {
    packs.clear();
    for (const row of gone) outbox.delete(row.id);
  });
};

export const isFull = (error) => error?.name === "QuotaExceededError";
