// The front door of the authorizer: sources, verifiers and decisions, joined by one function.
export { authorizer } from "./authorizer.ts";
export type { AuthorizerOptions } from "./authorizer.ts";
export { authenticate } from "./authenticate.ts";
export type { AuthenticateOptions, AuthenticateMiddleware } from "./authenticate.ts";
export type { AuthorizerOutcome, JudgeOptions } from "./judge.ts";
export type { HttpResponseForm } from "./answer.ts";
export { apiKey, issueApiKey, memoryApiKeys } from "./api-key/api-key.ts";
export type { ApiKeyClaims, ApiKeyOptions, ApiKeyRecord, ApiKeyStore } from "./api-key/api-key.ts";
export { allow, deny } from "./decision.ts";
export type { Allowed, AuthorizerContext, Decision, Denied, Grant } from "./decision.ts";
export { failures } from "./failures.ts";
export { memoryOnce } from "./once.ts";
export type { OnceStore } from "./once.ts";
export { sessionTokens } from "./session/session-tokens.ts";
export type { SessionTokenOptions, SessionTokens } from "./session/session-tokens.ts";
export { issueTicket, ticket } from "./ticket/ticket.ts";
export type { IssuedTicket, TicketGrant } from "./ticket/ticket.ts";
export { memoryTickets } from "./ticket/ticket-store.ts";
export type { TicketClaims, TicketRecord, TicketStore } from "./ticket/ticket-store.ts";
export type { AuthorizerKind, AuthorizerRequest } from "./request.ts";
export type { HandlerEvent } from "./handler-event.ts";
export { chooseSubprotocol } from "./subprotocol.ts";
export { fromCookie, fromForm, fromHeader, fromQuery, fromSubprotocol } from "./token-source.ts";
export type { TokenSource } from "./token-source.ts";
export { checkToken } from "./verify/check-token.ts";
export { cognito } from "./verify/cognito.ts";
export type {
  CognitoAccessClaims,
  CognitoClaims,
  CognitoIdClaims,
  CognitoOptions,
} from "./verify/cognito-token.ts";
export { custom } from "./verify/custom.ts";
export { introspection } from "./verify/introspection.ts";
export type {
  IntrospectionClaims,
  IntrospectionLimits,
  IntrospectionOptions,
} from "./verify/introspection.ts";
export type { PrivateKey } from "./keys/private-key.ts";
export type { OauthClient } from "./wire/client-auth.ts";
export type { CircuitOptions } from "./wire/circuit.ts";
export { oidc } from "./verify/oidc.ts";
export type { KeySource, OidcClaims, OidcOptions, SignatureAlgorithm } from "./verify/oidc-options.ts";
export type { ClaimsOf, PresentedToken, Unauthenticated, Verification, Verifier } from "./verify/verifier.ts";
export type { TokenFault, UnverifiedToken } from "./verify/unverified.ts";
export type { KeySet, PublicKey } from "./keys/key-set.ts";
export type { HttpAnswer, HttpCall, HttpPort } from "./wire/http-json.ts";
export type { VerifierPorts } from "./wire/ports.ts";
