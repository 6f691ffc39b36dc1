// What a phone says over its chat: short toasts and alerts that want a press.

import { el } from "./dom.js";

/** A line that goes away by itself. */
export function toast(stage, text) {
  const note = el("div", { class: "toast", role: "status", dir: "auto", text, data: { testid: "toast" } });
  stage.append(note);
  setTimeout(() => note.classList.add("leaving"), 3600);
  setTimeout(() => note.remove(), 4000);
}

/** A box that stays until OK; focus goes back where it was. */
export function alertBox(stage, title, text) {
  const before = document.activeElement;
  const close = () => {
    veil.remove();
    before?.focus?.();
  };
  const ok = el("button", { type: "button", class: "primary", text: "OK", on: { click: close } });
  const veil = el("div", { class: "veil", data: { testid: "alert" }, on: { keydown: (event) => keep(event, close) } },
    el("div", { class: "alert-box", role: "alertdialog", "aria-modal": "true", "aria-label": title },
      el("h3", { text: title }), el("p", { dir: "auto", text }), ok));
  stage.append(veil);
  ok.focus();
}

function keep(event, close) {
  if (event.key === "Escape") close();
  if (event.key === "Tab") event.preventDefault();
}
