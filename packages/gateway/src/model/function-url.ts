// An address of a function's own, without an API before it.
import type { HttpCors } from "./http-api.ts";

/** A function URL. */
export interface FunctionUrl {
  /** 32 letters and digits, as the address on AWS begins. */
  readonly id: string;
  readonly functionKey: string;
  readonly authType: "NONE" | "AWS_IAM";
  readonly invokeMode: "BUFFERED" | "RESPONSE_STREAM";
  readonly cors?: HttpCors;
}
