import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that came. */
export interface Came {
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Of the statements in it, where it is JSON. */
  readonly ids: readonly string[];
}

/** What it does with a request; `undefined` takes it. */
type Behaviour = (came: Came, res: ServerResponse) => void;

/** A record store that behaves as badly as a test wants it to. */
export interface AReceiver {
  readonly address: string;
  readonly came: Came[];
  /** The ids of the statements that it took, each time that it took them. */
  readonly taken: string[];
  behave(behaviour: Behaviour | undefined): void;
  stop(): Promise<void>;
}

export async function aReceiver(): Promise<AReceiver> {
  const came: Came[] = [];
  const taken: string[] = [];
  let behaviour: Behaviour | undefined;
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const body = Buffer.concat(chunks).toString("latin1");
      const ids = idsIn(body);
      const one = { url: req.url ?? "", headers: req.headers, body, ids };
      came.push(one);
      if (behaviour) behaviour(one, res);
      else {
        taken.push(...ids);
        res.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(ids));
      }
    });
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/xapi`,
    ...{ came, taken },
    behave: (next) => (behaviour = next),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function idsIn(body: string): string[] {
  try {
    const statements = JSON.parse(body) as { readonly id: string }[];
    return statements.map(({ id }) => id);
  } catch {
    return [];
  }
}

export const says =
  (status: number, headers: Readonly<Record<string, string>> = {}, text = ""): Behaviour =>
  (_came, res) =>
    void res.writeHead(status, headers).end(text);
