// Events at the same time stand side by side: each gets a lane, and the number of lanes of those that it meets.

export function lanes(events) {
  const placed = new Map();
  let together = [];
  let until = -Infinity;
  const close = () => {
    const ends = [];
    for (const event of together) {
      let lane = ends.findIndex((end) => end <= event.from);
      if (lane < 0) lane = ends.length;
      ends[lane] = event.to;
      placed.set(event.id, { lane });
    }
    for (const event of together) placed.get(event.id).of = ends.length;
    together = [];
  };
  for (const event of [...events].sort((one, other) => one.from - other.from || other.to - one.to)) {
    if (event.from >= until) close();
    together.push(event);
    until = Math.max(together.length === 1 ? event.to : until, event.to);
  }
  close();
  return placed;
}
