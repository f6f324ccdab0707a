import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import type { KeyValueReply, KeyValueRequest } from "../shared/key-value-clients.ts";

export interface MultiPaxosConfig {
  /** Time between a leader's heartbeats, µs. */
  readonly heartbeat: Microseconds;
  /** A node waits for its leader this long, and up to as long again, before it tries to lead. */
  readonly election: Microseconds;
  /** How many acceptors suffice: a majority, or (wrong) half of them. */
  readonly quorum: "majority" | "half";
  /** What a new leader proposes for a slot. Wrong: what the first promise tells of, or nothing that was accepted. */
  readonly adopts: "highest" | "first" | "none";
  /** Whether a new leader proposes no-ops for slots below others of which no promise tells. */
  readonly fillsGaps: boolean;
  /** Whether an acceptor accepts nothing below what it has promised. */
  readonly keepsPromise: boolean;
  /** Whether decisions are performed slot by slot, and not as they come. */
  readonly inOrder: boolean;
  /** Whether a command that was decided for two slots is performed once. */
  readonly once: boolean;
  /** Whether reads are commands like others. Otherwise the leader answers them from its own store. */
  readonly readsThroughLog: boolean;
}

/** A command is a client's request; its client and number make it unique. A no-op is null. */
export type Command = Message<KeyValueRequest> | null;

export interface SlotCommand {
  readonly slot: number;
  readonly command: Command;
}

/** What an acceptor has accepted for a slot; the paper's pvalue. */
export interface Proposal {
  readonly ballot: number;
  readonly command: Command;
}

export type Accepted = Proposal & SlotCommand;

export type Requests =
  | KeyValueRequest
  | (Body & { readonly type: "forward"; readonly request: Message<KeyValueRequest> })
  | (Body & { readonly type: "prepare"; readonly ballot: number; readonly from: number })
  | (Body & { readonly type: "promise"; readonly ballot: number; readonly accepted: readonly Accepted[] })
  | (Body & { readonly type: "accept"; readonly ballot: number; readonly entries: readonly SlotCommand[] })
  | (Body & { readonly type: "accepted"; readonly ballot: number; readonly slots: readonly number[] })
  | (Body & { readonly type: "decision"; readonly entries: readonly SlotCommand[] })
  | (Body & { readonly type: "heartbeat"; readonly ballot: number; readonly performed: number })
  | (Body & { readonly type: "catch-up"; readonly from: number });

export type Replies = KeyValueReply;
export type Ctx = Context<Requests, Replies>;

/** A leader, or one who is about to be. */
export interface Leadership {
  readonly ballot: number;
  /** Whether phase 1 has ended. */
  active: boolean;
  readonly promisedBy: Set<string>;
  /** Per slot what the promises tell of. */
  readonly found: Map<number, Accepted>;
  /** Proposed and not decided. */
  readonly proposals: Map<number, { readonly command: Command; readonly acceptedBy: Set<string> }>;
  /** The highest slot that is taken. */
  lastSlot: number;
}

/** A value and how often its key has been written. */
export interface Item {
  readonly value: number;
  readonly version: number;
}

export interface State {
  readonly config: MultiPaxosConfig;
  /** The acceptor: the highest ballot that it has promised, and per slot what it has accepted last. */
  promised: number;
  readonly accepted: Map<number, Proposal>;
  /** The replica: decisions by slot, and up to which slot they are performed. */
  readonly decided: Map<number, Command>;
  performed: number;
  readonly store: Map<number, Item>;
  /** Per client the number of its last command that was performed. */
  readonly sessions: Map<string, number>;
  /** The leader; null for all others. */
  leading: Leadership | null;
  /** The timer that is set while this node waits for a leader. */
  election: number;
}
