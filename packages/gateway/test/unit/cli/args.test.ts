// The command line, read once.
import { describe, expect, it } from "vitest";
import { readArguments } from "../../../src/cli/args.ts";

const usual = { name: "dev", file: "serverless.yml", port: 4000, fresh: false, json: false };

describe("readArguments", () => {
  it.each([
    [[], { name: "help" }],
    [["help"], { name: "help" }],
    [["dev", "-h"], { name: "help" }],
    [["--version"], { name: "version" }],
    [["dev"], usual],
    [["dev", "a/b.yml", "--port", "0", "--json"], { ...usual, file: "a/b.yml", port: 0, json: true }],
    [
      ["dev", "--stage=prod", "--data", "d", "--fresh"],
      { ...usual, stage: "prod", folder: "d", fresh: true },
    ],
    [
      ["dev", "--param", "region=eu-west-1", "--param=url=http://a?b=c", "--param", "none="],
      { ...usual, params: { region: "eu-west-1", url: "http://a?b=c", none: "" } },
    ],
    [["dev", "--caller-headers"], { ...usual, callerHeaders: true }],
  ])("%j", (argv, command) => {
    expect(readArguments(argv)).toEqual(command);
  });

  it("takes the folder's own definition where none is named", () => {
    expect(readArguments(["dev"], "serverless.ts")).toEqual({ ...usual, file: "serverless.ts" });
    expect(readArguments(["dev", "a.yml"], "serverless.ts")).toEqual({ ...usual, file: "a.yml" });
  });

  it.each([
    [["deploy"], "deploy"],
    [["dev", "a.yml", "b.yml"], "b.yml"],
    [["dev", "--port", "http"], "--port"],
    [["dev", "--port="], "--port"],
    [["dev", "--port", "99999"], "--port"],
    [["dev", "--nonsense"], "--nonsense"],
    [["dev", "--param", "region"], "--param takes name=value"],
    [["dev", "--param", "=x"], "--param takes name=value"],
  ])("refuses %j and says what it stumbled over: ARGUMENTS_INVALID", (argv, named) => {
    const refused = { code: "ARGUMENTS_INVALID", message: expect.stringContaining(named) };
    expect(() => readArguments(argv)).toThrow(expect.objectContaining(refused));
  });
});
