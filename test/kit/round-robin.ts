import { request, type IncomingMessage, type ServerResponse } from "node:http";
import { serve, type Listening } from "../../src/foundation/web/index.js";

/**
 * A load balancer in small: hands each request to the next of the ports, and to another one when nobody listens there.
 * A request that was begun at a process that died is cut off.
 */
export async function roundRobin(port: number, upstreams: readonly number[]): Promise<Listening> {
  let turn = 0;
  return serve(
    (req, res) => {
      turn += 1;
      const order = upstreams.map((_port, index) => upstreams[(turn + index) % upstreams.length] ?? 0);
      void bodyOf(req).then((body) => forward(req, res, { body, order }));
    },
    { host: "127.0.0.1", port },
  );
}

async function bodyOf(req: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function forward(
  req: IncomingMessage,
  res: ServerResponse,
  { body, order: [port, ...others] }: { readonly body: Buffer; readonly order: readonly number[] },
): void {
  if (port === undefined) {
    res.destroy();
    return;
  }
  const { method, url: path, headers } = req;
  const asked = request({ host: "127.0.0.1", port, method, path, headers, agent: false }, (answer) => {
    res.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
    answer.pipe(res);
    answer.once("aborted", () => res.destroy());
    answer.once("error", () => res.destroy());
  });
  asked.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNREFUSED") forward(req, res, { body, order: others });
    else res.destroy();
  });
  asked.end(body);
}
