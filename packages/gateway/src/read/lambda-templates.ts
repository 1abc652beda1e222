// The request templates that the framework gives a `lambda` integration: the event such a function gets.

/** A map of the request as a JSON object of text. */
function mapAsJson(map: string): string {
  const text = (value: string): string => `$util.escapeJavaScript(${value}).replaceAll("\\\\'", "'")`;
  return `{
    #foreach($name in ${map}.keySet())
      "${text("$name")}": "${text(`${map}.get($name)`)}"#if($foreach.hasNext),#end
    #end
  }`;
}

/** A claim such as `custom:tenant` is called by what follows its colon. */
function claimAsJson(claim: string): string {
  const name = claim.slice(claim.indexOf(":") + 1);
  return `"${name}": "$context.authorizer.claims['${claim}']",`;
}

function eventWith(body: string, claims: readonly string[]): string {
  return `{
  "body": ${body},
  "method": "$context.httpMethod",
  "principalId": "$context.authorizer.principalId",
  "stage": "$context.stage",
  "cognitoPoolClaims": { ${claims.map(claimAsJson).join(" ")} "sub": "$context.authorizer.claims.sub" },
  "enhancedAuthContext": ${mapAsJson("$context.authorizer")},
  "headers": ${mapAsJson("$input.params().header")},
  "query": ${mapAsJson("$input.params().querystring")},
  "path": ${mapAsJson("$input.params().path")},
  "identity": ${mapAsJson("$context.identity")},
  "stageVariables": ${mapAsJson("$stageVariables")},
  "requestPath": "$context.resourcePath"
}`;
}

/** The fields of a form as a JSON object. */
const form = `{
    #foreach($field in $input.path("$").split("&"))
      #set($parts = $field.split("="))
      "$util.escapeJavaScript($util.urlDecode($parts[0]))": "#if($parts.size() > 1)$util.escapeJavaScript($util.urlDecode($parts[1])).replaceAll("\\\\'", "'")#end"#if($foreach.hasNext),#end
    #end
  }`;

/**
 * Templates by content type; `claims` are those of a user pool that the function wants to see.
 *
 * @see https://www.serverless.com/framework/docs/providers/aws/events/apigateway#default-request-templates
 */
export function lambdaTemplates(claims: readonly string[]): Readonly<Record<string, string>> {
  return {
    "application/json": eventWith('$input.json("$")', claims),
    "application/x-www-form-urlencoded": eventWith(form, claims),
  };
}
