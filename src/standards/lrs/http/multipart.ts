import { LrsError } from "../errors.js";

export interface Part {
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly content: Buffer;
}

const mostParts = 1000;
const longestHead = 8192;
const [cr, lf, dash, space, tab] = [13, 10, 45, 32, 9];

/** The boundary of a multipart type, quoted or not (RFC 2046 §5.1.1). Throws `lrs_multipart_malformed`. */
function boundaryOf(contentType: string): string {
  const match = /;\s*boundary\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))\s*(?:;|$)/i.exec(contentType);
  const boundary = match?.[1]?.replace(/\\(.)/g, "$1") ?? match?.[2] ?? "";
  if (!/^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary)) throw malformed("boundary");
  return boundary;
}

/**
 * The parts of a multipart body (RFC 2046 §5.1), in their order; what stands before the first and behind the last
 * delimiter is left out. The contents are windows on the body. Throws `lrs_multipart_malformed`.
 */
export function readParts(contentType: string, body: Buffer): Part[] {
  const delimiter = Buffer.from(`--${boundaryOf(contentType)}`, "latin1");
  const parts: Part[] = [];
  let from: number | undefined;
  for (let at = 0; ;) {
    const found = nextDelimiter(body, delimiter, at);
    if (found === undefined) throw malformed("not_ended");
    if (from !== undefined) parts.push(partOf(body.subarray(from, Math.max(from, found.start - 2))));
    if (parts.length > mostParts) throw malformed("too_many_parts");
    if (found.closing) return parts;
    from = found.end;
    // The line break before a delimiter may be the one that ends the delimiter before it.
    at = found.end - 2;
  }
}

interface Delimiter {
  readonly start: number;
  readonly end: number;
  readonly closing: boolean;
}

/** The next line that begins with the delimiter and has nothing else on it. */
function nextDelimiter(body: Buffer, delimiter: Buffer, from: number): Delimiter | undefined {
  for (let start = body.indexOf(delimiter, from); start !== -1; start = body.indexOf(delimiter, start + 1)) {
    if (start > 0 && !(body[start - 2] === cr && body[start - 1] === lf)) continue;
    let end = start + delimiter.length;
    const closing = body[end] === dash && body[end + 1] === dash;
    if (closing) return { start, end, closing };
    while (body[end] === space || body[end] === tab) end += 1;
    if (body[end] === cr && body[end + 1] === lf) return { start, end: end + 2, closing };
  }
  return undefined;
}

function partOf(bytes: Buffer): Part {
  if (bytes[0] === cr && bytes[1] === lf) return { headers: new Map(), content: bytes.subarray(2) };
  const end = bytes.subarray(0, longestHead).indexOf("\r\n\r\n");
  if (end === -1) throw malformed("part_without_head");
  return {
    headers: headersOf(bytes.subarray(0, end).toString("latin1")),
    content: bytes.subarray(end + 4),
  };
}

function headersOf(head: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.replace(/\r\n[ \t]+/g, " ").split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (name === "" || headers.has(name)) throw malformed("part_head_malformed");
    headers.set(name, line.slice(colon + 1).trim());
  }
  return headers;
}

function malformed(rule: string): LrsError {
  return new LrsError("lrs_multipart_malformed", { rule });
}
