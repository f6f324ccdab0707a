import type { Body } from "./message.ts";

/** Kinds of pending events. */
export const EventKind = { deliver: 0, timer: 1, fault: 2, call: 3, timeout: 4, disk: 5, step: 6, drain: 7 } as const;

export type EventKind = (typeof EventKind)[keyof typeof EventKind];

/** A pending event; one shape for all kinds keeps the loop fast. */
export interface PendingEvent {
  readonly kind: EventKind;
  /** deliver: sender; fault: its index; call, timeout: client; timer, disk: node. */
  readonly a: number;
  /** deliver: receiver; fault: step; timeout: operation; timer, disk: number. */
  readonly b: number;
  /** deliver: number of the message. */
  readonly id: number;
  /** deliver: the key of its fate, which copy it is, and when it was sent. */
  readonly fate: number;
  readonly copy: number;
  readonly sentAt: number;
  /** The handled event that led to it, where causes are kept. */
  readonly cause: number;
  readonly body: Body | undefined;
  /** deliver: the number of the body's type; 0 for other events. */
  readonly form: number;
}
