import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";
import type { KeyValueReply, KeyValueRequest } from "../shared/key-value-clients.ts";

export interface ViewstampedConfig {
  /** Time between a primary's COMMIT messages, and between repeated RECOVERY messages, µs. */
  readonly heartbeat: Microseconds;
  /** A replica waits for its primary, or for a view change to end, this long and up to as long again. */
  readonly viewTimeout: Microseconds;
  /** PREPAREOK messages that commit an operation: f, or (wrong) one less. */
  readonly acknowledgements: "f" | "f-1";
  /** DOVIEWCHANGE messages that start a view: f + 1, or (wrong) one less. */
  readonly viewChangeQuorum: "f+1" | "f";
  /** Which log starts a view: that of the latest normal view, or (wrong) the longest one. */
  readonly selects: "latest-view" | "longest";
  /** Whether a backup takes operations only in their order. */
  readonly inOrder: boolean;
  /** Whether a replica that has restarted recovers before it takes part; otherwise it begins as a new one. */
  readonly recovers: boolean;
  /** Whether a recovering replica keeps out of view changes. */
  readonly silentInRecovery: boolean;
  /** Whose log a recovering replica takes: that of the latest view's primary, or (wrong) that of any that answers. */
  readonly recoversFrom: "primary" | "any";
  /** Whether a request that is in the log already is dropped. */
  readonly once: boolean;
}

/** An operation of the log is a client's request; its client and number make it unique. */
export type Entry = Message<KeyValueRequest>;

/** Per replica when it started last. A replica's messages from an earlier life are void in view changes. */
export type Lives = readonly (readonly [replica: string, life: number])[];

export interface DoViewChange extends Body {
  readonly type: "do-view-change";
  readonly view: number;
  readonly log: readonly Entry[];
  readonly lastNormal: number;
  readonly commit: number;
  readonly lives: Lives;
}

export interface RecoveryResponse extends Body {
  readonly type: "recovery-response";
  readonly view: number;
  readonly life: number;
  /** Null from all but the primary. */
  readonly log: readonly Entry[] | null;
  readonly commit: number;
  readonly lives: Lives;
}

/** The messages of the paper, with its fields but for the sender; op-numbers are lengths of logs. */
export type Requests =
  | KeyValueRequest
  | (Body & { readonly type: "forward"; readonly request: Entry })
  | (Body & {
      readonly type: "prepare";
      readonly view: number;
      readonly request: Entry;
      readonly op: number;
      readonly commit: number;
    })
  | (Body & { readonly type: "prepare-ok"; readonly view: number; readonly op: number })
  | (Body & { readonly type: "commit"; readonly view: number; readonly op: number; readonly commit: number })
  | (Body & { readonly type: "start-view-change"; readonly view: number; readonly lives: Lives })
  | DoViewChange
  | (Body & {
      readonly type: "start-view";
      readonly view: number;
      readonly log: readonly Entry[];
      readonly commit: number;
    })
  | (Body & { readonly type: "get-state"; readonly view: number; readonly op: number })
  | (Body & {
      readonly type: "new-state";
      readonly view: number;
      /** The log after this op-number. */
      readonly after: number;
      readonly log: readonly Entry[];
      readonly commit: number;
    })
  | (Body & { readonly type: "recovery"; readonly life: number })
  | RecoveryResponse;

export type Replies = KeyValueReply;
export type Ctx = Context<Requests, Replies>;

export interface State {
  readonly config: ViewstampedConfig;
  status: "normal" | "view-change" | "recovering";
  view: number;
  /** The latest view in which its status was normal: v' of the paper. */
  lastNormal: number;
  log: Entry[];
  /** The commit-number: all operations up to it are committed and carried out. */
  commit: number;
  readonly store: Map<number, number>;
  /** The primary: per backup the op-number up to which it has the log. */
  readonly prepared: Map<string, number>;
  /** Who wants this view, and what they bring to it. */
  readonly viewChanges: Set<string>;
  readonly logs: Map<string, DoViewChange>;
  readonly lives: Map<string, number>;
  /** Answers to this recovery. */
  readonly responses: Map<string, RecoveryResponse>;
  /** While recovering: who else is. */
  readonly alsoRecovering: Set<string>;
  /** The timer that waits for the primary. */
  waiting: number;
}
