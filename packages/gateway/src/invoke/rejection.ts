// A request refused on its way: thrown by a step, caught once where the answer is made.
import type { GatewayResponseType, HttpApiErrorType } from "@gatewright/contract";
import type { HeaderPair, HttpAnswer } from "./application.ts";

/** How a refusal differs from the default of its type, and why, in words for the developer only. */
export interface RejectionDetail {
  readonly status?: number;
  readonly message?: string;
  readonly why?: string;
  /** The value of `x-amzn-ErrorType`, where the type's own does not fit. */
  readonly errorType?: string;
  /** The whole answer, in place of the gateway response: a web ACL's own. */
  readonly answer?: HttpAnswer;
  /** `$context.error.validationErrorString`, made when a gateway response asks for it. */
  readonly validationError?: () => string;
  /** What the authorizer that refused said, for `$context.authorizer`. */
  readonly authorizer?: object;
}

/** A REST request that ends in a gateway response. */
export class Rejection extends Error {
  readonly type: GatewayResponseType;
  readonly detail: RejectionDetail;

  constructor(type: GatewayResponseType, detail: RejectionDetail = {}) {
    super(detail.why ?? type);
    this.type = type;
    this.detail = detail;
  }
}

/** An HTTP API request that ends in one of its fixed errors. */
export class HttpRejection extends Error {
  readonly type: HttpApiErrorType;
  readonly why: string | undefined;
  /** Headers beside those that every error has. */
  readonly headers: readonly HeaderPair[];

  constructor(type: HttpApiErrorType, why?: string, headers: readonly HeaderPair[] = []) {
    super(why ?? type);
    this.type = type;
    this.why = why;
    this.headers = headers;
  }
}
