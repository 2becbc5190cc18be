import { compactVerify, createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet } from "jose";
import { z } from "zod";
import { seconds } from "../foundation/kernel/index.js";

const jwksSchema = z.object({ keys: z.array(z.record(z.string(), z.unknown())) });

/**
 * What a tool has signed (RS256) as JSON. As in Moodle the header must name a `kid`, and where the tool has several keys
 * each must say its `alg`. Rejects when it can't be read or verified, or the tool does not publish its keys.
 * @param jwksUrl where the tool publishes its keys
 */
export async function readSigned(jwt: string, jwksUrl: string): Promise<unknown> {
  const { kid } = decodeProtectedHeader(jwt);
  if (kid === undefined || kid === "") throw new TypeError("the header names no kid");
  const keys = createLocalJWKSet(await fetchKeys(jwksUrl));
  const { payload } = await compactVerify(jwt, keys, { algorithms: ["RS256"] });
  return JSON.parse(new TextDecoder().decode(payload));
}

/** Fetched each time, so that a new key counts at once. */
async function fetchKeys(url: string): Promise<JSONWebKeySet> {
  const response = await fetch(url, { signal: AbortSignal.timeout(seconds(5)), redirect: "error" });
  const { keys } = jwksSchema.parse(await response.json());
  const usable = keys.length === 1 ? keys : keys.filter(({ alg }) => alg !== undefined);
  return { keys: usable as unknown as JSONWebKeySet["keys"] };
}
