// What a table's type lets a client say and hear.
import type { WithSocketContract } from "@gatewright/contract";
import { describe, expectTypeOf, it } from "vitest";
import { connectSocket } from "../../src/index.ts";

interface Table extends WithSocketContract<{
  routes: {
    join: { payload: { room: string; after?: number }; answer: { messages: string[] } };
    leave: { payload: { room?: string }; answer: undefined };
    ping: { payload: undefined; answer: { at: number } };
    free: { payload: unknown; answer: unknown };
  };
  frames: { typing: { user: string } };
}> {
  handler(): void;
}

declare const options: { url: string };

describe("a typed socket", () => {
  it("knows payloads and answers", () => {
    const socket = connectSocket<Table>(options);
    expectTypeOf(socket.send("join", { room: "a" })).toEqualTypeOf<Promise<{ messages: string[] }>>();
    expectTypeOf(socket.send("ping")).toEqualTypeOf<Promise<{ at: number }>>();
    expectTypeOf(socket.send("leave")).toEqualTypeOf<Promise<undefined>>();
    expectTypeOf(socket.send("free", { any: 1 }, { retry: true })).toEqualTypeOf<Promise<unknown>>();
    // @ts-expect-error the payload must be given
    void socket.send("join");
    // @ts-expect-error room is a string
    void socket.send("join", { room: 1 });
    // @ts-expect-error no such route
    void socket.send("shout", {});
  });

  it("knows frames", () => {
    const socket = connectSocket<Table>(options);
    socket.on("typing", (frame) => expectTypeOf(frame).toEqualTypeOf<{ user: string }>());
    // @ts-expect-error no such frame
    socket.on("shouting", () => undefined);
  });

  it("takes anything without a table", () => {
    const socket = connectSocket(options);
    expectTypeOf(socket.send("whatever", { any: 1 })).toEqualTypeOf<Promise<unknown>>();
    socket.on("anything", (frame) => expectTypeOf(frame).toEqualTypeOf<unknown>());
  });
});
