// Names on the map, each where it covers no other, no marker and no edge.

const NAME_SIZE = 11;
const NAME_HEIGHT = 15;
const NARROW = 640;  // pixels of a map with smaller markers, fewer names and no long leaders
const DIRECTIONS = [0, 180, 270, 90, 315, 45, 225, 135, 292, 68, 248, 112].map((degrees) => (degrees * Math.PI) / 180);
const DISTANCES = [3, 12, 26, 40, 56];  // pixels from a marker to its name

const overlaps = (a, b) => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
const boxAround = (x, y, width, height) => ({ x0: x - width / 2, x1: x + width / 2, y0: y - height / 2, y1: y + height / 2 });

/** A name without what stands in brackets. */
const shortName = (name) => name.replace(/\s*\([^)]*\)/g, "");

/** Whether the way from (x, y) to (toX, toY) meets a box. */
function meets(box, x, y, toX, toY) {
  return [0.15, 0.3, 0.45, 0.6, 0.75, 0.9].some((part) => {
    const [px, py] = [x + (toX - x) * part, y + (toY - y) * part];
    return px > box.x0 && px < box.x1 && py > box.y0 && py < box.y1;
  });
}

/**
 * Where the name of a marker can stand: the nearest free place around it. A place is `box`, and the offset (dx, dy) of its
 * middle from the marker's; `undefined` if none is free.
 */
function freePlace({ x, y, radius }, width, occupied, names, frame) {
  for (const distance of DISTANCES.slice(0, frame.x1 < NARROW ? 2 : undefined)) {
    for (const angle of DIRECTIONS) {
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      const dx = cos * (radius + distance) + (Math.abs(cos) < 0.01 ? 0 : (Math.sign(cos) * width) / 2);
      const dy = sin * (radius + distance) + (Math.abs(sin) < 0.01 ? 0 : (Math.sign(sin) * NAME_HEIGHT) / 2);
      const box = boxAround(x + dx, y + dy, width, NAME_HEIGHT);
      const inside = box.x0 >= frame.x0 && box.x1 <= frame.x1 && box.y0 >= frame.y0 && box.y1 <= frame.y1;
      if (inside && !occupied.some((other) => overlaps(box, other)) && !names.some((name) => meets(name, x, y, x + dx, y + dy))) {
        return { box, dx, dy, distance };
      }
    }
  }
  return undefined;
}

/**
 * Names for the first `most` of `markers` ({name, x, y, radius} in pixels, the largest first) that find room, and for as
 * many of `regions` ({name, x, y}) after them: both as {name, x, y, dx, dy, distance, box}.
 */
function placeNames(markers, regions, most, frame) {
  const occupied = markers.map(({ x, y, radius }) => boxAround(x, y, 2 * radius, 2 * radius));
  const names = [];
  const named = markers.slice(0, most).flatMap((marker) => {
    const free = freePlace(marker, textWidth(marker.name, NAME_SIZE) + 4, occupied, names, frame);
    if (!free) return [];
    occupied.push(free.box);
    names.push(free.box);
    return [{ ...marker, ...free }];
  });
  const regionsNamed = regions.filter(({ name, x, y }) => {
    const box = boxAround(x, y, textWidth(name, NAME_SIZE) + 4, NAME_HEIGHT);
    const inside = box.x0 >= frame.x0 && box.x1 <= frame.x1;
    return inside && !occupied.some((other) => overlaps(box, other)) && occupied.push(box);
  });
  return { named, regions: regionsNamed };
}
