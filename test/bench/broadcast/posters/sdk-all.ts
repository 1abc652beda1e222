// sdk-all: the AWS client with Promise.all, as examples do it.
import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { StartPoster } from "../poster.ts";

export const start: StartPoster = async ({ endpoint, connectionIds }) => {
  const client = new ApiGatewayManagementApiClient({ endpoint });
  return async (Data) => {
    await Promise.all(
      connectionIds.map((ConnectionId) => client.send(new PostToConnectionCommand({ ConnectionId, Data }))),
    );
  };
};
