// The scrolling list of one chat in one phone: keeps its place, parts the days, swaps bubbles in place.

import { bubble } from "./bubble.js";
import { el, icon } from "./dom.js";
import { day } from "./time.js";

const NEAR_END = 80;

export class MessageList {
  #last = null;
  #missed = 0;
  #stuck = true;
  #shown = new Map();
  #follow = null;

  /** `draw(message)` gives the bubble's {view, actions}. */
  constructor(label, draw) {
    this.draw = draw;
    this.flow = el("div", { class: "flow" });
    this.list = el("div", {
      class: "messages", role: "log", "aria-live": "polite", "aria-relevant": "additions text", "aria-label": label,
      tabindex: "0", data: { testid: "messages" },
    }, this.flow);
    this.count = el("span", { class: "missed", hidden: true });
    this.jump = el("button", {
      type: "button", class: "jump", hidden: true, "aria-label": "To the newest message", on: { click: () => this.toEnd() },
    }, icon("down"), this.count);
    this.element = el("div", { class: "message-area" }, this.list, this.jump);
    this.list.addEventListener("scroll", () => this.#noticeScroll(), { passive: true });
    const resized = new ResizeObserver(() => this.#stuck && this.toEnd());
    resized.observe(this.list);
    resized.observe(this.flow);
  }

  /** Show another chat. Nothing of it is news, so screen readers are not told. */
  fill(messages) {
    this.#last = null;
    this.#shown.clear();
    this.list.setAttribute("aria-live", "off");
    this.flow.replaceChildren(...messages.flatMap((message) => this.#withDay(message)));
    this.toEnd();
    requestAnimationFrame(() => this.list.setAttribute("aria-live", "polite"));
  }

  /** Bring the same chat up to date, touching only what differs. */
  sync(messages) {
    const current = new Set(messages.map((message) => message.message_id));
    this.remove([...this.#shown.keys()].filter((id) => !current.has(id)));
    for (const message of messages) {
      const before = this.#shown.get(message.message_id);
      if (before === undefined) this.add(message, false);
      else if (before !== JSON.stringify(message)) this.change(message, false);
    }
  }

  add(message, mine) {
    const follow = mine || (this.#follow ?? this.#stuck);
    const nodes = this.#withDay(message);
    nodes.at(-1).classList.add("arriving");
    this.flow.append(...nodes);
    if (!follow) this.#missed += 1;
    this.#settle(follow);
  }

  /** Draw a bubble anew; the focus stays on the same button, the list on the same spot. */
  change(message, edited) {
    const old = this.find(message.message_id);
    if (!old) return;
    const follow = this.#follow ?? this.#stuck;
    const focused = old.contains(document.activeElement) ? [...old.querySelectorAll("button, a")].indexOf(document.activeElement) : -1;
    const { view, actions } = this.draw(message);
    const fresh = bubble(message, view, actions);
    this.#shown.set(message.message_id, JSON.stringify(message));
    if (edited) fresh.classList.add("changing");
    old.replaceWith(fresh);
    if (focused >= 0) fresh.querySelectorAll("button, a")[focused]?.focus({ preventScroll: true });
    this.#settle(follow);
  }

  remove(ids) {
    for (const id of ids) {
      this.find(id)?.remove();
      this.#shown.delete(id);
    }
    for (const mark of this.list.querySelectorAll(".day")) {
      if (!mark.nextElementSibling || mark.nextElementSibling.classList.contains("day")) mark.remove();
    }
    this.#last = [...this.list.querySelectorAll(".day")].at(-1)?.textContent ?? null;
  }

  find(id) {
    return this.list.querySelector(`[data-message-id="${CSS.escape(String(id))}"]`);
  }

  /** Scroll to one message and let it glow. */
  show(id) {
    const found = this.find(id);
    if (!found) return;
    found.scrollIntoView({ block: "center", behavior: "smooth" });
    found.classList.remove("glow");
    requestAnimationFrame(() => found.classList.add("glow"));
  }

  /** Once a frame is enough: a hundred messages at once are laid out once. */
  #settle(follow) {
    const planned = this.#follow !== null;
    this.#follow = follow;
    if (planned) return;
    requestAnimationFrame(() => {
      if (this.#follow) this.toEnd();
      else this.#showJump();
      this.#follow = null;
    });
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.#missed = 0;
    this.#showJump();
  }

  #withDay(message) {
    const today = day(message.date);
    const { view, actions } = this.draw(message);
    const drawn = bubble(message, view, actions);
    this.#shown.set(message.message_id, JSON.stringify(message));
    if (today === this.#last) return [drawn];
    this.#last = today;
    return [el("div", { class: "day" }, el("span", { text: today })), drawn];
  }

  #atEnd() {
    return this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < NEAR_END;
  }

  #noticeScroll() {
    this.#stuck = this.#atEnd();
    if (this.#stuck) this.#missed = 0;
    this.#showJump();
  }

  #showJump() {
    this.jump.hidden = this.#atEnd();
    this.count.hidden = this.#missed === 0;
    this.count.textContent = String(this.#missed);
  }
}
