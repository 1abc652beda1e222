// The time of a request as API Gateway writes it: dd/MMM/yyyy:HH:mm:ss +0000.

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => String(n).padStart(2, "0");

let second = Number.NaN;
let written = "";

/** Writes milliseconds since the epoch in the common log format, in UTC. */
export function toRequestTime(ms: number): string {
  if (Math.floor(ms / 1_000) === second) return written; // most requests share it with the one before
  second = Math.floor(ms / 1_000);
  const at = new Date(ms);
  const date = `${two(at.getUTCDate())}/${months[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  written = `${date}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
  return written;
}
