import { describe, expect, test } from "vitest";
import type { ModelName } from "../models/models.ts";
import { readHistory } from "./read-history.ts";

const operation = (fields: object): object => ({ key: undefined, output: undefined, ...fields });

function expectOperations(text: string, expected: readonly object[], model: ModelName = "cas-register"): void {
  const { history } = readHistory(text, { model });
  expect(history.map((read) => operation(read))).toEqual(expected.map(operation));
}

/** One write and one read, as every form records them. */
const writeAndRead = [
  { process: 0, f: "write", input: 3, output: null, called: 1, returned: 3, outcome: "ok" },
  { process: 1, f: "read", input: null, output: 3, called: 2, returned: 4, outcome: "ok" },
];

describe("the forms", () => {
  test("EDN, one map a line", () => {
    const text = `
      {:process 0, :type :invoke, :f :write, :value 3}
      {:process 1, :type :invoke, :f :read, :value nil}
      {:process 0, :type :ok, :f :write, :value 3, :time 17, :error [:none "x"]}
      {:process 1, :type :ok, :f :read, :value 3}`;
    expectOperations(text, writeAndRead);
    expect(readHistory(text, { model: "register" })).toMatchObject({ form: "EDN", lines: [2, 3], warnings: [] });
  });

  test("EDN, one vector, with records, comments, commas, a byte order mark and Windows line ends", () => {
    const lines = [
      "\uFEFF; a history",
      "[#jepsen.history.Op{:process 0 :type :invoke :f :write :value 3 :index 0},",
      " #_ {:not :an-operation} {:process 1, :type :invoke, :f :read, :value nil,}",
      " #jepsen.history.Op {:process 0, :type :ok, :f :write, :value 3} ; done",
      " {:process 1, :type :ok, :f :read, :value 3},",
      "]",
    ];
    expectOperations(lines.join("\r\n"), writeAndRead);
  });

  test("JSON lines and a JSON array", () => {
    const objects = [
      '{"process": 0, "type": "invoke", "f": "write", "value": 3}',
      '{"process": 1, "type": "invoke", "f": "read", "value": null}',
      '{"process": 0, "type": "ok", "f": "write", "value": 3}',
      '{"process": 1, "type": "ok", "f": "read", "value": 3, "time": 1.5e3}',
    ];
    expectOperations(objects.join("\n"), writeAndRead);
    expectOperations(`\uFEFF${objects.join("\r\n")}\r\n`, writeAndRead);
    expectOperations(`[${objects.join(",\n")}]`, writeAndRead);
    expect(readHistory(objects.join("\n"), { model: "register" })).toMatchObject({ form: "JSON", lines: [1, 2] });
  });

  test("JSON, one object for each operation, in any order", () => {
    const text = `
      {"process": 1, "f": "read", "called": 2, "returned": 4, "output": 3}
      {"process": 0, "f": "write", "input": 3, "called": 1, "returned": 3}`;
    expectOperations(text, writeAndRead);
    expect(readHistory(text, { model: "register" }).lines).toEqual([3, 2]);
    expectOperations('{"process": 0, "f": "cas", "value": [1, 2], "called": 5, "returned": null}', [
      { process: 0, f: "cas", input: [1, 2], called: 5, returned: Infinity, outcome: "open" },
    ]);
    expectOperations('{"process": 0, "f": "read", "called": 5, "returned": 6, "output": null}', [
      { process: 0, f: "read", input: null, output: null, called: 5, returned: 6, outcome: "ok" },
    ]);
    expectOperations('{"process": 0, "f": "read", "called": 5, "returned": 6}', [
      { process: 0, f: "read", input: null, called: 5, returned: 6, outcome: "ok" },
    ]);
    expectOperations('{"process": 0, "f": "write", "value": 2, "called": 5, "returned": 6, "outcome": "fail"}', [
      { process: 0, f: "write", input: 2, called: 5, returned: 6, outcome: "fail" },
    ]);
  });

  test("the console log of old Jepsen, with other lines between", () => {
    const text = [
      "INFO  jepsen.core - Running test: etcd",
      "INFO  jepsen.util - 0\t:invoke\t:write\t3",
      "2015-01-12 10:11:12,345{GMT}\tINFO\t[jepsen worker 1] jepsen.util: 1\t:invoke\t:read\tnil",
      'INFO  jepsen.util - :nemesis\t:info\t:start\t"Cut off {:n1 #{:n2}}"',
      "INFO  jepsen.util - 0\t:ok\t:write\t3",
      "",
      "INFO  jepsen.util - 1\t:ok\t:read\t3",
    ].join("\n");
    expectOperations(text, writeAndRead);
    expect(readHistory(text, { model: "register" })).toMatchObject({
      form: "console log",
      lines: [2, 3],
      warnings: ["Passed over 1 event of nemesis, which is no client."],
    });
  });
});

describe("how operations end", () => {
  test("info leaves open, fail says that there was no effect, and a process may go on after either", () => {
    const text = `
      INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]
      INFO  jepsen.util - 0\t:info\t:cas\t:timed-out
      INFO  jepsen.util - 0\t:invoke\t:read\tnil
      INFO  jepsen.util - 0\t:fail\t:read\t:timed-out
      INFO  jepsen.util - 0\t:invoke\t:cas\t[1 2]
      INFO  jepsen.util - 0\t:fail\t:cas\t[1 2]
      INFO  jepsen.util - 1\t:invoke\t:cas\t[1 2]
      INFO  jepsen.util - 1\t:ok\t:cas\t[1 2]
      INFO  jepsen.util - 2\t:invoke\t:write\t3`;
    expectOperations(text, [
      { process: 0, f: "cas", input: [1, 2], called: 1, returned: Infinity, outcome: "open" },
      { process: 0, f: "read", input: null, called: 3, returned: 4, outcome: "fail" },
      { process: 0, f: "cas", input: [1, 2], called: 5, returned: 6, outcome: "fail" },
      { process: 1, f: "cas", input: [1, 2], output: true, called: 7, returned: 8, outcome: "ok" },
      { process: 2, f: "write", input: 3, called: 9, returned: Infinity, outcome: "open" },
    ]);
  });

  test("a compare-and-set that was answered false is an observation", () => {
    const text = `
      {"process": 0, "type": "invoke", "f": "cas", "value": [1, 2]}
      {"process": 0, "type": "ok", "f": "cas", "value": false}`;
    expect(readHistory(text, { model: "cas-register" }).history[0]).toMatchObject({ input: [1, 2], output: false });
  });

  test("what a write was completed with does not count, but is mentioned", () => {
    const text = `
      {"process": 0, "type": "invoke", "f": "write", "value": 1}
      {"process": 0, "type": "ok", "f": "write", "value": "OK"}`;
    const { history, warnings } = readHistory(text, { model: "register" });
    expect(history[0]).toMatchObject({ input: 1 });
    expect(warnings).toEqual(['Line 3: write 1 was completed with "OK"; 1 counts.']);
  });
});

describe("values and keys", () => {
  test("nil, booleans, negative and long numbers, texts, keywords, vectors, sets and maps stay apart", () => {
    const values = [
      "nil",
      "true",
      "-5",
      "2.5",
      "9007199254740993",
      '"a\\"b\\u0041"',
      ":a",
      "[1 [2]]",
      "#{2 1}",
      "{:b 1, :a 2}",
    ];
    const text = values.map((value, index) => `{:process ${index} :type :invoke :f :write :value ${value}}`).join("\n");
    expect(readHistory(text, { model: "register" }).history.map(({ input }) => input)).toEqual([
      null,
      true,
      -5,
      2.5,
      "9007199254740993N",
      'a"bA',
      ":a",
      [1, [2]],
      ["#set", 1, 2],
      ["#map", [":a", 2], [":b", 1]],
    ]);
  });

  test("a key in its own field, as in the logs of Porcupine", () => {
    const text = `
      {:process 0, :type :invoke, :f :append, :key "0", :value "x 0 0 y"}
      {:process 0, :type :ok, :f :append, :key "0", :value "x 0 0 y"}
      {:process 1, :type :invoke, :f :get, :key "0", :value nil}
      {:process 1, :type :ok, :f :get, :key "0", :value "x 0 0 y"}`;
    expectOperations(
      text,
      [
        { process: 0, f: "append", key: "0", input: "x 0 0 y", output: null, called: 1, returned: 2, outcome: "ok" },
        { process: 1, f: "get", key: "0", input: null, output: "x 0 0 y", called: 3, returned: 4, outcome: "ok" },
      ],
      "kv",
    );
  });

  test("a key before the value, as in Jepsen's independent tuples", () => {
    const text = `
      {:process 0, :type :invoke, :f :cas, :value [7 [1 2]]}
      {:process 0, :type :ok, :f :cas, :value [7 [1 2]]}
      {:process 1, :type :invoke, :f :read, :value [7 nil]}
      {:process 1, :type :ok, :f :read, :value [7 2]}`;
    expectOperations(
      text,
      [
        { process: 0, f: "cas", key: 7, input: [1, 2], output: true, called: 1, returned: 2, outcome: "ok" },
        { process: 1, f: "read", key: 7, input: null, output: 2, called: 3, returned: 4, outcome: "ok" },
      ],
      "kv",
    );
  });
});

test("processes may have names, and what is no client is passed over", () => {
  const text = `
    {"process": "alice", "type": "invoke", "f": "write", "value": 1}
    {"process": "nemesis", "type": "info", "f": "partition", "value": null}
    {"process": "bob", "type": "invoke", "f": "write", "value": 2}
    {"process": "alice", "type": "ok", "f": "write", "value": 1}`;
  const { history, names, warnings } = readHistory(text, { model: "register" });
  expect(history.map(({ process, outcome }) => [process, outcome])).toEqual([
    [1_000_000, "ok"],
    [1_000_001, "open"],
  ]);
  expect([...names.values()]).toEqual(["alice", "bob"]);
  expect(warnings).toEqual(["Passed over 1 event of nemesis, which is no client."]);
});

test("a keyword that calls what the model knows is a client", () => {
  const text = `
    {:process :client-1, :type :invoke, :f :write, :value 1}
    {:process :client-1, :type :ok, :f :write, :value 1}
    {:process :clock, :type :info, :f :bump, :value 3}
    {:process 0, :type :invoke, :f :read}`;
  const { history, warnings } = readHistory(text, { model: "register" });
  expect(history.map(({ f }) => f)).toEqual(["write", "read"]);
  expect(warnings).toEqual(["Passed over 1 event of clock, which is no client."]);
});

test("a read that does not say what it saw says nothing; one that saw nothing says null", () => {
  const read = (value: string): unknown =>
    readHistory(`{:process 0, :type :invoke, :f :read}\n{:process 0, :type :ok, :f :read${value}}`, {
      model: "register",
    }).history[0]?.output;
  expect(read("")).toBeUndefined();
  expect(read(", :value nil")).toBeNull();
});

test("keys of JSON may keep the colon of a keyword", () => {
  const text = '{":process": 0, ":type": ":invoke", ":f": ":write", ":value": 1}';
  expect(readHistory(text, { model: "register" }).history).toMatchObject([{ process: 0, f: "write", input: 1 }]);
});

test("a history of a nemesis alone has no operation, and says so", () => {
  expect(readHistory("{:process :nemesis, :type :info, :f :start, :value nil}", { model: "register" })).toEqual({
    history: [],
    form: "EDN",
    lines: [],
    names: new Map(),
    warnings: ["Passed over 1 event of nemesis, which is no client.", "There is no operation in this history."],
  });
});
