import type { Value } from "@fieldbook/check";

/** What reading or syncing came to. */
export interface DiskAnswer {
  /** False when the disk is full or the file does not exist. */
  readonly ok: boolean;
  /** Of a read: the records in order. Empty otherwise. */
  readonly records: readonly DiskRecord[];
}

/** A record as it came back from the disk. */
export interface DiskRecord {
  /** What the disk holds now; damaged records hold something else than was written. */
  readonly data: Value;
  /** What the record's own header says of it: where it was meant to go. A misdirected write shows here. */
  readonly file: string;
  readonly index: number;
}

/**
 * A disk of named files, each a sequence of records. Writes go to a cache and count once an `fsync` that was asked for
 * after them has answered; a crash may take any of the others. Answers are events: `definition.disk[continuation]`.
 */
export interface Disk {
  append(file: string, data: Value): void;
  /** Writes over record `index`, or appends when it is the next. */
  write(file: string, index: number, data: Value): void;
  /** Drops the records from `length` on. */
  truncate(file: string, length: number): void;
  read(file: string, continuation: string, data?: number): void;
  fsync(continuation: string, data?: number): void;
}
