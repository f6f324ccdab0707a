import type { Value } from "@fieldbook/check";
import { copyPlain, hashPlain } from "@fieldbook/kernel";
import type { KeyedRandom } from "@fieldbook/kernel";
import type { DiskRecord } from "./disk.ts";
import { streams } from "./streams.ts";

type Fields = Record<string, unknown>;

type Write =
  | { readonly kind: "write"; readonly file: string; readonly index: number; readonly record: DiskRecord }
  | { readonly kind: "truncate"; readonly file: string; readonly length: number };

/**
 * A node's disk: the records of its durable fields, and the files it keeps itself. It remembers only where the disk
 * differs from what the node believes: the rest is the node's own state.
 */
export class NodeDisk {
  /** What the platter holds of durable fields that were said to be synced and are not. */
  #unsynced: Fields | undefined;
  /** What the platter holds of a field instead of what was last written, until it is written again. */
  readonly #stale = new Map<string, { readonly believed: number; readonly held: unknown }>();
  /** Damaged fields, each with the hash of what was there: writing it anew mends it. */
  readonly #damaged = new Map<string, number>();
  readonly #files = new Map<string, DiskRecord[]>();
  /** Writes since the last sync that counted. */
  #cache: Write[] = [];
  /** How many writes have left the cache, by a sync or in a crash. */
  #settled = 0;
  full = 0;
  lostSyncs = 0;

  /** From now on nothing is synced, though the disk says so. */
  beginLostSync(durable: Fields): void {
    this.lostSyncs += 1;
    this.#unsynced ??= durable;
  }

  endLostSync(): void {
    this.lostSyncs -= 1;
    if (this.lostSyncs === 0) this.#unsynced = undefined;
  }

  /** Damages one of the durable fields or file records, by `pick`. */
  rot(pick: number, durable: Fields): string {
    const fields = Object.keys(durable);
    const records = [...this.#files.values()].flat();
    const places = fields.length + records.length;
    if (places === 0) return "";
    const place = pick % places;
    const field = fields[place];
    if (field !== undefined) {
      this.#damaged.set(field, hashPlain(durable[field]));
      return field;
    }
    const record = records[place - fields.length]!;
    const file = this.#files.get(record.file)!;
    file[file.indexOf(record)] = { ...record, data: damage(record.data, pick) };
    return `${record.file}[${String(record.index)}]`;
  }

  /** The write of `field` landed on another record instead: the field keeps what it held, the other is damaged. */
  misdirect(field: string, before: Fields, after: Fields, pick: number): void {
    this.#stale.set(field, { believed: hashPlain(after[field]), held: before[field] });
    const others = Object.keys(after).filter((other) => other !== field);
    const hit = others[pick % Math.max(1, others.length)];
    if (hit !== undefined) this.#damaged.set(hit, hashPlain(after[hit]));
  }

  /** What a restart finds of the durable fields, and which of them it can not read. */
  recover(durable: Fields): { readonly fields: Fields; readonly lost: string[] } {
    const fields: Fields = {};
    const lost: string[] = [];
    for (const [field, value] of Object.entries(this.#unsynced ?? durable)) {
      const stale = this.#stale.get(field);
      if (this.#damaged.get(field) === hashPlain(value)) lost.push(field);
      else if (stale !== undefined && stale.believed === hashPlain(value)) fields[field] = stale.held;
      else fields[field] = value;
    }
    this.#damaged.clear();
    this.#stale.clear();
    if (this.lostSyncs > 0) this.#unsynced = copyPlain(fields, "The durable state");
    return { fields, lost };
  }

  wipe(): void {
    this.#files.clear();
    this.#drop(this.#cache.length);
    this.#stale.clear();
    this.#damaged.clear();
  }

  /** A crash takes the latest of the writes that were not synced, and may tear the one under way. */
  crash(random: KeyedRandom, node: number, crash: number): void {
    const kept = random.below(this.#cache.length + 1, streams.disk, node, crash, 0);
    const torn = this.#cache[kept];
    for (const write of this.#cache.slice(0, kept)) apply(this.#files, write);
    if (torn?.kind === "write" && random.below(2, streams.disk, node, crash, 1) === 1) {
      const pick = random.below(0x1000_0000, streams.disk, node, crash, 2);
      apply(this.#files, { ...torn, record: { ...torn.record, data: damage(torn.record.data, pick) } });
    }
    this.#drop(this.#cache.length);
  }

  append(file: string, data: Value): void {
    this.write(file, this.#length(file), data);
  }

  /** @throws RangeError for an index beyond the end */
  write(file: string, index: number, data: Value): void {
    if (!Number.isInteger(index) || index < 0 || index > this.#length(file)) {
      throw new RangeError(`record ${String(index)} of "${file}" does not follow its ${String(this.#length(file))}`);
    }
    if (this.full > 0) return;
    const record = { data: copyPlain(data, `A record of ${file}`), file, index };
    this.#cache.push({ kind: "write", file, index, record });
  }

  truncate(file: string, length: number): void {
    if (this.full === 0) this.#cache.push({ kind: "truncate", file, length });
  }

  /** What a read finds: the cache counts for it. */
  read(file: string): readonly DiskRecord[] | undefined {
    const seen = new Map([...this.#files].map(([name, records]) => [name, [...records]]));
    for (const write of this.#cache) apply(seen, write);
    return seen.get(file)?.map((record) => copyPlain(record, "A record"));
  }

  /** How many writes there were so far: what a sync asked for now covers. */
  get written(): number {
    return this.#settled + this.#cache.length;
  }

  /** The first `written` writes are on the platter, unless syncs are lost. */
  sync(written: number): void {
    if (this.lostSyncs > 0) return;
    const writes = Math.max(0, written - this.#settled);
    for (const write of this.#cache.slice(0, writes)) apply(this.#files, write);
    this.#drop(writes);
  }

  #drop(writes: number): void {
    this.#settled += Math.min(writes, this.#cache.length);
    this.#cache = this.#cache.slice(writes);
  }

  #length(file: string): number {
    let length = this.#files.get(file)?.length ?? 0;
    for (const write of this.#cache) {
      if (write.file !== file) continue;
      length = write.kind === "truncate" ? Math.min(length, write.length) : Math.max(length, write.index + 1);
    }
    return length;
  }
}

function apply(files: Map<string, DiskRecord[]>, write: Write): void {
  const records = files.get(write.file) ?? [];
  files.set(write.file, records);
  if (write.kind === "truncate") records.length = Math.min(records.length, write.length);
  else records[write.index] = write.record;
}

/** The data with one bit of one number, one letter or one truth turned; `pick` chooses which. */
function damage(data: Value, pick: number): Value {
  if (typeof data === "number") return Number.isInteger(data) ? data ^ (1 << (pick % 20)) : -data;
  if (typeof data === "boolean") return !data;
  if (typeof data === "string") {
    const at = pick % Math.max(1, data.length);
    return `${data.slice(0, at)}${data.charAt(at) === "?" ? "!" : "?"}${data.slice(at + 1)}`;
  }
  if (data === null || data.length === 0) return 0;
  const at = pick % data.length;
  return data.map((item, index) => (index === at ? damage(item, Math.floor(pick / data.length)) : item));
}

/**
 * What a torn write leaves: each changed field is the old record or the new one, and of an array that has grown some of
 * the new records are there.
 */
export function tear(before: Fields, after: Fields, pick: number): Fields {
  const result: Fields = {};
  let bits = pick;
  for (const [field, value] of Object.entries(after)) {
    const old = before[field];
    if (hashPlain(old) === hashPlain(value)) {
      result[field] = value;
      continue;
    }
    const grown = Array.isArray(value) && Array.isArray(old) && value.length > old.length;
    if (grown && hashPlain(value.slice(0, old.length)) === hashPlain(old)) {
      result[field] = value.slice(0, old.length + (bits % (value.length - old.length + 1)));
    } else {
      result[field] = bits % 2 === 0 ? old : value;
    }
    bits = Math.floor(bits / 2);
  }
  return result;
}
