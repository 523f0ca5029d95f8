// One side: a calendar of some days, drawn from what the server told; elements stay the same while their event lives.

import { lanes } from "./layout.js";
import { DAY, clock, dayOf, named } from "./times.js";

export const HOUR = 40;
const SHORTEST = 20;
const WAITING = new Set(["new", "pending", "held", "refused"]);

export class Calendar {
  constructor(side, name) {
    this.side = side;
    this.name = name;
    this.root = document.getElementById(side);
    this.root.append(document.getElementById("side").content.cloneNode(true));
    this.part = (selector) => this.root.querySelector(selector);
    this.events = this.part(".events");
    this.scroll = this.part(".scroll");
    this.cards = new Map();
    this.shown = new Map();
    Object.assign(this.part("h2"), { id: `${side}-name`, textContent: name });
    this.part(".new").setAttribute("aria-label", `New event in ${name}`);
    this.part(".hours").append(...Array.from({ length: 24 }, (_, hour) => element("span", "", `${String(hour).padStart(2, "0")}:00`)));
    this.scroll.scrollTop = 7 * HOUR;
  }

  // Show these days, and in them these events. `today` is a minute on the wall.
  draw(events, first, days, today) {
    const focused = [...this.cards].find(([, card]) => card === document.activeElement)?.[0];
    Object.assign(this, { first, days });
    this.root.style.setProperty("--days", days);
    this.scroll.setAttribute("aria-label", `${this.name}, ${days} days from ${named(first, { day: "numeric", month: "long" })}`);
    this.part(".names").replaceChildren(...this.dayNames(today));
    this.nowLine(today);
    this.over(today);
    this.shown = new Map(events.map((event) => [event.id, event]));
    const inView = events.filter((event) => dayOf(event.from) < first + days && dayOf(event.all_day ? event.to : event.to - 1) >= first);
    this.drop(new Set(inView.map((event) => event.id)));
    const places = lanes(inView.filter((event) => !event.all_day));
    for (const event of inView.sort((one, other) => one.from - other.from)) this.place(event, places.get(event.id));
    this.part(".empty").hidden = inView.length > 0;
    const waiting = events.filter((event) => WAITING.has(event.state)).length;
    this.part(".waiting").hidden = !waiting;
    this.part(".waiting").textContent = `${waiting} on the way`;
    if (focused) this.cards.get(focused)?.focus({ preventScroll: true });
  }

  dayNames(today) {
    return Array.from({ length: this.days }, (_, index) => {
      const day = this.first + index;
      const name = element("span", day === dayOf(today) ? "today" : "", named(day, { weekday: "short" }));
      name.append(element("b", "", named(day, { day: "numeric" })));
      return name;
    });
  }

  nowLine(today) {
    const line = this.part(".now") ?? this.events.appendChild(element("div", "now"));
    const index = dayOf(today) - this.first;
    line.hidden = index < 0 || index >= this.days;
    line.style.cssText = `top:${((today % DAY) / 60) * HOUR}px;left:${(index / this.days) * 100}%;width:${100 / this.days}%`;
  }

  // Days that are over, which nothing crosses from any more.
  over(today) {
    const past = this.part(".over") ?? this.events.appendChild(element("div", "over", "over"));
    const share = Math.min(1, Math.max(0, (dayOf(today) - this.first) / this.days));
    past.hidden = share === 0;
    past.style.width = `${share * 100}%`;
  }

  drop(staying) {
    for (const [id, card] of this.cards) {
      if (staying.has(id)) continue;
      this.cards.delete(id);
      card.remove();
    }
  }

  place(event, place) {
    const card = this.cards.get(event.id) ?? this.card(event.id);
    const into = event.all_day ? this.part(".whole-days") : this.events;
    into.append(card);
    card.className = `event born-${event.born}${WAITING.has(event.state) ? " waits" : ""}${event.moving ? " moving" : ""}${event.call ? " call" : ""}`;
    card.dataset.link = event.link ?? "";
    card.children[0].textContent = event.title || "(no subject)";
    card.children[1].textContent = event.all_day ? "" : `${clock(event.from)}–${clock(event.to)}`;
    card.setAttribute("aria-label", label(event));
    const start = Math.max(0, dayOf(event.from) - this.first);
    if (event.all_day) {
      const end = Math.min(this.days - 1, dayOf(event.to) - this.first);
      card.style.cssText = `grid-column:${start + 1}/${end + 2}`;
      return;
    }
    const from = Math.max(event.from, (this.first + start) * DAY);
    const until = Math.min(event.to, (this.first + start + 1) * DAY);
    const width = 100 / this.days / place.of;
    const height = Math.max(SHORTEST, ((until - from) / 60) * HOUR - 2);
    card.classList.toggle("short", height < 34);
    card.style.cssText = `top:${((from % DAY) / 60) * HOUR}px;height:${height}px;left:${(start * 100) / this.days + place.lane * width}%;width:calc(${width}% - 3px)`;
  }

  card(id) {
    const card = element("button", "event");
    card.dataset.id = id;
    card.setAttribute("aria-describedby", "keys");
    card.append(element("strong"), element("span", "when"), element("i", "edge"));
    this.cards.set(id, card);
    return card;
  }

  // Which minute a pointer is at, to the quarter of an hour.
  minuteAt(x, y) {
    const box = this.events.getBoundingClientRect();
    const day = Math.min(this.days - 1, Math.max(0, Math.floor(((x - box.left) / box.width) * this.days)));
    const minute = Math.min(DAY - 15, Math.max(0, Math.round((((y - box.top) / HOUR) * 60) / 15) * 15));
    return (this.first + day) * DAY + minute;
  }

  ofLink(link) {
    return this.cards.get([...this.shown.values()].find((event) => event.link === link)?.id);
  }
}

function label(event) {
  const day = named(dayOf(event.from), { weekday: "long", day: "numeric", month: "long" });
  const when = event.all_day ? `${day}, all day` : `${day}, ${clock(event.from)} to ${clock(event.to)}`;
  const state = event.state === "new" ? "not crossed yet" : event.state;
  return `${event.title || "(no subject)"}, ${when}, ${state}`;
}

export function element(tag, className = "", text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
