// What can go wrong in this room, for the developer: every code with its fix.

export const invokeRows = {
  AUTHORIZER_NOT_DEPLOYED: {
    says: (at: { readonly route: string; readonly authorizer: string }): string =>
      `The route ${at.route} names the authorizer ${at.authorizer}, which the API does not have.`,
    fix: "Add the authorizer to the API, or take its name off the route.",
    blame: "user",
  },
  IDENTITY_VALIDATION_INVALID: {
    says: (at: { readonly authorizer: string }): string =>
      `The identityValidationExpression of the authorizer ${at.authorizer} is not a regular expression.`,
    fix: "Write a pattern for the whole token, such as ^Bearer [-0-9a-zA-Z._]+$.",
    blame: "user",
  },
  API_KEY_WITHOUT_VALUE: {
    says: (at: { readonly name: string }): string => `The API key ${at.name} has no value.`,
    fix: "Give the key a value of 20 to 128 characters, or pass a generated one in apiKeyValues.",
    blame: "user",
  },
  TEMPLATE_UNREADABLE: {
    says: (at: { readonly of: string; readonly type: string; readonly why: string }): string =>
      `The mapping template for ${at.of}, ${at.type}, cannot be read: ${at.why}.`,
    fix: "Close what is open: every #if, #foreach and #macro ends with #end.",
    blame: "user",
  },
  MAPPING_UNREADABLE: {
    says: (at: { readonly route: string; readonly expression: string }): string =>
      `${at.route}: the parameter mapping ${at.expression} is none that API Gateway knows.`,
    fix: "Write method.request.header.X, context.X, stageVariables.X, integration.response.header.X, or a text in single quotes.",
    blame: "user",
  },
  MAPPING_RESERVED: {
    says: (at: { readonly route: string; readonly header: string }): string =>
      `${at.route}: the header ${at.header} is API Gateway's own and cannot be mapped.`,
    fix: "Map another header: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html",
    blame: "user",
  },
  SELECTION_PATTERN_UNREADABLE: {
    says: (at: { readonly route: string; readonly pattern: string }): string =>
      `${at.route}: the selection pattern ${at.pattern} is not a regular expression.`,
    fix: "Write a pattern for the whole status or error message, such as 4\\d{2} or .*Not Found.*",
    blame: "user",
  },
  MODEL_UNKNOWN: {
    says: (at: { readonly route: string; readonly model: string }): string =>
      `${at.route} names the model ${at.model}, which the API does not have.`,
    fix: "Add the model to the API, or name another.",
    blame: "user",
  },
  MODEL_UNREADABLE: {
    says: (at: { readonly model: string; readonly why: string }): string =>
      `The model ${at.model} is not a JSON Schema of draft 4: ${at.why}.`,
    fix: "Correct the schema; a reference to another model is https://apigateway.amazonaws.com/restapis/{api}/models/{name}.",
    blame: "user",
  },
  GATEWAY_RESPONSE_UNKNOWN: {
    says: (at: { readonly type: string }): string => `There is no type ${at.type} of gateway responses.`,
    fix: "Name one of API Gateway's types, such as DEFAULT_4XX or UNAUTHORIZED.",
    blame: "user",
  },
  DEPLOYMENT_UNKNOWN: {
    says: (at: { readonly deployment: string }): string => `Deployment id does not exist: ${at.deployment}.`,
    fix: "Name one of those that GET /_gatewright/deployments lists.",
    blame: "user",
  },
  DEPLOYMENT_IN_USE: {
    says: (at: { readonly deployment: string; readonly stages: string }): string =>
      `The deployment ${at.deployment} is in use by ${at.stages}.`,
    fix: "Active stages pointing to this deployment must be moved or deleted first.",
    blame: "user",
  },
  STAGE_UNKNOWN: {
    says: (at: { readonly stage: string }): string => `There is no stage ${at.stage}.`,
    fix: "Name one of those that GET /_gatewright/deployments lists.",
    blame: "user",
  },
  NOTHING_TO_ROLL_BACK: {
    says: (at: { readonly stage: string }): string =>
      `The stage ${at.stage} has stood at no other deployment that there still is.`,
    fix: "Point it at a deployment by its id.",
    blame: "user",
  },
  ACCESS_LOG_INVALID: {
    says: (at: { readonly why: string }): string => `The access log cannot be written: ${at.why}.`,
    fix: 'Write a format such as {"requestId":"$context.requestId","status":"$context.status"}.',
    blame: "user",
  },
  KEY_FILE_INVALID: {
    says: (at: { readonly why: string }): string => `The file of API keys cannot be imported: ${at.why}.`,
    fix: "Begin it with Name,Key,Description,Enabled,UsagePlanIds, of which Name and Key are needed.",
    blame: "user",
  },
  USAGE_QUESTION_INVALID: {
    says: (at: { readonly why: string }): string => `The usage cannot be told: ${at.why}.`,
    fix: "Ask with usagePlanId, startDate, endDate and keyId, or without any of them for today.",
    blame: "user",
  },
  DESK_ORDER_INVALID: {
    says: (at: { readonly why: string }): string => `The order is not understood: ${at.why}.`,
    fix: 'Write it as in { "api": "rest", "action": "point", "stage": "dev", "deploymentId": "a1b2c3" }.',
    blame: "user",
  },
  STAGE_VARIABLE_INVALID: {
    says: (at: { readonly stage: string; readonly name: string }): string =>
      `API Gateway does not take the variable ${at.name} of the stage ${at.stage}.`,
    fix: "Write its name of letters, digits and _, its value of letters, digits and -._~:/?#&=, and not empty.",
    blame: "user",
  },
  LIMIT_EXCEEDED: {
    says: (at: {
      readonly name: string;
      readonly what: string;
      readonly value: number;
      readonly bound: string;
      readonly source: string;
    }): string => `${at.name}: ${at.what} has ${at.value}; API Gateway allows ${at.bound} (${at.source}).`,
    fix: "Change the definition: AWS would refuse to deploy it.",
    blame: "user",
  },
  CANARY_INVALID: {
    says: (at: { readonly why: string }): string => `The canary cannot be changed so: ${at.why}.`,
    fix: "See the stage's canary at GET /_gatewright/deployments.",
    blame: "user",
  },
} as const;
