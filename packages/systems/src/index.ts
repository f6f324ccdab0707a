export { causalRegister } from "./causal-register.ts";
export type { CausalConfig } from "./causal-register.ts";
export { gossipRegister } from "./gossip-register.ts";
export type { GossipConfig } from "./gossip-register.ts";
export { orderedRegister } from "./ordered-register.ts";
export type { OrderedConfig } from "./ordered-register.ts";
export { quorumRegister } from "./quorum-register.ts";
export type { QuorumConfig } from "./quorum-register.ts";
export type { RegisterReply, RegisterRequest } from "./register-messages.ts";
