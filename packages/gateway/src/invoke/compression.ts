// Bodies that are packed: opened when they come, packed when they go, where the API says so.
import { promisify } from "node:util";
import { deflate, gunzipSync, gzip, inflateRawSync, inflateSync } from "node:zlib";
import { limits } from "@gatewright/contract";
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { ArrivedHttp, HttpAnswer } from "./application.ts";
import { headerValues, lastHeader } from "./headers.ts";
import { Rejection } from "./rejection.ts";

const open: Readonly<Record<string, (body: Buffer) => Buffer>> = {
  gzip: (body) => gunzipSync(body, { maxOutputLength: limits.payloadBytes }),
  deflate: (body) => inflateAny(body),
};

/** Deflate comes with zlib's head, as the standard says, or without, as some send it. */
function inflateAny(body: Buffer): Buffer {
  const options = { maxOutputLength: limits.payloadBytes };
  try {
    return inflateSync(body, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw error;
    return inflateRawSync(body, options);
  }
}

/**
 * The request with its body opened, its `Content-Encoding` taken off.
 *
 * @throws Rejection `UNSUPPORTED_MEDIA_TYPE` for another encoding than gzip, deflate and identity, or a broken one;
 *   `REQUEST_TOO_LARGE` for a body that is over 10 MB once it is opened.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-enable-compression.html
 */
export function openBody(http: ArrivedHttp): ArrivedHttp {
  const encoding = lastHeader(http.headers, "content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity") return http;
  const opener = Object.hasOwn(open, encoding) ? open[encoding] : undefined;
  if (!opener) throw new Rejection("UNSUPPORTED_MEDIA_TYPE", { why: `Content-Encoding ${encoding}` });
  try {
    const body = opener(http.body);
    return { ...http, body, headers: http.headers.filter(([name]) => !isAboutPacking(name)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new Rejection("REQUEST_TOO_LARGE");
    throw new Rejection("UNSUPPORTED_MEDIA_TYPE", { why: `The body is no ${encoding}` });
  }
}

function isAboutPacking(name: string): boolean {
  return /^content-(?:encoding|length)$/i.test(name);
}

const pack = { gzip: promisify(gzip), deflate: promisify(deflate) };

/** The answer packed, if it is large enough and the client named an encoding that there is. */
export async function packAnswer(answer: HttpAnswer, http: ArrivedHttp, plan: RestPlan): Promise<HttpAnswer> {
  const least = plan.api.minimumCompressionSize;
  const { body, headers, stream } = answer;
  if (least === undefined || stream || body.length === 0 || body.length < least) return answer;
  if (headers.some(([name]) => name.toLowerCase() === "content-encoding")) return answer;
  const encoding = choose(headerValues(http.headers, "accept-encoding").join(","));
  if (!encoding) return answer;
  return {
    ...answer,
    headers: [...headers, ["Content-Encoding", encoding]],
    body: await pack[encoding](body),
  };
}

/** The one that the client likes best; a star names nothing. */
function choose(accepted: string): keyof typeof pack | undefined {
  const wishes = accepted.split(",").map((item) => {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    const q = parameters.find((part) => part.startsWith("q="))?.slice(2);
    return { name, weight: q === undefined ? 1 : Number(q) };
  });
  const weightOf = (name: string) => wishes.find((wish) => wish.name === name)?.weight ?? 0;
  const best = weightOf("gzip") >= weightOf("deflate") ? "gzip" : "deflate";
  return weightOf(best) > 0 && weightOf(best) >= weightOf("identity") ? best : undefined;
}
