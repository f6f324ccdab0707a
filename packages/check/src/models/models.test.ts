import { describe, expect, test } from "vitest";
import { checkLinearizable } from "../linearizable.ts";
import { writeHistory } from "../testing/write-history.ts";
import { models } from "./models.ts";
import type { ModelName } from "./models.ts";

const verdictOf = (model: ModelName, drawing: string): string =>
  checkLinearizable(writeHistory(drawing), models[model]).verdict;

test("each model says its name and what it knows", () => {
  for (const [name, model] of Object.entries(models)) {
    expect(model.name).toBe(name);
    expect(model.title).not.toBe("");
    expect(model.describe).toMatch(/\.$/);
    expect(Object.keys(model.operations).length).toBeGreaterThan(1);
  }
});

describe("registers", () => {
  test("begin with null", () => {
    expect(verdictOf("register", "0 read -> null 1..2")).toBe("holds");
    expect(verdictOf("register", "0 read -> 0 1..2")).toBe("violated");
  });

  test("take operations with a key to be about a register of that key", () => {
    const history = "0 x: write 1 1..2\n0 y: read -> null 3..4";
    expect(verdictOf("register", history)).toBe("holds");
    expect(verdictOf("register", history.replace("y:", "x:"))).toBe("violated");
  });

  test("compare arrays item by item", () => {
    expect(verdictOf("register", "0 write 1 2 1..2\n0 read -> 1 3..4")).toBe("violated");
    const [write] = writeHistory("0 write 1 2 1..2");
    const read = { ...write!, f: "read", input: null, output: [1, 2], called: 3, returned: 4 };
    expect(checkLinearizable([write!, read], models.register).verdict).toBe("holds");
  });

  test("refuse what they do not know, in words", () => {
    expect(() => verdictOf("register", "0 cas 1 2 1..2")).toThrow(
      'The model register knows read, write; the history has "cas".',
    );
    expect(() => verdictOf("cas-register", "0 push 1 1..2")).toThrow(
      'The model cas-register knows read, write, cas; the history has "push".',
    );
    expect(() => verdictOf("cas-register", "0 cas 1 1..2")).toThrow(
      "A cas takes a pair [expected, new]; its input is 1.",
    );
  });
});

describe("a compare-and-set", () => {
  test("that failed had no effect, and says nothing", () => {
    expect(verdictOf("cas-register", "0 write 1 1..2\n0 cas 1 2 3..4 failed\n0 read -> 1 5..6")).toBe("holds");
    expect(verdictOf("cas-register", "0 write 1 1..2\n0 cas 1 2 3..4 failed\n0 read -> 2 5..6")).toBe("violated");
  });

  test("that was answered false shows that the value differed", () => {
    const history = writeHistory("0 write 1 1..2\n0 cas 1 2 3..4");
    const refused = [history[0]!, { ...history[1]!, output: false }];
    expect(checkLinearizable(refused, models["cas-register"]).verdict).toBe("violated");
  });

  test("that was not answered may have happened, or may happen later", () => {
    const open = "0 write 1 1..2\n0 cas 1 2 3..\n1 read -> 1 4..5\n1 read -> 2 6..7";
    expect(verdictOf("cas-register", open)).toBe("holds");
    expect(verdictOf("cas-register", `${open}\n1 read -> 1 8..9`)).toBe("violated");
  });
});

describe("the key-value map", () => {
  test.each(["null", '""'])("a key never written may be read as null or as an empty text: %s", (shown) => {
    const [get] = writeHistory("0 x: get -> null 1..2");
    const output = shown === "null" ? null : "";
    expect(checkLinearizable([{ ...get!, output }], models.kv).verdict).toBe("holds");
  });

  test("appends to what is there", () => {
    expect(verdictOf("kv", "0 x: append a 1..2\n0 x: append b 3..4\n0 x: get -> ab 5..6")).toBe("holds");
    expect(verdictOf("kv", "0 x: append a 1..2\n0 x: append b 3..4\n0 x: get -> ba 5..6")).toBe("violated");
    expect(verdictOf("kv", "0 x: put a 1..2\n0 x: put b 3..4\n0 x: append c 5..6\n0 x: get -> bc 7..8")).toBe("holds");
    expect(verdictOf("kv", "0 x: put 7 1..2\n0 x: append a 3..4\n0 x: get -> 7a 5..6")).toBe("holds");
  });

  test("knows get and put as read and write", () => {
    expect(verdictOf("kv", "0 x: write 1 1..2\n0 x: get -> 1 3..4\n0 x: cas 1 2 5..6\n0 x: read -> 2 7..8")).toBe(
      "holds",
    );
  });
});
