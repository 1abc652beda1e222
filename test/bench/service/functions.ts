// The functions that the benches run: they do as little as a function can that has read its event.
import type { HttpEvent, HttpResult, RestEvent, WebsocketEvent, WebsocketResult } from "@gatewright/contract";

/** Tells the room and the query back. */
export async function room(event: RestEvent | HttpEvent): Promise<HttpResult> {
  const { pathParameters, queryStringParameters } = event;
  const body = JSON.stringify({ room: pathParameters?.["room"], limit: queryStringParameters?.["limit"] });
  return { statusCode: 200, headers: { "content-type": "application/json" }, body };
}

/** Tells the client its connection id. */
export async function socket(event: WebsocketEvent): Promise<WebsocketResult> {
  return { statusCode: 200, body: event.requestContext.connectionId };
}

/** Lets everybody in. */
export async function guard(event: { readonly methodArn: string }): Promise<object> {
  const statement = { Action: "execute-api:Invoke", Effect: "Allow", Resource: event.methodArn };
  return { principalId: "bench", policyDocument: { Version: "2012-10-17", Statement: [statement] } };
}
