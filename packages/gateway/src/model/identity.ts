// Who may sign requests on this machine: IAM users and roles, standing in for those of the account on AWS.

/** A user, or a session of a role, with its access key and its policies. */
export interface LocalIdentity {
  /** How the definition names it; a role's session has this name too. */
  readonly name: string;
  /** As in `arn:aws:iam::123456789012:user/ada` or `arn:aws:iam::123456789012:role/app`. */
  readonly arn: string;
  /** Left out together with the secret, both are made once per data folder. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** Temporary credentials carry one; requests must then carry it too. */
  readonly sessionToken?: string;
  /** When temporary credentials were made, in ISO 8601: for `aws:TokenIssueTime`. */
  readonly issuedAt?: string;
  /** When temporary credentials end, in ISO 8601. */
  readonly expiresAt?: string;
  /** Identity policies, as IAM writes them. Without one everything is denied that no resource policy allows. */
  readonly policies: readonly unknown[];
  /** For `aws:PrincipalTag/…`. */
  readonly tags?: Readonly<Record<string, string>>;
  /** For `aws:PrincipalOrgID`. */
  readonly organizationId?: string;
  readonly organizationPaths?: readonly string[];
  /** Seconds since the caller showed a second factor; left out where none was shown. */
  readonly multiFactorAgeSeconds?: number;
}
