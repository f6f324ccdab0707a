import type { Body, Context, Message } from "@fieldbook/engine";
import type { Microseconds } from "@fieldbook/kernel";

export interface LogConfig {
  readonly partitions: number;
  /** How often a node tells the controller that it is there, and after how long without it is given up, µs. */
  readonly beat: Microseconds;
  readonly session: Microseconds;
  /** How often followers fetch, and producers and consumers try again, µs. */
  readonly poll: Microseconds;
  /** After this long without having been at the end of the log a follower leaves the in-sync replicas, µs. */
  readonly lag: Microseconds;
  /** After this long without an acknowledgement a producer gives a record up, µs. */
  readonly delivery: Microseconds;
  /** When a record is acknowledged: when all in-sync replicas have it, or when the leader has. */
  readonly acknowledges: "all in sync" | "leader";
  /** What a follower of a new leader cuts its log by. */
  readonly truncates: "leader epoch" | "high watermark";
  /** Who may become leader when no in-sync replica is alive. */
  readonly elects: "in sync" | "any";
  /** Whether a leader knows the sequence numbers that were written before it led. */
  readonly restoresSequences: boolean;
  /** Whether a producer of an earlier epoch is refused. */
  readonly fencesProducers: boolean;
  /** Whether a consumer of an earlier generation is refused. */
  readonly fencesConsumers: boolean;
  /** Whether a follower that is about to join the in-sync replicas counts for the high watermark already. */
  readonly countsJoining: boolean;
  /** Whether an offset is committed before or after its record is processed. */
  readonly commits: "after" | "before";
}

/** A record in a partition's log. */
export interface Entry {
  readonly producer: string;
  readonly producerEpoch: number;
  readonly sequence: number;
  readonly value: number;
  /** Epoch of the leader that wrote it. */
  readonly leaderEpoch: number;
}

/** What the controller has decided of a partition; `version` counts its changes. */
export interface Leadership {
  readonly leader: string;
  readonly epoch: number;
  readonly version: number;
  readonly inSync: readonly string[];
}

/** A consumer group in one generation: partition p belongs to member p modulo their number. */
export interface Group {
  readonly generation: number;
  readonly members: readonly string[];
}

export interface CommittedOffset {
  readonly offset: number;
  readonly generation: number;
  readonly member: string;
}

export type LogRequest = Body & { readonly type: "publish"; readonly partition: number; readonly value: number };
export type LogReply = Body & { readonly type: "publish_ok"; readonly offset: number };

type To<Name extends string, Fields> = Body & { readonly type: Name; readonly partition: number } & Fields;

export type Requests =
  | LogRequest
  | (Body & { readonly type: "alive"; readonly boots: number })
  | To<"alter", { readonly epoch: number; readonly version: number; readonly inSync: readonly string[] }>
  | To<"commit", { readonly offset: number; readonly generation: number }>
  | To<"produce", { readonly producerEpoch: number; readonly sequence: number; readonly value: number }>
  | To<"fetch", { readonly epoch: number; readonly offset: number; readonly lastEpoch: number }>
  | To<"consume", { readonly offset: number }>;

export type Replies =
  | LogReply
  | (Body & {
      readonly type: "alive_ok";
      readonly boots: number;
      readonly partitions: readonly (readonly [partition: number, leadership: Leadership])[];
      readonly group: Group;
      readonly offsets: readonly (readonly [partition: number, offset: number])[];
    })
  | To<"alter_ok", { readonly leadership: Leadership }>
  | To<"produce_ok", { readonly producerEpoch: number; readonly sequence: number; readonly offset: number }>
  | To<
      "fetch_ok",
      {
        readonly epoch: number;
        readonly offset: number;
        readonly entries: readonly Entry[];
        readonly highWatermark: number;
      }
    >
  | To<
      "diverging",
      { readonly epoch: number; readonly offset: number; readonly lastEpoch: number; readonly end: number }
    >
  | To<"consume_ok", { readonly offset: number; readonly values: readonly number[] }>;

export type Ctx = Context<Requests, Replies>;

/** A copy of a partition. What lies below the high watermark is on all in-sync replicas. */
export interface Replica {
  readonly log: Entry[];
  highWatermark: number;
}

/** What a leader knows of a follower in its epoch. */
export interface Follower {
  readonly offset: number;
  /** When it was last at the end of the log. */
  readonly caughtUp: Microseconds;
}

/** How an application writes to one partition. */
export interface Producer {
  /** Raised when it starts and when it gives a record up. */
  epoch: number;
  /** Of the first in the queue, which alone is under way. */
  sequence: number;
  /** Since when the first in the queue is under way. */
  since: Microseconds;
  /** No request: a marker of the epoch. */
  readonly queue: { readonly value: number; readonly request?: Message }[];
}

/** All roles in one; each node uses its own part. */
export interface LogState {
  readonly config: LogConfig;
  /** Starts of this node: a broker that restarts loses its leaderships, a producer gets a new epoch. */
  boots: number;
  /** Since when this process runs, by its stopwatch. */
  since: Microseconds;

  /** Controller: its decisions and the starts of each node that it has taken note of. */
  readonly cluster: { readonly partitions: Map<number, Leadership>; readonly boots: Map<string, number> };
  group: Group;
  readonly offsets: Map<number, CommittedOffset>;
  readonly heard: Map<string, Microseconds>;

  /** Everybody else: what is known of the controller's decisions. A node that has just started knows nothing. */
  readonly known: Map<number, Leadership>;

  /** Broker. */
  readonly replicas: Map<number, Replica>;
  readonly followers: Map<string, Follower>;
  /** Per partition that it leads: where its epoch began, and the in-sync replicas that it has asked for. */
  readonly began: Map<number, { readonly offset: number; readonly at: Microseconds }>;
  readonly asked: Map<number, readonly string[]>;
  readonly waiting: { readonly partition: number; readonly offset: number; readonly request: Message }[];

  /** Application, as a producer … */
  readonly lastRequests: Map<string, number>;
  /** The highest epoch that it has given to one of its producers. */
  producerEpoch: number;
  readonly producers: Map<number, Producer>;
  /** … and as a consumer: what it has processed, the generation it is in, and per partition it owns its position. */
  readonly processed: (readonly [partition: number, offset: number, value: number])[];
  /** Records that are committed before they are processed, by mistake. */
  readonly backlog: (readonly [partition: number, offset: number, value: number])[];
  generation: number;
  readonly positions: Map<number, number>;
}

export const controllerName = "n1";
const replication = 3;

export const brokersOf = (nodes: readonly string[]): readonly string[] => nodes.slice(1, 1 + replication);
export const applicationsOf = (nodes: readonly string[]): readonly string[] => nodes.slice(1 + replication);

export const partitionsOf = ({ config }: LogState): number[] =>
  Array.from({ length: config.partitions }, (_, partition) => partition);
