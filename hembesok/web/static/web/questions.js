// Puts aside questions that are not asked after what is answered above them. Without it they are shown with when they
// count; either way the server drops answers to what is not asked. Same rules as hembesok/forms/asking.py.
"use strict";
const ordered = {
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
};
const compare = (given, operator, value) => {
  const numbers = [given.replace(",", "."), value].map(Number);
  // Days compare as they are written, YYYY-MM-DD.
  return ordered[operator](...(numbers.some(Number.isNaN) ? [given, value] : numbers));
};
const fields = (name) => [...document.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
const answers = (name) =>
  fields(name)
    .filter((one) => !one.closest("[data-rule][hidden]") && (!/radio|checkbox/.test(one.type) || one.checked))
    .map((one) => one.value.trim())
    .filter((value) => value && value !== "not-asked");
const met = ([name, operator, value]) => {
  const given = answers(name);
  if (operator === "exists") return (given.length > 0) === (value === "yes");
  if (operator === "=") return given.includes(value);
  if (operator === "!=") return !given.includes(value);
  return given.some((one) => compare(one, operator, value));
};
const look = () => {
  // Each time, as on the phone a form comes into the page later.
  for (const hint of document.querySelectorAll("[data-when]")) hint.hidden = true;
  // In reading order, since a question that is put aside has no answers for those after it.
  for (const one of document.querySelectorAll("[data-rule]")) {
    const rule = JSON.parse(one.dataset.rule);
    one.hidden = !(rule.any ? rule.of.some(met) : rule.of.every(met));
  }
};
// "Not asked" and an answer put each other out.
const alone = (pressed) => {
  if (pressed.type !== "checkbox" || !pressed.checked) return;
  const unasked = pressed.value === "not-asked";
  for (const one of fields(pressed.name)) {
    if (one !== pressed && (unasked || one.value === "not-asked")) one.checked = false;
  }
};
addEventListener("change", (event) => {
  alone(event.target);
  look();
});
addEventListener("input", look);
look();
