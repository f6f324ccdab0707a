import { join } from "./fields.ts";
import type { Reader } from "./reading.ts";
import { describeNode } from "./reading.ts";
import type { YamlNode } from "./yaml-tree.ts";

/** A list of at least `min` values; a text with commas is one, too. */
export function listOf<Item>(item: Reader<Item>, min = 1): Reader<readonly Item[]> {
  const expects = `a list, each ${item.expects}`;
  return {
    expects,
    parts: { before: "a list, each", item },
    read(node, path, reading) {
      reading.place(path, node.at);
      const items = itemsOf(node, item.takesMap === true);
      if (items === undefined) {
        const mend = "Write [first, second], or a line with - for each.";
        return reading.refuse(node.at, path, `Expected ${expects}; got ${describeNode(node)}.`, mend);
      }
      if (items.length < min) {
        const says = `The list has ${String(items.length)} values; it needs ${String(min)} or more.`;
        return reading.refuse(node.at, path, says, `Add ${item.expects}.`);
      }
      const values = items.map((value, index) => item.read(value, `${path}[${String(index)}]`, reading));
      return values.some((value) => value === undefined) ? undefined : (values as Item[]);
    },
  };
}

function itemsOf(node: YamlNode, takesMap: boolean): readonly YamlNode[] | undefined {
  if (node.kind === "list") return node.items;
  if (node.kind !== "scalar" || takesMap) return undefined;
  let column = node.at.column;
  return node.text.split(",").map((part): YamlNode => {
    const at = { ...node.at, column: column + part.length - part.trimStart().length };
    column += part.length + 1;
    return { kind: "scalar", text: part.trim(), at };
  });
}

/** Exactly two values. */
export function pairOf<Item>(item: Reader<Item>): Reader<readonly [Item, Item]> {
  const list = listOf(item, 2);
  return {
    expects: `two values, each ${item.expects}`,
    parts: { before: "two values, each", item },
    read(node, path, reading) {
      const values = list.read(node, path, reading);
      if (values === undefined) return undefined;
      const [one, other, ...more] = values;
      if (one !== undefined && other !== undefined && more.length === 0) return [one, other];
      return reading.refuse(node.at, path, `Expected two values; got ${String(values.length)}.`, "Keep two.");
    },
  };
}

const namePattern = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;

/** Why a text is no name of a service or the like; undefined when it is one. */
function nameProblem(name: string): readonly [says: string, mend: string] | undefined {
  if (!namePattern.test(name)) {
    return [`"${name}" is no name.`, "Names begin with a letter and have letters, digits, - and _; 63 at most."];
  }
  // Every object of JavaScript answers to these.
  if (name in Object.prototype) return [`"${name}" is a reserved name.`, `Write ${name}-service or another name.`];
  return undefined;
}

/** A map from names that the writer chooses to values. */
export function recordOf<Value>(what: string, value: Reader<Value>): Reader<Readonly<Record<string, Value>>> {
  const expects = `a map from names to ${what}`;
  return {
    expects,
    parts: { before: "names, and for each", item: value },
    takesMap: true,
    read(node, path, reading) {
      reading.place(path, node.at);
      if (node.kind !== "map" || node.entries.length === 0) {
        const mend = `Write a name, a colon, and below it ${value.expects}.`;
        const got = node.kind === "map" ? "an empty map" : describeNode(node);
        return reading.refuse(node.at, path, `Expected ${expects}; got ${got}.`, mend);
      }
      const entries = node.entries.map(({ key, keyAt, value: written }) => {
        const problem = nameProblem(key);
        if (problem !== undefined) reading.refuse(keyAt, join(path, key), ...problem);
        reading.place(join(path, key), keyAt);
        return [key, value.read(written, join(path, key), reading)] as const;
      });
      if (entries.some(([, read]) => read === undefined)) return undefined;
      return Object.fromEntries(entries) as Record<string, Value>;
    },
  };
}

/** A map for which nothing may stand, such as a zone of which there is no more to say. */
export function orNothing<Value>(reader: Reader<Value>, nothing: Value): Reader<Value> {
  return {
    ...reader,
    read: (node, path, reading) => (node.kind === "nothing" ? nothing : reader.read(node, path, reading)),
  };
}

/** One word beside what a reader takes: `mser-5` or a duration. */
export function orWord<const Word extends string, Value>(words: Word, reader: Reader<Value>): Reader<Word | Value> {
  const expects = `${words}, or ${reader.expects}`;
  return {
    ...reader,
    expects,
    read(node, path, reading) {
      if (node.kind !== "scalar" || node.text !== words) return reader.read(node, path, reading);
      reading.place(path, node.at);
      return words;
    },
  };
}
