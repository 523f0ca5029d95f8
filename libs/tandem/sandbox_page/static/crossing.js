// What is seen of a crossing: a line with its milliseconds, the lane between the sides, and the event on its way.

import { element } from "./calendar.js";
import { took } from "./times.js";

const NAMES = { outlook: "Outlook", espo: "EspoCRM" };
const KEPT = 40;
const FLIGHT_MS = 650;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const list = document.getElementById("crossings");
const nothing = document.getElementById("nothing");

export function forget() {
  list.replaceChildren();
  nothing.hidden = false;
  for (const way of document.querySelectorAll(".way strong")) way.textContent = "–";
}

// Write a crossing down. `story` gives the address where an event's story is told.
export function note(crossing, story) {
  nothing.hidden = true;
  list.prepend(line(crossing, story));
  while (list.children.length > KEPT) list.lastChild.remove();
  document.querySelector(`#to-${crossing.target} strong`).textContent = took(crossing.ms) || "–";
}

function line(crossing, story) {
  const row = element("li", `to-${crossing.target}`);
  const at = element("time", "", new Date(crossing.at).toLocaleTimeString("en-GB"));
  at.dateTime = crossing.at;
  const way = element("span", "route", `${NAMES[crossing.source]} → ${NAMES[crossing.target]}`);
  const what = element("span", "what", `${crossing.title || crossing.entity} `);
  const fields = crossing.what === "updated" ? crossing.fields.map((name) => WORDS[name] ?? name).join(", ") : "";
  what.append(element("em", "", fields ? `${crossing.what}: ${fields}` : crossing.what));
  const link = Object.assign(element("a", "", "Story"), { href: story(crossing.link), target: "_blank" });
  link.setAttribute("aria-label", `The story of ${crossing.title || "this event"}`);
  row.append(at, way, what, element("strong", "ms", took(crossing.ms)), link);
  return row;
}

const WORDS = { span: "time", title: "subject", people: "guests", cancelled: "status" };

export const said = (crossing) => `${crossing.title || "An event"} ${crossing.what} in ${NAMES[crossing.target]} after ${took(crossing.ms)}`;

// Let the event fly from its place on one side to its place on the other, with its milliseconds.
export async function fly(crossing, from, to) {
  to?.classList.add("arrived");
  setTimeout(() => to?.classList.remove("arrived"), 2500);
  const way = document.getElementById(`to-${crossing.target}`);
  way.classList.add("busy");
  setTimeout(() => way.classList.remove("busy"), 1500);
  if (!from || !to || calm.matches) return;
  const [start, end] = [from.getBoundingClientRect(), to.getBoundingClientRect()];
  const pill = element("div", `pill born-${crossing.source}`, `${crossing.title} · ${took(crossing.ms)}`);
  pill.setAttribute("aria-hidden", "true");
  document.body.append(pill);
  const at = (box) => `translate(${box.left}px, ${Math.min(Math.max(box.top, 60), innerHeight - 40)}px)`;
  const flight = pill.animate(
    [{ transform: at(start), opacity: 0.4 }, { opacity: 1, offset: 0.2 }, { transform: at(end), opacity: 1, offset: 0.85 }, { transform: at(end), opacity: 0 }],
    { duration: FLIGHT_MS * 1.6, easing: "cubic-bezier(.4, 0, .2, 1)" },
  );
  await flight.finished;
  pill.remove();
}
