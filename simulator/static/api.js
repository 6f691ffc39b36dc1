// Talking to the control API. Every call answers the parsed JSON or throws with the server's sentence.

async function call(path, body) {
  const answer = await fetch(path, body === undefined ? {} : {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
  });
  const parsed = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(parsed.error ?? `The simulator answered ${answer.status}`);
  return parsed;
}

export const api = {
  state: () => call("/sim/state"),
  say: (person, chat, text, more = {}) => call("/sim/say", { person, chat, text, ...more }),
  start: (person, payload = "") => call("/sim/start", { person, payload }),
  press: (person, chat, messageId, data) => call("/sim/press", { person, chat, message_id: messageId, data }),
  send: (person, chat, kind, more = {}) => call("/sim/send", { person, chat, kind, ...more }),
  edit: (person, chat, messageId, text) => call("/sim/edit", { person, chat, message_id: messageId, text }),
  clock: (seconds) => call("/sim/clock", { seconds }),
  person: (name, languageCode) => call("/sim/people", { name, language_code: languageCode }),
  block: (person, blocked) => call("/sim/block", { person, blocked }),
  openApp: (person, url) => call("/sim/app", { person, url }),
};
