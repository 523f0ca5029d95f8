// The form of one event, new or not.

import { DAY, clock, date, dayOf, minutes } from "./times.js";

const NAMES = { outlook: "Outlook", espo: "EspoCRM" };
const STATES = { new: "Not crossed yet", pending: "On its way", refused: "It did not cross", held: "It waits for your word" };

const dialog = document.getElementById("editor");
const form = dialog.querySelector("form");
const part = (name) => document.getElementById(`editor-${name}`);
const field = form.elements;

// Open the form; `does` has save(fields) and remove(), `story` is the address where the event's story is told.
export function edit(side, event, does, story) {
  const known = Boolean(event.id);
  part("name").textContent = known ? `${event.title || "Event"} in ${NAMES[side]}` : `New event in ${NAMES[side]}`;
  part("state").textContent = known ? [STATES[event.state] ?? `It is ${event.state}`, event.reason].filter(Boolean).join(": ") : "";
  part("wrong").textContent = "";
  part("remove").hidden = !known;
  form.querySelector(".once").hidden = known;
  part("story").hidden = !event.link;
  part("story").querySelector("a").href = event.link ? story.url : "";
  part("story").querySelector("span").textContent = story.hint;
  fill(event);
  shape();
  dialog.showModal();
  field.title.focus();
  field.title.select();

  form.onsubmit = async (submit) => {
    submit.preventDefault();
    try {
      const fields = read();
      dialog.close();
      await does.save(fields);
    } catch (error) {
      part("wrong").textContent = error.message;
      if (!dialog.open) dialog.showModal();
    }
  };
  part("remove").onclick = () => {
    dialog.close();
    does.remove();
  };
}

part("cancel").onclick = () => dialog.close();
field.all_day.onchange = shape;

function shape() {
  const whole = field.all_day.checked;
  for (const each of form.querySelectorAll(".timed, .whole")) {
    each.hidden = each.classList.contains("whole") !== whole;
    each.querySelector("input").disabled = each.hidden;
  }
}

function fill(event) {
  field.title.value = event.title;
  field.location.value = event.location ?? "";
  field.all_day.checked = event.all_day;
  field.call.checked = event.call;
  field.day.value = date(dayOf(event.from));
  field.last.value = date(dayOf(event.to));
  field.from.value = event.all_day ? "09:00" : clock(event.from);
  field.to.value = event.all_day ? "10:00" : clock(event.to);
}

function read() {
  const whole = field.all_day.checked;
  const from = minutes(`${field.day.value}T${whole ? "00:00" : field.from.value}`);
  let to = minutes(whole ? `${field.last.value}T00:00` : `${field.day.value}T${field.to.value}`);
  if (whole && to < from) throw new Error("The last day is before the first.");
  if (!whole && to <= from) to += DAY;
  return { title: field.title.value.trim(), location: field.location.value.trim(), all_day: whole, call: field.call.checked, from, to };
}
