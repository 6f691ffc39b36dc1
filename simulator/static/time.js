// The simulated time, always as a wall clock in Bangkok shows it.

const zone = "Asia/Bangkok";
const hourFormat = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "long", day: "numeric", month: "long" });
const clockFormat = new Intl.DateTimeFormat("en-GB", { timeZone: zone, weekday: "short", day: "numeric", month: "short", year: "numeric" });

/** "09:30" of a Unix time in seconds. */
export const hour = (unix) => hourFormat.format(new Date(unix * 1000));

/** "Tuesday 24 November" of a Unix time in seconds. */
export const day = (unix) => dayFormat.format(new Date(unix * 1000));

let ahead = 0;

/** Set the simulated clock from the server's ISO instant; it then runs on by itself. */
export function setClock(iso) {
  ahead = Date.parse(iso) - Date.now();
}

/** {day: "Tue, 24 Nov 2026", hour: "09:30", iso} of the simulated now. */
export function simulatedNow() {
  const now = new Date(Date.now() + ahead);
  return { day: clockFormat.format(now), hour: hourFormat.format(now), iso: now.toISOString() };
}
