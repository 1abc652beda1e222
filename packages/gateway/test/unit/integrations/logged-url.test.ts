import { expect, test } from "vitest";
import { toLoggedUrl } from "../../../src/integrations/logged-url.ts";

test.each([
  ["http://a.example/b/c?token=1", "http://a.example/b/c"],
  ["https://ada:secret@a.example:81/b?c#d", "https://a.example:81/b"],
  ["https://ada:se@cret@a.example/b@c", "https://a.example/b@c"],
  ["https://a.example#token=1", "https://a.example"],
  ["arn:aws:lambda:us-east-1:1:function:f", "arn:aws:lambda:us-east-1:1:function:f"],
])("%s is logged as %s", (url, logged) => {
  expect(toLoggedUrl(url)).toBe(logged);
});
