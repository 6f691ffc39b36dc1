// What stands under the messages: the text field with its menus, or Start, or Unblock.

import { attachMenu } from "./attach.js";
import { el, iconButton } from "./dom.js";
import { replyKeyboard } from "./keyboard.js";
import { summary, senderName } from "./bubble.js";

export class Composer {
  #target = null;
  #letters = false;
  #commands = [];
  #keyboard = null;

  /** `actions`: say(text, reply), edit(message, text), send(kind, more), start(), block(blocked), openApp(url). */
  constructor(name, actions) {
    this.actions = actions;
    this.field = el("textarea", {
      rows: "1", placeholder: "Message", "aria-label": `Message from ${name}`, dir: "auto", enterkeyhint: "send", data: { testid: "composer" },
      on: { input: () => this.#typed(), keydown: (event) => this.#key(event) },
    });
    this.suggestions = el("div", { class: "suggestions", role: "group", "aria-label": "Commands", hidden: true });
    this.context = el("div", { class: "context", hidden: true });
    this.keys = el("div", { class: "keys", hidden: true });
    const attach = attachMenu((kind, more) => actions.send(kind, more));
    this.commandButton = iconButton("slash", "Commands", () => this.#toggleCommands(), { class: "icon-button boxed", data: { testid: "commands" } });
    this.keysButton = iconButton("keyboard", "Letters or the bot's keyboard", () => this.#toggleKeys(), { hidden: true });
    const send = iconButton("send", "Send", () => this.#send(), { class: "icon-button send", data: { testid: "send" } });
    this.appButton = el("button", { type: "button", class: "app-button", dir: "auto", hidden: true, data: { testid: "menu-app" } });
    this.row = el("div", { class: "composer-row" }, this.appButton, this.commandButton, attach.button, this.field, this.keysButton, send);
    this.startButton = el("button", { type: "button", class: "wide", text: "Start", data: { testid: "start" }, on: { click: () => actions.start() } });
    this.unblockButton = el("button", { type: "button", class: "wide", text: "Unblock", data: { testid: "unblock" }, on: { click: () => actions.block(false) } });
    this.element = el("div", { class: "composer" }, attach.panel, this.suggestions, this.context, this.row, this.startButton, this.unblockButton, this.keys);
  }

  /** Show what fits: {started, blocked, commands, keyboard, menuButton}. */
  update({ started, blocked, commands, keyboard, menuButton }) {
    this.row.hidden = !started || blocked;
    this.startButton.hidden = started || blocked;
    this.unblockButton.hidden = !blocked;
    this.#commands = commands ?? [];
    this.commandButton.hidden = this.#commands.length === 0;
    this.appButton.hidden = menuButton?.type !== "web_app";
    this.appButton.textContent = menuButton?.text ?? "";
    this.appButton.onclick = () => this.actions.openApp(menuButton.web_app.url);
    this.#suggest();
    if (JSON.stringify(keyboard) !== JSON.stringify(this.#keyboard)) {
      this.#keyboard = keyboard;
      this.#letters = false;
      this.keys.replaceChildren(...(keyboard ? [replyKeyboard(keyboard, { ...this.actions, say: (text) => this.#pressKey(text) })] : []));
    }
    this.keysButton.hidden = !keyboard;
    this.keys.hidden = !keyboard || this.#letters || this.row.hidden;
    this.field.placeholder = keyboard?.input_field_placeholder ?? "Message";
  }

  reply(message) {
    this.#aim({ kind: "reply", message }, senderName(message), summary(message));
  }

  edit(message) {
    this.#aim({ kind: "edit", message }, "Edit message", summary(message));
    this.field.value = message.text;
    this.#typed();
  }

  #aim(target, title, line) {
    this.#target = target;
    this.context.hidden = false;
    this.context.replaceChildren(
      el("div", { class: "quote" }, el("span", { class: "quote-name", text: title }), el("span", { class: "quote-text", text: line })),
      iconButton("close", "Leave it", () => this.#release()));
    this.field.focus();
  }

  #release() {
    if (this.#target?.kind === "edit") this.field.value = "";
    this.#target = null;
    this.context.hidden = true;
    this.#typed();
  }

  #send() {
    const text = this.field.value.trim();
    if (!text) return;
    const target = this.#target;
    this.field.value = "";
    this.#target = null;
    this.context.hidden = true;
    this.#typed();
    if (target?.kind === "edit") this.actions.edit(target.message, text);
    else this.actions.say(text, target?.message ?? null);
    this.field.focus();
  }

  #pressKey(text) {
    if (this.#keyboard?.one_time_keyboard) this.#toggleKeys();
    this.actions.say(text, null);
  }

  #toggleKeys() {
    this.#letters = !this.#letters;
    this.keys.hidden = this.#letters;
    if (this.#letters) this.field.focus();
  }

  #key(event) {
    if (event.key === "Escape") {
      if (!this.suggestions.hidden) this.suggestions.hidden = true;
      else if (this.#target) this.#release();
    } else if (event.key === "ArrowUp" && !this.suggestions.hidden) {
      event.preventDefault();
      [...this.suggestions.children].at(-1)?.focus();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#send();
    }
  }

  #typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 132)}px`;
    this.#suggest();
  }

  #toggleCommands() {
    if (this.suggestions.hidden) this.#suggest("/");
    else this.suggestions.hidden = true;
    this.suggestions.querySelector("button")?.focus();
  }

  #suggest(typed = this.field.value) {
    const fits = /^\/\w*$/.test(typed) ? this.#commands.filter(({ command }) => `/${command}`.startsWith(typed.toLowerCase())) : [];
    this.suggestions.hidden = fits.length === 0;
    this.suggestions.replaceChildren(...fits.map(({ command, description }) =>
      el("button", { type: "button", class: "suggestion", on: { click: () => this.#choose(command), keydown: (event) => this.#walk(event) } },
        el("b", { text: `/${command}` }), el("span", { dir: "auto", text: description }))));
  }

  #choose(command) {
    this.field.value = `/${command}`;
    this.#send();
    this.suggestions.hidden = true;
  }

  #walk(event) {
    const steps = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" };
    if (event.key === "Escape") {
      this.suggestions.hidden = true;
      this.field.focus();
    } else if (steps[event.key]) {
      event.preventDefault();
      (event.currentTarget[steps[event.key]] ?? this.field).focus();
    }
  }
}
