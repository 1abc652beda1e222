// What the type of a socket's table promises to both ends.
import type { ContractOf } from "@gatewright/contract";
import { assertType, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { accept, defineFrames, websocketApi } from "../../src/websocket.ts";

interface ChatUser {
  readonly name: string;
}

interface ServerFrames {
  readonly said: { readonly text: string };
  readonly left: { readonly name: string };
}

const socket = websocketApi<{ auth: ChatUser; frames: ServerFrames }>()
  .connect((connection) => {
    expectTypeOf(connection.auth).toEqualTypeOf<ChatUser>();
    return accept();
  })
  .message("send", { body: z.object({ text: z.string(), at: z.coerce.date<string>() }) }, async (message) => {
    expectTypeOf(message.body).toEqualTypeOf<{ text: string; at: Date }>();
    expectTypeOf(message.auth).toEqualTypeOf<ChatUser>();
    return { seq: 1 };
  })
  .message("ping", () => undefined)
  .disconnect((connection) => {
    expectTypeOf(connection.code).toEqualTypeOf<number | undefined>();
  });

type Contract = ContractOf<typeof socket>;

test("the table carries names, payloads, answers and frames", () => {
  expectTypeOf<keyof Contract["routes"]>().toEqualTypeOf<"send" | "ping">();
  expectTypeOf<Contract["routes"]["send"]["payload"]>().toEqualTypeOf<{ text: string; at: string }>();
  expectTypeOf<Contract["routes"]["send"]["answer"]>().toEqualTypeOf<{ seq: number }>();
  expectTypeOf<Contract["routes"]["ping"]["answer"]>().toEqualTypeOf<undefined>();
  expectTypeOf<keyof Contract["frames"]>().toEqualTypeOf<"said" | "left">();
  expectTypeOf<Contract["frames"]["said"]>().toEqualTypeOf<{ readonly text: string }>();
});

test("a frame says what the contract says", () => {
  const frame = defineFrames<ServerFrames>();
  expectTypeOf(frame("said", { text: "hi" }).type).toEqualTypeOf<"said">();
  // @ts-expect-error no such frame
  assertType(frame("shouted", { text: "hi" }));
  // @ts-expect-error a field is missing
  assertType(frame("left", {}));
});

test("a message is answered with the frames of the contract", () => {
  websocketApi<{ frames: ServerFrames }>().message("work", async (message) => {
    await message.send({ type: "said", text: "hi" });
    // @ts-expect-error no such frame
    await message.send({ type: "shouted", text: "hi" });
  });
});

test("the query of a connection is what its schema made of it", () => {
  websocketApi().connect({ query: z.object({ since: z.coerce.number() }) }, (connection) => {
    expectTypeOf(connection.query).toEqualTypeOf<{ since: number }>();
    return accept();
  });
  websocketApi().connect((connection) => {
    expectTypeOf(connection.query).toEqualTypeOf<Readonly<Record<string, string | undefined>>>();
    return accept();
  });
});

test("must not compile", () => {
  websocketApi().connect(async (connection) => {
    // @ts-expect-error inside $connect the connection is not open
    await connection.send({ type: "welcome" });
    return accept();
  });
  // @ts-expect-error $connect must decide
  websocketApi().connect(() => undefined);
  websocketApi().message("send", { body: z.object({ text: z.string() }) }, (message) => {
    // @ts-expect-error the schema has no such field
    return message.body.texts;
  });
  websocketApi().connect((connection) => {
    // @ts-expect-error a connection has no message
    assertType(connection.body);
    return accept();
  });
});
