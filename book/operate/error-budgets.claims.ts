import type { Claim } from "@fieldbook/lab";
import { agrees, claim, differs, findExperiment, holds, violated } from "@fieldbook/lab";

const alertQuality = findExperiment("alert-quality");
const budgetPolicy = findExperiment("budget-policy");

const pagesForNothing = claim({
  id: "pages-for-nothing",
  says: "At 69 requests an hour the usual page alerts wake someone fifteen times a month, for a service that uses half of its budget.",
  experiment: alertQuality,
  parameters: { perHour: 69, errorPercent: 50 },
  expect: agrees("pages", {
    value: 15.4,
    formula: "a simulation of the same alerts, made apart from this one",
    within: 2,
    seeds: 60,
  }),
  inFigure: "69 an hour",
  control: {
    inFigure: "300 an hour",
    label: "300 requests an hour",
    says: "One failure is no longer a large share of an hour; nobody is woken.",
    parameters: { perHour: 300, errorPercent: 50 },
    expect: differs("pages", { value: 15.4, formula: "at 69 an hour", by: 14, seeds: 60 }),
  },
  knobs: ["perHour", "errorPercent"],
  guess: {
    question:
      "A service meets its objective, with errors at half of what is allowed. 69 requests an hour. How often is someone paged in a month?",
    options: ["never", "once or twice", "about fifteen times"],
    answer: 2,
  },
  sources: ["sre-workbook-alerting"],
  leavesOut: "Errors are independent of each other. Tickets are not counted.",
  breaksWhen:
    "There are so many requests that a few failures in an hour are below the threshold: here, at 300 an hour.",
});

const freezeBounds = claim({
  id: "a-freeze-bounds-the-overrun",
  says: "With a freeze once the budget is used up, no month uses more than the budget and the cost of one bad deployment.",
  experiment: budgetPolicy,
  parameters: { freeze: true },
  expect: holds("bounded", { seeds: 200 }),
  inFigure: "with a freeze",
  control: {
    inFigure: "without a policy",
    label: "Without a policy",
    says: "Deployments go on, and so do bad ones.",
    parameters: { freeze: false },
    expect: violated("bounded", { seeds: 200, atLeast: 100 }),
  },
  knobs: ["freeze", "perDay", "failPercent"],
  guess: {
    question:
      "Four deployments a day, one in twenty bad, each bad one a quarter of the month's budget. Without a policy, how much is used?",
    options: ["about the budget", "about one and a half budgets", "five budgets"],
    answer: 1,
  },
  sources: ["sre-book-overload", "sre-workbook-alerting"],
  leavesOut: "Only deployments use the budget; a freeze also stops repairs here, which a real policy lets through.",
  breaksWhen: "One bad deployment costs more than a whole budget.",
});

export const claims: readonly Claim[] = [pagesForNothing, freezeBounds];
