// Which chat of a phone is on screen: one tab per chat, and in a forum one chip per topic.

import { el } from "./dom.js";

export class ChatBar {
  #unread = new Map();

  /** `open(chatId)` and `openTopic(threadId | null)` run when somebody chooses. */
  constructor(open, openTopic) {
    this.open = open;
    this.openTopic = openTopic;
    this.tabs = el("div", { class: "chat-tabs", role: "group", "aria-label": "Chats" });
    this.topics = el("div", { class: "topics", role: "group", "aria-label": "Topics", hidden: true });
  }

  /** How many messages wait in chats that are not on screen. */
  get unread() {
    return [...this.#unread.values()].reduce((sum, count) => sum + count, 0);
  }

  miss(chatId) {
    this.#unread.set(chatId, (this.#unread.get(chatId) ?? 0) + 1);
  }

  seen(chatId) {
    this.#unread.delete(chatId);
  }

  /** `chats`: [{id, title}], `current`: the id on screen. */
  drawTabs(chats, current) {
    this.tabs.classList.toggle("single", chats.length < 2);
    this.tabs.replaceChildren(...chats.map(({ id, title }) => {
      const count = this.#unread.get(id) ?? 0;
      return el("button", { type: "button", class: "chat-tab", "aria-pressed": String(id === current), data: { chat: id }, on: { click: () => this.open(id) } },
        el("span", { dir: "auto", text: title }), count > 0 && el("span", { class: "badge", text: String(count) }));
    }));
    this.tabs.dispatchEvent(new CustomEvent("unread", { bubbles: true }));
  }

  /** The topics of a forum; nothing for any other chat. */
  drawTopics(chat, current) {
    this.topics.hidden = !chat.forum;
    if (!chat.forum) return;
    const chips = [{ id: null, name: "All" }, { id: 0, name: "General" }, ...chat.topics];
    this.topics.replaceChildren(...chips.map(({ id, name, closed }) => el("button", {
      type: "button", class: closed ? "chip closed" : "chip", "aria-pressed": String(id === current), dir: "auto",
      data: { topic: String(id) }, text: name, on: { click: () => this.openTopic(id) },
    })));
  }
}
