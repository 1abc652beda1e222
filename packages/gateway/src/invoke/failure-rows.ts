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
} as const;
