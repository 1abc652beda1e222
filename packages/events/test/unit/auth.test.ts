// What the authorizer said, in every layout.
import { describe, expect, it } from "vitest";
import { readAuth } from "../../src/auth.ts";

const user = { userId: "ada", admin: true, tags: ["a"] };

describe("readAuth", () => {
  it.each([
    ["REST and WebSocket", { principalId: "ada", integrationLatency: 3, gw: JSON.stringify(user) }],
    ["HTTP", { lambda: { principalId: "ada", gw: JSON.stringify(user) } }],
  ])("reads the packed context alike: %s", (_layout, authorizer) => {
    expect(readAuth(authorizer)).toEqual({ ...user, principalId: "ada" });
  });

  it("keeps the principal of the context itself", () => {
    expect(readAuth({ principalId: "x", gw: '{"principalId":"y"}' })).toEqual({ principalId: "y" });
    expect(readAuth({ gw: "{}" })).toEqual({});
  });

  it.each([
    ["Lambda context of REST", { principalId: "ada", name: "Ada" }, { principalId: "ada", name: "Ada" }],
    ["Lambda context of HTTP", { lambda: { name: "Ada" } }, { name: "Ada" }],
    ["JWT", { jwt: { claims: { sub: "ada" }, scopes: null } }, { claims: { sub: "ada" }, scopes: null }],
    ["IAM", { iam: { userId: "ada" } }, { userId: "ada" }],
    ["Cognito of REST", { claims: { sub: "ada" } }, { claims: { sub: "ada" } }],
  ])("hands on what AWS delivered: %s", (_kind, authorizer, auth) => {
    expect(readAuth(authorizer)).toEqual(auth);
  });

  it.each([undefined, null, "", 7, []])("is undefined where no authorizer ran: %s", (authorizer) => {
    expect(readAuth(authorizer)).toBeUndefined();
  });

  it.each(["", "nope", "7", "null", "[]", 7, { name: "Ada" }])("refuses a packed context of %s", (gw) => {
    expect(() => readAuth({ gw })).toThrow(expect.objectContaining({ code: "AUTH_UNREADABLE" }));
  });

  it("shows nothing of a packed context that it refuses", () => {
    expect(() => readAuth({ gw: "secret" })).toThrow(/^(?!.*secret)/);
  });
});
