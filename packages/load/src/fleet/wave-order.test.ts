import { keyedRandom } from "@fieldbook/kernel";
import { expect, test } from "vitest";
import { WaveOrder } from "./wave-order.ts";

test("every device has exactly one place, whatever the size of the fleet", () => {
  for (const count of [1, 2, 6, 97, 1_000, 4_096]) {
    const order = new WaveOrder(count, keyedRandom(count));
    const devices = new Set(Array.from({ length: count }, (_, place) => order.deviceAt(place)));
    expect([devices.size, Math.min(...devices), Math.max(...devices)]).toEqual([count, 0, count - 1]);
  }
});
