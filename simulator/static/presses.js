// Pressed buttons that wait for the bot: the spinner turns until the answer comes, whichever arrives first.

import { api } from "./api.js";

const PATIENCE_MS = 60_000;

export class Presses {
  #waiting = new Map();
  #early = new Map();

  constructor(store) {
    store.addEventListener("answer", (event) => this.#answered(event.detail.id, event.detail.answer));
  }

  /** Press for a person; resolves to the bot's answer, or to null when none came in time. */
  async press(person, chat, messageId, data) {
    const { id } = await api.press(person, chat, messageId, data);
    if (this.#early.has(id)) {
      const answer = this.#early.get(id);
      this.#early.delete(id);
      return answer;
    }
    return new Promise((done) => {
      this.#waiting.set(id, done);
      setTimeout(() => this.#waiting.has(id) && this.#answered(id, null), PATIENCE_MS);
    });
  }

  #answered(id, answer) {
    const done = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (done) done(answer);
    else {
      // The answer overtook the reply to the press itself, or belongs to another page.
      this.#early.set(id, answer);
      if (this.#early.size > 200) this.#early.delete(this.#early.keys().next().value);
    }
  }
}

/** The buttons of one phone whose spinner turns, by chat, message and place. */
export class Spinners {
  #turning = new Map();

  of(chatId, messageId) {
    return this.#turning.get(`${chatId}/${messageId}`) ?? new Set();
  }

  /** False if it already turns. */
  start(chatId, messageId, place) {
    const places = this.of(chatId, messageId);
    if (places.has(place)) return false;
    this.#turning.set(`${chatId}/${messageId}`, places.add(place));
    return true;
  }

  stop(chatId, messageId, place) {
    const places = this.of(chatId, messageId);
    places.delete(place);
    if (places.size === 0) this.#turning.delete(`${chatId}/${messageId}`);
  }
}
