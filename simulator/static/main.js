// Puts the page together: the bar, one phone per person, and on a narrow screen tabs between them.

import { el } from "./dom.js";
import { toast } from "./notices.js";
import { Phone } from "./phone.js";
import { Presses } from "./presses.js";
import { Store } from "./store.js";
import { topbar } from "./topbar.js";

const store = new Store();
const presses = new Presses(store);
const phones = new Map();
let front = null;

const people = el("nav", { class: "people", "aria-label": "People" });
const row = el("main", { class: "phones" });
const empty = el("p", { class: "nobody", text: "Nobody is here yet." });
const problem = (text) => toast(document.body, text);
document.getElementById("page").replaceChildren(topbar(store, problem), people, row);

function bringToFront(id) {
  front = id;
  for (const [key, phone] of phones) phone.element.classList.toggle("front", key === id);
  phones.get(id)?.shown();
  drawPeople();
}

function drawPeople() {
  people.replaceChildren(...store.people.map((person) => {
    const unread = phones.get(person.id)?.waiting ?? 0;
    return el("button", {
      type: "button", class: "person-tab", "aria-pressed": String(person.id === front), data: { tab: String(person.id) },
      on: { click: () => bringToFront(person.id) },
    }, el("span", { text: person.name }), unread > 0 && el("span", { class: "badge", text: String(unread) }));
  }));
}

function refresh() {
  const present = new Set(store.people.map((person) => person.id));
  for (const [id, phone] of phones) {
    if (!present.has(id)) {
      phone.element.remove();
      phones.delete(id);
    }
  }
  for (const person of store.people) {
    if (!phones.has(person.id)) phones.set(person.id, new Phone(person, store, presses));
    const phone = phones.get(person.id);
    phone.element.classList.toggle("front", person.id === front);
    phone.refresh(person);
    if (!phone.element.isConnected) row.append(phone.element);
  }
  if (phones.size === 0) row.replaceChildren(empty);
  else empty.remove();
  if (present.has(front)) drawPeople();
  else bringToFront(store.people[0]?.id ?? null);
}

const everyPhone = (run) => phones.forEach(run);
store.addEventListener("state", refresh);
store.addEventListener("arrived", ({ detail }) => everyPhone((phone) => phone.arrived(detail.chatId, detail.message)));
store.addEventListener("changed", ({ detail }) => everyPhone((phone) => phone.changed(detail.chatId, detail.message)));
store.addEventListener("removed", ({ detail }) => everyPhone((phone) => phone.removed(detail.chatId, detail.ids)));
store.addEventListener("action", ({ detail }) => everyPhone((phone) => phone.acting(detail.chat_id, detail.action)));
store.addEventListener("problem", ({ detail }) => problem(detail.text));
row.addEventListener("unread", drawPeople);
store.connect();
