import type { Store } from "../data/store.ts";
import type { Settings } from "../settings.ts";
import { sendWaiting } from "./send-waiting.ts";
import type { Deliver } from "./send-waiting.ts";

export interface MailingOptions {
  /** Where the handbook is, without a slash at the end. */
  readonly site: string;
  /** The mail address of a person, from their account; undefined when there is none. Default: nobody has one. */
  readonly addressOf?: (personId: string) => Promise<string | undefined>;
  readonly onFault: (error: unknown) => void;
  /** Default: 10,000. */
  readonly everyMs?: number;
}

export interface Mailing {
  /** Sends what waits now. */
  sendNow(): Promise<void>;
  /** Ends after the mail that is under way. */
  stop(): Promise<void>;
}

const waitMs = 20_000;

/** Sends notifications by mail while the server runs. Does nothing without SMTP_URL. */
export function startMailing(store: Store, { mail }: Pick<Settings, "mail">, options: MailingOptions): Mailing {
  if (mail === undefined || options.addressOf === undefined) {
    return { sendNow: async () => {}, stop: async () => {} };
  }
  const { addressOf, site, onFault, everyMs = 10_000 } = options;
  const opening = import("nodemailer").then(({ createTransport }) =>
    createTransport(mail.url, { connectionTimeout: waitMs, socketTimeout: waitMs } as object),
  );
  const deliver: Deliver = async ({ to, subject, text, unsubscribe }) => {
    const transport = await opening;
    await transport.sendMail({
      from: mail.from,
      to,
      subject,
      text,
      headers: {
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": `<${unsubscribe}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      },
    });
  };
  let underWay: Promise<void> = Promise.resolve();
  const sendNow = (): Promise<void> => {
    underWay = underWay.then(() => sendWaiting(store, { site, addressOf, deliver })).catch(onFault);
    return underWay;
  };
  const timer = setInterval(() => void sendNow(), everyMs);
  timer.unref();
  return {
    sendNow,
    stop: async () => {
      clearInterval(timer);
      await underWay;
      (await opening).close();
    },
  };
}
