// Where the @connections API of a WebSocket API is.
import type { WebsocketContext } from "@gatewright/contract";

/**
 * The base URL of `@connections`, without a slash at its end.
 *
 * `AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI`, which the AWS SDK honours too, comes first. Else it is the API's own
 * host and stage, also for a connection that came in by a custom domain.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function managementEndpoint(
  context: Pick<WebsocketContext, "apiId" | "domainName" | "stage">,
): string {
  const configured = process.env["AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI"];
  if (configured !== undefined && configured !== "") return configured.replace(/\/+$/, "");
  const region = process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
  const isOwnHost = /\.execute-api\..+\.amazonaws\.com(?:\.cn)?$/.test(context.domainName);
  const domain = region?.startsWith("cn-") === true ? "amazonaws.com.cn" : "amazonaws.com";
  const host =
    isOwnHost || region === undefined
      ? context.domainName
      : `${context.apiId}.execute-api.${region}.${domain}`;
  return `https://${host}/${context.stage}`;
}
