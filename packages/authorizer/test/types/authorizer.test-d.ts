import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerEventV2,
  APIGatewayTokenAuthorizerEvent,
} from "aws-lambda";
import type {
  AuthorizerPolicyResult,
  HttpAuthorizerEvent,
  RestAuthorizerEvent,
  TokenAuthorizerEvent,
} from "@gatewright/contract";
import { expectTypeOf, test } from "vitest";
import {
  allow,
  authorizer,
  cognito,
  custom,
  fromHeader,
  fromSubprotocol,
  memoryTickets,
  ticket,
  type Verification,
  type Verifier,
} from "../../src/index.ts";

test("claims are those of the verifiers", () => {
  authorizer({
    token: [fromHeader("authorization")],
    verify: [cognito({ userPoolId: "us-east-1_a", clientId: "c", tokenUse: "access" })],
    decide: ({ claims }) => {
      expectTypeOf(claims.sub).toEqualTypeOf<string>();
      expectTypeOf(claims.username).toEqualTypeOf<string>();
      expectTypeOf(claims.token_use).toEqualTypeOf<"access">();
      return allow({ principalId: claims.sub });
    },
  });
  authorizer({
    token: [fromHeader("authorization")],
    verify: [
      cognito({ userPoolId: "us-east-1_a", clientId: "c", tokenUse: "id" }),
      custom(async (token) => (token === "x" ? { sub: "x", robot: true } : undefined)),
    ],
    decide: ({ claims }) => {
      expectTypeOf(claims.sub).toEqualTypeOf<string>();
      // @ts-expect-error only one of the two has it
      return allow({ principalId: claims.email ?? claims.sub });
    },
  });
});

test("a ticket's claims are what it was issued for", () => {
  const store = memoryTickets();
  authorizer({
    token: [fromSubprotocol()],
    verify: [ticket<Readonly<{ sub: string; name: string }>>({ store })],
    decide: ({ claims }) => {
      expectTypeOf(claims.name).toEqualTypeOf<string>();
      return allow({ principalId: claims.sub });
    },
  });
  // @ts-expect-error a ticket is somebody's
  ticket<Readonly<{ name: string }>>({ store });
});

test("a verifier answers at once or later", () => {
  type Answer = ReturnType<Verifier<{ sub: string }>["verify"]>;
  expectTypeOf<Answer>().toEqualTypeOf<
    Verification<{ sub: string }> | Promise<Verification<{ sub: string }>>
  >();
});

test("context takes scalars only", () => {
  allow({ principalId: "a", context: { name: "a", level: 1, admin: true, email: undefined } });
  // @ts-expect-error API Gateway answers 500 to a list
  allow({ principalId: "a", context: { groups: ["a"] } });
  // @ts-expect-error a Verifier needs an explicit use
  cognito({ userPoolId: "us-east-1_a", clientId: "c" });
});

test("events and results agree with @types/aws-lambda", () => {
  expectTypeOf<APIGatewayTokenAuthorizerEvent>().toExtend<TokenAuthorizerEvent>();
  expectTypeOf<TokenAuthorizerEvent>().toExtend<APIGatewayTokenAuthorizerEvent>();
  expectTypeOf<APIGatewayRequestAuthorizerEvent["headers"]>().toExtend<RestAuthorizerEvent["headers"]>();
  expectTypeOf<APIGatewayRequestAuthorizerEventV2["identitySource"]>().toExtend<
    HttpAuthorizerEvent["identitySource"]
  >();
  expectTypeOf<AuthorizerPolicyResult["principalId"]>().toEqualTypeOf<
    APIGatewayAuthorizerResult["principalId"]
  >();
});
