// What a person does on a phone: the calls to the control API, and what the phone shows of their answers.

import { api } from "./api.js";
import { follow } from "./entities.js";
import { alertBox, toast } from "./notices.js";

/** Show a toast if it fails. */
function attempt(phone, promise) {
  promise.catch((problem) => toast(phone.stage, problem.message));
}

async function openApp(phone, url) {
  const tab = window.open("", "_blank");
  try {
    const answer = await api.openApp(phone.person.id, url);
    if (tab) tab.location = answer.url;
  } catch (problem) {
    tab?.close();
    toast(phone.stage, problem.message);
  }
}

function copy(phone, text) {
  const copied = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error("no clipboard"));
  copied.then(() => toast(phone.stage, "Copied"), () => toast(phone.stage, text));
}

/** Press a button: its spinner turns until the bot answers, then the answer is shown. */
async function press(phone, message, place, data) {
  const { chatId, person, spinners } = phone;
  if (!spinners.start(chatId, message.message_id, place)) return;
  phone.redraw(chatId, message.message_id);
  const answer = await phone.presses.press(person.id, Number(chatId), message.message_id, data)
    .catch((problem) => ({ text: problem.message }));
  spinners.stop(chatId, message.message_id, place);
  phone.redraw(chatId, message.message_id);
  if (answer?.url) follow(answer.url, bubbleActions(phone));
  if (answer?.text && answer.show_alert) alertBox(phone.stage, phone.person.bot_name, answer.text);
  else if (answer?.text) toast(phone.stage, answer.text);
}

/** What can be done in the composer and the menus of a phone. */
export function composerActions(phone) {
  const { id } = phone.person;
  return {
    say: (text, reply) => {
      const thread = reply?.message_thread_id ?? phone.thread;
      attempt(phone, api.say(id, Number(phone.chatId), text, { reply_to: reply?.message_id, thread }));
    },
    edit: (message, text) => attempt(phone, api.edit(id, Number(phone.chatId), message.message_id, text)),
    send: (kind, more) => attempt(phone, api.send(id, Number(phone.chatId), kind, { thread: phone.thread, ...more })),
    start: () => attempt(phone, api.start(id)),
    block: (blocked) => attempt(phone, api.block(id, blocked)),
    openApp: (url) => openApp(phone, url),
  };
}

/** What can be done with a bubble and the links and buttons in it. */
export function bubbleActions(phone) {
  return {
    bot: phone.store.bot.username,
    command: (text) => composerActions(phone).say(text, null),
    press: (message, place, data) => press(phone, message, place, data),
    openApp: (url) => openApp(phone, url),
    copy: (text) => copy(phone, text),
    reply: (message) => phone.composer.reply(message),
    edit: (message) => phone.composer.edit(message),
    show: (messageId) => phone.messages.show(messageId),
  };
}
