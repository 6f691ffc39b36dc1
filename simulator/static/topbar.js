// The bar above the phones: the simulated time, its buttons, and the door for new people.

import { api } from "./api.js";
import { el, icon } from "./dom.js";
import { simulatedNow } from "./time.js";

const STEPS = [["+10 min", 600, "advance-minutes", "Let ten minutes pass"], ["+1 h", 3600, "advance-hour", "Let an hour pass"], ["+1 day", 86400, "advance-day", "Let a day pass"]];
const STRIDE = 6 * 3600;
const BREATH_MS = 1300;
const LANGUAGES = [["my", "မြန်မာ (Burmese)"], ["km", "ខ្មែរ (Khmer)"], ["th", "ไทย (Thai)"], ["en", "English"]];

/** The bar; `problem(text)` is told when something could not be done. */
export function topbar(store, problem) {
  const hour = el("span", { class: "clock-hour" });
  const day = el("span", { class: "clock-day" });
  const clock = el("time", { class: "clock", data: { testid: "clock" }, title: "Simulated time in Bangkok" }, hour, day);
  const tick = () => {
    const now = simulatedNow();
    hour.textContent = now.hour;
    day.textContent = now.day;
    clock.dateTime = now.iso;
  };
  tick();
  setInterval(tick, 1000);
  for (const kind of ["state", "clock"]) store.addEventListener(kind, tick);

  const offline = el("span", { class: "offline", role: "status" });
  store.addEventListener("offline", () => (offline.textContent = "Connecting…"));
  store.addEventListener("online", () => (offline.textContent = ""));

  const steps = STEPS.map(([text, seconds, testid, label]) =>
    el("button", { type: "button", class: "step", text, "aria-label": label, title: label, data: { testid }, on: { click: () => pass(seconds).catch((wrong) => problem(wrong.message)) } }));
  const dialog = newcomer(problem);
  const add = el("button", { type: "button", class: "add", data: { testid: "add-person" }, on: { click: () => dialog.showModal() } }, icon("plus"), el("span", { text: "Person" }));

  return el("div", { class: "topbar" },
    el("h1", { text: "A Telegram on this machine" }), offline,
    el("div", { class: "time", role: "group", "aria-label": "Simulated time" }, clock, steps), add, dialog);
}

/** Let time pass; a long while in strides, so that what falls due on the way happens on the way. */
async function pass(seconds) {
  await api.clock(Math.min(seconds, STRIDE));
  if (seconds <= STRIDE) return;
  await new Promise((done) => setTimeout(done, BREATH_MS));
  await pass(seconds - STRIDE);
}

/** The dialog that lets somebody in. */
function newcomer(problem) {
  const name = el("input", { name: "name", required: true, maxlength: "64", autocomplete: "off", data: { testid: "person-name" } });
  const language = el("select", { name: "language", data: { testid: "person-language" } }, LANGUAGES.map(([code, text]) => el("option", { value: code, text })));
  const dialog = el("dialog", { "aria-label": "A new person" });
  const form = el("form", { method: "dialog" },
    el("h2", { text: "A new person" }),
    el("label", {}, el("span", { text: "Name" }), name),
    el("label", {}, el("span", { text: "Language of their phone" }), language),
    el("div", { class: "dialog-buttons" },
      el("button", { type: "button", class: "plain", text: "Cancel", on: { click: () => dialog.close() } }),
      el("button", { type: "submit", class: "primary", text: "Add", data: { testid: "person-add" } })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const called = name.value.trim();
    if (!called) return;
    dialog.close();
    form.reset();
    api.person(called, language.value).catch((wrong) => problem(wrong.message));
  });
  dialog.append(form);
  return dialog;
}
