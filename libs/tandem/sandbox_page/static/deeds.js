// What people do, sent to the server; and what they see of it at once, until the calendars say it themselves.

import { written } from "./times.js";

const PATIENCE_MS = 4000;
const BREATH_MS = 300; // several key strokes are one move

export class Deeds {
  constructor(person, changed, failed) {
    Object.assign(this, { person, changed, failed });
    this.wishes = new Map();
    this.breaths = new Map();
  }

  // Put what was wished for in the place of what a calendar still says.
  over(side, event) {
    const wish = this.wishes.get(side + event.id);
    if (!wish) return event;
    const met = Object.entries(wish.fields).every(([name, value]) => event[name] === value);
    if (met || wish.until < Date.now()) {
      this.wishes.delete(side + event.id);
      return event;
    }
    return wish.removed ? null : { ...event, ...wish.fields, moving: true };
  }

  hover(side, event, fields) {
    this.wishes.set(side + event.id, { fields, until: Infinity });
    this.changed();
  }

  settle() {
    this.wishes.clear();
    this.changed();
  }

  make(side, fields) {
    return this.send("POST", side, "", fields);
  }

  // Change an event; unless `settled`, wait whether more is to follow.
  change(side, event, fields, settled = true) {
    const key = side + event.id;
    this.wishes.set(key, { fields, until: Date.now() + PATIENCE_MS });
    this.changed();
    this.hush(key);
    return new Promise((done) => {
      const send = () => this.send("PUT", side, event.id, { ...event, ...fields }).catch((error) => this.undo(key, error)).then(done);
      this.breaths.set(key, { done, timer: setTimeout(send, settled ? 0 : BREATH_MS) });
    });
  }

  // What has not been sent yet is not sent any more: something newer takes its place.
  hush(key) {
    const breath = this.breaths.get(key);
    this.breaths.delete(key);
    clearTimeout(breath?.timer);
    breath?.done();
  }

  remove(side, event) {
    const key = side + event.id;
    this.hush(key);
    this.wishes.set(key, { fields: { id: "" }, removed: true, until: Date.now() + PATIENCE_MS });
    this.changed();
    return this.send("DELETE", side, event.id).catch((error) => this.undo(key, error));
  }

  undo(key, error) {
    this.wishes.delete(key);
    this.changed();
    this.failed(error.message);
  }

  async send(method, side, id, fields) {
    const path = `/people/${this.person}/${side}/events${id && `/${encodeURIComponent(id)}`}`;
    return ask(method, path, fields && body(fields));
  }
}

export async function ask(method, path, content) {
  const options = content && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(content) };
  const answer = await fetch(path, { method, ...options }).catch(() => null);
  if (!answer) throw new Error("Tandem does not answer. Is it still running?");
  const told = answer.status === 204 ? {} : await answer.json();
  if (!answer.ok) throw new Error(told.words ?? `It was answered ${answer.status}`);
  return told;
}

function body(event) {
  const { title, all_day = false, call = false, location = "" } = event;
  return { title, all_day, call, location, start: written(event.from), end: written(event.to) };
}
