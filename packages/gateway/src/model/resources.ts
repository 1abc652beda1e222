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
