// Hides an identity number or an address again after a while, so that it does not stay on a screen left open.
// Without JavaScript it stays until the page is left, and the page is never kept (no-store).
"use strict";
for (const shown of document.querySelectorAll("[data-hide-after]")) {
  setTimeout(() => {
    shown.textContent = "••••••••-••••";
  }, 1000 * Number(shown.dataset.hideAfter));
}
