import { describe, expect, test } from "vitest";
import {
  allow,
  authorizer,
  fromQuery,
  fromSubprotocol,
  issueTicket,
  memoryTickets,
  ticket,
  type TicketGrant,
} from "../../../src/index.ts";
import { httpEvent, websocketEvent } from "../../events.ts";
import { noteSecret } from "../../secrets.ts";

const page = "https://chat.example";

function gate() {
  let passed = 0;
  const now = () => Date.now() + passed;
  const store = memoryTickets();
  const codes: string[] = [];
  const handler = authorizer({
    token: [fromSubprotocol(), fromQuery("ticket")],
    verify: [ticket({ store }, { now })],
    decide: ({ claims }) => allow({ principalId: claims.sub, context: { room: String(claims["room"]) } }),
    onOutcome: ({ code }) => codes.push(code),
  });
  return {
    handler,
    codes,
    pass: (ms: number) => void (passed += ms),
    issue: async (grant: Partial<TicketGrant> = {}) => {
      const issued = await issueTicket(
        store,
        { claims: { sub: "ada", room: "42" }, origin: page, ...grant },
        { now },
      );
      return noteSecret(issued.ticket);
    },
    connect: async (text: string, origins: readonly string[] = [page]) => {
      const headers = {
        "Sec-WebSocket-Protocol": [`chat.v1, bearer.${text}`],
        ...(origins.length > 0 ? { Origin: origins } : {}),
      };
      await handler(websocketEvent({ headers })).catch(() => undefined);
      return codes.at(-1);
    },
  };
}

describe("a connect ticket", () => {
  test("opens one socket, with what it was issued for", async () => {
    const { issue, handler, connect } = gate();
    const text = await issue();
    const result = await handler(websocketEvent({ headers: { Origin: [page] }, query: { ticket: [text] } }));
    expect(result).toMatchObject({ principalId: "ada", context: { room: "42" } });
    expect(await connect(text)).toBe("TICKET_UNKNOWN");
  });

  test("opens one socket also where many try at once", async () => {
    const { issue, connect, codes } = gate();
    const text = await issue();
    await Promise.all(Array.from({ length: 10 }, () => connect(text)));
    expect(codes.filter((code) => code === "ALLOWED")).toHaveLength(1);
    expect(await connect(text)).toBe("TICKET_UNKNOWN");
  });

  test("is over after its seconds", async () => {
    const { issue, connect, pass } = gate();
    const text = await issue({ lifeSeconds: 5 });
    pass(7000);
    expect(await connect(text)).toBe("TICKET_EXPIRED");
  });

  test.each<[string, string[]]>([
    ["another page", ["https://evil.example"]],
    ["no page", []],
    ["two pages", [page, "https://evil.example"]],
  ])("tried from %s is used up", async (_where, origins) => {
    const { issue, connect } = gate();
    const text = await issue();
    expect(await connect(text, origins)).toBe("TICKET_ORIGIN_WRONG");
    expect(await connect(text)).toBe("TICKET_UNKNOWN");
  });

  test("of a client that is no browser is for such clients only", async () => {
    const { issue, connect } = gate();
    expect(await connect(await issue({ origin: undefined }), [])).toBe("ALLOWED");
    expect(await connect(await issue({ origin: undefined }))).toBe("TICKET_ORIGIN_WRONG");
  });

  test("is no token of other routes, and stays good for its own", async () => {
    const { issue, handler, connect } = gate();
    const text = await issue();
    expect(await handler(httpEvent({ query: { ticket: [text] } }))).toEqual({ isAuthorized: false });
    expect(await connect(text)).toBe("ALLOWED");
  });

  test("that nobody issued is unknown, and one of another shape is malformed", async () => {
    const { connect } = gate();
    expect(await connect(`gwt_${"A".repeat(43)}`)).toBe("TICKET_UNKNOWN");
    expect(await connect("gwt_short")).toBe("TICKET_MALFORMED");
    expect(await connect("other")).toBe("TOKEN_MALFORMED");
  });

  test.each([
    ["claims.sub", { claims: { sub: "" } }],
    ["lifeSeconds", { lifeSeconds: 301 }],
    ["lifeSeconds", { lifeSeconds: 0 }],
  ])("with a %s that cannot be used is not issued", async (name, grant) => {
    const issuing = issueTicket(memoryTickets(), { claims: { sub: "a" }, ...grant });
    await expect(issuing).rejects.toMatchObject({ code: "TICKET_GRANT_UNREADABLE", facts: { name } });
  });
});
