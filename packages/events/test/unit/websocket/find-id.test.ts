// The id of a message that is broken somewhere: found where it can be read, and only the message's own.
import { describe, expect, it } from "vitest";
import { findId } from "../../../src/websocket/find-id.ts";

describe("findId", () => {
  it.each([
    ['{"action":"send","id":"m-1","text":', "m-1"],
    ['{ "id" : "m-1" , "text" : "a', "m-1"],
    ['{"__proto__":{"id":"inner"},"id":"outer"}', "outer"],
    ['{"text":"\\"id\\":\\"no\\"","id":"m\\u002d1",}', "m-1"],
    ['{"list":["id",":","x"],"id":"m-1" oops', "m-1"],
  ])("reads %s", (text, id) => {
    expect(findId(text)).toBe(id);
  });

  it.each([
    '{"action":"send",',
    '{"text":{"id":"inner"},',
    '{"id":7,"text":',
    '{"id":"unfinished',
    '{"text":"id":"x"',
    '["id",":","x"',
    '{"id":"\\x"',
    "",
  ])("finds none in %s", (text) => {
    expect(findId(text)).toBeUndefined();
  });
});
