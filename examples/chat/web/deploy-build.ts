// The page for a deployment: bundled, with the addresses of a stack in its config.json, ready to be uploaded.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildPage } from "./build.ts";
import type { PageConfig } from "./config.ts";
import { securityPolicy } from "./security-policy.ts";

const usage = `node examples/chat/web/deploy-build.ts --out DIR --http URL --websocket URL --client ID --bucket NAME [--region us-east-1]

  --http       address of the HTTP API, as in https://abc123.execute-api.us-east-1.amazonaws.com
  --websocket  address of the WebSocket API with its stage, as in wss://def456.execute-api.us-east-1.amazonaws.com/dev
  --client     id of the user pool's app client
  --bucket     name of the uploads bucket`;

interface Deployment {
  readonly out: string;
  readonly config: PageConfig;
  /** Origin of the uploads bucket. */
  readonly files: string;
}

function readDeployment(): Deployment {
  const { values } = parseArgs({
    options: {
      out: { type: "string" },
      http: { type: "string" },
      websocket: { type: "string" },
      client: { type: "string" },
      bucket: { type: "string" },
      region: { type: "string", default: "us-east-1" },
    },
  });
  const { out, http, websocket, client, bucket, region } = values;
  if (!out || !http || !websocket || !client || !bucket) throw new Error("An option is missing.");
  return {
    out,
    config: {
      http: toAddress(http, "https:"),
      websocket: toAddress(websocket, "wss:"),
      signIn: { url: `https://cognito-idp.${region}.amazonaws.com`, clientId: client },
    },
    files: `https://${bucket}.s3.${region}.amazonaws.com`,
  };
}

/** Without the slash at its end. */
function toAddress(text: string, protocol: string): string {
  if (!URL.canParse(text) || new URL(text).protocol !== protocol) {
    throw new Error(`"${text}" is not an address that begins with ${protocol}//`);
  }
  return text.replace(/\/+$/, "");
}

async function main(): Promise<void> {
  const { out, config, files } = readDeployment();
  await buildPage(out);
  await writeFile(join(out, "config.json"), `${JSON.stringify(config, null, 2)}\n`);
  console.log(`The page is in ${out}. Serve it over https with this header:\n`);
  console.log(`content-security-policy: ${securityPolicy(config, [files])}`);
}

main().catch((error: unknown) => {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(1);
});
