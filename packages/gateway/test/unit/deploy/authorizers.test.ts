import { expect, test } from "vitest";
import { deployAuthorizers } from "../../../src/deploy/authorizers.ts";
import { failures } from "../../../src/failures.ts";
import { authorizer } from "../invoke/requests.ts";

const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return failures.is(error) ? error.code : error;
  }
  return undefined;
};

test("a token pattern holds for the whole token", () => {
  const deployed = deployAuthorizers([authorizer({ identityValidation: "Bearer [a-z]+" })], []);
  const { tokenPattern } = deployed.get("auth01") ?? {};
  expect([tokenPattern?.test("Bearer abc"), tokenPattern?.test("x Bearer abc")]).toEqual([true, false]);
});

test("a broken pattern is refused", () => {
  expect(codeOf(() => deployAuthorizers([authorizer({ identityValidation: "(" })], []))).toBe(
    "IDENTITY_VALIDATION_INVALID",
  );
});

test("no route is left open because its authorizer is missing", () => {
  const routes = [{ name: "GET /x", authorizerId: "other" }];
  expect(codeOf(() => deployAuthorizers([authorizer()], routes))).toBe("AUTHORIZER_NOT_DEPLOYED");
});
