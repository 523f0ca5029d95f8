// Wall times such as "2026-11-30T09:00", counted in minutes of a clock that has no zone: the server knows the zones.

export const DAY = 1440;

export const minutes = (written) => Date.parse(`${written}Z`) / 60000;
export const written = (minute) => new Date(minute * 60000).toISOString().slice(0, 16);
export const dayOf = (minute) => Math.floor(minute / DAY);
export const clock = (minute) => written(minute).slice(11);
export const date = (day) => written(day * DAY).slice(0, 10);

export const named = (day, how) => new Date(day * DAY * 60000).toLocaleDateString("en-GB", { timeZone: "UTC", ...how });

// What a clock on the wall of that zone says now.
export function now(zone) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return minutes(parts.format(new Date()).replace(" ", "T"));
}

export const took = (ms) => (ms === null ? "" : ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(ms < 10000 ? 2 : 0)} s`);
