import ical from "ical.js";
import { describe, expect, it } from "vitest";
import type { Chapter } from "../chapter.ts";
import { parseFixture, readFixture } from "../small-book.fixture.ts";
import { dueCalendar } from "./calendar.ts";
import { dueItems } from "./due.ts";
import { changesFeed, dueFeed } from "./feeds.ts";
import { parseLedger } from "./ledger.ts";

const series = parseFixture();
const late: Chapter = {
  ...series,
  id: "physics/reads",
  title:
    "Reads, writes; and a title that is so long that its line has to be folded – größer als fünfundsiebzig Oktette",
  owner: "Ann <ann>",
  reviewDue: "2026-12-24",
};
const items = dueItems({ parts: [{ chapters: [series, late] }] });

it("what is due first stands first, and a source that two chapters cite stands once, with both owners", () => {
  expect(items.map(({ kind, id, due }) => [kind, id, due])).toEqual([
    ["review", "physics/reads", "2026-12-24"],
    ["review", "operate/series", "2027-05-22"],
    ["source", "treynor-2017", items[2]!.due],
  ]);
  expect(items[2]!.owners).toEqual(["The editors", "Ann <ann>"]);
});

describe("the calendar", () => {
  const text = dueCalendar(items, "https://handbook.example.org");
  const calendar = new ical.Component(ical.parse(text) as unknown[]);
  const events = calendar.getAllSubcomponents("vevent").map((event) => new ical.Event(event));

  it("is read back by another program as it was meant", () => {
    expect(events.map((event) => [event.startDate.toString(), event.summary])).toEqual([
      ["2026-12-24", `Review “${late.title}”`],
      ["2027-05-22", "Review “Twenty in series”"],
      [items[2]!.due, expect.stringContaining("Look up the source ")],
    ]);
    expect(events[0]!.duration.toString()).toBe("P1D");
    expect(new Set(events.map(({ uid }) => uid)).size).toBe(3);
    expect(events[0]!.component.getFirstPropertyValue("url")).toBe("https://handbook.example.org/physics/reads/");
  });

  it("keeps each line to 75 octets and ends it as the standard wants", () => {
    const lines = text.split("\r\n");
    expect(lines.every((line) => Buffer.byteLength(line) <= 75 && !line.includes("\n"))).toBe(true);
    expect(lines.some((line) => line.startsWith(" "))).toBe(true);
  });

  it("names no address that it does not know", () => {
    expect(dueCalendar(items, undefined)).not.toContain("URL:");
  });
});

describe("the feeds", () => {
  it("escape what was written, and keep their ids", () => {
    const feed = dueFeed(items, undefined);
    expect(feed).toContain("<author><name>Ann &lt;ann&gt;</name></author>");
    expect(feed).toContain('<link href="/physics/reads/"/>');
    const ids = [
      ...feed.matchAll(/<id>(urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})<\/id>/g),
    ];
    expect(new Set(ids.map(([, id]) => id)).size).toBe(4);
    expect(dueFeed(items, "https://a.example")).toContain(ids[1]![1]);
  });

  it("tell the newest decision first, and are as old as it", () => {
    const feed = changesFeed(parseLedger(readFixture("ledger.yaml"), "ledger.yaml"), (id) => id, undefined);
    expect([...feed.matchAll(/<title>([^<]+)<\/title>/g)].slice(1).map(([, title]) => title)).toEqual([
      "operate/series: trial → ready for production",
      expect.stringContaining("physics/reads: entered as "),
      "operate/series: entered as trial",
    ]);
    expect(feed.match(/<updated>([^<]+)/)?.[1]).toBe("2026-11-23T00:00:00Z");
  });
});
