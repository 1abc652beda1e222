// Function URLs: `url` of functions, and AWS::Lambda::Url.
import type { FunctionUrl } from "../model/function-url.ts";
import type { HttpCors } from "../model/http-api.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import { readFunctionUri } from "./aws-target.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import type { FunctionTable } from "./functions.ts";
import { readHttpCors } from "./http-cors.ts";
import { readCors } from "./http-resources.ts";
import { functionUrlId, type Names } from "./names.ts";

const modes = ["BUFFERED", "RESPONSE_STREAM"] as const;

/**
 * Reads every function URL; a function has one at most.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/guide/functions
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-url.html
 */
export function readFunctionUrls(
  { root, names }: Definition,
  table: FunctionTable,
  declared: Declarations,
): readonly FunctionUrl[] {
  const written = root.optional("functions");
  const blocks = written === undefined ? [] : written.isList ? written.items() : [written];
  const functions = blocks.flatMap((block) => block.entries());
  const urls = [
    ...functions.flatMap(([key, at]) => readFrameworkUrl(table.byKey.get(key), at.optional("url"), names)),
    ...declared
      .of("AWS::Lambda::Url")
      .map(({ properties }) => [properties, readUrlResource(properties, table, names)] as const),
  ];
  const seen = new Set<string>();
  return urls.map(([at, url]) => {
    if (seen.has(url.functionKey)) at.notSupported("a second URL of one function");
    seen.add(url.functionKey);
    return url;
  });
}

function readFrameworkUrl(
  lambda: LambdaFunction | undefined,
  at: Cursor | undefined,
  names: Names,
): (readonly [Cursor, FunctionUrl])[] {
  if (lambda === undefined || at === undefined || (!at.isMap && !at.flag())) return [];
  const { key: functionKey, name } = lambda;
  const open = {
    id: functionUrlId(name, names),
    functionKey,
    authType: "NONE",
    invokeMode: "BUFFERED",
  } as const;
  if (!at.isMap) return [[at, open]];
  const isSigned = at.optional("authorizer")?.oneOf(["aws_iam"]) === "aws_iam";
  const cors = readFrameworkCors(at.optional("cors"));
  const url: FunctionUrl = {
    ...open,
    authType: isSigned ? "AWS_IAM" : "NONE",
    invokeMode: at.optional("invokeMode")?.oneOf(modes) ?? "BUFFERED",
    ...(cors !== undefined && { cors }),
  };
  return [[at, url]];
}

/** As an HTTP API has it, but for the methods, of which all are meant where none is written. */
function readFrameworkCors(at: Cursor | undefined): HttpCors | undefined {
  const cors = readHttpCors(at, []);
  const isListed = at?.isMap === true && at.optional("allowedMethods") !== undefined;
  return cors === undefined || isListed ? cors : { ...cors, allowMethods: ["*"] };
}

function readUrlResource(at: Cursor, table: FunctionTable, names: Names): FunctionUrl {
  at.at("Qualifier").skip(); // every function has one version here
  const { key: functionKey, name } = readFunctionUri(at.at("TargetFunctionArn"), table);
  const cors = at.optional("Cors");
  return {
    id: functionUrlId(name, names),
    functionKey,
    authType: at.at("AuthType").oneOf(["NONE", "AWS_IAM"]),
    invokeMode: at.optional("InvokeMode")?.oneOf(modes) ?? "BUFFERED",
    ...(cors !== undefined && { cors: readCors(cors) }),
  };
}
