import { verify, X509Certificate } from "node:crypto";
import {
  fingerprint,
  instantOf,
  validateStatement,
  type Attachment,
  type Statement,
  type XapiVersion,
} from "../xapi/index.js";
import { LrsError } from "./errors.js";
import { scanObjects } from "./json-text.js";

const signatureUsage = "http://adlnet.gov/expapi/attachments/signature";

/** The only ones that the standard allows (1.0.3 Data 2.6, 2.0 4.2.6); JOSE name → the digest of PKCS #1 v1.5. */
const algorithms = new Map<unknown, string>([
  ["RS256", "sha256"],
  ["RS384", "sha384"],
  ["RS512", "sha512"],
]);

const longestChain = 10;
/** RFC 7518 §3.3. */
const leastBits = 2048;

const isSignature = ({ usageType }: Attachment): boolean => usageType === signatureUsage;

/**
 * Checks the signatures of a statement (Data 2.6): a compact JWS that came along, whose payload is the statement as it
 * was before it was signed, and whose certificate chain, where it has one, signed it. Whether those certificates are
 * to be trusted is for whoever reads the statement to say. Throws `lrs_signature_refused`; `data.rule` says why.
 */
export function checkSignatures(
  statement: Statement,
  contents: ReadonlyMap<string, Uint8Array>,
  version: XapiVersion,
): void {
  for (const attachment of (statement.attachments ?? []).filter(isSignature)) {
    must(attachment.contentType.toLowerCase() === "application/octet-stream", "content_type");
    const content = contents.get(attachment.sha2.toLowerCase());
    if (content === undefined) throw new LrsError("lrs_attachment_missing", { sha2: attachment.sha2 });
    checkJws(Buffer.from(content).toString("latin1"), statement, version);
  }
}

function must(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new LrsError("lrs_signature_refused", { rule });
}

function checkJws(jws: string, statement: Statement, version: XapiVersion): void {
  const [, header = "", payload = "", signature = ""] = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(jws) ?? [];
  must(signature !== "", "not_compact");
  const { alg, x5c, crit } = jsonOf(header, "header_malformed") as Record<string, unknown>;
  const algorithm = algorithms.get(alg);
  must(algorithm !== undefined, "algorithm");
  must(crit === undefined, "critical_header");
  if (x5c !== undefined) {
    const { publicKey } = leafOf(x5c);
    const signed = Buffer.from(`${header}.${payload}`, "latin1");
    must(verify(algorithm, signed, publicKey, Buffer.from(signature, "base64url")), "signature_wrong");
  }
  const before = jsonOf(payload, "payload_malformed");
  must(validateStatement(before, version).length === 0, "payload_malformed");
  must(isBefore(before as Statement, statement), "payload_differs");
}

function jsonOf(part: string, rule: string): object {
  const text = Buffer.from(part, "base64url").toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LrsError("lrs_signature_refused", { rule }, { cause });
  }
  must(typeof value === "object" && value !== null && !Array.isArray(value), rule);
  scanObjects(text);
  return value;
}

/** RFC 7515 §4.1.6: the signer's certificate first, each one signed by the next. */
function leafOf(x5c: unknown): X509Certificate {
  must(Array.isArray(x5c) && x5c.length > 0 && x5c.length <= longestChain, "chain_malformed");
  const chain = x5c.map(certificateOf);
  chain.forEach((certificate, index) => {
    const issuer = chain[index + 1];
    must(
      issuer === undefined || (certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)),
      "chain_broken",
    );
  });
  const [leaf] = chain;
  must(leaf !== undefined, "chain_malformed");
  const { asymmetricKeyType, asymmetricKeyDetails } = leaf.publicKey;
  must(
    asymmetricKeyType === "rsa" && (asymmetricKeyDetails?.modulusLength ?? 0) >= leastBits,
    "key_too_weak",
  );
  return leaf;
}

function certificateOf(text: unknown): X509Certificate {
  must(typeof text === "string" && text.length <= 32_768, "chain_malformed");
  try {
    return new X509Certificate(Buffer.from(text, "base64"));
  } catch (cause) {
    throw new LrsError("lrs_signature_refused", { rule: "chain_malformed" }, { cause });
  }
}

/** Whether the one is the other before it was signed: the same by Data 2.3.1, and at one with it on what that leaves out. */
function isBefore(before: Statement, signed: Statement): boolean {
  const digests = ({ attachments = [] }: Statement): string =>
    attachments
      .filter((one) => !isSignature(one))
      .map(({ sha2 }) => sha2.toLowerCase())
      .sort()
      .join();
  return (
    fingerprint(before) === fingerprint(signed) &&
    agree(before.id?.toLowerCase(), signed.id?.toLowerCase()) &&
    agree(instantOf(before.timestamp ?? ""), instantOf(signed.timestamp ?? "")) &&
    digests(before) === digests(signed)
  );
}

/** What one of them does not say they don't disagree about. */
const agree = <T>(one: T | undefined, other: T | undefined): boolean =>
  one === undefined || other === undefined || one === other;
