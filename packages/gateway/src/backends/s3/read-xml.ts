// Documents that callers send: small XML, read without believing it.
import { XMLParser } from "fast-xml-parser";
import { S3Error } from "./s3-error.ts";

/** An element: text, or what is inside it by name; elements that may repeat are lists. */
export interface Element {
  readonly [name: string]: string | Element | readonly Element[] | undefined;
}

const repeated = new Set(["Part", "Object", "Tag", "Rule"]);
const parser = new XMLParser({
  ignoreAttributes: true,
  ignoreDeclaration: true,
  parseTagValue: false,
  isArray: (name) => repeated.has(name),
});

/** Reads a document whose root has a given name. @throws S3Error `MalformedXML` */
export function readXml(text: string, root: string): Element {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) throw new S3Error("MalformedXML");
  const document = parse(text);
  const element = typeof document === "object" && document !== null ? Reflect.get(document, root) : undefined;
  if (element === "") return {};
  if (typeof element !== "object" || element === null) throw new S3Error("MalformedXML");
  return element as Element; // the parser makes nothing but texts, lists and objects
}

/** The elements of a name that may repeat; none where there is none. */
export function listOf(element: Element, name: string): readonly Element[] {
  const value = element[name];
  return Array.isArray(value)
    ? (value as readonly Element[]).map((item) => (typeof item === "object" ? item : {}))
    : []; // an empty element is ""
}

/** The text of an element; `undefined` where it is not there. @throws S3Error `MalformedXML` where it holds others */
export function textOf(element: Element, name: string): string | undefined {
  const value = element[name];
  if (value === undefined || typeof value === "string") return value;
  throw new S3Error("MalformedXML");
}

/** What is inside an element; nothing where it is not there. */
export function insideOf(element: Element, name: string): Element | undefined {
  const value = element[name];
  if (value === undefined) return undefined;
  return typeof value === "string" || Array.isArray(value) ? {} : (value as Element); // neither text nor list
}

function parse(text: string): unknown {
  try {
    return parser.parse(text, true);
  } catch {
    throw new S3Error("MalformedXML");
  }
}
