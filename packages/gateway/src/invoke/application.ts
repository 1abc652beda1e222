// What passes between a door and an API: a whole request in, a whole answer out.

/** One header line. Names keep their case, repeated names their order. */
export type HeaderPair = readonly [name: string, value: string];

/** An HTTP request as it came through a door, nothing decoded. */
export interface ArrivedHttp {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** Still percent-encoded, without the question mark; empty when there is none. */
  readonly query: string;
  readonly headers: readonly HeaderPair[];
  /** At most 10 MB; empty where the door refused to read it. */
  readonly body: Buffer;
  readonly sourceIp: string;
  readonly protocol: "http" | "https";
  /** The host that the client named, with its port; empty when it named none. */
  readonly host: string;
  /** The verb as it came, where `X-HTTP-Method-Override` names another. */
  readonly sentMethod?: string;
  /** The headers as they came, for those who check signatures; left out where none was taken out. */
  readonly received?: readonly HeaderPair[];
  /** The name that the client asked for in the TLS handshake. */
  readonly serverName?: string;
  /** How the connection is secured; left out where it is not. */
  readonly tls?: () => TlsDetails;
  /** What else is known of the caller. */
  readonly caller?: CallerDetails;
  /** Under which mapping of a custom domain it came; left out on the API's own address. */
  readonly mapping?: ArrivedMapping;
}

/** As in `TLSv1.3` and `TLS_AES_256_GCM_SHA384`; `null` where the client has left. */
export interface TlsDetails {
  readonly version: string | null;
  readonly cipherSuite: string | null;
}

/** What a door, or in development the caller itself, says of a caller. */
export interface CallerDetails {
  readonly vpcId?: string;
  /** The VPC endpoint that it came through. */
  readonly vpceId?: string;
  /** What it showed on a domain with mutual TLS. */
  readonly clientCert?: ClientCertificate;
}

/** A client's certificate, as events carry it. */
export interface ClientCertificate {
  readonly clientCertPem: string;
  readonly subjectDN: string;
  readonly issuerDN: string;
  readonly serialNumber: string;
  readonly validity: { readonly notBefore: string; readonly notAfter: string };
}

/** The stage that a custom domain led to. */
export interface ArrivedMapping {
  readonly stage: string;
  /** Without slashes around it; empty where the mapping takes everything. */
  readonly basePath: string;
}

/** An HTTP answer. The door adds the length and the date, and drops the body where HTTP has none. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly HeaderPair[];
  readonly body: Buffer;
  /**
   * In the place of a body: bytes that go out as they come. One that throws {@link StreamCut} ends the connection;
   * a door reads it to its end or returns it, always.
   */
  readonly stream?: AsyncIterable<Uint8Array>;
}

/** What a step gives that answers by itself: no later step is asked. */
export interface Ended {
  readonly ended: HttpAnswer;
}

/** A stream whose source broke off: the client can be told by nothing but a cut connection. */
export class StreamCut extends Error {
  override readonly name = "StreamCut";
}

/** An API behind a door. */
export interface HttpApplication {
  /** Answers one request. */
  answer(arrived: ArrivedHttp): Promise<HttpAnswer>;
  /** What a request gets whose body is over 10 MB; the door reads no further. */
  tooLarge(arrived: ArrivedHttp): HttpAnswer;
}
