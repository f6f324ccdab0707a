import { expect, test } from "vitest";
import { FrontDoor } from "./front-door.ts";

const model = { connectionsPerSecond: 3, queueBound: 2, order: "fifo", dropsAbandoned: false } as const;
const present: (device: number) => boolean = () => false;

/** Lets devices in at time 0 and gives the order and moments in which they are served. */
function serveAll(door: FrontDoor, devices: readonly number[], isAbandoned = present): [number, number][] {
  const served: [number, number][] = [];
  let ends: number | undefined;
  for (const device of devices) {
    if (door.accept(device, 0) && !door.busy) ends = door.begin(0, isAbandoned);
  }
  while (ends !== undefined) {
    served.push([door.device, ends]);
    door.end();
    ends = door.begin(ends, isAbandoned);
  }
  return served;
}

test("the k-th connection of a busy period ends k / rate after it began, without drift", () => {
  expect(serveAll(new FrontDoor(model), [1, 2, 3])).toEqual([
    [1, 333_334],
    [2, 666_667],
    [3, 1_000_000],
  ]);
});

test("one more than the bound is refused, whoever is being served not counted", () => {
  const door = new FrontDoor(model);
  expect(serveAll(door, [1, 2, 3, 4]).map(([device]) => device)).toEqual([1, 2, 3]);
  expect([door.accepted, door.refused, door.served]).toEqual([3, 1, 3]);
});

test("last in, first out serves the newest of those who wait", () => {
  const door = new FrontDoor({ ...model, order: "lifo", queueBound: 9 });
  expect(serveAll(door, [1, 2, 3, 4]).map(([device]) => device)).toEqual([1, 4, 3, 2]);
});

test("a door that looks serves no one who has left", () => {
  const door = new FrontDoor({ ...model, queueBound: 9, dropsAbandoned: true });
  const served = serveAll(door, [1, 2, 3, 4], (device) => device % 2 === 0);
  expect(served.map(([device]) => device)).toEqual([1, 3]);
  expect(door.dropped).toBe(2);
});

test("an outage sweeps everyone out and ends the busy period", () => {
  const door = new FrontDoor(model);
  for (const device of [1, 2, 3]) if (door.accept(device, 0) && !door.busy) door.begin(0, present);
  door.sweep(500_000);
  expect([door.swept, door.waiting, door.busy, door.busyTime, door.life]).toEqual([3, 0, false, 500_000, 1]);
});
