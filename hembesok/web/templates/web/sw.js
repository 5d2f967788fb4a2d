// Keeps the shell: static files and two pages that show nobody. Every other page is fetched each time and never kept.
"use strict";
const VERSION = "hembesok-{{ version }}";
const FILES = [{% for file in files %}"{{ file|escapejs }}", {% endfor %}];
const PAGES = ["{{ offline|escapejs }}", "{{ outbox|escapejs }}"];

addEventListener("install", (event) => {
  const fresh = [...FILES, ...PAGES].map((address) => new Request(address, { cache: "reload" }));
  // All of a version or nothing of it; until then the former one goes on.
  event.waitUntil(caches.open(VERSION).then((kept) => kept.addAll(fresh)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const gone = (names) => names.filter((name) => name.startsWith("hembesok-") && name !== VERSION);
  event.waitUntil(
    caches.keys().then((names) => Promise.all(gone(names).map((name) => caches.delete(name))))
      .then(() => clients.claim()),
  );
});

const orKept = async (request, address) => {
  try {
    const answer = await fetch(request);
    // In the language of today; of another version only together with its files.
    if (PAGES.includes(address) && answer.headers.get("Shell") === VERSION)
      await (await caches.open(VERSION)).put(address, answer.clone());
    return answer;
  } catch (error) {
    const kept = await caches.open(VERSION);
    return (await kept.match(PAGES.includes(address) ? address : PAGES[0])) ?? Promise.reject(error);
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(orKept(request, pathname));
  else if (FILES.includes(pathname))
    event.respondWith(caches.open(VERSION).then((kept) => kept.match(pathname)).then((one) => one ?? fetch(request)));
});
