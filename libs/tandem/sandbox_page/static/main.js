// Puts the page together: whose calendars, which days, what the server tells, and what the hands do.

import { Calendar } from "./calendar.js";
import { fly, forget, note, said } from "./crossing.js";
import { Deeds, ask } from "./deeds.js";
import { edit } from "./editor.js";
import { hands } from "./hands.js";
import { play } from "./showing.js";
import { DAY, dayOf, minutes, named, now } from "./times.js";

const SIDES = ["outlook", "espo"];
const LAST_WORD_MS = 3000;
const narrow = matchMedia("(max-width: 60rem)");
const calendars = { outlook: new Calendar("outlook", "Outlook"), espo: new Calendar("espo", "EspoCRM") };
const part = (id) => document.getElementById(id);
const setup = await ask("GET", "/setup");

let person, source, deeds, first;
let told = { outlook: [], espo: [], crossings: [], mischief: [] };
let waiting = [];
let noted = null; // the crossings that were shown, whose ids come in no order; null before the first word of the server

const days = () => (narrow.matches ? 3 : 7);
const wall = () => now(person.zone);
const story = (link) => `${setup.console}/users/${person.account}/sync/${link}`;
const say = (words) => (part("caption").textContent = words);
const events = (side) => told[side].map((event) => deeds.over(side, event)).filter(Boolean);

function draw() {
  for (const side of SIDES) calendars[side].draw(events(side), first, days(), wall());
  const how = { day: "numeric", month: "short" };
  part("span").textContent = `${named(first, how)} – ${named(first + days() - 1, { ...how, year: "numeric" })}`;
  for (const button of part("mischief").children) button.setAttribute("aria-pressed", told.mischief.includes(button.dataset.kind));
}

function go(day) {
  first = day;
  draw();
}

// What is over is not synced (M11), so the days begin with today.
const home = () => go(dayOf(wall()));

// What the server tells.
function hear(message) {
  const before = Object.fromEntries(SIDES.map((side) => [side, new Map(told[side].map((event) => [event.link, calendars[side].cards.get(event.id)]))]));
  told = JSON.parse(message.data);
  for (const side of SIDES) for (const event of told[side]) Object.assign(event, { from: minutes(event.start), to: minutes(event.end) });
  const known = noted !== null;
  noted ??= new Set();
  const fresh = told.crossings.filter((one) => !noted.has(one.id));
  for (const crossing of fresh) noted.add(crossing.id);
  for (const crossing of fresh) note(crossing, story);
  draw();
  part("live").textContent = "Live";
  part("live").dataset.on = "yes";
  if (known) for (const crossing of fresh) cross(crossing, before);
  waiting = waiting.filter((one) => !one.met());
}

function cross(crossing, before) {
  const from = calendars[crossing.source].ofLink(crossing.link);
  const to = calendars[crossing.target].ofLink(crossing.link) ?? before[crossing.target].get(crossing.link);
  fly(crossing, from, to?.isConnected ? to : undefined);
  if (!playing) say(said(crossing));
}

function choose(who) {
  person = who;
  source?.close();
  deeds = new Deeds(who.login, draw, say);
  told = { ...told, outlook: [], espo: [] };
  for (const one of waiting) one.giveUp();
  [noted, waiting] = [null, []];
  forget();
  say("");
  part("console").href = `${setup.console}/users/${who.account}/sync`;
  source = new EventSource(`/people/${who.login}/live`);
  source.onmessage = hear;
  source.onerror = () => {
    part("live").textContent = "Not connected: is Tandem still running?";
    delete part("live").dataset.on;
  };
  home();
}

// What the hands do.
function open(side, event) {
  const save = async (fields) => (event.id ? deeds.change(side, event, fields) : deeds.make(side, fields));
  const hint = `(sign in as ${person.login}, password ${person.login}-sandbox)`;
  edit(side, event, { save, remove: () => deeds.remove(side, event) }, { url: event.link && story(event.link), hint });
}

const blank = (from, to) => ({ title: "", from, to, all_day: false, call: false, location: "" });
const soon = () => {
  const day = Math.max(first, Math.min(first + days() - 1, dayOf(wall())));
  return day * DAY + 9 * 60;
};
for (const side of SIDES) {
  hands(calendars[side], {
    edit: open,
    draw: (on, from, to) => open(on, blank(from, to)),
    hover: (on, event, from, to) => deeds.hover(on, event, { from, to }),
    move: (on, event, from, to, settled) => deeds.change(on, event, { from, to }, settled),
    remove: (on, event) => deeds.remove(on, event),
    settle: () => deeds.settle(),
  });
  calendars[side].part(".new").onclick = () => open(side, blank(soon(), soon() + 60));
  calendars[side].scroll.onscroll = () => {
    for (const other of SIDES) calendars[other].scroll.scrollTop = calendars[side].scroll.scrollTop;
  };
}

// The same event on the other side stands out with the one that is looked at.
for (const kind of ["pointerover", "focusin"]) {
  document.querySelector(".sides").addEventListener(kind, (look) => {
    const link = look.target.closest(".event")?.dataset.link;
    for (const card of document.querySelectorAll(".event")) card.classList.toggle("twin", Boolean(link) && card.dataset.link === link);
  });
}

// The controls.
part("earlier").onclick = () => go(first - days());
part("later").onclick = () => go(first + days());
part("today").onclick = home;
narrow.onchange = home;
part("mischief").onclick = (click) => {
  const button = click.target.closest("button");
  if (button) ask("POST", "/mischief", { kind: button.dataset.kind, on: button.getAttribute("aria-pressed") !== "true" }).catch((error) => say(error.message));
};

let playing = false;
part("show-me").onclick = async () => {
  if (playing) return;
  playing = true;
  part("show-me").setAttribute("aria-disabled", "true");
  const until = (look) => new Promise((done, fail) => {
    const met = () => {
      const found = look(told);
      if (found) done(found);
      return Boolean(found);
    };
    if (!met()) waiting.push({ met, giveUp: () => fail(new Error("Another person's calendars are shown now.")) });
  });
  try {
    home();
    await play({ now: wall(), deeds, say, until }, person.name.split(" ")[0]);
  } catch (error) {
    say(error.message);
  }
  setTimeout(() => {
    playing = false;
    part("show-me").removeAttribute("aria-disabled");
  }, LAST_WORD_MS);
};

for (const who of setup.people) {
  const label = document.createElement("label");
  const choice = Object.assign(document.createElement("input"), { type: "radio", name: "person", value: who.login });
  choice.onchange = () => choose(who);
  const name = Object.assign(document.createElement("span"), { textContent: who.name });
  name.append(Object.assign(document.createElement("small"), { textContent: who.zone.split("/")[1].replace("_", " ") }));
  label.append(choice, name);
  part("people").append(label);
}
part("people").querySelector("input").checked = true;
choose(setup.people[0]);
setInterval(draw, 60000);
