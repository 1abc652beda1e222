// Tables, buckets and user pools that the definition declares.

export interface Table {
  readonly logicalId: string;
  readonly name: string;
  /** `CreateTable` input as the CloudFormation properties say it, in DynamoDB's own wire words. */
  readonly createTable: Readonly<Record<string, unknown>>;
  readonly ttlAttribute?: string;
}

export interface Bucket {
  readonly logicalId: string;
  readonly name: string;
  readonly cors: readonly BucketCorsRule[];
  /** Functions that are told what becomes of its objects. */
  readonly notifications?: readonly BucketNotification[];
  readonly lifecycle?: readonly LifecycleRule[];
}

/** A function that is told what becomes of a bucket's objects. */
export interface BucketNotification {
  /** As in `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly functionKey: string;
  /** Only keys that start so. */
  readonly prefix?: string;
  /** Only keys that end so. */
  readonly suffix?: string;
}

/** What does not stay in a bucket for ever. */
export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  /** Only keys that start so. */
  readonly prefix: string;
  /** Objects go after so many days. */
  readonly expirationDays?: number;
  /** Uploads that nobody finishes go after so many days. */
  readonly abortDays?: number;
}

export interface BucketCorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly maxAgeSeconds?: number;
}

export interface UserPool {
  readonly logicalId: string;
  /** `region_XXXXXXXXX` */
  readonly id: string;
  readonly name: string;
  readonly clients: readonly UserPoolClient[];
  /** Who can sign in locally: from `custom.gatewright.users`. */
  readonly users: readonly LocalUser[];
}

export interface UserPoolClient {
  readonly logicalId: string;
  readonly id: string;
  readonly name: string;
  /** As in `ALLOW_USER_PASSWORD_AUTH`. */
  readonly authFlows: readonly string[];
  readonly accessTokenSeconds: number;
  readonly idTokenSeconds: number;
  readonly refreshTokenSeconds: number;
}

export interface LocalUser {
  readonly name: string;
  readonly password: string;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}
