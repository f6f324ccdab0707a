import { checkCount, checkPositive, checkShareBelowOne, shareToThe } from "./ranges.ts";

const negligible = 1e-18;

/**
 * The share of servers with at least `length` customers when each arrival joins the shortest of `choices` drawn at random
 * from very many: λ^((d^k − 1) / (d − 1)). Exponential service of mean 1 at each server. Vvedenskaya, Dobrushin,
 * Karpelevich, "Queueing System with Selection of the Shortest of Two Queues", Problems of Information Transmission 32
 * (1996); Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing", IEEE TPDS 12 (2001).
 *
 * It is the limit for many servers; n of them come to it up to the order of 1/n.
 *
 * @param utilisation from 0 to less than 1
 * @param choices a whole number, at least 1
 * @param length a whole number, at least 0; customers in queue and service
 * @throws RangeError for other values
 */
export function shareOfServersWith(utilisation: number, choices: number, length: number): number {
  checkShareBelowOne("The utilisation", utilisation);
  checkCount("The number of choices", choices, 1);
  checkCount("The length of a queue", length);
  let exponent = 0;
  for (let at = 0; at < length && exponent < 1e300; at += 1) exponent = exponent * choices + 1;
  return shareToThe(utilisation, exponent);
}

/**
 * The mean time in the system with so many choices: Σ λ^((d^k − d) / (d − 1)), times the mean service. 1 / (1 − λ) for
 * one choice.
 *
 * @param utilisation from 0 to less than 1
 * @param choices a whole number, at least 1
 * @throws RangeError for other values
 */
export function sojournWithChoices(utilisation: number, choices: number, meanService = 1): number {
  checkShareBelowOne("The utilisation", utilisation);
  checkCount("The number of choices", choices, 1);
  checkPositive("The mean time of service", meanService);
  if (choices === 1) return meanService / (1 - utilisation);
  let sum = 0;
  let exponent = 0;
  for (;;) {
    const term = shareToThe(utilisation, exponent);
    if (term < negligible) return sum * meanService;
    sum += term;
    exponent = (exponent + 1) * choices;
  }
}
