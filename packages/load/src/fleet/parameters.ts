/** Where a figure was published. */
export interface FleetSource {
  readonly title: string;
  /** The state that was read: a commit, a version, or what the page is dated. */
  readonly asOf: string;
  readonly link: string;
  /** The day on which it was last looked up. */
  readonly checked: string;
}

export const fleetSources = {
  "tr-369": {
    title: "Broadband Forum TR-369, User Services Platform: WebSocket MTP, retry table above R-WS.20; and R-NOT.2",
    asOf: "text of the specification's repository",
    link: "https://usp.technology/specification/",
    checked: "2026-11-23",
  },
  "ucentral-gateway": {
    title: "OpenWiFi uCentral gateway: CONFIGURATION.md, Websocket parameters; the session timeout in its source",
    asOf: "commit 184debe2",
    link: "https://github.com/Telecominfraproject/wlan-cloud-ucentralgw/blob/main/CONFIGURATION.md",
    checked: "2026-11-23",
  },
  "ucentral-schema": {
    title: "OpenWiFi uCentral configuration schema: metrics.statistics.yml and metrics.health.yml, minimum of interval",
    asOf: "commits 0329b383 and 384b58df",
    link: "https://github.com/Telecominfraproject/wlan-ucentral-schema/tree/main/schema",
    checked: "2026-11-23",
  },
  "aws-iot-2017": {
    title: "AWS service limits, AWS IoT message broker: connect requests per second per account",
    asOf: "a copy of 2017; the limit has changed since",
    link: "https://docs.aws.amazon.com/general/latest/gr/iot-core.html",
    checked: "2026-11-23",
  },
  "emqx-2022": {
    title: "EMQX, Reaching 100M MQTT connections with EMQX 5.0",
    asOf: "9 May 2022",
    link: "https://www.emqx.com/en/blog/reaching-100m-mqtt-connections-with-emqx-5-0",
    checked: "2026-11-23",
  },
  "crowdstrike-2024": {
    title: "CrowdStrike, Preliminary Post Incident Review of the content update of 19 July 2024, as others quote it",
    asOf: "July 2024; the number of devices is Microsoft's",
    link: "https://www.crowdstrike.com/falcon-content-update-remediation-and-guidance-hub/",
    checked: "2026-11-23",
  },
} as const satisfies Readonly<Record<string, FleetSource>>;

export type FleetSourceId = keyof typeof fleetSources;

/** A published figure that the model can be set to. */
export interface FleetParameter {
  readonly says: string;
  readonly value: number;
  readonly unit: string;
  readonly source: FleetSourceId;
}

/** Figures of real systems, for the models of the book. What a model assumes without a source is not among them. */
export const fleetParameters = {
  retryMinimumWait: {
    says: "Least wait before the first retry of a session (m), by default.",
    value: 5,
    unit: "s",
    source: "tr-369",
  },
  retryMultiplier: {
    says: "Growth of the waits from one retry to the next (k), by default, in thousandths.",
    value: 2_000,
    unit: "1/1000",
    source: "tr-369",
  },
  retryFixedFrom: {
    says: "The retry from which on the range of waits grows no more.",
    value: 10,
    unit: "retries",
    source: "tr-369",
  },
  leastStatisticsInterval: {
    says: "Shortest interval at which a device may report statistics or health.",
    value: 60,
    unit: "s",
    source: "ucentral-schema",
  },
  sessionTimeout: {
    says: "A session without a sign of life is given up after this time, by default.",
    value: 600,
    unit: "s",
    source: "ucentral-gateway",
  },
  mostDevicesPerGateway: {
    says: "Devices of one gateway: at most 50 reactors of 2,000.",
    value: 100_000,
    unit: "devices",
    source: "ucentral-gateway",
  },
  mostAcceptBacklog: {
    says: "Connections that may wait to be accepted: one for a hundred devices, at most this.",
    value: 500,
    unit: "connections",
    source: "ucentral-gateway",
  },
  accountConnectsPerSecond: {
    says: "Connections that one account may set up in a second, by default.",
    value: 300,
    unit: "connections/s",
    source: "aws-iot-2017",
  },
  connectionsPerNode: {
    says: "Connections of one broker node in a test of 100 million on 23 nodes.",
    value: 4_350_000,
    unit: "connections",
    source: "emqx-2022",
  },
  badContentMinutes: {
    says: "From the release of a bad content update, which no wave held back, to its withdrawal.",
    value: 78,
    unit: "min",
    source: "crowdstrike-2024",
  },
  badContentDevices: {
    says: "Devices that the bad content update stopped.",
    value: 8_500_000,
    unit: "devices",
    source: "crowdstrike-2024",
  },
} as const satisfies Readonly<Record<string, FleetParameter>>;
