// An access log's format, parsed: texts, and the `$context` variables between them.
import { gatewayLimits } from "@gatewright/contract";
import { failures } from "../failures.ts";
import { variableInFormat } from "../model/log-variables.ts";
import type { AccessLogSettings } from "../model/stage.ts";

/** A format ready to be filled. */
export interface LogFormat {
  /** Texts and variables in turn, beginning with a text. */
  readonly parts: readonly string[];
  /** Whether values stand in JSON, where quotes must be escaped. */
  readonly isJson: boolean;
  /** A log group or stream; the terminal where there is none. */
  readonly destination?: string;
}

/**
 * Parses a format: one line of JSON, CLF, XML or CSV.
 *
 * @throws failure `ACCESS_LOG_INVALID` where it is longer than 3 KB, or names neither request id.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function parseLogFormat({ format, destinationArn }: AccessLogSettings): LogFormat {
  const why = judge(format);
  if (why !== undefined) throw failures.create("ACCESS_LOG_INVALID", { why });
  const destination = destinationArn === undefined ? undefined : toDestination(destinationArn);
  return {
    parts: format.replaceAll(/[\r\n]+\s*/g, "").split(variableInFormat),
    isJson: format.trimStart().startsWith("{"),
    ...(destination !== undefined && { destination }),
  };
}

function judge(format: string): string | undefined {
  if (Buffer.byteLength(format) > gatewayLimits.accessLogFormatBytes) return "the format is longer than 3 KB";
  if (/\$context\.(?:requestId|extendedRequestId)\b/.test(format)) return undefined;
  return "the format must have $context.requestId or $context.extendedRequestId";
}

/** `arn:aws:logs:…:log-group:NAME:*` and `arn:aws:firehose:…:deliverystream/NAME` become their name. */
function toDestination(arn: string): string {
  return /:log-group:([^:]+)/.exec(arn)?.[1] ?? /:deliverystream\/(.+)$/.exec(arn)?.[1] ?? arn;
}
