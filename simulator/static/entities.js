// Text with entities (offsets in UTF-16 units, as JavaScript counts too) -> nodes.

import { el } from "./dom.js";

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

const SAFE_LINK = /^(https?|tg|mailto|tel):/i;

/** Nodes for `text`; entities nest but never overlap halfway, as Telegram promises. */
export function textNodes(text, entities = [], actions = {}) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, 0, text.length, sorted, actions);
}

function between(text, start, end, entities, actions) {
  const nodes = [];
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    const inner = [];
    index += 1;
    while (index < entities.length && entities[index].offset < stop) inner.push(entities[index++]);
    if (entity.offset < at || entity.offset >= stop) continue;
    if (entity.offset > at) nodes.push(text.slice(at, entity.offset));
    const node = wrap(entity, text.slice(entity.offset, stop), actions);
    node.append(...between(text, entity.offset, stop, inner, actions));
    nodes.push(node);
    at = stop;
  }
  if (at < end) nodes.push(text.slice(at, end));
  return nodes;
}

function wrap(entity, covered, actions) {
  switch (entity.type) {
    case "url":
      return link(/^[a-z]+:/i.test(covered) ? covered : `https://${covered}`, actions);
    case "text_link":
      return link(entity.url, actions);
    case "email":
      return el("a", { href: `mailto:${covered}` });
    case "phone_number":
      return el("a", { class: "phone-number", href: `tel:${covered.replace(/[^+\d]/g, "")}` });
    case "bot_command":
      return el("button", { type: "button", class: "inline-link", on: { click: () => actions.command?.(covered) } });
    case "spoiler":
      return spoiler();
    case "mention": case "hashtag": case "cashtag": case "text_mention":
      return el("span", { class: "mention" });
    case "expandable_blockquote":
      return el("blockquote", { class: "expandable", on: { click: (event) => event.currentTarget.classList.add("open") } });
    default:
      return el(TAGS[entity.type] ?? "span");
  }
}

function spoiler() {
  const reveal = (event) => {
    const node = event.currentTarget;
    if (node.classList.contains("shown") || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    node.classList.add("shown");
    node.removeAttribute("role");
    node.removeAttribute("tabindex");
    node.removeAttribute("aria-label");
  };
  return el("span", {
    class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text, press to show",
    on: { click: reveal, keydown: reveal },
  });
}

/** A link that opens elsewhere, except deep links to this bot, which stay in the phone. */
export function link(url, actions = {}, props = {}) {
  if (!SAFE_LINK.test(url)) return el("span", props);
  const node = el("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...props });
  node.addEventListener("click", (event) => {
    if (startFrom(url, actions)) event.preventDefault();
  });
  return node;
}

/** Open an address as a press on a link to it would. */
export function follow(url, actions) {
  if (SAFE_LINK.test(url) && !startFrom(url, actions)) window.open(url, "_blank", "noopener");
}

function startFrom(url, actions) {
  const payload = deepLink(url, actions.bot);
  if (payload !== null) actions.command?.(payload ? `/start ${payload}` : "/start");
  return payload !== null;
}

function deepLink(url, bot) {
  if (!bot) return null;
  if (!URL.canParse(url)) return null;
  const parsed = new URL(url);
  const onWeb = /^(t|telegram)\.me$/.test(parsed.hostname) && parsed.pathname.slice(1).toLowerCase() === bot.toLowerCase();
  const inApp = parsed.protocol === "tg:" && parsed.searchParams.get("domain")?.toLowerCase() === bot.toLowerCase();
  return onWeb || inApp ? parsed.searchParams.get("start") ?? "" : null;
}
