// What the pages of the device share: the words that the server put in them, and which part is shown.
const held = document.getElementById("words").content.children;
export const words = Object.fromEntries([...held].map((one) => [one.dataset.k, one.textContent]));
export const set = document.body.dataset;
export const at = (id) => document.getElementById(id);

/** Words with values in their places: "{n} left". */
export const said = (name, values = {}) =>
  words[name].replace(/\{(\w+)\}/g, (_all, place) => values[place]);

/** Say something where screens and screen readers notice it; without a name, nothing. */
export const tell = (name, values) => {
  at("said").textContent = name ? said(name, values) : "";
  at("said").hidden = !name;
};

export const show = (name) => {
  for (const part of document.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== name;
};

export const clock = (moment) =>
  new Intl.DateTimeFormat("sv-SE", { hour: "2-digit", minute: "2-digit" })
    .format(moment).replace(":", ".");

export const day = (moment) =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit",
  }).format(moment);

/** Let the service worker keep the shell; without one all works, as long as there is coverage. */
export const keepShell = () =>
  navigator.serviceWorker?.register(set.worker, { scope: "/", updateViaCache: "none" }).catch(() => {});
