// sdk-limited: the AWS client with as many posts at once as the others have.
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { concurrency, type StartPoster } from "../poster.ts";

export const start: StartPoster = async ({ endpoint, connectionIds }) => {
  const client = new ApiGatewayManagementApiClient({ endpoint });
  return async (Data) => {
    const left = connectionIds.values();
    const work = async (): Promise<void> => {
      for (const ConnectionId of left) await client.send(new PostToConnectionCommand({ ConnectionId, Data }));
    };
    await Promise.all(Array.from({ length: concurrency }, work));
  };
};
