// One message -> one bubble. Drawn anew on every change; the list swaps it in place.

import { el, icon, iconButton, scriptOf } from "./dom.js";
import { textNodes } from "./entities.js";
import { inlineKeyboard } from "./keyboard.js";
import { mediaNodes, serviceLine } from "./media.js";
import { hour } from "./time.js";

export function senderName(message) {
  const from = message.from ?? {};
  return message.sender_chat?.title ?? [from.first_name, from.last_name].filter(Boolean).join(" ");
}

/** What a message says, on one line: for quotes and for lists. */
export function summary(message) {
  const kinds = { photo: "Photo", document: "Document", voice: "Voice message", venue: "Place", location: "Location", sticker: "Sticker", contact: "Contact", dice: "Dice", video: "Video", animation: "Animation" };
  const kind = Object.keys(kinds).find((key) => message[key]);
  return (message.text ?? message.caption ?? (kind ? kinds[kind] : "Message")).replace(/\s+/g, " ").slice(0, 120);
}

function quote(original, actions) {
  return el("button", { type: "button", class: "quote", on: { click: () => actions.show(original.message_id) } },
    el("span", { class: "quote-name", text: senderName(original) }),
    el("span", { class: "quote-text", text: summary(original) }));
}

function footing(message) {
  return el("span", { class: "meta" },
    message.has_protected_content && icon("lock"),
    message.edit_date && el("span", { class: "edited", text: "edited" }),
    el("time", { text: hour(message.date), datetime: new Date(message.date * 1000).toISOString() }));
}

function tools(message, mine, actions) {
  return el("div", { class: "tools" },
    iconButton("reply", "Reply", () => actions.reply(message), { class: "tool" }),
    mine && message.text && iconButton("edit", "Edit", () => actions.edit(message), { class: "tool" }));
}

/**
 * One bubble.
 * `view`: {mine, named (show who wrote), topic (its name or nothing), pending (Set of waiting buttons), reactions}; `actions`: what presses do.
 */
export function bubble(message, view, actions) {
  const line = serviceLine(message);
  if (line) return el("div", { class: "bubble service", data: { messageId: String(message.message_id) } }, el("span", { text: line }));

  const words = message.text ?? message.caption ?? "";
  const entities = message.entities ?? message.caption_entities ?? [];
  const script = scriptOf(words);
  const media = mediaNodes(message);
  const bare = !words && (message.sticker || message.dice);
  const keys = message.reply_markup?.inline_keyboard;
  const classes = ["bubble", view.mine ? "mine" : "theirs", bare && "bare", media.length && !bare && "with-media", keys?.length && "with-keys"];
  const replied = message.reply_to_message;

  return el("article", { class: classes.filter(Boolean).join(" "), "aria-label": senderName(message), data: { messageId: String(message.message_id) } },
    el("div", { class: "balloon" },
      view.named && el("div", { class: "sender", text: senderName(message), style: { "--hue": String((message.from?.id ?? 0) * 47 % 360) } }),
      view.topic && el("div", { class: "topic-name", dir: "auto", text: view.topic }),
      message.forward_origin && el("div", { class: "forwarded", text: "Forwarded message" }),
      replied?.message_id && !replied.forum_topic_created && quote(replied, actions),
      media,
      el("div", { class: "words", lang: script, dir: "auto" }, words && el("span", { class: "text" }, textNodes(words, entities, actions)), footing(message)),
      view.reactions?.length > 0 && el("div", { class: "reactions" }, view.reactions.map((face) => el("span", { text: face }))),
      tools(message, view.mine, actions)),
    keys?.length > 0 && inlineKeyboard(keys, view.pending, { ...actions, press: (place, data) => actions.press(message, place, data) }));
}
