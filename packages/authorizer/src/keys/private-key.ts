// A key that signs: it comes from a secret store, and goes nowhere.
import type { PublicKey } from "./key-set.ts";

/** A private key as a JWK, with its `alg` and, where the other side needs it, its `kid`. */
export type PrivateKey = PublicKey & { readonly alg: string };
