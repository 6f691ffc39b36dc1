// The paper clip: one press sends a sample of a kind, or a file of one's own.

import { el, iconButton, menu, menuItem } from "./dom.js";

const SAMPLES = [
  ["photo", "Photo"], ["document", "Document"], ["voice", "Voice message"], ["location", "Location"],
  ["sticker", "Sticker"], ["contact", "My contact"], ["dice", "Dice"],
];

/** {button, panel}: the clip and its menu. `send(kind, more)` sends. */
export function attachMenu(send) {
  const chooser = el("input", { type: "file", hidden: true, tabindex: "-1", "aria-hidden": "true", data: { testid: "file" } });
  chooser.addEventListener("change", async () => {
    const [file] = chooser.files;
    if (file) send(kindOf(file.type), { content: await base64(file), file_name: file.name, mime_type: file.type || "application/octet-stream" });
    chooser.value = "";
  });
  const button = iconButton("attach", "Attach", () => {}, { data: { testid: "attach" } });
  const panel = menu(button, () => [
    ...SAMPLES.map(([kind, label]) => menuItem(label, () => send(kind), kind)),
    menuItem("A file of mine…", () => chooser.click(), "plus"),
  ]);
  return { button: el("span", { class: "attach" }, button, chooser), panel };
}

function kindOf(type) {
  if (/^image\/(jpeg|png|webp)$/.test(type)) return "photo";
  return /^audio\/(ogg|opus)$/.test(type) ? "voice" : "document";
}

function base64(file) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
}
