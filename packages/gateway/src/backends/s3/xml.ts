// S3's answers as XML.

/** An element: its name, and its text or what is inside it. */
export type XmlNode = readonly [name: string, content: string | readonly XmlNode[]];

/** The namespace of S3's documents; its errors have none. */
export const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Writes a document with one root element. */
export function toXml(root: string, content: string | readonly XmlNode[], namespace?: string): string {
  const xmlns = namespace === undefined ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${xmlns}>${toInside(content)}</${root}>`;
}

function toElement([name, content]: XmlNode): string {
  return `<${name}>${toInside(content)}</${name}>`;
}

function toInside(content: XmlNode[1]): string {
  return typeof content === "string" ? escapeText(content) : content.map(toElement).join("");
}

/** Makes a text safe inside an element; what XML 1.0 cannot hold at all becomes U+FFFD. */
function escapeText(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\r", "&#13;")
    .replaceAll(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
