// A custom domain name, and which API stands where under it.

/** A domain of the developer's own. */
export interface CustomDomain {
  readonly domainName: string;
  readonly mappings: readonly BasePathMapping[];
  /** PEM files; where there are none, a certificate is made locally. */
  readonly certificate?: { readonly certificateFile: string; readonly keyFile: string };
  /** Only clients whose certificate is signed by one of the trust store are let in. */
  readonly mutualTls?: { /** `s3://bucket/key`, or a file's path. */ readonly truststoreUri: string };
}

/** An API and stage under a path of a domain. */
export interface BasePathMapping {
  /** Without slashes around it; empty for all that no other mapping takes. */
  readonly path: string;
  readonly api: "rest" | "http" | "websocket";
  readonly stage: string;
}
