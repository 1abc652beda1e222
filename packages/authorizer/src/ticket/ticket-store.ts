// Where connect tickets wait for their one use.

/** A ticket that was issued and not yet used. Its text is nowhere in it. */
export interface TicketRecord {
  /** SHA-256 of the ticket, base64url. */
  readonly hash: string;
  /** The page that may use it; `""` for a client that is no browser. */
  readonly origin: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  /** Whom it stands for. */
  readonly claims: TicketClaims;
}

/** Whom a ticket stands for, and what the one who issued it wants `decide` to know. Must be JSON. */
export interface TicketClaims {
  readonly sub: string;
  readonly [claim: string]: unknown;
}

/** Where tickets are. `memoryTickets()` in tests, `dynamoTickets()` of `@gatewright/authorizer/dynamodb` on AWS. */
export interface TicketStore {
  put(record: TicketRecord): Promise<void>;
  /** Takes a ticket away and gives it: of any number of callers, to one only. */
  take(hash: string): Promise<TicketRecord | undefined>;
}

/** Tickets in memory: the twin for tests. */
export function memoryTickets(): TicketStore {
  const records = new Map<string, TicketRecord>();
  return {
    put: async (record) => void records.set(record.hash, record),
    async take(hash) {
      const record = records.get(hash);
      records.delete(hash);
      return record;
    },
  };
}
