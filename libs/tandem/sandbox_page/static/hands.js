// How an event is taken hold of: by pointer or by keyboard, to move it, to change its length, to draw a new one.

import { HOUR, element } from "./calendar.js";
import { DAY, clock, dayOf } from "./times.js";

const STEP = 15;
const STIRRED = 4; // pixels that a hand may tremble
const KEYS = { ArrowUp: -STEP, ArrowDown: STEP, ArrowLeft: -DAY, ArrowRight: DAY };

// `does` has edit(side, event), draw(side, from, to), move(side, event, from, to, settled) and remove(side, event).
export function hands(calendar, does) {
  const { side, events, root } = calendar;
  let dragged = false;

  root.addEventListener("click", (click) => {
    const card = click.target.closest(".event");
    if (card && !dragged) does.edit(side, calendar.shown.get(card.dataset.id));
  });

  root.addEventListener("keydown", (key) => {
    const card = key.target.closest(".event");
    if (!card) return;
    const event = calendar.shown.get(card.dataset.id);
    if (key.key === "Delete" || key.key === "Backspace") {
      key.preventDefault();
      does.remove(side, event);
    } else if (key.key in KEYS) {
      key.preventDefault();
      keyed(event, KEYS[key.key], key.shiftKey);
    }
  });

  function keyed(event, by, longer) {
    if (event.all_day && Math.abs(by) < DAY) return;
    const step = event.all_day ? Math.sign(by) * DAY : by;
    if (!longer) does.move(side, event, event.from + step, event.to + step, false);
    else if (event.to + step > event.from) does.move(side, event, event.from, event.to + step, false);
  }

  root.addEventListener("pointerdown", (down) => {
    if (down.button !== 0) return;
    dragged = false;
    const card = down.target.closest(".event");
    if (card && events.contains(card)) holds(down, card);
    else if (!card && events.contains(down.target) && down.pointerType !== "touch") draws(down);
  });

  // A finger scrolls, so it draws nothing: a tap on a free hour makes an event.
  events.addEventListener("click", (click) => {
    if (click.pointerType !== "touch" || click.target.closest(".event")) return;
    const from = calendar.minuteAt(click.clientX, click.clientY - HOUR / 4);
    does.draw(side, from, from + 60);
  });

  function holds(down, card) {
    const event = calendar.shown.get(card.dataset.id);
    const longer = down.target.classList.contains("edge");
    const held = calendar.minuteAt(down.clientX, down.clientY);
    let at = [event.from, event.to];
    following(down, card, (move) => {
      const minute = calendar.minuteAt(move.clientX, move.clientY);
      if (longer) at = [event.from, Math.max(event.from + STEP, event.to + (minute % DAY) - (held % DAY))];
      else at = [event.from + minute - held, event.to + minute - held];
      does.hover(side, event, ...at);
    }, () => does.move(side, event, ...at, true));
  }

  function draws(down) {
    const start = calendar.minuteAt(down.clientX, down.clientY - HOUR / 8);
    const ghost = events.appendChild(element("div", "drawn"));
    let end = start + 60;
    const show = () => {
      const index = dayOf(start) - calendar.first;
      ghost.textContent = `${clock(start)}–${clock(end)}`;
      ghost.style.cssText = `top:${((start % DAY) / 60) * HOUR}px;height:${((end - start) / 60) * HOUR - 2}px;left:${(index * 100) / calendar.days}%;width:${100 / calendar.days}%`;
    };
    show();
    const done = () => {
      ghost.remove();
      does.draw(side, start, end);
    };
    following(down, events, (move) => {
      end = Math.max(start + STEP, dayOf(start) * DAY + (calendar.minuteAt(move.clientX, move.clientY) % DAY));
      show();
    }, done, done, () => ghost.remove());
  }

  // Follow one pointer from its press to its end.
  function following(down, part, moved, done, clicked = () => {}, gone = () => {}) {
    const over = new AbortController();
    const listen = (kind, act) => window.addEventListener(kind, act, { signal: over.signal });
    listen("pointermove", (move) => {
      if (move.pointerId !== down.pointerId) return;
      dragged ||= Math.hypot(move.clientX - down.clientX, move.clientY - down.clientY) > STIRRED;
      if (dragged) moved(move);
    });
    listen("pointerup", () => {
      over.abort();
      (dragged ? done : clicked)();
    });
    listen("pointercancel", () => {
      over.abort();
      gone();
      does.settle();
    });
    if (part !== events) down.preventDefault();
    part.focus?.({ preventScroll: true });
  }
}
