// The state of the world as the server tells it: fetched whole on (re)connection, then kept up by events.

import { api } from "./api.js";
import { setClock } from "./time.js";

export class Store extends EventTarget {
  bot = {};
  people = [];
  chats = {};
  #held = [];
  #loading = false;
  #again = false;

  /** Connect and stay connected; a lost connection shows as "offline" and ends in a fresh state. */
  connect() {
    const stream = new EventSource("/sim/events");
    stream.addEventListener("open", () => {
      this.#tell("online");
      this.load();
    });
    stream.addEventListener("error", () => {
      this.#tell("offline");
      if (stream.readyState === EventSource.CLOSED) setTimeout(() => this.connect(), 2000);
    });
    stream.addEventListener("message", (event) => this.#receive(JSON.parse(event.data)));
  }

  /** Fetch everything; events that arrive meanwhile are held and applied after, so none is lost. */
  async load() {
    if (this.#loading) {
      this.#again = true;
      return;
    }
    this.#loading = true;
    try {
      const state = await api.state();
      this.bot = state.bot ?? {};
      this.people = state.people;
      this.chats = state.chats;
      setClock(state.clock);
      this.#tell("state");
    } catch (problem) {
      this.#tell("problem", { text: problem.message });
    } finally {
      this.#loading = false;
    }
    for (const event of this.#held.splice(0)) this.#apply(event);
    if (this.#again) {
      this.#again = false;
      this.load();
    }
  }

  /** The messages of a chat, oldest first. */
  messages(chatId) {
    return this.chats[chatId]?.messages ?? [];
  }

  #receive(event) {
    if (this.#loading) this.#held.push(event);
    else this.#apply(event);
  }

  #apply(event) {
    if (event.type === "message" || event.type === "edit") this.#place(event);
    else if (event.type === "delete") this.#remove(event);
    else if (event.type === "clock") {
      setClock(event.clock);
      this.#tell("clock");
    } else if (event.type === "answer" || event.type === "action") this.#tell(event.type, event);
    else this.load();
  }

  #place(event) {
    const chat = this.chats[event.chat_id];
    if (!chat) {
      this.load();
      return;
    }
    chat.keyboard = event.keyboard;
    const person = this.people.find((one) => one.id === event.chat_id);
    if (person && event.commands) person.commands[event.chat_id] = event.commands;
    const at = chat.messages.findIndex((old) => old.message_id === event.message.message_id);
    if (at >= 0) chat.messages[at] = event.message;
    else chat.messages.push(event.message);
    this.#tell(at >= 0 ? "changed" : "arrived", { chatId: event.chat_id, message: event.message });
  }

  #remove(event) {
    const chat = this.chats[event.chat_id];
    if (!chat) return;
    chat.messages = chat.messages.filter((message) => !event.message_ids.includes(message.message_id));
    this.#tell("removed", { chatId: event.chat_id, ids: event.message_ids });
  }

  #tell(kind, detail = {}) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}
