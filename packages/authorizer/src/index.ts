// The front door of the authorizer: sources, verifiers and decisions, joined by one function.
export { authorizer } from "./authorizer.ts";
export type { AuthorizerOptions, AuthorizerOutcome } from "./authorizer.ts";
export type { HttpResponseForm } from "./answer.ts";
export { allow, deny } from "./decision.ts";
export type { Allowed, AuthorizerContext, Decision, Denied, Grant } from "./decision.ts";
export { failures } from "./failures.ts";
export type { AuthorizerKind, AuthorizerRequest } from "./request.ts";
export { fromCookie, fromHeader, fromQuery, fromSubprotocol } from "./token-source.ts";
export type { TokenSource } from "./token-source.ts";
export { cognito } from "./verify/cognito.ts";
export type {
  CognitoAccessClaims,
  CognitoClaims,
  CognitoIdClaims,
  CognitoOptions,
} from "./verify/cognito-token.ts";
export { custom } from "./verify/custom.ts";
export type { ClaimsOf, PresentedToken, Unauthenticated, Verification, Verifier } from "./verify/verifier.ts";
export type { TokenFault, UnverifiedToken } from "./verify/unverified.ts";
export type { KeySet, PublicKey } from "./keys/key-set.ts";
export type { HttpAnswer, HttpCall, HttpPort } from "./wire/http-json.ts";
export type { VerifierPorts } from "./wire/ports.ts";
