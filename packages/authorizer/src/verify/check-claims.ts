// The user's own schema over the claims of a token that is good.
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { unauthenticated, type Verification } from "./verifier.ts";

/**
 * Has claims checked by a Standard Schema. What it refuses is told by the path, never by the value.
 *
 * @see https://standardschema.dev
 */
export async function checkClaims<Claims extends object>(
  claims: object,
  schema: StandardSchemaV1<unknown, Claims> | undefined,
): Promise<Verification<Claims>> {
  if (!schema) return { kind: "verified", claims: claims as Claims }; // without a schema, the claims are as they came
  try {
    const result = await schema["~standard"].validate(claims);
    if (!result.issues) return { kind: "verified", claims: result.value };
    return unauthenticated("CLAIMS_REFUSED", [...new Set(result.issues.map(toPath))].join(", "));
  } catch (error) {
    const detail = error instanceof Error ? error.name : typeof error;
    return { kind: "unavailable", code: "VERIFIER_FAILED", detail };
  }
}

function toPath({ path = [] }: StandardSchemaV1.Issue): string {
  const names = path.map((step) => String(typeof step === "object" ? step.key : step));
  return names.length === 0 ? "the claims" : names.join(".");
}
