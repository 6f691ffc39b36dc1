// One person's phone: who they are, the chats they are in, the messages and the composer.

import { bubbleActions, composerActions } from "./actions.js";
import { el, iconButton, menu, menuItem } from "./dom.js";
import { ChatBar } from "./chatbar.js";
import { Composer } from "./composer.js";
import { MessageList } from "./messagelist.js";
import { Spinners } from "./presses.js";

const LANGUAGES = { my: "မြန်မာ", km: "ខ្មែរ", th: "ไทย", en: "English", lo: "ລາວ", shn: "Shan" };

const letters = new Intl.Segmenter();

export class Phone {
  spinners = new Spinners();
  #typing = null;
  #unseen = 0;

  constructor(person, store, presses) {
    Object.assign(this, { person, store, presses, chatId: String(person.id), thread: null });
    this.title = el("h2");
    this.role = el("p", { class: "role" });
    this.avatar = el("span", { class: "avatar", "aria-hidden": "true", style: { "--hue": String(person.id * 47 % 360) } });
    const more = iconButton("more", "More", () => {});
    this.bar = new ChatBar((id) => this.#open(id), (id) => this.#openTopic(id));
    this.status = el("div", { class: "typing", role: "status", hidden: true }, el("i"), el("i"), el("i"), el("span"));
    this.messages = new MessageList(`Messages of ${person.name}`, (message) => this.#draw(message));
    this.intro = el("div", { class: "intro", hidden: true });
    this.actions = composerActions(this);
    this.composer = new Composer(person.name, this.actions);
    this.stage = el("div", { class: "stage" }, this.intro, this.messages.element, this.status);
    this.element = el("section", { class: "phone", "aria-label": person.name, data: { person: String(person.id) } },
      el("header", {}, this.avatar, el("div", { class: "who" }, this.title, this.role), more, menu(more, () => this.#moreItems())),
      this.bar.tabs, this.bar.topics, this.stage, this.composer.element);
  }

  /** The chat on screen. */
  get chat() {
    return this.store.chats[this.chatId];
  }

  /** Take the person and chats from the store and draw all of it. */
  refresh(person) {
    this.person = person;
    this.title.textContent = person.name;
    this.role.textContent = [person.role, LANGUAGES[person.language_code] ?? person.language_code].filter(Boolean).join(" · ");
    this.avatar.textContent = [...letters.segment(person.name)][0]?.segment ?? "?";
    this.element.classList.toggle("blocked", person.blocked);
    const fresh = !this.chat || !this.element.isConnected;
    if (!this.chat) this.chatId = String(person.id);
    this.#drawTabs();
    this.#dress();
    this.messages[fresh ? "fill" : "sync"](this.#onScreen());
  }

  /** This phone came to the front on a narrow screen. */
  shown() {
    this.#unseen = 0;
    this.messages.toEnd();
  }

  arrived(chatId, message) {
    if (!this.person.chats.map(String).includes(String(chatId))) return;
    const mine = message.from?.id === this.person.id;
    const here = String(chatId) === this.chatId && this.#inThread(message);
    if (here) {
      if (!mine) this.#quiet();
      this.#dress();
      this.messages.add(message, mine);
      if (!mine && this.element.offsetParent === null) this.#unseen += 1;
    } else if (!mine && String(chatId) !== this.chatId) this.bar.miss(String(chatId));
    this.#drawTabs();
  }

  changed(chatId, message) {
    if (String(chatId) !== this.chatId) return;
    this.messages.change(message, true);
    this.#dress();
  }

  removed(chatId, ids) {
    if (String(chatId) === this.chatId) this.messages.remove(ids);
  }

  /** The bot is typing, or sending something, for about five seconds. */
  acting(chatId, action) {
    if (String(chatId) !== this.chatId) return;
    this.status.hidden = false;
    this.status.lastElementChild.textContent = action === "typing" ? "typing" : action.replaceAll("_", " ");
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#quiet(), 5000);
  }

  /** How many messages nobody has seen on this phone. */
  get waiting() {
    return this.bar.unread + this.#unseen;
  }

  #quiet() {
    this.status.hidden = true;
  }

  #inThread(message) {
    return this.thread === null || (message.message_thread_id ?? 0) === this.thread;
  }

  #onScreen() {
    return this.store.messages(this.chatId).filter((message) => this.#inThread(message));
  }

  #fill() {
    this.#dress();
    this.messages.fill(this.#onScreen());
  }

  #dress() {
    const own = this.chatId === String(this.person.id);
    const chat = this.chat ?? {};
    const started = !own || (chat.messages?.length ?? 0) > 0;
    this.composer.update({
      started, blocked: own && this.person.blocked, commands: this.person.commands[this.chatId],
      keyboard: chat.keyboard, menuButton: own ? this.person.menu_button : null,
    });
    this.intro.hidden = started;
    if (!started) {
      this.intro.replaceChildren(el("div", { class: "intro-card" }, el("strong", { dir: "auto", text: this.person.bot_name }), el("p", { dir: "auto", text: this.person.description || "No messages here yet." })));
    }
    this.bar.drawTopics(chat, this.thread);
  }

  #drawTabs() {
    const own = String(this.person.id);
    const titled = (id) => (id === own ? this.person.bot_name : this.store.chats[id]?.title) ?? id;
    this.bar.drawTabs(this.person.chats.map(String).map((id) => ({ id, title: titled(id) })), this.chatId);
  }

  #open(chatId) {
    this.chatId = chatId;
    this.thread = null;
    this.bar.seen(chatId);
    this.#quiet();
    this.#drawTabs();
    this.#fill();
  }

  #openTopic(id) {
    this.thread = id;
    this.#fill();
  }

  /** Draw one bubble anew, if its chat is on screen. */
  redraw(chatId, messageId) {
    const current = this.store.messages(chatId).find((one) => one.message_id === messageId);
    if (current && this.chatId === chatId) this.messages.change(current, false);
  }

  #draw(message) {
    const group = this.chatId !== String(this.person.id);
    const mine = message.from?.id === this.person.id;
    const topic = this.thread === null && this.chat?.topics.find((one) => one.id === message.message_thread_id)?.name;
    const pending = this.spinners.of(this.chatId, message.message_id);
    const view = { mine, topic, named: group && !mine, pending, reactions: message.reactions };
    return { view, actions: bubbleActions(this) };
  }

  #moreItems() {
    const { blocked } = this.person;
    return [
      menuItem(blocked ? "Unblock the bot" : "Block the bot", () => this.actions.block(!blocked)),
      menuItem("Send /start", () => this.actions.start()),
    ];
  }
}
