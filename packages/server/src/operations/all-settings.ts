import { teamSettingDescriptions } from "../accounts/team-settings.ts";
import { settingDescriptions } from "../settings.ts";
import type { SettingDescription } from "../settings.ts";
import { logSettingDescriptions } from "./log.ts";
import { telemetrySettingDescriptions } from "./telemetry.ts";

/** What the command line may say too. */
const addressDescriptions: readonly SettingDescription[] = [
  { name: "PORT", meaning: "Port that is opened; `--port` comes first. The host is `--host`.", fallback: "`4321`" },
];

/** What the pages are built with; the server itself does not ask for them. */
const buildDescriptions: readonly SettingDescription[] = [
  { name: "FIELDBOOK_EDITION", meaning: "Folder of an edition to build; see editions.md.", fallback: "the handbook" },
  { name: "FIELDBOOK_LANGUAGE", meaning: "Language of the shell around the text: `en` or `de`.", fallback: "`en`" },
  {
    name: "FIELDBOOK_EDIT_URL",
    meaning: "Where files are edited, as a link at the end of each chapter: `https://git.example.org/edit/main`.",
    fallback: "no link",
  },
];

/** Every setting there is: the table in docs/running.md. */
export const allSettings: readonly SettingDescription[] = [
  ...addressDescriptions,
  ...settingDescriptions,
  ...teamSettingDescriptions,
  ...logSettingDescriptions,
  ...telemetrySettingDescriptions,
  ...buildDescriptions,
];
