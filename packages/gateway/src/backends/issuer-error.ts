// A refusal in Cognito's words.

/** Thrown by an operation, sent as `{ "__type": …, "message": … }`. */
export class IssuerError extends Error {
  /** Cognito's own name, as in `NotAuthorizedException`. */
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** `NotAuthorizedException`: also for an unknown user, so that nobody learns who has an account. */
export function notAuthorized(message: string): IssuerError {
  return new IssuerError("NotAuthorizedException", message);
}

/** `InvalidParameterException`. */
export function invalidParameter(message: string): IssuerError {
  return new IssuerError("InvalidParameterException", message);
}
