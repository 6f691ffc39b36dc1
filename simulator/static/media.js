// What a message carries besides text: photos, documents, voice, places, contacts, stickers, dice.

import { el, icon } from "./dom.js";

const fileUrl = (fileId) => `/sim/file/${encodeURIComponent(fileId)}`;

function size(bytes) {
  if (!bytes) return "";
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function seconds(length = 0) {
  return `${Math.floor(length / 60)}:${String(length % 60).padStart(2, "0")}`;
}

function card(iconName, title, line, props = {}) {
  return el(props.href ? "a" : "div", { class: "card", ...props },
    el("span", { class: "card-mark" }, icon(iconName)),
    el("span", { class: "card-words" }, el("span", { class: "card-title", text: title }), line && el("span", { class: "card-line", text: line })));
}

/** A photo, or a quiet drawing where the file cannot be shown. */
function photo(sizes) {
  const largest = sizes.at(-1);
  const frame = el("div", { class: "photo", style: { "--wide": `${largest.width ?? 240}px` } });
  const picture = el("img", { src: fileUrl(largest.file_id), alt: "Photo", loading: "lazy", width: largest.width, height: largest.height });
  picture.addEventListener("error", () => {
    frame.classList.add("empty");
    frame.replaceChildren(icon("photo"), el("span", { text: "Photo" }));
  });
  frame.append(el("a", { href: fileUrl(largest.file_id), target: "_blank", "aria-label": "Open the photo" }, picture));
  return frame;
}

function voice(recording, label) {
  const row = card("voice", label, [seconds(recording.duration), size(recording.file_size)].filter(Boolean).join(" · "));
  row.classList.add("voice");
  const sound = el("audio", { controls: true, preload: "none", src: fileUrl(recording.file_id) });
  sound.addEventListener("error", () => sound.remove());
  return el("div", { class: "sound" }, row, sound);
}

function map(place, title, address) {
  const point = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  return el("a", { class: "map", href: `geo:${place.latitude},${place.longitude}`, "aria-label": `${title ?? "Location"}, ${point}` },
    el("span", { class: "map-picture" }, el("span", { class: "map-pin" }, icon("location"))),
    el("span", { class: "card-words map-words" },
      title && el("span", { class: "card-title", text: title }),
      address && el("span", { class: "card-line", text: address }),
      el("span", { class: "card-line", text: point })));
}

/** Nodes for everything in the message that is not text; an empty list for plain text. */
export function mediaNodes(message) {
  const nodes = [];
  if (message.photo?.length) nodes.push(photo(message.photo));
  if (message.document && !message.animation) {
    const file = message.document;
    nodes.push(card("document", file.file_name ?? "Document", size(file.file_size),
      { href: fileUrl(file.file_id), download: file.file_name ?? "document" }));
  }
  if (message.voice) nodes.push(voice(message.voice, "Voice message"));
  if (message.audio) nodes.push(voice(message.audio, message.audio.title ?? "Audio"));
  if (message.video || message.animation || message.video_note) {
    const clip = message.video ?? message.animation ?? message.video_note;
    nodes.push(card("app", message.animation ? "Animation" : "Video", seconds(clip.duration)));
  }
  if (message.sticker) nodes.push(el("div", { class: "sticker", role: "img", "aria-label": `Sticker ${message.sticker.emoji ?? ""}` }, icon("sticker")));
  if (message.venue) nodes.push(map(message.venue.location, message.venue.title, message.venue.address));
  else if (message.location) nodes.push(map(message.location));
  if (message.contact) {
    const who = [message.contact.first_name, message.contact.last_name].filter(Boolean).join(" ");
    nodes.push(card("contact", who, message.contact.phone_number));
  }
  if (message.dice) nodes.push(el("div", { class: "sticker dice", role: "img", "aria-label": `Dice: ${message.dice.value}` }, el("b", { text: String(message.dice.value) })));
  if (message.poll) nodes.push(card("check", message.poll.question, "Poll"));
  return nodes;
}

const SERVICE = {
  forum_topic_created: (part) => `Topic “${part.name}” was created`,
  forum_topic_edited: (part) => `The topic is now “${part.name ?? "changed"}”`,
  forum_topic_closed: () => "The topic was closed",
  forum_topic_reopened: () => "The topic was reopened",
  pinned_message: () => "A message was pinned",
  new_chat_members: (part) => `${part.map((who) => who.first_name).join(", ")} joined`,
  left_chat_member: (part) => `${part.first_name} left`,
  new_chat_title: (part) => `The group is now “${part}”`,
  migrate_to_chat_id: () => "This group became a supergroup",
  write_access_allowed: () => "The bot may write to you",
};

/** The sentence of a service message, or null. */
export function serviceLine(message) {
  const found = Object.keys(SERVICE).find((key) => message[key] !== undefined && message[key] !== null);
  return found ? SERVICE[found](message[found]) : null;
}
