import { describe, expect, it } from "vitest";
import { readSettings, SettingsError } from "./settings.ts";

describe("settings", () => {
  it("have defaults for one person on their machine", () => {
    const settings = readSettings({ HOME: "/srv/ada", DATABASE_URL: "" });
    expect(settings.dataFolder).toMatch(/\/\.local\/share\/fieldbook$/);
    expect(settings).toEqual({ dataFolder: settings.dataFolder, connections: 10 });
  });

  it("are read from the environment", () => {
    expect(
      readSettings({
        FIELDBOOK_DATA: "/var/lib/fieldbook",
        DATABASE_URL: "postgres://a:b@db/fieldbook",
        DATABASE_CONNECTIONS: "20",
        FIELDBOOK_URL: "https://handbook.example.org/",
        SMTP_URL: "smtp://mail:587",
        MAIL_FROM: "Fieldbook <f@example.org>",
      }),
    ).toEqual({
      dataFolder: "/var/lib/fieldbook",
      databaseUrl: "postgres://a:b@db/fieldbook",
      connections: 20,
      publicUrl: "https://handbook.example.org",
      mail: { url: "smtp://mail:587", from: "Fieldbook <f@example.org>" },
    });
  });

  it.each([
    [{ FIELDBOOK_DATA: "data" }, /^FIELDBOOK_DATA: an absolute path is expected, and this is "data"\.$/],
    [{ DATABASE_URL: "mysql://me:secret@db/x" }, /^DATABASE_URL: an address that begins with postgres:\/\/ or/],
    [{ DATABASE_CONNECTIONS: "many" }, /^DATABASE_CONNECTIONS: a whole number/],
    [{ FIELDBOOK_URL: "handbook.example.org" }, /^FIELDBOOK_URL: an address that begins with http:\/\//],
    [{ FIELDBOOK_URL: "https://example.org/book" }, /^FIELDBOOK_URL: an address without a path/],
    [{ SMTP_URL: "smtp://mail" }, /^MAIL_FROM: the sender of the mails/],
    [{ SMTP_URL: "smtp://mail", MAIL_FROM: "nobody" }, /^MAIL_FROM: an address/],
    [{ SMTP_URL: "mail:587", MAIL_FROM: "a@b.c" }, /^SMTP_URL: an address that begins with smtp:\/\//],
  ])("refuse %j with the name and the mend", (environment, message) => {
    expect(() => readSettings(environment)).toThrow(SettingsError);
    expect(() => readSettings(environment)).toThrow(message);
    expect(() => readSettings(environment)).not.toThrow(/secret/);
  });
});
