/** The streams of keyed randomness of a fleet, one per kind of decision; the logical id within a stream beside each. */
export const fleetStreams = {
  /** (device, epoch) */
  notice: 101,
  reconnectWait: 102,
  boot: 103,
  /** (fault, site) */
  faultStrikes: 104,
  /** (site, k-th time up or down) */
  powerUp: 105,
  powerDown: 106,
  uplinkUp: 107,
  uplinkDown: 108,
  /** (device) */
  issuedAt: 109,
  renewalAge: 110,
  /** (device, k-th renewal) */
  renewal: 111,
  renewalWait: 112,
  /** (0) and (1) */
  waveOrder: 113,
  /** (device) */
  updateStart: 114,
  applyTime: 115,
  defect: 116,
  /** (sampled device) */
  sampledDevice: 117,
  telemetryPhase: 118,
} as const;
