// Where @connections is.
import { afterEach, describe, expect, it, vi } from "vitest";
import { managementEndpoint } from "../../../src/index.ts";

afterEach(() => vi.unstubAllEnvs());

describe("managementEndpoint", () => {
  it("is made from the API's id, region and stage", () => {
    vi.stubEnv("AWS_REGION", "eu-west-1");
    const place = { apiId: "abc", stage: "dev", domainName: "ws.chat.example" };
    expect(managementEndpoint(place)).toBe("https://abc.execute-api.eu-west-1.amazonaws.com/dev");
    expect(managementEndpoint(place, "cn-north-1")).toBe(
      "https://abc.execute-api.cn-north-1.amazonaws.com.cn/dev",
    );
  });

  it("refuses to guess", () => {
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_DEFAULT_REGION", undefined);
    const code = (code: string) => expect.objectContaining({ code }) as unknown;
    expect(() => managementEndpoint({ apiId: "abc", stage: "dev" })).toThrow(code("REGION_MISSING"));
    expect(() => managementEndpoint({ apiId: "", stage: "dev" }, "eu-west-1")).toThrow(code("BAD_ENDPOINT"));
  });
});
