// Why a file did not arrive, for the page.

/** Why a file did not arrive. */
export class UploadError extends Error {
  /**
   * S3's code (`EntityTooLarge`, `AccessDenied` …), `EXPIRED` for an old ticket, `NETWORK` where nothing came back,
   * `OTHER_FILE` where another file was begun with this ticket.
   */
  readonly code: string;
  /** S3's status; 0 where nothing came back. */
  readonly status: number;

  constructor(code: string, status: number, message: string) {
    super(message);
    this.name = "UploadError";
    this.code = code;
    this.status = status;
  }
}
