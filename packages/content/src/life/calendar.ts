import { addDays } from "../day.ts";
import type { DueItem } from "./due.ts";

/** What to do, in a few words. */
export const dueTask = ({ kind, title }: DueItem): string =>
  kind === "review" ? `Review “${title}”` : `Look up the source ${title}`;

/** Where the handbook is published, without a slash at the end; undefined when the build does not know it. */
export type Address = string | undefined;

const octetsPerLine = 75;

/** Commas, semicolons and backslashes are written with a backslash, line ends as \n (RFC 5545, section 3.3.11). */
const escapeText = (text: string): string =>
  text.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`).replaceAll(/\r?\n/g, String.raw`\n`);

/** Cuts a line into pieces of 75 octets at most, between characters (RFC 5545, section 3.1). */
function fold(line: string): string {
  const encoder = new TextEncoder();
  let folded = "";
  let octets = 0;
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > octetsPerLine) {
      folded += "\r\n ";
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}

const dateOf = (day: string): string => day.replaceAll("-", "");

function eventOf(item: DueItem, address: Address): readonly string[] {
  const says = `Last done on ${item.since}. ${item.owners.join(", ")} ${item.owners.length === 1 ? "answers" : "answer"} for it.`;
  return [
    "BEGIN:VEVENT",
    // The day is part of the id: after a review the old day stays done and another one comes.
    `UID:${item.kind}-${item.id.replaceAll("/", "-")}-${item.due}@fieldbook.invalid`,
    // Of the data and not of the build: the same book gives the same calendar.
    `DTSTAMP:${dateOf(item.since)}T000000Z`,
    `DTSTART;VALUE=DATE:${dateOf(item.due)}`,
    `DTEND;VALUE=DATE:${dateOf(addDays(item.due, 1))}`,
    `SUMMARY:${escapeText(dueTask(item))}`,
    `DESCRIPTION:${escapeText(says)}`,
    ...(address === undefined ? [] : [`URL:${address}${item.url}`]),
    `CATEGORIES:${item.kind === "review" ? "REVIEW" : "SOURCE"}`,
    "TRANSP:TRANSPARENT",
    "END:VEVENT",
  ];
}

/** What is due as a calendar that others subscribe to: an event of a whole day for each (RFC 5545). */
export function dueCalendar(items: readonly DueItem[], address: Address): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Fieldbook//Reviews and sources//EN",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "NAME:Fieldbook: what is due",
    "X-WR-CALNAME:Fieldbook: what is due",
    ...items.flatMap((item) => eventOf(item, address)),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${fold(line)}\r\n`).join("");
}
