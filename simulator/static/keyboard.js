// Buttons under messages (inline) and in place of the letters (reply keyboards).

import { el, icon } from "./dom.js";
import { link } from "./entities.js";

/**
 * The buttons under one message.
 * `pending` is the set of "row:column" keys whose press has no answer yet.
 */
export function inlineKeyboard(rows, pending, actions) {
  return el("div", { class: "inline-keyboard", role: "group", "aria-label": "Buttons" },
    rows.map((row, y) => el("div", { class: "key-row" }, row.map((key, x) => inlineKey(key, `${y}:${x}`, pending, actions)))));
}

function inlineKey(key, place, pending, actions) {
  const waiting = pending.has(place);
  const label = el("span", { class: "key-label", dir: "auto", text: key.text });
  if (key.url) {
    const anchor = link(key.url, actions, { class: "key" });
    anchor.append(label, icon("link"));
    return anchor;
  }
  if (key.web_app) return el("button", { type: "button", class: "key", on: { click: () => actions.openApp(key.web_app.url) } }, label, icon("app"));
  if (key.copy_text) return el("button", { type: "button", class: "key", on: { click: () => actions.copy(key.copy_text.text) } }, label, icon("copy"));
  return el("button", {
    type: "button", class: waiting ? "key waiting" : "key", "aria-busy": waiting ? "true" : null,
    data: { place, data: key.callback_data ?? "" }, on: { click: () => actions.press(place, key.callback_data ?? "") },
  }, label, waiting && el("span", { class: "spinner" }));
}

/** The keyboard that takes the place of the letters; pressing says the button's text or sends what it asks for. */
export function replyKeyboard(markup, actions) {
  return el("div", { class: markup.resize_keyboard ? "reply-keyboard" : "reply-keyboard tall", role: "group", "aria-label": "Keyboard of the bot" },
    markup.keyboard.map((row) => el("div", { class: "key-row" }, row.map((key) => {
      const ask = typeof key === "string" ? { text: key } : key;
      return el("button", { type: "button", class: "reply-key", dir: "auto", text: ask.text, on: { click: () => answer(ask, actions) } });
    }))));
}

function answer(key, actions) {
  if (key.request_contact) actions.send("contact");
  else if (key.request_location) actions.send("location");
  else if (key.web_app) actions.openApp(key.web_app.url);
  else actions.say(key.text);
}
