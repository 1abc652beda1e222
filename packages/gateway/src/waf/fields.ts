// The parts of a request that rules of a web ACL look at.
import type { WafField } from "../model/web-acl.ts";
import type { ArrivedHttp } from "../invoke/application.ts";
import { headerValues } from "../invoke/headers.ts";
import { readQuery } from "../invoke/query.ts";

/** The texts that a field has in a request; none where the request has no such field. Bytes are latin1. */
export type ReadField = (http: ArrivedHttp) => readonly string[];

/** So much of a body is looked at, as AWS WAF does it for API Gateway unless told otherwise. */
const inspectedBytes = 16_384;

/**
 * Compiles the look-up of a field.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-fields-list.html
 */
export function compileField(field: WafField): ReadField {
  switch (field.of) {
    case "path":
      return (http) => [toBytes(http.path)];
    case "query":
      return (http) => [toBytes(http.query)];
    case "method":
      return (http) => [http.method];
    case "body":
      return (http) => [http.body.subarray(0, inspectedBytes).toString("latin1")];
    case "header": {
      const name = field.name.toLowerCase();
      return (http) => headerValues(http.headers, name).map(toBytes);
    }
    default: {
      const wanted = field.name.toLowerCase();
      return ({ query }) =>
        readQuery(query)
          .filter(([name]) => name.toLowerCase() === wanted)
          .map(([, value]) => toBytes(value));
    }
  }
}

/** One character for each byte, so that sizes are counted in bytes. */
function toBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
