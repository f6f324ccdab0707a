import type { Value } from "@fieldbook/check";
import type { Microseconds } from "@fieldbook/kernel";
import type { Body, ErrorBody } from "./message.ts";

/** What a client is about to do. */
export interface Invocation<Requests extends Body = Body> {
  /** The operation's name as the checker's model knows it. */
  readonly f: string;
  readonly key?: Value;
  /** What the operation takes; null for a read. */
  readonly input: Value;
  /** The request that is sent for it. */
  readonly body: Requests;
  /** Index of the node it is sent to. */
  readonly node: number;
  /** Pause before the call. */
  readonly think: Microseconds;
  /** Not before this time, whatever the pause. */
  readonly notBefore?: Microseconds;
}

export interface Completion {
  /** `fail` only when it is certain that the operation had no effect. */
  readonly outcome: "ok" | "fail" | "open";
  /** What was answered; undefined when that is not known. */
  readonly output: Value | undefined;
}

/** Draws of one operation of one client: part 0, 1, 2 … are independent. */
export interface OperationDraws {
  below(bound: number, part: number): number;
  unit(part: number): number;
}

/** Who calls the system and what they call. Each client calls one operation at a time. */
export interface Workload<Requests extends Body = Body, Replies extends Body = Body> {
  readonly clients: number;
  /** After this long without an answer a client gives up; the operation stays open in the history. */
  readonly timeout: Microseconds;
  /** The client's k-th operation, from 0; undefined when it is done. */
  next(client: number, k: number, draws: OperationDraws): Invocation<Requests> | undefined;
  /** Reads a reply that is not an error; errors are read by their code. */
  complete(invocation: Invocation<Requests>, reply: Replies): Completion;
  /**
   * Reads an error that says something of the state, such as "the key has another value": as an answer that must be right.
   * Default, and where it returns undefined: what is certain not to have happened has failed, all else stays open.
   */
  refused?(invocation: Invocation<Requests>, error: ErrorBody): Completion | undefined;
  /**
   * Whether an answer is what a healed system owes its clients, who call until they have one: not "aborted" where nothing
   * stands in the way of a commit. Default: every answer is.
   */
  serves?(invocation: Invocation<Requests>, reply: Replies): boolean;
}
