import { request } from "node:http";
import { gzipSync } from "node:zlib";
import { sealJson, type JsonObject } from "../../../src/standards/vc/index.js";
import { aCertificate, aDidKey, today } from "./a-stranger.js";

export const mib = 2 ** 20;

/** Bytes as an `encodedList`. */
export function packed(bytes: Buffer): string {
  return `u${gzipSync(bytes, { level: 9 }).toString("base64url")}`;
}

const link = "https://x.example/p";

function ring(n: number): JsonObject[] {
  return Array.from({ length: n }, (_, i) => ({
    ...{ id: `_:a${i}`, type: ["Evidence"] },
    [link]: { id: `_:a${(i + 1) % n}` },
  }));
}

function clique(n: number): JsonObject[] {
  return Array.from({ length: n }, (_, i) => ({
    ...{ id: `_:b${i}`, type: ["Evidence"] },
    [link]: Array.from({ length: n }, (_, j) => ({ id: `_:b${j}` })),
  }));
}

/** Blank nodes that are hard to tell from one another. */
export const hardDatasets = {
  "ring of 30": ring(30),
  "ring of 560": ring(560),
  "clique of 9": clique(9),
  "clique of 35": clique(35),
};

/** Signed by whoever made it: its JCS proof is valid, so that the RDFC proof must be looked at. */
export function signedDataset(evidence: JsonObject[]): string {
  const { did, key } = aDidKey();
  const sealed = sealJson(aCertificate(did, { evidence }), key, today);
  const jcs = sealed.proof as JsonObject;
  const options = Object.entries(jcs).filter(([name]) => name !== "@context");
  const rdfc = { ...Object.fromEntries(options), cryptosuite: "eddsa-rdfc-2022" };
  return JSON.stringify({ ...sealed, proof: [rdfc, jcs] });
}

const boundary = "----tessera";
export const formType = `multipart/form-data; boundary=${boundary}`;
export const formHead = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="c.json"\r\nContent-Type: application/json\r\n\r\n`;
const formTail = `\r\n--${boundary}--\r\n`;

/** Sends a file of 100 MiB as fast as it is read; resolves with the answer's status and page. */
export function upload(base: string, length: "announced" | "not announced"): Promise<Uploaded> {
  return new Promise((resolve, reject) => {
    const announced = { "Content-Length": String(formHead.length + 100 * mib + formTail.length) };
    const sent = request(`${base}/verify`, {
      method: "POST",
      agent: false,
      headers: {
        "Content-Type": formType,
        ...(length === "announced" ? announced : { "Transfer-Encoding": "chunked" }),
      },
    });
    const chunk = Buffer.alloc(mib, "x");
    let left = 100;
    const more = (): void => {
      while (left > 0 && !sent.destroyed) {
        left -= 1;
        if (!sent.write(chunk)) {
          sent.once("drain", more);
          return;
        }
      }
      if (!sent.destroyed) sent.end(formTail);
    };
    sent.on("response", (res) => {
      let html = "";
      res.setEncoding("utf8");
      res.on("data", (part: string) => (html += part));
      res.on("end", () => resolve({ status: res.statusCode ?? 0, html }));
    });
    sent.on("error", reject);
    sent.write(formHead);
    more();
  });
}

export interface Uploaded {
  readonly status: number;
  readonly html: string;
}
