// Asks each minute whether a colleague is missed, and says so on the page that is open.
// Without JavaScript it is said on each page that loads.
"use strict";
(() => {
  const place = document.getElementById("inside");
  const words = (html) =>
    new DOMParser().parseFromString(html, "text/html").body.textContent.replace(/\s+/g, " ").trim();
  setInterval(async () => {
    // A page that is not looked at, or whose content the lock has taken out, is left alone.
    if (document.hidden || !place.isConnected) return;
    const answer = await fetch(place.dataset.now, { redirect: "manual" }).catch(() => null);
    if (answer?.status !== 200) return;
    const html = await answer.text();
    if (words(html) !== words(place.innerHTML)) place.innerHTML = html;
  }, 60000);
})();
