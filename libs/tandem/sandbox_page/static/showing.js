// "Show me": the product in a quarter of a minute, played on the calendars as the person would.

import { DAY, dayOf } from "./times.js";

const PAUSE_MS = 1100;
const TITLE = "Coffee with Dana";
const pause = () => new Promise((done) => setTimeout(done, PAUSE_MS));

// `stage` has now, deeds, say(words) and until(look), which gives what `look` finds in both calendars once it finds something.
export async function play(stage, name) {
  const from = (dayOf(stage.now) + 1) * DAY + 10 * 60;
  stage.say(`${name} plans “${TITLE}” in Outlook …`);
  const { id } = await stage.deeds.make("outlook", { title: TITLE, from, to: from + 60, location: "Pier 4" });
  const { link } = await stage.until(({ outlook }) => outlook.find((event) => event.id === id && event.link));
  const there = (event) => event.link === link;

  const record = await stage.until(({ espo }) => espo.find(there));
  await pause();
  stage.say("… and it is in EspoCRM. Somebody moves it there by two hours …");
  await stage.deeds.change("espo", record, { from: from + 120, to: from + 180 });
  const moved = await stage.until(({ outlook }) => outlook.find((event) => there(event) && event.from === from + 120));
  await pause();
  stage.say("… so it moves in Outlook too. A new subject in Outlook …");
  await stage.deeds.change("outlook", moved, { title: `${TITLE} and Emil` });
  await stage.until(({ espo }) => espo.find((event) => there(event) && event.title === `${TITLE} and Emil`));
  await pause();
  stage.say("… is a new name in EspoCRM. Called off in Outlook …");
  await stage.deeds.remove("outlook", moved);
  await stage.until(({ espo }) => !espo.some(there));
  stage.say("… it is gone from both. Now you.");
}
