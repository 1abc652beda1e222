// What a signed assertion says, read from the part of the document that the signature covers.

/** Who signed in, by a provider's signed word. */
export interface SamlClaims {
  /** The `NameID`. */
  readonly sub: string;
  /** The provider's entity id. */
  readonly iss: string;
  /** Until when the assertion may be used; seconds. */
  readonly exp: number;
  readonly assertionId: string;
  readonly nameIdFormat?: string;
  readonly sessionIndex?: string;
  readonly inResponseTo?: string;
  /** Every attribute with all of its values, by name. */
  readonly attributes: { readonly [name: string]: readonly string[] };
}

/** An assertion in all that has to be checked. */
export interface Assertion extends SamlClaims {
  readonly notBefore: number;
  readonly audiences: readonly (readonly string[])[];
  readonly recipient: string | undefined;
}

/** An element as xml2js writes it: `$` are attributes, `_` is text, all else lists of children. */
type Element = { readonly [name: string]: unknown };

const children = (element: Element | undefined, name: string): readonly Element[] => {
  const found = element?.[name];
  return Array.isArray(found)
    ? found.map((one) => (typeof one === "object" ? one : { _: one }) as Element)
    : []; // xml2js writes text alone as a string
};
const attribute = (element: Element | undefined, name: string): string | undefined => {
  const found = (element?.["$"] as Element | undefined)?.[name]; // xml2js writes attributes as an object of strings
  return typeof found === "string" ? found : undefined;
};
const textOf = (element: Element | undefined): string => {
  const found = element?.["_"];
  return typeof found === "string" ? found.trim() : "";
};
/** Milliseconds of an `xs:dateTime` in UTC; `NaN`, which no comparison holds for, for anything else. */
const toMoment = (text: string | undefined): number =>
  text !== undefined && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) ? Date.parse(text) : Number.NaN;

const bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/** Reads an assertion with one bearer confirmation; `undefined` for any other. */
export function readAssertion(parsed: unknown): Assertion | undefined {
  const root = (parsed as { readonly Assertion?: Element } | undefined)?.Assertion; // parsed by the library from XML
  const [subject, ...subjects] = children(root, "Subject");
  const [conditions, ...more] = children(root, "Conditions");
  const [nameId] = children(subject, "NameID");
  const confirmations = children(subject, "SubjectConfirmation").filter(
    (one) => attribute(one, "Method") === bearer,
  );
  const [data] = children(confirmations[0], "SubjectConfirmationData");
  const assertionId = attribute(root, "ID");
  if (!root || !assertionId || !conditions || !data || confirmations.length !== 1) return undefined;
  if (subjects.length > 0 || more.length > 0 || textOf(nameId) === "") return undefined;
  const ends = [attribute(data, "NotOnOrAfter"), attribute(conditions, "NotOnOrAfter")];
  const begins = [attribute(data, "NotBefore"), attribute(conditions, "NotBefore")];
  const inResponseTo = attribute(data, "InResponseTo");
  const nameIdFormat = attribute(nameId, "Format");
  const sessionIndex = attribute(children(root, "AuthnStatement")[0], "SessionIndex");
  return {
    sub: textOf(nameId),
    iss: textOf(children(root, "Issuer")[0]),
    exp: Math.floor(Math.min(...given(ends).map(toMoment)) / 1000),
    notBefore: Math.max(0, ...given(begins).map(toMoment)),
    assertionId,
    ...(inResponseTo === undefined ? {} : { inResponseTo }),
    ...(nameIdFormat === undefined ? {} : { nameIdFormat }),
    ...(sessionIndex === undefined ? {} : { sessionIndex }),
    attributes: readAttributes(root),
    audiences: children(conditions, "AudienceRestriction").map((one) =>
      children(one, "Audience").map(textOf),
    ),
    recipient: attribute(data, "Recipient"),
  };
}

const given = (values: readonly (string | undefined)[]): readonly string[] =>
  values.filter((value) => value !== undefined);

function readAttributes(root: Element): SamlClaims["attributes"] {
  const all = new Map<string, readonly string[]>();
  for (const statement of children(root, "AttributeStatement"))
    for (const one of children(statement, "Attribute")) {
      const name = attribute(one, "Name");
      if (name === undefined) continue;
      all.set(name, [...(all.get(name) ?? []), ...children(one, "AttributeValue").map(textOf)]);
    }
  return Object.fromEntries(all);
}
