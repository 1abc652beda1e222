// An upload form as it comes in: first its fields, then one file, in pieces.
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { Busboy, type BusboyFileStream, type BusboyHeaders } from "@fastify/busboy";
import { S3Error } from "./s3-error.ts";

/** The file of a form, its bytes still on the wire. */
export interface FormFile {
  /** As the browser says it. */
  readonly name: string;
  readonly stream: Readable;
}

const fieldsBytesAtMost = 20 * 1024;

/**
 * Reads a `multipart/form-data` body: hands the fields before the file, and the file, to `take` and gives its value
 * once the form has come to its end.
 *
 * Fields after the file are not part of the form, as on S3. When `take` fails, the rest of the body is let run out.
 *
 * @throws S3Error `MalformedPOSTRequest`, `InvalidArgument`, `MaxPostPreDataLengthExceeded`, or what `take` throws.
 */
export function readForm<Value>(
  request: IncomingMessage,
  take: (fields: ReadonlyMap<string, string>, file: FormFile) => Promise<Value>,
): Promise<Value> {
  const parser = openParser(request);
  const fields = new Map<string, string>();
  let bytes = 0;
  let taken: Promise<Value> | undefined;
  let reading: BusboyFileStream | undefined;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      request.unpipe(parser);
      request.resume();
      reading?.destroy();
      reject(error);
    };
    parser.on("field", (given, value, _nameCut, valueCut) => {
      const name = given.toLowerCase();
      bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
      if (taken) return;
      if (valueCut || bytes > fieldsBytesAtMost) fail(new S3Error("MaxPostPreDataLengthExceeded"));
      else if (fields.has(name))
        fail(new S3Error("InvalidArgument", `The form has the field ${name} twice.`));
      else fields.set(name, value);
    });
    parser.on("file", (_field, stream, name) => {
      stream.on("error", () => {}); // told to whoever reads it; nobody does after a failure
      if (taken) return fail(onlyOneFile());
      reading = stream;
      taken = take(fields, { name: name ?? "", stream });
      taken.catch(fail);
    });
    parser.on("finish", () => {
      if (taken) taken.then(resolve, reject);
      else fail(onlyOneFile());
    });
    parser.on("error", () => fail(new S3Error("MalformedPOSTRequest")));
    request.on("close", () => {
      if (!request.complete) fail(new S3Error("IncompleteBody"));
    });
    request.pipe(parser);
  });
}

function openParser(request: IncomingMessage): InstanceType<typeof Busboy> {
  const type = request.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type)) {
    throw new S3Error("InvalidRequest", "Bucket POST must be of the enclosure-type multipart/form-data");
  }
  try {
    const headers: BusboyHeaders = { ...request.headers, "content-type": type };
    return new Busboy({
      headers,
      isPartAFile: (field) => field?.toLowerCase() === "file",
      limits: { fieldSize: fieldsBytesAtMost, fieldNameSize: 200, parts: 200, headerPairs: 20 },
    });
  } catch {
    throw new S3Error("MalformedPOSTRequest"); // no boundary
  }
}

function onlyOneFile(): S3Error {
  return new S3Error("InvalidArgument", "POST requires exactly one file upload per request.", {
    ArgumentName: "file",
  });
}
