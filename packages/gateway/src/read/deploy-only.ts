// What only a deployment acts on: keys and resource types that need no word when they are left alone here.

/** `*` stands for one name. A path matches where it begins with one of these. */
const paths: readonly string[] = [
  ...words("service frameworkVersion plugins package projectDir params build outputs"),
  ...words("app console dashboard layers licenseKey org tenant useDotenv"),
  ...words("configValidationMode deprecationNotificationMode disabledDeprecations"),
  ...words("variablesResolutionMode provider.name provider.stage provider.region"),
  ...under("provider", [
    ...words("environment memorySize runtime timeout"), // read with each function, if there is one
    ...words("architecture cfnRole deletionProtection deploymentBucket deploymentMethod"),
    ...words("deploymentPrefix disableRollback ecr iam iamManagedPolicies iamRoleStatements"),
    ...words("kmsKeyArn lambdaHashingVersion logDataProtectionPolicy logRetentionInDays"),
    ...words("notificationArns profile vpc"),
    ...words("pruneFunctionVersions role rolePermissionsBoundary rollbackConfiguration"),
    ...words("runtimeManagement stackName stackParameters stackPolicy stackTags tags"),
    ...words("versionFunctions websocketsDescription apiGateway.description"),
    ...words("logs.lambda logs.frameworkLambda tracing.lambda websocket"),
    ...words("httpApi.description httpApi.metrics httpApi.useProviderTags"),
  ]),
  ...under("functions.*", [
    ...words("architecture awsKmsKeyArn dependsOn description disableLogs"),
    ...words("ephemeralStorageSize iamManagedPolicies iamPermissionsBoundary iamRoleStatements"),
    ...words("iamRoleStatementsInherit iamRoleStatementsName kmsKeyArn logDataProtectionPolicy"),
    ...words("logRetentionInDays maximumEventAge maximumRetryAttempts package prune"),
    ...words("provisionedConcurrency recursiveLoop role runtimeManagement snapStart tags tracing"),
    ...words("versionFunction vpc"),
  ]),
  ...under("resources.Resources.*", [
    ...words("CreationPolicy DeletionPolicy DependsOn Metadata UpdatePolicy UpdateReplacePolicy Version"),
    ...under("Properties", [
      // Tables
      ...words("ContributorInsightsSpecification DeletionProtectionEnabled OnDemandThroughput"),
      ...words("PointInTimeRecoverySpecification SSESpecification TableClass Tags"),
      // Buckets
      ...words("BucketEncryption LifecycleConfiguration LoggingConfiguration OwnershipControls"),
      ...words("PublicAccessBlockConfiguration AnalyticsConfigurations MetricsConfigurations"),
      // User pools: who may sign up, and how mail is sent; on this machine the users are given
      ...words("AccountRecoverySetting AdminCreateUserConfig AutoVerifiedAttributes"),
      ...words("DeletionProtection EmailConfiguration Policies SmsConfiguration UserPoolTags"),
      ...words("UserPoolTier UserAttributeUpdateSettings VerificationMessageTemplate"),
      // Their clients
      ...words("EnableTokenRevocation PreventUserExistenceErrors ReadAttributes WriteAttributes"),
    ]),
  ]),
];

function words(text: string): string[] {
  return text.split(" ");
}

function under(parent: string, names: readonly string[]): string[] {
  return names.map((name) => `${parent}.${name}`);
}

const patterns = paths.map(
  (path) => new RegExp(`^${path.replaceAll(".", "\\.").replaceAll("*", "(?:[\\w$-]+)")}(?![\\w$-])`),
);

/** Whether a key is for the deployment alone. */
export function isDeployOnly(path: string): boolean {
  const plain = path
    .replace(/^(functions|resources)\[\d+\]/, "$1")
    .replace(/^Resources\./, "resources.Resources.");
  if (/^custom(?!\.gatewright)/.test(plain)) return true; // the developer's own space; variables read it
  return patterns.some((pattern) => pattern.test(plain));
}

const types = [
  "AWS::ApplicationAutoScaling::",
  "AWS::Budgets::",
  "AWS::CDK::Metadata",
  "AWS::CertificateManager::",
  "AWS::CloudFront::",
  "AWS::CloudWatch::",
  "AWS::EC2::",
  "AWS::IAM::",
  "AWS::KMS::",
  "AWS::Lambda::Permission",
  "AWS::Logs::",
  "AWS::Route53::",
  "AWS::S3::BucketPolicy",
];

/** Whether a resource has no meaning on this machine, so that nobody misses it. */
export function isDeployOnlyType(type: string): boolean {
  return types.some((known) => type.startsWith(known));
}
