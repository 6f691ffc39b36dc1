// Building elements. The one rule: text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  send: "M3.4 20.4 21 12 3.4 3.6 3.4 10.1 15 12 3.4 13.9z",
  attach: "M16.5 6.5v10a4.5 4.5 0 0 1-9 0V5.5a3 3 0 0 1 6 0v10a1.5 1.5 0 0 1-3 0v-9",
  more: "M12 5v.01M12 12v.01M12 19v.01",
  down: "M6 9l6 6 6-6",
  reply: "M10 8 5 12.5l5 4.5v-3c5 0 7.5 1.5 9 4-.5-5-3.5-7-9-7.5z",
  edit: "M4 20l1-4L16.5 4.5l3 3L8 19z",
  close: "M6 6l12 12M18 6 6 18",
  link: "M8 16 17 7M10 7h7v7",
  copy: "M9 9h10v11H9zM5 15V4h10",
  app: "M4 5h16v14H4zM4 9h16",
  keyboard: "M3 6h18v12H3zM7 10v.01M11 10v.01M15 10v.01M8 14h8",
  slash: "M8 18 16 6",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M9 9v.01",
  sticker: "M5 5h14v9l-5 5H5zM14 19v-5h5M9 10v.01M14 10v.01M9 13c1.5 1.5 3.5 1.5 5 0",
  voice: "M12 4a2.5 2.5 0 0 0-2.5 2.5v5a2.5 2.5 0 0 0 5 0v-5A2.5 2.5 0 0 0 12 4zM6.5 11a5.5 5.5 0 0 0 11 0M12 16.5V20",
  location: "M12 21c4-5 6.5-8 6.5-11a6.5 6.5 0 1 0-13 0c0 3 2.5 6 6.5 11zM12 10v.01",
  document: "M7 3h7l4 4v14H7zM14 3v4h4",
  contact: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c.5-4 3-6 7-6s6.5 2 7 6",
  dice: "M5 5h14v14H5zM9 9v.01M15 9v.01M12 12v.01M9 15v.01M15 15v.01",
  plus: "M12 5v14M5 12h14",
  pin: "M9 4h6l-1 6 3 3H7l3-3zM12 13v7",
  lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
  check: "M5 13l4 4L19 7",
};

/** One element. `props`: class, text, data {}, on {}, style {}, and plain attributes (false and null are left out). */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") node.className = value;
    else if (name === "text") node.textContent = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "on") for (const [kind, run] of Object.entries(value)) node.addEventListener(kind, run);
    else if (name === "style") for (const [key, part] of Object.entries(value)) node.style.setProperty(key, part);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A line drawing from the small set above; silent for screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.classList.add("icon", `icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, run, props = {}) {
  return el("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: run }, ...props }, icon(name));
}

/** The language a text is mostly written in, from its letters: screen readers and line heights need it. */
export function scriptOf(text) {
  const counts = { my: 0, km: 0, th: 0 };
  for (const letter of text) {
    const code = letter.codePointAt(0);
    if ((code >= 0x1000 && code <= 0x109f) || (code >= 0xaa60 && code <= 0xaa7f)) counts.my += 1;
    else if (code >= 0x1780 && code <= 0x17ff) counts.km += 1;
    else if (code >= 0x0e00 && code <= 0x0e7f) counts.th += 1;
  }
  const [best, count] = Object.entries(counts).sort((a, b) => b[1] - a[1])[0];
  return count > 0 ? best : null;
}

/** A menu under a button: opens, closes on Escape, on a press elsewhere and after a choice. Arrow keys move in it. */
export function menu(button, fill) {
  const panel = el("div", { class: "menu", role: "menu", hidden: true });
  const close = (refocus) => {
    if (panel.hidden) return;
    panel.hidden = true;
    button.setAttribute("aria-expanded", "false");
    if (refocus) button.focus();
  };
  const open = () => {
    panel.replaceChildren(...fill());
    panel.hidden = false;
    button.setAttribute("aria-expanded", "true");
    panel.querySelector("[role=menuitem]")?.focus();
  };
  button.setAttribute("aria-haspopup", "menu");
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => (panel.hidden ? open() : close(true)));
  panel.addEventListener("click", () => close(true));
  panel.addEventListener("keydown", (event) => {
    const items = [...panel.querySelectorAll("[role=menuitem]")];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close(true);
    else if (step) items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  document.addEventListener("click", (event) => {
    if (!panel.contains(event.target) && !button.contains(event.target)) close(false);
  });
  return panel;
}

export function menuItem(label, run, iconName = null) {
  return el("button", { type: "button", class: "menu-item", role: "menuitem", on: { click: run } }, iconName && icon(iconName), el("span", { text: label }));
}
