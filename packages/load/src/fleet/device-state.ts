/**
 * The states of a device, each with its number in the typed arrays. A device is in exactly one.
 *
 * - offline: without power, or restarting; it forwards nothing
 * - back-off: it waits before it tries the cloud again, and forwards with its last configuration
 * - connecting: an attempt is out; it forwards as in back-off
 * - syncing: connected; it fetches or applies its desired configuration
 * - ready: connected, managed, its configuration reported
 * - degraded: it forwards with its last configuration and does not try the front door: it has not noticed that the
 *   cloud is gone, it has no valid credential, or a bad configuration cuts it off
 */
export const deviceState = { offline: 0, backOff: 1, connecting: 2, syncing: 3, ready: 4, degraded: 5 } as const;

export type DeviceStateName = keyof typeof deviceState;

/** By their numbers. */
export const deviceStateNames: readonly DeviceStateName[] = [
  "offline",
  "backOff",
  "connecting",
  "syncing",
  "ready",
  "degraded",
];

export const deviceStateCount = 6;
