// What verifiers need of the world: time and the network, which a test may own.
import { httpJson, type HttpPort } from "./http-json.ts";

/** Time and the network. */
export interface VerifierPorts {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
  /** One HTTP call. @default Node's own `https` */
  readonly http?: HttpPort;
}

/** The ports as given, and the system's own for those that were not. */
export function toPorts({ now = Date.now, http = httpJson }: VerifierPorts): Required<VerifierPorts> {
  return { now, http };
}
