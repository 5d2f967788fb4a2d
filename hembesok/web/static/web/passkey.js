// Passkeys: asks the site what to sign, lets the browser sign it, and sends the form.
// Without JavaScript there are no passkeys, and the buttons stay hidden.
"use strict";
(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  // Objects of the browser hold bytes; what travels is text.
  const sign = async (asked) => {
    const publicKey = { ...asked, challenge: bytes(asked.challenge) };
    if (!asked.user) {
      publicKey.allowCredentials = known(asked.allowCredentials);
      return navigator.credentials.get({ publicKey });
    }
    publicKey.user = { ...asked.user, id: bytes(asked.user.id) };
    publicKey.excludeCredentials = known(asked.excludeCredentials);
    return navigator.credentials.create({ publicKey });
  };
  const told = (made) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (made.response[name]) response[name] = text(made.response[name]);
    return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
  };

  const ask = async (form) => {
    const failed = form.querySelector("[role=status]");
    failed.hidden = true;
    try {
      const body = new URLSearchParams(new FormData(form));
      body.delete("credential");
      const answer = await fetch(form.dataset.passkey, { method: "POST", body });
      form.elements.credential.value = told(await sign(await answer.json()));
      form.requestSubmit();
    } catch {
      failed.hidden = false;
    }
  };

  // The lock screen puts its form in the page later: listen to the whole document.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.passkey || form.elements.credential.value) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(form);
  }, true);
  const show = () => {
    if (!window.PublicKeyCredential) return;
    for (const form of document.querySelectorAll("form[data-passkey]")) form.hidden = false;
  };
  document.addEventListener("lock-shown", show);
  show();
})();
